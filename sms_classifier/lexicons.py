"""Facts and phrases as data: ``resources/*.csv`` read once into frozen values.

Every table has a source; adding an institution, a phrase or a look-alike is one row. This module
only reads: what the rows mean is decided by the rooms above.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = [
    "RESOURCES",
    "Concept",
    "Helpline",
    "Hotline",
    "Institution",
    "Rule",
    "concepts",
    "digits_of",
    "helplines",
    "hotlines",
    "institutions",
    "rows",
    "rules",
]

RESOURCES = files("sms_classifier") / "resources"
TRUSTED = 2  # hotlines verify from this confidence on (../shared/domain: two sources or a register)


@dataclass(frozen=True, slots=True)
class Institution:
    """A lender, platform or carrier that can be named.

    ``kind`` is the registry's type (``bank``, ``consumer_finance``, …); ``names`` are all the
    ways in which texts spell it; ``confidence`` is 1 (one source) to 3.
    """

    name: str
    kind: str
    names: tuple[str, ...]
    apps: tuple[str, ...]
    domains: tuple[str, ...]
    source: str
    confidence: int


@dataclass(frozen=True, slots=True)
class Hotline:
    """A public telephone number of an institution, digits only."""

    institution: str
    number: str
    use: str
    current: bool
    source: str
    confidence: int

    @property
    def verifies(self) -> bool:
        """Whether a match supports the message (current, and well enough sourced)."""
        return self.current and self.confidence >= TRUSTED


@dataclass(frozen=True, slots=True)
class Helpline:
    """A public line to turn to."""

    number: str
    name: str
    purpose: str
    source: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A named set of phrases that mean the same for the rules.

    ``is_feature`` tells whether a model is told that a message says it; a concept that only
    helps a rule is not, so rules can be widened without training again.
    """

    name: str
    phrases: tuple[str, ...]
    is_feature: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of evidence shown by concepts that follow one another in a sentence.

    ``sequence`` holds the concepts in order; ``gaps`` the most characters allowed between each
    and the one before; ``unless`` concepts that void it in the same sentence (with ``*`` in
    front: anywhere in the message); ``negatable`` whether "never", "do not" or "is a scam"
    around it voids it.
    """

    kind: str
    name: str
    sequence: tuple[str, ...]
    gaps: tuple[int, ...]
    unless: tuple[str, ...]
    negatable: bool
    source: str


def rows(table: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a resource table.

    Examples
    --------
    >>> next(rows("helplines"))["number"]
    '12378'
    """
    yield from csv.DictReader(
        (RESOURCES / f"{table}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    )


def digits_of(number: str) -> str:
    """Digits of a telephone number as written.

    Examples
    --------
    >>> digits_of("021-95561")
    '02195561'
    """
    return "".join(char for char in number if char.isdigit())


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@cache
def institutions() -> tuple[Institution, ...]:
    """Institutions of the registry, in its order."""
    return tuple(
        Institution(
            name=row["short_name"],
            kind=row["type"],
            names=tuple(dict.fromkeys((*_split(row["aliases"]), row["name_full"]))),
            apps=_split(row["app_names"]),
            domains=_split(row["domains"]),
            source=row["source"],
            confidence=int(row["confidence"]),
        )
        for table in ("institutions", "brands")
        for row in rows(table)
    )


@cache
def hotlines() -> dict[str, tuple[Hotline, ...]]:
    """Hotlines by institution name."""
    table: dict[str, list[Hotline]] = {}
    for row in rows("hotlines"):
        hotline = Hotline(
            institution=row["short_name"],
            number=digits_of(row["number"]),
            use=row["kind"],
            current=row["status"] == "current",
            source=row["sources"],
            confidence=int(row["confidence"]),
        )
        table.setdefault(hotline.institution, []).append(hotline)
    return {name: tuple(found) for name, found in table.items()}


@cache
def helplines() -> dict[str, Helpline]:
    """Public lines by number."""
    return {
        row["number"]: Helpline(row["number"], row["name"], row["purpose"], row["source"])
        for row in rows("helplines")
    }


@cache
def concepts() -> tuple[Concept, ...]:
    """Concepts with their phrases, in the order of the table."""
    return tuple(
        Concept(
            row["concept"], tuple(dict.fromkeys(row["phrases"].split())), row["feature"] == "yes"
        )
        for row in rows("concepts")
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Rules that lead from concepts to kinds of evidence."""
    return tuple(_rule(row) for row in rows("rules"))


def _rule(row: dict[str, str]) -> Rule:
    sequence: list[str] = []
    gaps: list[int] = []
    gap = DEFAULT_GAP
    for token in row["pattern"].split():
        if token.startswith("<"):
            gap = int(token[1:])
            continue
        sequence.append(token)
        gaps.append(gap)
        gap = DEFAULT_GAP
    return Rule(
        kind=row["kind"],
        name=row["rule"],
        sequence=tuple(sequence),
        gaps=tuple(gaps),
        unless=tuple(row["unless"].split()),
        negatable=row["negatable"] == "yes",
        source=row["source"],
    )


DEFAULT_GAP = 10  # characters; a Chinese clause between commas has about ten
