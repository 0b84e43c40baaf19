"""Stretches of many texts, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["NOWHERE", "Flags", "Ints", "Row", "Span", "Spans"]

NOWHERE = np.iinfo(np.int64).max // 2  # behind every text, with room to count from there
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Span = tuple[int, int]  # start and end in a text
Row = tuple[int, int, int]  # which text, start and end in it


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of ``chunk.joined``, each within one text, in text order.

    Attributes
    ----------
    text, start, end : ndarray of int64, shape (n_spans,)
    """

    text: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.text)

    def where(self, flags: Flags) -> Spans:
        """Those that are flagged."""
        if not len(self):
            return self
        return Spans(self.text[flags], self.start[flags], self.end[flags])

    def first(self, count: int) -> Spans:
        """The first of each text.

        Examples
        --------
        >>> column = np.array([0, 0, 0, 4])
        >>> Spans(column, column, column).first(2).text.tolist()
        [0, 0, 4]
        """
        if len(self) <= count:
            return self
        begun = np.searchsorted(self.text, self.text)
        return self.where(np.arange(len(self)) - begun < count)
