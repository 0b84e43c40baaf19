"""All places of many phrases in many texts, in one pass."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sms_classifier.native import kernels, pointer
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.trie import Trie

__all__ = ["PhraseHits", "PhraseMatcher"]

Ints = npt.NDArray[np.int64]
_FEW_HITS = 16  # room for so many in one text, and for one more in every so many characters


class PhraseHits(NamedTuple):
    """Where phrases stand in ``chunk.joined``, sorted by start, then end.

    Attributes
    ----------
    phrase : ndarray of int64, shape (n_hits,)
        Place of the phrase in the matcher's list.
    start, end : ndarray of int64, shape (n_hits,)
    """

    phrase: Ints
    start: Ints
    end: Ints


class PhraseMatcher:
    """Finds phrases wherever they stand, within one another too.

    Parameters
    ----------
    phrases : sequence of str
        Distinct, not empty, without line breaks.
    longest : bool, default False
        Find only phrases that do not overlap: the leftmost first, and of those that begin at
        the same place the longest.

    Examples
    --------
    >>> hits = PhraseMatcher(["还款", "款"]).find(TextChunk(["请还款", "款"]))
    >>> [part.tolist() for part in hits]
    [[0, 1, 1], [1, 2, 4], [3, 3, 5]]
    >>> hits = PhraseMatcher(["还款", "款"], longest=True).find(TextChunk(["请还款", "款"]))
    >>> [part.tolist() for part in hits]
    [[0, 1], [1, 4], [3, 5]]
    """

    def __init__(self, phrases: Sequence[str], *, longest: bool = False) -> None:
        library = kernels()
        self._phrases, self._longest = tuple(phrases), longest
        self._finder: _Finder
        if library is None:
            self._finder = _PythonFinder(self._phrases, longest)
        else:
            self._finder = _NativeFinder(library, self._phrases, longest)

    def __reduce__(self) -> tuple[Callable[..., PhraseMatcher], tuple[tuple[str, ...]]]:
        """Pickle the phrases only."""
        return partial(PhraseMatcher, longest=self._longest), (self._phrases,)

    def find(self, chunk: TextChunk) -> PhraseHits:
        """Find every place of every phrase; none reaches over the end of a text."""
        return self._finder.find(chunk)

    def find_in(self, text: str) -> list[tuple[int, int, int]]:
        """Find every place of every phrase in one text, in the order of `find`, sooner.

        Examples
        --------
        >>> PhraseMatcher(["还款", "款"]).find_in("请还款")
        [(0, 1, 3), (1, 2, 3)]
        """
        return self._finder.find_in(text)


class _Finder(Protocol):
    def find(self, chunk: TextChunk) -> PhraseHits: ...

    def find_in(self, text: str) -> list[tuple[int, int, int]]: ...


class _PythonFinder:
    def __init__(self, phrases: Sequence[str], longest: bool) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        self._overlapping = not longest
        self._matcher = AhoCorasick(
            list(phrases),
            matchkind=MatchKind.LeftmostLongest if longest else MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        )

    def find(self, chunk: TextChunk) -> PhraseHits:
        found = self._matcher.find_matches_as_indexes(chunk.joined, overlapping=self._overlapping)
        hits = np.array(found, dtype=np.int64).reshape(-1, 3)
        order = np.lexsort((hits[:, 2], hits[:, 1]))
        return PhraseHits(*hits[order].T)

    def find_in(self, text: str) -> list[tuple[int, int, int]]:
        found = self._matcher.find_matches_as_indexes(text, overlapping=self._overlapping)
        return sorted(found, key=itemgetter(1, 2))


class _NativeFinder:
    def __init__(self, library: ctypes.CDLL, phrases: Sequence[str], longest: bool) -> None:
        self._library, self._longest = library, longest
        self._phrases = Trie(library, phrases)

    def find(self, chunk: TextChunk) -> PhraseHits:
        capacity = len(chunk.codes)  # in plain messages there are fewer hits than characters
        while True:
            phrase, start, end = np.empty((3, capacity), dtype=np.int64)
            n_hits = self._library.phrases_find(
                self._phrases.handle,
                pointer(chunk.codes),
                pointer(chunk.starts),
                pointer(chunk.ends),
                ctypes.c_int64(len(chunk)),
                ctypes.c_int64(self._longest),
                ctypes.c_int64(capacity),
                pointer(phrase),
                pointer(start),
                pointer(end),
            )
            if n_hits <= capacity:
                return PhraseHits(
                    phrase[:n_hits].copy(), start[:n_hits].copy(), end[:n_hits].copy()
                )
            capacity = n_hits

    def find_in(self, text: str) -> list[tuple[int, int, int]]:
        codes = text.encode("utf-32-le", "surrogatepass")
        bounds = (ctypes.c_int64 * 2)(0, len(text))
        capacity = _FEW_HITS + len(text) // _FEW_HITS
        while True:
            hits = (ctypes.c_int64 * (3 * capacity))()
            n_hits = self._library.phrases_find(
                self._phrases.handle,
                codes,
                bounds,
                ctypes.byref(bounds, 8),
                ctypes.c_int64(1),
                ctypes.c_int64(self._longest),
                ctypes.c_int64(capacity),
                hits,
                ctypes.byref(hits, 8 * capacity),
                ctypes.byref(hits, 16 * capacity),
            )
            if not n_hits:
                return []
            if n_hits <= capacity:
                parts = (hits[k * capacity : k * capacity + n_hits] for k in range(3))
                return list(zip(*parts, strict=True))
            capacity = n_hits
