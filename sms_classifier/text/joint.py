"""Words cut once, and numbered for each part of a model that knows words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.words import UNKNOWN, WordReader, WordRows

__all__ = ["JointReader"]

Ints = npt.NDArray[np.int64]


class JointReader:
    """Reads texts as one `WordReader` for each vocabulary would, but cuts them once.

    Parameters
    ----------
    *vocabularies : sequence of str
        Distinct words each; the largest is best first.

    Examples
    --------
    >>> first, second = JointReader(["请", "还款"], ["还款"]).read(TextChunk(["请还款"]))
    >>> first.numbers.tolist(), second.numbers.tolist()
    ([0, 1], [-1, 0])
    """

    def __init__(self, *vocabularies: Sequence[str]) -> None:
        joint = list(dict.fromkeys(chain.from_iterable(vocabularies)))
        places = {word: place for place, word in enumerate(joint)}
        self._reader = WordReader(joint)
        self._tables = [_table(vocabulary, places) for vocabulary in vocabularies]

    def read(self, chunk: TextChunk) -> tuple[WordRows, ...]:
        """Words of each text, which hold no line breaks, as numbers of each vocabulary."""
        numbers, bounds = self._reader.read(chunk)
        return tuple(WordRows(table[numbers], bounds) for table in self._tables)


def _table(vocabulary: Sequence[str], places: dict[str, int]) -> Ints:
    """From joint numbers to those of a vocabulary; ``UNKNOWN`` is the last place."""
    table = np.full(len(places) + 1, UNKNOWN, dtype=np.int64)
    table[[*map(places.__getitem__, vocabulary)]] = np.arange(len(vocabulary))
    return table
