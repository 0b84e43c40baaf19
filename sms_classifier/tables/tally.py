"""Counting what a run has done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Summary", "Tally", "summarize"]


@dataclass(slots=True)
class Tally:
    """Rows done so far, by label and status, and how many a person should look at."""

    rows: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    review: int = 0

    def add(self, statuses: Sequence[str], added: Mapping[str, Sequence[str]]) -> None:
        """Count some more rows; ``added`` holds the rows with status ``ok`` only."""
        self.rows += len(statuses)
        _count(self.statuses, statuses)
        _count(self.labels, added.get("label", ()))
        self.review += list(added.get("review", ())).count("true")

    def copy(self) -> Tally:
        """Take a copy that later rows leave alone."""
        return Tally(self.rows, dict(self.labels), dict(self.statuses), self.review)


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


def summarize(tally: Tally, *, seconds: float, resumed: int, encoding: str | None) -> Summary:
    """Sum up a finished run.

    Examples
    --------
    >>> tally = Tally(2, {"vague": 1}, {"empty": 1, "ok": 1}, review=1)
    >>> summarize(tally, seconds=0.5, resumed=0, encoding="utf-8").is_clean
    False
    """
    labels = dict(Counter(tally.labels).most_common())
    statuses = dict(Counter(tally.statuses).most_common())
    return Summary(tally.rows, labels, statuses, tally.review, seconds, resumed, encoding)


def _count(counts: dict[str, int], names: Sequence[str]) -> None:
    """Add the frequency of some names to their counts."""
    for name, times in Counter(names).items():
        counts[name] = counts.get(name, 0) + times
