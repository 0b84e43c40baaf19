"""What a supervisor asks of many messages, counted in one pass and bounded memory.

Counted are verdicts on texts: a sender's share of a label says how its messages read, not what
it did. Beyond the bounds below the rest is counted together and said to be.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sms_classifier.labels import Label
from sms_classifier.text.mask import mask
from sms_classifier.training.copies import NearCopies
from sms_classifier.training.drift import confidence_bin
from sms_classifier.training.measures import BINS

__all__ = ["DAY_COLUMNS", "REST", "Audit", "Counts", "Growth", "Trap", "day_of"]

DAY_COLUMNS = (
    "day",
    "date",
    "time",
    "timestamp",
    "sent_at",
    "日期",
    "时间",
    "发送时间",
    "接收时间",
)
REST = "…"  # senders beyond the bound
_MOST_SENDERS = 50_000  # about 100 MB of counts
_MOST_TRAPS = 5_000  # clusters remembered; small ones make way
_WINDOW = 7  # days compared with as many before them
_DAY = re.compile(
    r"\A\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})|\A\s*(\d{4})(\d{2})(\d{2})(?:\D|\d{6}|$)"
)


def day_of(cell: str) -> str:
    """Day of a date or time as written, in ISO form; empty when it is none.

    Examples
    --------
    >>> day_of("2026/3/5 08:00"), day_of("2026年3月5日"), day_of("20260305"), day_of("soon")
    ('2026-03-05', '2026-03-05', '2026-03-05', '')
    """
    match = _DAY.match(cell)
    if match is None:
        return ""
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


@dataclass(slots=True)
class Counts:
    """Counts of some messages."""

    n: int = 0
    in_scope: int = 0
    review: int = 0
    unknown: float = 0.0
    labels: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    misconduct: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, str]) -> None:
        """Count a message with the columns that `observe.load_observer` gives."""
        self.n += 1
        self.in_scope += row["label"] != Label.OTHER
        self.review += row["review"] == "true"
        self.unknown += float(row["unknown"])
        self.labels[row["label"]] += 1
        self.missing.update(filter(None, row["missing"].split("|")))
        self.misconduct.update(filter(None, row["misconduct"].split("|")))


@dataclass(slots=True)
class Trap:
    """A cluster of near-copies among fraudulent messages, with one of them masked."""

    example: str
    n: int = 0
    days: Counter[str] = field(default_factory=Counter)
    senders: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Growth:
    """A trap with its messages in the last days and in as many days before."""

    trap: Trap
    recent: int
    earlier: int

    @property
    def gain(self) -> int:
        """How many more there are than before."""
        return self.recent - self.earlier


class Audit:
    """Counts of a table of messages."""

    def __init__(self) -> None:
        self.all = Counts()
        self.senders: dict[str, Counts] = {}
        self.days: dict[str, Counts] = {}
        self.statuses: Counter[str] = Counter()
        self.bins = [0] * BINS
        self.traps: dict[int, Trap] = {}
        self.forgot_traps = False
        self._copies = NearCopies(leaders_only=True)

    def add(self, row: Mapping[str, str], *, text: str, sender: str, day: str) -> None:
        """Count a message of status ``ok``."""
        self.all.add(row)
        self.bins[confidence_bin(float(row["confidence"]))] += 1
        if sender not in self.senders and len(self.senders) >= _MOST_SENDERS:
            sender = REST
        self.senders.setdefault(sender, Counts()).add(row)
        if day:
            self.days.setdefault(day, Counts()).add(row)
        if row["shape"]:
            self._add_trap(row["shape"], text, sender, day)

    def _add_trap(self, shape: str, text: str, sender: str, day: str) -> None:
        group = self._copies.group(shape)
        if group not in self.traps:
            if len(self.traps) >= _MOST_TRAPS:
                self._forget(group)
            self.traps[group] = Trap(mask(text))
        trap = self.traps[group]
        trap.n += 1
        trap.senders.add(sender)
        if day:
            trap.days[day] += 1

    def _forget(self, newest: int) -> None:
        """Keep the larger half of the traps, of equal ones the newer."""
        order = sorted(self.traps, key=lambda group: (self.traps[group].n, group), reverse=True)
        self.traps = {group: self.traps[group] for group in order[: _MOST_TRAPS // 2]}
        self._copies.keep({*self.traps, newest})
        self.forgot_traps = True

    def windows(self) -> tuple[set[str], set[str]]:
        """Days of the last window and of the one before, by the calendar of the messages."""
        if not self.days:
            return set(), set()
        last = datetime.date.fromisoformat(max(self.days))
        span = (last - datetime.date.fromisoformat(min(self.days))).days + 1
        width = max(1, min(_WINDOW, span // 2))
        ages = {day: (last - datetime.date.fromisoformat(day)).days for day in self.days}
        recent = {day for day, age in ages.items() if age < width}
        earlier = {day for day, age in ages.items() if width <= age < 2 * width}
        return recent, earlier if span > 1 else set()

    def growths(self) -> list[Growth]:
        """Traps of two messages and more, the fastest growing first; without days the largest."""
        recent, earlier = self.windows()
        found = [
            Growth(trap, _within(trap, recent), _within(trap, earlier))
            for trap in self.traps.values()
            if trap.n > 1
        ]
        return sorted(found, key=lambda growth: (-growth.gain, -growth.trap.n))

    def ordered_senders(self) -> Sequence[tuple[str, Counts]]:
        """Senders, the most messages first."""
        return sorted(self.senders.items(), key=lambda item: (-item[1].n, item[0]))


def _within(trap: Trap, days: set[str]) -> int:
    return sum(n for day, n in trap.days.items() if day in days)
