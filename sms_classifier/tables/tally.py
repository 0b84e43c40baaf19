"""Counting what a run has done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Summary", "Tally"]


@dataclass(slots=True)
class Tally:
    """Rows done so far, by label and status, and how many a person should look at."""

    rows: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    review: int = 0

    def add(self, statuses: Sequence[str], added: Mapping[str, Sequence[str]]) -> None:
        """Count some more rows; ``added`` holds the rows with status ``ok`` only."""
        self.rows += len(statuses)
        self.statuses.update(statuses)
        self.labels.update(added.get("label", ()))
        self.review += list(added.get("review", ())).count("true")

    def copy(self) -> Tally:
        """Take a copy that later rows leave alone."""
        return Tally(self.rows, self.labels.copy(), self.statuses.copy(), self.review)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a finished run has to say.

    Attributes
    ----------
    rows : int
    labels, statuses : dict of str to int
        Most frequent first.
    review : int
        Rows that a person should look at.
    seconds : float
        Of this run; after a resume the rows of earlier runs are counted, their time is not.
    resumed : int
        Rows that were done already.
    encoding : str or None
        How the input was decoded.
    """

    rows: int
    labels: dict[str, int]
    statuses: dict[str, int]
    review: int
    seconds: float
    resumed: int = 0
    encoding: str | None = None

    @property
    def is_clean(self) -> bool:
        """Whether every row has status ``ok``; if not, ``--strict`` exits with 3."""
        return set(self.statuses) <= {"ok"}
