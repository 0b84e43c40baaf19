"""Detectors slid over a batch while they are learnt: where each matched best, and the way back.

By the kernel ``native/slide.c``, or in numpy, to the same bits.
"""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
import numpy.typing as npt

from sms_classifier.model.windows import (
    WINDOW,
    Windows,
    WordSequences,
    own_row,
    split_numbers,
)
from sms_classifier.native import kernels, pointer
from sms_classifier.text.meaning import MEANING_SIZE, n_known_words, unit_vectors

__all__ = ["Slide", "slide"]

Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]


@cache
def _unit_vectors() -> Singles:
    """All of them: a batch takes its own from here, again and again."""
    return unit_vectors(np.arange(n_known_words()))


class Slide:
    """Detectors slid over a batch once.

    Attributes
    ----------
    best : ndarray of float32, shape (n_texts, n_detectors)
        Best match of each detector in each text.
    """

    best: Singles

    def __init__(self, windows: Windows, batch: WordSequences) -> None:
        self._shape = windows.weights.shape
        self._unique, self._local = split_numbers(batch.ids)
        # Numbers in order: the empty place, words with a vector, words with weights of their own.
        middle = int(np.searchsorted(self._unique, n_known_words(), side="right"))
        self._known, self._listed = slice(1, middle), slice(middle, None)
        self._vectors = _unit_vectors()[self._unique[self._known] - 1]
        self._own = own_row(self._unique[self._listed])

    def gradient(self, error: Singles) -> Singles:
        """Gradient in the window weights of an error in `best`."""
        gradient = np.zeros(self._shape, dtype=np.float32)
        for part, per_word in zip(gradient, self._errors(error), strict=True):
            part[:MEANING_SIZE] = self._vectors.T @ per_word[self._known]
            part[self._own] = per_word[self._listed]
        return gradient

    def _errors(self, error: Singles) -> Singles:
        """Sum of the errors that each word has in each place of a window."""
        raise NotImplementedError


def slide(windows: Windows, batch: WordSequences) -> Slide:
    """Slide detectors over a batch, whose first word is the empty place.

    Examples
    --------
    >>> weights = np.ones((WINDOW, MEANING_SIZE + 1, 2), dtype=np.float32)
    >>> windows = Windows(weights, np.array([0.5, -9.0], dtype=np.float32))
    >>> unknown = n_known_words() + 1
    >>> slide(windows, WordSequences.join(np.array([unknown]), np.array([1]))).best.tolist()
    [[1.5, 0.0]]
    """
    library = kernels()
    if library is None:
        return _PythonSlide(windows, batch)
    return _NativeSlide(library, windows, batch)


class _PythonSlide(Slide):
    def __init__(self, windows: Windows, batch: WordSequences) -> None:
        super().__init__(windows, batch)
        found = windows.matches(batch, self._unique, self._local)
        bounds = zip(batch.starts.tolist(), (batch.ends + 1).tolist(), strict=True)
        self._where = np.stack([start + found[start:end].argmax(axis=0) for start, end in bounds])
        self.best = np.take_along_axis(found, self._where, axis=0)

    def _errors(self, error: Singles) -> Singles:
        n_words, n_detectors = len(self._unique), self._shape[2]
        sums = np.empty((WINDOW, n_words, n_detectors), dtype=np.float32)
        for place in range(WINDOW):
            at = np.minimum(self._where + place, len(self._local) - 1)
            cells = self._local[at] * n_detectors + np.arange(n_detectors)
            per_cell = np.bincount(cells.ravel(), error.ravel(), minlength=n_words * n_detectors)
            sums[place] = per_cell.reshape(n_words, n_detectors)
        return sums


class _NativeSlide(Slide):
    def __init__(self, library: ctypes.CDLL, windows: Windows, batch: WordSequences) -> None:
        super().__init__(windows, batch)
        self._library = library
        projected = self._project(windows)
        shape = len(batch.starts), len(windows.bias)
        self.best, self._where = np.empty(shape, np.float32), np.empty(shape, np.int32)
        words = (self._local, batch.starts, batch.ends)
        library.slide_best(
            *(pointer(projected), len(self._unique), *map(pointer, words), shape[0]),
            *(pointer(windows.bias), shape[1], pointer(self.best), pointer(self._where)),
        )

    def _project(self, windows: Windows) -> Singles:
        """Weigh each word as it would stand in each place of a window."""
        n_words = len(self._unique)
        projected = np.empty((WINDOW, n_words, self._shape[2]), dtype=np.float32)
        projected[:, 0] = 0.0
        for part, weights in zip(projected, windows.weights, strict=True):
            np.matmul(self._vectors, weights[:MEANING_SIZE], out=part[self._known])
            part[self._listed] = weights[self._own]
        return projected

    def _errors(self, error: Singles) -> Singles:
        error = np.ascontiguousarray(error, dtype=np.float32)
        n_words, n_detectors = len(self._unique), self._shape[2]
        sums = np.empty((WINDOW, n_words, n_detectors), dtype=np.float32)
        if not self._library.slide_errors(
            *(pointer(self._local), pointer(self._where), pointer(error)),
            *(len(error), n_words, n_detectors, pointer(sums)),
        ):
            raise MemoryError("no memory to train")
        return sums
