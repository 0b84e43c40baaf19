"""What prediction needs of meaning and windows, by compiled kernels.

Sums are rounded in single precision as in `MeaningVectorizer` and `Windows`, but in another order.
"""

from __future__ import annotations

import ctypes
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.model.windows import MOST_WORDS, WINDOW, Windows, WindowWords
from sms_classifier.native import pointer
from sms_classifier.text.meaning import (
    MEANING_LENGTH,
    MEANING_SIZE,
    MeaningVectorizer,
    n_known_words,
    vectors,
)
from sms_classifier.text.words import WordRows

__all__ = ["UnitKernels"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]


class UnitKernels:
    """Meaning and detectors of a model, held ready for the kernels.

    A word is weighed for the detectors when it is first seen, once for all texts to come. Threads
    may share an object.

    Parameters
    ----------
    library : ctypes.CDLL
    meaning : MeaningVectorizer
    window_words : WindowWords
    windows : Windows
    """

    def __init__(
        self,
        library: ctypes.CDLL,
        meaning: MeaningVectorizer,
        window_words: WindowWords,
        windows: Windows,
    ) -> None:
        self._means = library.meaning_means
        self._project = library.windows_project
        self._best = library.windows_best
        self._vectors = vectors()
        self._meaning = [_singles(part) for part in (meaning.weights_, meaning.centre_)]
        self._words = window_words
        self._weights, self._bias = _singles(windows.weights), _singles(windows.bias)
        n_numbers = 1 + n_known_words() + self._weights.shape[1] - MEANING_SIZE
        # Memory is taken from the system only for words that are seen.
        self._projected = np.empty((n_numbers, WINDOW, len(self._bias)), dtype=np.float32)
        self._is_projected = np.zeros(n_numbers, dtype=bool)
        self._lock = Lock()
        self._ensure_projected(np.zeros(1, dtype=np.int64))

    def meaning(self, words: WordRows) -> Floats:
        """Vectors of texts, as `MeaningVectorizer.transform` gives them."""
        n_texts = len(words.bounds) - 1
        out = np.empty((n_texts, MEANING_SIZE))
        _check(
            self._means(
                *(pointer(self._vectors), len(self._vectors), MEANING_SIZE),
                *map(pointer, self._meaning),
                MEANING_LENGTH,
                *(pointer(words.numbers), pointer(words.bounds), n_texts, pointer(out)),
            )
        )
        return out

    def responses(self, words: WordRows) -> Singles:
        """Best match of each detector, as `Windows.respond` gives it."""
        ids = self._words.ids(words)
        self._ensure_projected(ids)
        n_texts, n_detectors = len(words.bounds) - 1, len(self._bias)
        best = np.empty((n_texts, n_detectors), dtype=np.float32)
        _check(
            self._best(
                *(pointer(self._projected), len(self._projected)),
                *(pointer(self._bias), n_detectors),
                *(pointer(ids), pointer(words.bounds), n_texts, MOST_WORDS, pointer(best)),
            )
        )
        return best

    def _ensure_projected(self, ids: Ints) -> None:
        """Weigh the words that are seen for the first time."""
        if self._is_projected[ids].all():
            return
        with self._lock:
            fresh = np.unique(ids[~self._is_projected[ids]])
            _check(
                self._project(
                    *(pointer(fresh), len(fresh)),
                    *(pointer(self._vectors), len(self._vectors), MEANING_SIZE),
                    *(pointer(self._weights), self._weights.shape[1], len(self._bias)),
                    pointer(self._projected),
                )
            )
            self._is_projected[fresh] = True


def _check(done: int) -> None:
    if not done:
        raise MemoryError("no memory for the units of the texts")


def _singles(array: npt.NDArray[Any]) -> Singles:
    return np.ascontiguousarray(array, dtype=np.float32)
