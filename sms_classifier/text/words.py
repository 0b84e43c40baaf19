"""Words of many texts as numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sms_classifier.native import kernels, pointer
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.dictionary import default_dictionary
from sms_classifier.text.segment import BREAK, cut_joined
from sms_classifier.text.trie import Trie

__all__ = ["UNKNOWN", "WordReader", "WordRows"]

Ints = npt.NDArray[np.int64]
UNKNOWN = -1  # number of a word that the vocabulary lacks
_BREAK_NUMBER = -2


class WordRows(NamedTuple):
    """Words of texts, one text after the other.

    Attributes
    ----------
    numbers : ndarray of int64, shape (n_words,)
        Place of each word in the vocabulary, or ``UNKNOWN``.
    bounds : ndarray of int64, shape (n_texts + 1,)
        Words of text ``i`` are ``numbers[bounds[i]:bounds[i + 1]]``.
    """

    numbers: Ints
    bounds: Ints


class WordReader:
    r"""Cuts texts into words (see `segment`) and numbers them.

    Parameters
    ----------
    vocabulary : sequence of str
        Distinct words, none of them a line break.

    Examples
    --------
    >>> rows = WordReader(["还款", "请"]).read(TextChunk(["请于明日还款", "", "还款"]))
    >>> rows.numbers.tolist(), rows.bounds.tolist()
    ([1, -1, -1, 0, 0], [0, 4, 4, 5])
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        library = kernels()
        self._vocabulary = tuple(vocabulary)
        self._reader: _Reader
        if library is None:
            self._reader = _PythonReader(self._vocabulary)
        else:
            self._reader = _NativeReader(library, self._vocabulary)

    def __reduce__(self) -> tuple[type[WordReader], tuple[tuple[str, ...]]]:
        """Pickle the words only."""
        return WordReader, (self._vocabulary,)

    def read(self, chunk: TextChunk) -> WordRows:
        r"""Cut and number the words of each text; the texts hold no line breaks (\\n, \\r)."""
        return self._reader.read(chunk)


class _Reader(Protocol):
    def read(self, chunk: TextChunk) -> WordRows: ...


class _PythonReader:
    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {word: place for place, word in enumerate(vocabulary)}
        self._numbers[BREAK] = _BREAK_NUMBER

    def read(self, chunk: TextChunk) -> WordRows:
        words = cut_joined(chunk.texts) if len(chunk) else []
        numbers = np.array([*map(self._numbers.get, words, repeat(UNKNOWN))], dtype=np.int64)
        breaks = np.flatnonzero(numbers == _BREAK_NUMBER)
        ends = np.append(breaks, len(numbers)) - np.arange(len(breaks) + 1)
        return WordRows(np.delete(numbers, breaks), np.append(0, ends)[: len(chunk) + 1])


class _NativeReader:
    def __init__(self, library: ctypes.CDLL, vocabulary: Sequence[str]) -> None:
        self._library = library
        self._vocabulary = Trie(library, vocabulary)

    def read(self, chunk: TextChunk) -> WordRows:
        dictionary = default_dictionary()  # read when first needed
        assert dictionary is not None  # noqa: S101 - there is a library
        numbers = np.empty(len(chunk.codes), dtype=np.int64)
        bounds = np.empty(len(chunk) + 1, dtype=np.int64)
        n_words = self._library.words_read(
            dictionary.handle,
            self._vocabulary.handle,
            pointer(chunk.codes),
            pointer(chunk.starts),
            pointer(chunk.ends),
            ctypes.c_int64(len(chunk)),
            pointer(numbers),
            pointer(bounds),
        )
        if n_words < 0:
            raise MemoryError("no room to cut texts")
        return WordRows(numbers[:n_words].copy(), bounds)
