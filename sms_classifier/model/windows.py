"""Detectors that slide over three words in a row, and keep their best match in the text.

N-grams know only wording that training has shown; the mean of word vectors knows no order. A
detector weighs the vectors of three neighbouring words, so it answers to what a phrase means, in
words never seen together (Kim 2014, "Convolutional Neural Networks for Sentence Classification").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sms_classifier.text.meaning import (
    MEANING_SIZE,
    known_words,
    n_known_words,
    unit_vectors,
    word_places,
)
from sms_classifier.text.segment import split_texts
from sms_classifier.text.words import WordRows

__all__ = [
    "EMPTY",
    "MOST_WORDS",
    "WINDOW",
    "WindowWords",
    "Windows",
    "WordSequences",
    "has_vector",
    "has_weights",
    "n_word_inputs",
    "own_row",
    "split_numbers",
]

Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
WINDOW = 3  # words; five were no better, tried on one fold
MOST_WORDS = 128  # of a text that detectors look at
_TEXTS_TOGETHER = 32  # what they need fits the processor's cache
EMPTY = 0  # number of a place without a word
_FREQUENT = 0.015  # share of texts from which a word without a vector gets weights of its own


@dataclass(frozen=True, slots=True)
class WordSequences:
    """Words of texts as numbers, one text after the other, an empty place around each.

    Attributes
    ----------
    ids : ndarray of int, shape (n_words + n_texts + 1,)
        Begins with an empty place, and has one behind each text.
    starts, ends : ndarray of int, shape (n_texts,)
        Where each text begins in ``ids[1:]``, and the empty place behind it.
    """

    ids: Ints
    starts: Ints
    ends: Ints

    @classmethod
    def join(cls, ids: Ints, lengths: Ints) -> WordSequences:
        """Put empty places around texts whose words stand one after the other in `ids`.

        Examples
        --------
        >>> WordSequences.join(np.array([5, 6, 7]), np.array([2, 1])).ids.tolist()
        [0, 5, 6, 0, 7, 0]
        """
        n_texts = len(lengths)
        joined = np.zeros(len(ids) + n_texts + 1, dtype=np.int64)
        joined[np.arange(len(ids)) + np.repeat(np.arange(1, n_texts + 1), lengths)] = ids
        starts = np.cumsum(lengths) - lengths + np.arange(n_texts)
        return cls(joined, starts, starts + lengths)

    def part(self, first: int, last: int) -> tuple[WordSequences, slice]:
        """Some of the texts, and where their words stand in ``ids``."""
        starts, ends = self.starts[first:last], self.ends[first:last]
        words = slice(int(starts[0]), int(ends[-1]) + 2)
        return WordSequences(self.ids[words], starts - starts[0], ends - starts[0]), words


class WindowWords:
    """Numbers of words: those with a vector, all others, then frequent ones without a vector.

    Parameters
    ----------
    own : sequence of str
        Words without a vector (marks, single characters) that have weights of their own.
    """

    def __init__(self, own: Sequence[str] = ()) -> None:
        self.own = tuple(own)
        self._unknown = n_known_words() + 1
        self._special = {word: self._unknown + place for place, word in enumerate(self.own, 1)}
        self._special[" "] = EMPTY

    def __reduce__(self) -> tuple[type[WindowWords], tuple[tuple[str, ...]]]:
        """Pickle the own words only; the others stand in the resources."""
        return WindowWords, (self.own,)

    @classmethod
    def fit(cls, counts: Mapping[str, int], n_texts: int, *, least: int) -> WindowWords:
        """Learn which words without a vector at least 1.5 % of the texts, and `least`, show.

        Parameters
        ----------
        counts : mapping of str to int
            In how many of the texts each word stands that `least` of them show.
        n_texts, least : int
        """
        least = max(least, int(_FREQUENT * n_texts))
        known = word_places()
        return cls(sorted(word for word, n in counts.items() if n >= least and word not in known))

    def state(self) -> npt.NDArray[np.uint8]:
        """Bytes from which `from_state` makes the same numbers."""
        return np.frombuffer("\n".join(self.own).encode(), dtype=np.uint8)

    @classmethod
    def from_state(cls, state: npt.NDArray[np.uint8]) -> WindowWords:
        """Make the numbers from the bytes of `state`."""
        return cls(bytes(state).decode().split("\n") if len(state) else ())

    @cached_property
    def vocabulary(self) -> list[str]:
        """Words that `ids` and `sequences` take as numbers."""
        return list(dict.fromkeys([*known_words(), *self._special]))

    @cached_property
    def _table(self) -> Ints:
        """Number of each word of the vocabulary here, and, last, of all others."""
        table = np.arange(1, len(self.vocabulary) + 2)
        places = {word: place for place, word in enumerate(self.vocabulary[n_known_words() :])}
        known = word_places() if len(places) < len(self._special) else {}
        for word, number in self._special.items():
            place = known[word] if word in known else n_known_words() + places[word]
            table[place] = number
        table[-1] = self._unknown
        return table

    def ids(self, words: WordRows) -> Ints:
        """Number of each word here, ``EMPTY`` for blanks, from its number in `vocabulary`."""
        return self._table[words.numbers]

    def sequences(self, words: WordRows) -> WordSequences:
        """Numbers of the first words of texts, from those in `vocabulary`."""
        return _joined(self.ids(words), words.bounds)

    def read(self, words: Sequence[str]) -> WordSequences:
        """Numbers of the words of texts, cut by `segment.cut_joined`; blanks are passed over."""
        known, special = word_places(), self._special
        texts = split_texts(words)
        ids = [
            special[word] if word in special else known.get(word, self._unknown - 1) + 1
            for text in texts
            for word in text
        ]
        bounds = np.cumsum([0, *map(len, texts)])
        return _joined(np.array(ids, dtype=np.int64), bounds)


def _joined(ids: Ints, bounds: Ints) -> WordSequences:
    """Sequences of the first words that are in no empty place."""
    n_texts = len(bounds) - 1
    is_word = ids > EMPTY
    texts = np.repeat(np.arange(n_texts), np.diff(bounds))[is_word]
    ids = ids[is_word]
    lengths = np.bincount(texts, minlength=n_texts)
    place = np.arange(len(ids)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return WordSequences.join(ids[place < MOST_WORDS], np.minimum(lengths, MOST_WORDS))


@dataclass(frozen=True, slots=True)
class Windows:
    """Weights of the detectors.

    Attributes
    ----------
    weights : ndarray of shape (WINDOW, MEANING_SIZE + 1 + n_own, n_detectors)
        For a word with a vector, those of its dimensions; for another, its own.
    bias : ndarray of shape (n_detectors,)
    """

    weights: Singles
    bias: Singles

    def respond(self, sequences: WordSequences) -> Singles:
        """Best match of each detector in each text, 0 at least, shape (n_texts, n_detectors)."""
        unique, local = split_numbers(sequences.ids)
        projected = self._project(unique)
        best = np.empty((len(sequences.starts), len(self.bias)), dtype=np.float32)
        for first in range(0, len(best), _TEXTS_TOGETHER):
            part, words = sequences.part(first, first + _TEXTS_TOGETHER)
            found = self._slide(projected, local[words], part)
            np.maximum.reduceat(
                found, part.starts, axis=0, out=best[first : first + len(part.starts)]
            )
        return best

    def matches(self, sequences: WordSequences, unique: Ints, local: Ints) -> Singles:
        """Match of each detector around each place of ``sequences.ids[1:]``."""
        return self._slide(self._project(unique), local, sequences)

    def _slide(self, projected: Singles, local: Ints, sequences: WordSequences) -> Singles:
        before, at, behind = projected
        found: Singles = at[local[1:]]
        found += before[local[:-1]]
        found[:-1] += behind[local[2:]]
        found += self.bias
        found[sequences.ends] = 0.0
        return found

    def _project(self, ids: Ints) -> Singles:
        """Weigh each word as it would stand in each place of a window."""
        known, listed = has_vector(ids), has_weights(ids)
        projected = np.zeros((WINDOW, len(ids), len(self.bias)), dtype=np.float32)
        projected[:, known] = unit_vectors(ids[known] - 1) @ self.weights[:, :MEANING_SIZE]
        projected[:, listed] = self.weights[:, own_row(ids[listed])]
        return projected


def has_vector(ids: Ints) -> npt.NDArray[np.bool_]:
    """Which numbers are those of words with a vector."""
    return (ids > EMPTY) & (ids <= n_known_words())


def has_weights(ids: Ints) -> npt.NDArray[np.bool_]:
    """Which numbers are those of words that have weights of their own, or share the unknown's."""
    return ids > n_known_words()


def own_row(ids: Ints) -> Ints:
    """Rows of the window weights for such words."""
    return ids - n_known_words() - 1 + MEANING_SIZE


def n_word_inputs(greatest: int) -> int:
    """Rows of the window weights when `greatest` is the greatest number of a word."""
    return MEANING_SIZE + max(1, greatest - n_known_words())


def split_numbers(ids: Ints) -> tuple[Ints, Ints]:
    """Distinct numbers, and the place of each number among them; sorts nothing.

    Examples
    --------
    >>> [part.tolist() for part in split_numbers(np.array([7, 2, 7]))]
    [[2, 7], [1, 0, 1]]
    """
    seen = np.zeros(int(ids.max()) + 1, dtype=bool)
    seen[ids] = True
    unique = np.flatnonzero(seen)
    place = np.empty(len(seen), dtype=np.int64)
    place[unique] = np.arange(len(unique))
    return unique, place[ids]
