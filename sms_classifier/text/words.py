"""Words of many texts as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.segment import BREAK, cut_joined

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
        Distinct words.

    Examples
    --------
    >>> rows = WordReader(["还款", "请"]).read(TextChunk(["请于明日还款", "", "还款"]))
    >>> rows.numbers.tolist(), rows.bounds.tolist()
    ([1, -1, -1, 0, 0], [0, 4, 4, 5])
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {word: place for place, word in enumerate(vocabulary)}
        self._numbers[BREAK] = _BREAK_NUMBER

    def read(self, chunk: TextChunk) -> WordRows:
        """Cut and number the words of each text; the texts hold no line breaks."""
        words = cut_joined(chunk.texts) if len(chunk) else []
        numbers = np.array([*map(self._numbers.get, words, repeat(UNKNOWN))], dtype=np.int64)
        breaks = np.flatnonzero(numbers == _BREAK_NUMBER)
        ends = np.append(breaks, len(numbers)) - np.arange(len(breaks) + 1)
        return WordRows(np.delete(numbers, breaks), np.append(0, ends)[: len(chunk) + 1])
