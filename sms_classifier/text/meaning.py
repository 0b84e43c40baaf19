"""What the words of a text are about: the mean of word vectors learnt on other texts.

Words that no training message shows still have a place near words that some did, so wording never
seen is read as its neighbours are. The vectors are a resource (``resources/NOTICE``); how much a
word counts, and where the middle lies, are learnt.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.lexicons import RESOURCES
from sms_classifier.text.sparse import SparseRows
from sms_classifier.text.words import WordRows

__all__ = [
    "MEANING_LENGTH",
    "MEANING_SIZE",
    "MeaningVectorizer",
    "known_words",
    "n_known_words",
    "unit_vectors",
    "vectors",
    "word_places",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MEANING_SIZE = 100  # dimensions of the word vectors
MEANING_LENGTH = 2.0  # of a text's vector, beside the two n-gram blocks of length 1


@cache
def vectors() -> npt.NDArray[np.float32]:
    """Vectors of all words that have one, shape (n_known_words, MEANING_SIZE).

    Examples
    --------
    >>> vectors().shape == (n_known_words(), MEANING_SIZE)
    True
    """
    with (RESOURCES / "word_vectors.npy").open("rb") as file:
        return np.ascontiguousarray(np.load(file, allow_pickle=False), dtype=np.float32)


@cache
def known_words() -> tuple[str, ...]:
    """Words that have a vector, in the order of the vectors.

    Examples
    --------
    >>> "贷款" in known_words()
    True
    """
    return tuple((RESOURCES / "word_vectors.txt").read_text("utf-8").split("\n")[:-1])


@cache
def word_places() -> dict[str, int]:
    """Row of each word's vector.

    Examples
    --------
    >>> known_words()[word_places()["贷款"]]
    '贷款'
    """
    return {word: place for place, word in enumerate(known_words())}


def n_known_words() -> int:
    """Count the words that have a vector.

    Examples
    --------
    >>> n_known_words() > 20_000
    True
    """
    return len(known_words())


def unit_vectors(places: Ints) -> npt.NDArray[np.float32]:
    """Vectors of words, each of length 1, shape (n_words, MEANING_SIZE).

    Examples
    --------
    >>> unit_vectors(np.array([word_places()["贷款"]])).shape
    (1, 100)
    """
    found = vectors()[places]
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
    >>> from sms_classifier.text.chunk import TextChunk
    >>> from sms_classifier.text.words import WordReader
    >>> texts = TextChunk(["贷款逾期", "借款到期", "快递取件"])
    >>> words = WordReader(known_words()).read(texts)
    >>> loan, debt, parcel = MeaningVectorizer().fit(words).transform(words)
    >>> bool(loan @ debt > loan @ parcel)
    True
    """

    def fit(self, words: WordRows) -> MeaningVectorizer:
        """Learn weights and centre from the words of all texts, as numbers of `known_words`."""
        rows, places = _distinct_words(words)
        n_texts = len(words.bounds) - 1
        shown = 1 + np.bincount(places, minlength=n_known_words())
        self.weights_ = np.log((1 + n_texts) / shown).astype(np.float32)
        self.centre_ = np.zeros(MEANING_SIZE, dtype=np.float32)
        self.centre_ = self._sums(rows, places, n_texts).mean(axis=0).astype(np.float32)
        return self

    def transform(self, words: WordRows) -> Floats:
        """Vectors of texts, shape (n_texts, MEANING_SIZE), from their words as given to `fit`."""
        sums = self._sums(*_distinct_words(words), len(words.bounds) - 1)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(MEANING_LENGTH * sums / np.maximum(lengths, 1e-9))

    def _sums(self, rows: Ints, places: Ints, n_texts: int) -> Floats:
        starts = np.searchsorted(rows, np.arange(n_texts + 1))
        sums = SparseRows(starts, places, self.weights_[places].astype(float), n_known_words()).dot(
            vectors()
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


def _distinct_words(words: WordRows) -> tuple[Ints, Ints]:
    """Text and place of every word that has a vector, each once a text."""
    n_texts = len(words.bounds) - 1
    texts = np.repeat(np.arange(n_texts), np.diff(words.bounds))
    known = words.numbers >= 0
    cells = np.unique(texts[known] * n_known_words() + words.numbers[known])
    rows, places = np.divmod(cells, n_known_words())
    return rows, places
