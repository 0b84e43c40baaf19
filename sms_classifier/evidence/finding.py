"""What a piece of evidence is: a kind, a place in the text as given, and a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sms_classifier.evidence.spans import Row

__all__ = ["Finding", "Found", "Hit", "join_touching"]


class Hit(NamedTuple):
    """Evidence in plain text: ``plain[start:end]`` shows ``kind`` because of ``reason``."""

    kind: str
    start: int
    end: int
    reason: str


class Found(NamedTuple):
    """Evidence of one kind in several messages: rows of message, start and end in plain text."""

    kind: str
    reason: str
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Finding:
    """Evidence in the text as given.

    Attributes
    ----------
    kind : str
        A kind of data/RUBRIC.md §2.
    start, end : int
        Character offsets into the text as given, ``0 <= start < end <= len(text)``.
    text : str
        ``given[start:end]``: what the reader sees.
    reason : str
        The rule or lexicon entry that spoke, with its source behind a semicolon.
    """

    kind: str
    start: int
    end: int
    text: str
    reason: str


def join_touching(spans: Iterable[tuple[str, int, int, str]]) -> list[tuple[str, int, int, str]]:
    """Make one of spans (kind, begin, end, reason) of a kind that touch, with the first reason.

    Examples
    --------
    >>> join_touching([("date", 0, 2, "a"), ("date", 2, 5, "b"), ("date", 7, 9, "c")])
    [('date', 0, 5, 'a'), ('date', 7, 9, 'c')]
    """
    joined: list[tuple[str, int, int, str]] = []
    for kind, start, end, reason in sorted(spans, key=lambda span: (span[0], span[1], -span[2])):
        if joined and joined[-1][0] == kind and start <= joined[-1][2]:
            _, first, last, first_reason = joined.pop()
            joined.append((kind, first, max(end, last), first_reason))
        else:
            joined.append((kind, start, end, reason))
    return joined
