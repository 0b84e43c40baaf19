"""The second reader: agreement with the authors, and what was settled where they differed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.families import Family

__all__ = ["Agreement", "Settled", "compare", "read_settled", "read_table", "settle"]


@dataclass(frozen=True, slots=True)
class Settled:
    """A label on which author and reader differed, and what it was settled to."""

    family: str
    author_label: str
    reader_label: str
    settled_label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa over the families that both labelled; `differing` has (family, reader)."""

    read: int
    kappa: float
    differing: tuple[tuple[Family, str], ...]


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a table; none when the table is not there yet.

    Raises
    ------
    ValueError
        If a column is missing; names file, line and column.
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := set(columns) - set(rows.fieldnames or ()):
            raise ValueError(f"{path}:1: no column {', '.join(sorted(missing))}")
        return list(rows)


def read_settled(path: Path) -> list[Settled]:
    """Settled cases, in the order of the table."""
    columns = ("family", "author_label", "reader_label", "settled_label", "reason")
    return [Settled(*(row[name] for name in columns)) for row in read_table(path, columns)]


def settle(families: Sequence[Family], settled: Sequence[Settled]) -> list[Family]:
    """Families with the settled label in place of the author's."""
    labels = {case.family: case.settled_label for case in settled}
    return [family.relabelled(labels.get(family.name, family.label)) for family in families]


def compare(families: Sequence[Family], path: Path) -> Agreement | None:
    """Compare the authors' labels with the second reader's; nothing when nobody has read."""
    read = {row["family"]: row["label"] for row in read_table(path, ("family", "label"))}
    both = [(family, read[family.name]) for family in families if family.name in read]
    if not both:
        return None
    counts = Counter((family.label, label) for family, label in both)
    total = len(both)
    agreed = sum(count for (author, reader), count in counts.items() if author == reader) / total
    authors = Counter(family.label for family, _ in both)
    readers = Counter(label for _, label in both)
    by_chance = sum(authors[label] * readers[label] for label in authors) / total**2
    kappa = 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
    differing = tuple((family, label) for family, label in both if family.label != label)
    return Agreement(total, kappa, differing)
