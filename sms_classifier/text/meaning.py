"""What the words of a text are about: the mean of word vectors learnt on other texts.

Words that no training message shows still have a place near words that some did, so wording never
seen is read as its neighbours are. The vectors are a resource (``resources/NOTICE``); how much a
word counts, and where the middle lies, are learnt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.lexicons import RESOURCES
from sms_classifier.text.ngrams import SparseRows
from sms_classifier.text.segment import BREAK

__all__ = ["MEANING_SIZE", "MeaningVectorizer", "n_known_words", "unit_vectors", "word_places"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MEANING_SIZE = 100  # dimensions of the word vectors
_UNKNOWN, _BREAK_PLACE = -1, -2
_LENGTH = 2.0  # of a text's vector, beside the two n-gram blocks of length 1


@cache
def _vectors() -> npt.NDArray[np.float32]:
    with (RESOURCES / "word_vectors.npy").open("rb") as file:
        return np.asarray(np.load(file, allow_pickle=False), dtype=np.float32)


@cache
def word_places() -> dict[str, int]:
    """Row of each word's vector; below zero for the break between texts."""
    words = (RESOURCES / "word_vectors.txt").read_text("utf-8").split("\n")[:-1]
    return {word: place for place, word in enumerate(words)} | {BREAK: _BREAK_PLACE}


def n_known_words() -> int:
    """Count the words that have a vector.

    Examples
    --------
    >>> n_known_words() > 20_000
    True
    """
    return len(word_places()) - 1


def unit_vectors(places: Ints) -> npt.NDArray[np.float32]:
    """Vectors of words, each of length 1, shape (n_words, MEANING_SIZE).

    Examples
    --------
    >>> unit_vectors(np.array([word_places()["贷款"]])).shape
    (1, 100)
    """
    found = _vectors()[places]
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9))


class MeaningVectorizer:
    r"""Weighted mean of the vectors of a text's distinct words, centred, of length 2 (or 0).

    Attributes
    ----------
    weights_ : ndarray of shape (n_known_words,)
        Inverse document frequency of each word that has a vector (Arora et al. 2017, "A simple but
        tough-to-beat baseline for sentence embeddings", weigh and centre likewise).
    centre_ : ndarray of shape (MEANING_SIZE,)
        Mean over the training texts.

    Examples
    --------
    >>> words = ["贷款", "逾期", "\n", "借款", "到期", "\n", "快递", "取件"]
    >>> loan, debt, parcel = MeaningVectorizer().fit(words).transform(words)
    >>> bool(loan @ debt > loan @ parcel)
    True
    """

    def fit(self, words: Sequence[str]) -> MeaningVectorizer:
        """Learn weights and centre from the words of all texts, cut by `segment.cut_joined`."""
        found = _distinct_words(words)
        shown = 1 + np.bincount(found[1], minlength=n_known_words())
        self.weights_ = np.log((1 + found[2]) / shown).astype(np.float32)
        self.centre_ = np.zeros(MEANING_SIZE, dtype=np.float32)
        self.centre_ = self._sums(*found).mean(axis=0).astype(np.float32)
        return self

    def transform(self, words: Sequence[str]) -> Floats:
        """Vectors of texts, shape (n_texts, MEANING_SIZE), from their words as given to `fit`."""
        sums = self._sums(*_distinct_words(words))
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(_LENGTH * sums / np.maximum(lengths, 1e-9))

    def _sums(self, rows: Ints, places: Ints, n_texts: int) -> Floats:
        starts = np.searchsorted(rows, np.arange(n_texts + 1))
        sums = SparseRows(starts, places, self.weights_[places].astype(float), n_known_words()).dot(
            _vectors()
        )
        sums[np.diff(starts) > 0] -= self.centre_
        return sums

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays from which `from_state` makes the same vectoriser."""
        return {"weights": self.weights_, "centre": self.centre_}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> MeaningVectorizer:
        """Make a fitted vectoriser from the arrays of `state`."""
        made = cls()
        made.weights_ = np.asarray(state["weights"], dtype=np.float32)
        made.centre_ = np.asarray(state["centre"], dtype=np.float32)
        return made


def _distinct_words(words: Sequence[str]) -> tuple[Ints, Ints, int]:
    """Text and place of every word that has a vector, each once a text; the number of texts."""
    find = word_places().get
    places = np.array([*map(find, words, repeat(_UNKNOWN))], dtype=np.int64)
    texts = np.cumsum(places == _BREAK_PLACE)
    known = places >= 0
    cells = np.unique(texts[known] * n_known_words() + places[known])
    rows, places = np.divmod(cells, n_known_words())
    return rows, places, int(texts[-1]) + 1 if len(texts) else 1
