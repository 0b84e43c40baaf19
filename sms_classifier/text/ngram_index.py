"""N-grams looked up, counted and weighed by a compiled kernel (``native/ngrams.c``)."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.native import free_with, pointer
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.sparse import SparseRows
from sms_classifier.text.words import WordRows

__all__ = ["NgramIndex"]

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]


class NgramIndex:
    """A vocabulary of n-grams held by the kernel; see `ngrams.NgramVectorizer` for what it gives.

    Parameters
    ----------
    library : ctypes.CDLL
    word_keys, char_keys : ndarray of uint64
        Keys of the columns, words first.
    idf : ndarray of shape (n_columns,)
    n_single : int
        Numbers from here on are of words to be passed over.
    """

    def __init__(
        self, library: ctypes.CDLL, word_keys: Keys, char_keys: Keys, idf: Floats, n_single: int
    ) -> None:
        self._width = len(idf)
        self._rows, self._dot = library.ngrams_rows, library.ngrams_dot
        keys = np.ascontiguousarray(word_keys), np.ascontiguousarray(char_keys)
        sizes = len(word_keys), len(char_keys)
        weights = np.ascontiguousarray(idf, dtype=np.float64)
        self._handle = library.ngrams_new(
            pointer(keys[0]), sizes[0], pointer(keys[1]), sizes[1], pointer(weights), n_single
        )
        if not self._handle:
            raise MemoryError("no memory for the n-grams")
        free_with(self, library.ngrams_free, self._handle)
        self._logs = _logs(256)

    def rows(self, chunk: TextChunk, words: WordRows) -> SparseRows:
        """TF-IDF rows, their columns sorted."""
        most = 3 * len(chunk.joined) + 2 * len(words.numbers)
        indptr = np.zeros(len(chunk) + 1, dtype=np.int64)
        indices, data = np.empty(most, dtype=np.int64), np.empty(most)
        logs = self._logs_for(chunk, words)
        made = self._rows(
            *self._arguments(chunk, words, logs), pointer(indptr), pointer(indices), pointer(data)
        )
        if made < 0:
            raise MemoryError("no memory for the n-grams of the texts")
        return SparseRows(indptr, indices[:made].copy(), data[:made].copy(), self._width)

    def dot(self, chunk: TextChunk, words: WordRows, weights: npt.NDArray[np.float32]) -> Floats:
        """Products of the rows with a dense matrix."""
        out = np.empty((len(chunk), weights.shape[1]))
        logs = self._logs_for(chunk, words)
        if not self._dot(
            *self._arguments(chunk, words, logs), pointer(weights), weights.shape[1], pointer(out)
        ):
            raise MemoryError("no memory for the n-grams of the texts")
        return out

    def _arguments(self, chunk: TextChunk, words: WordRows, logs: Floats) -> tuple[Any, ...]:
        arrays = (chunk.codes, chunk.starts, chunk.ends, words.numbers, words.bounds)
        return (self._handle, *(pointer(part) for part in arrays), len(chunk), pointer(logs))

    def _logs_for(self, chunk: TextChunk, words: WordRows) -> Floats:
        """Logarithm of every count that there can be."""
        n_chars = int((chunk.ends - chunk.starts).max(initial=0))
        longest = max(n_chars, int(np.diff(words.bounds).max(initial=0)))
        return self._logs if longest < len(self._logs) else _logs(longest + 1)


def _logs(n: int) -> Floats:
    """Logarithms of 0 to n - 1, as numpy gives them; that of 0 is never asked for."""
    return np.log(np.maximum(np.arange(n, dtype=np.int64), 1))
