"""In how many texts each n-gram stands: what a vocabulary is learnt from.

Counted by the kernel ``native/ngram_counts.c``, or in Python; both give the same counts.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sms_classifier.native import free_with, kernels, pointer
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.segment import BREAK, cut_joined, split_texts

__all__ = ["DocumentCounts", "char_ngrams"]

Ints = npt.NDArray[np.int64]
_CHAR_BITS, _WORD_BITS = 21, 32
_BLANK_NUMBER, _BREAK_NUMBER = -1, -2


class DocumentCounts:
    """Counts of word n-grams (1 and 2) and character n-grams (1 to 3), for texts as they come.

    Attributes
    ----------
    n_texts : int

    Examples
    --------
    >>> counts = DocumentCounts()
    >>> counts.add(["请还款", "还款"])
    >>> counts.words(1) == {"请": 1, "还款": 2, "请 还款": 1}
    True
    >>> counts.chars(2) == {"还": 2, "款": 2, "还款": 2}
    True
    """

    def __init__(self) -> None:
        library = kernels()
        self.n_texts = 0
        self._counter: _Counter
        self._counter = _PythonCounter() if library is None else _NativeCounter(library)

    def add(self, texts: Sequence[str]) -> None:
        """Count the n-grams of texts without line breaks."""
        if texts:
            self._counter.add(texts, cut_joined(texts))
            self.n_texts += len(texts)

    def words(self, least: int) -> dict[str, int]:
        """Word n-grams that at least so many texts show; a blank between the words of a pair."""
        return self._counter.words(least)

    def chars(self, least: int) -> dict[str, int]:
        """Character n-grams that at least so many texts show."""
        return self._counter.chars(least)


def char_ngrams(text: str) -> list[str]:
    """Character n-grams of a text, one to three long.

    Examples
    --------
    >>> char_ngrams("还款")
    ['还', '款', '还款']
    """
    return [text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)]


class _Counter(Protocol):
    def add(self, texts: Sequence[str], words: Sequence[str]) -> None: ...

    def words(self, least: int) -> dict[str, int]: ...

    def chars(self, least: int) -> dict[str, int]: ...


class _PythonCounter:
    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._chars: Counter[str] = Counter()

    def add(self, texts: Sequence[str], words: Sequence[str]) -> None:
        for cut in split_texts(words):
            self._words.update(set(_word_ngrams([word for word in cut if not word.isspace()])))
        for text in texts:
            self._chars.update(set(char_ngrams(text)))

    def words(self, least: int) -> dict[str, int]:
        return _frequent(self._words.items(), least)

    def chars(self, least: int) -> dict[str, int]:
        return _frequent(self._chars.items(), least)


def _frequent(counts: Iterable[tuple[str, int]], least: int) -> dict[str, int]:
    return {ngram: n for ngram, n in counts if n >= least}


def _word_ngrams(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


class _NativeCounter:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._numbers = _Numbers({BREAK: _BREAK_NUMBER})
        self._words, self._chars = _Keys(library), _Keys(library)

    def add(self, texts: Sequence[str], words: Sequence[str]) -> None:
        chunk = TextChunk(texts)
        self._chars.add("chars", chunk.codes, chunk.starts, chunk.ends)
        found = map(self._numbers.__getitem__, words)
        numbers = np.fromiter(found, dtype=np.int64, count=len(words))
        breaks = np.flatnonzero(numbers == _BREAK_NUMBER)
        starts = np.append(0, breaks + 1)
        self._words.add("words", numbers, starts, np.append(breaks, len(numbers)))

    def words(self, least: int) -> dict[str, int]:
        spelt = list(self._numbers)  # the first is the break
        keys, counts = self._words.frequent(least)
        firsts, seconds = keys >> _WORD_BITS, keys & ((1 << _WORD_BITS) - 1)
        rows = zip(firsts.tolist(), seconds.tolist(), counts.tolist(), strict=True)
        return {f"{spelt[a]} {spelt[b]}" if a else spelt[b]: n for a, b, n in rows}

    def chars(self, least: int) -> dict[str, int]:
        keys, counts = self._chars.frequent(least)
        return dict(zip(map(_spell, keys.tolist()), counts.tolist(), strict=True))


class _Numbers(dict[str, int]):
    """Numbers of words, in the order of first sight, as places among the keys less one."""

    def __missing__(self, word: str) -> int:
        if word.isspace():
            return _BLANK_NUMBER
        number = self[word] = len(self) - 1
        return number


def _spell(key: int) -> str:
    chars = []
    while key:
        chars.append(chr((key & ((1 << _CHAR_BITS) - 1)) - 1))
        key >>= _CHAR_BITS
    return "".join(reversed(chars))


class _Keys:
    """Counts of n-grams as keys, held by the kernel."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._handle = _checked(library.ngram_counts_new())
        free_with(self, library.ngram_counts_free, self._handle)

    def add(self, kind: str, characters: npt.NDArray[Any], starts: Ints, ends: Ints) -> None:
        """Count the n-grams of some texts."""
        function = getattr(self._library, f"ngram_counts_add_{kind}")
        _checked(function(self._handle, *map(pointer, (characters, starts, ends)), len(starts)))

    def frequent(self, least: int) -> tuple[Ints, Ints]:
        """Keys that at least so many texts show, and their counts."""
        keys, counts = np.empty((2, 0), dtype=np.int64)
        while True:
            arrays = map(pointer, (keys, counts))
            n = self._library.ngram_counts_frequent(self._handle, least, len(keys), *arrays)
            if n <= len(keys):
                return keys, counts
            keys, counts = np.empty((2, n), dtype=np.int64)


def _checked(result: Any) -> Any:
    if not result:
        raise MemoryError("no memory to count n-grams")
    return result
