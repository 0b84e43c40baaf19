"""All places of many phrases in many texts, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sms_classifier.text.chunk import TextChunk

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
    """Finds phrases wherever they stand, within one another too (Aho and Corasick 1975).

    Parameters
    ----------
    phrases : sequence of str
        Distinct, not empty, without line breaks.

    Examples
    --------
    >>> hits = PhraseMatcher(["还款", "款"]).find(TextChunk(["请还款", "款"]))
    >>> [part.tolist() for part in hits]
    [[0, 1, 1], [1, 2, 4], [3, 3, 5]]
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self._matcher = AhoCorasick(
            list(phrases),
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        )

    def find(self, chunk: TextChunk) -> PhraseHits:
        """Find every place of every phrase; none reaches over the end of a text."""
        found = self._matcher.find_matches_as_indexes(chunk.joined, overlapping=True)
        hits = np.array(found, dtype=np.int64).reshape(-1, 3)
        order = np.lexsort((hits[:, 2], hits[:, 1]))
        return PhraseHits(*hits[order].T)
