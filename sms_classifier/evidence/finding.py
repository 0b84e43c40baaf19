"""What a piece of evidence is: a kind, a place in the text as given, and a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Finding", "Hit"]


class Hit(NamedTuple):
    """Evidence in plain text: ``plain[start:end]`` shows ``kind`` because of ``reason``."""

    kind: str
    start: int
    end: int
    reason: str


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
