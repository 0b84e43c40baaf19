"""All places of many phrases in many texts, in one pass."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sms_classifier.native import kernels, pointer
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.trie import Trie

__all__ = ["PhraseHits", "PhraseMatcher"]

Ints = npt.NDArray[np.int64]


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


class _Finder(Protocol):
    def find(self, chunk: TextChunk) -> PhraseHits: ...


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


class _NativeFinder:
    def __init__(self, library: ctypes.CDLL, phrases: Sequence[str], longest: bool) -> None:
        library.phrases_find.restype = ctypes.c_int64
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
