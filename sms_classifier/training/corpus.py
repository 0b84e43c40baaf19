"""Labelled tables: read, checked, grouped, and thinned."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sms_classifier.errors import DatasetError
from sms_classifier.labels import Kind
from sms_classifier.model.features import read
from sms_classifier.tables import open_table
from sms_classifier.training.copies import NearCopies

__all__ = ["LabelledMessages", "near_copy_groups", "read_labelled", "thin"]


@dataclass(frozen=True, slots=True)
class LabelledMessages:
    """Labelled messages, row by row.

    ``kinds`` (joined by ``|``, with ``grave_threat`` where a threat counts) is ``None`` when the
    table has none; ``rows`` are data row numbers in the file, from 1; ``sha256`` is the file's.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    kinds: tuple[str, ...] | None
    evasions: tuple[str, ...]
    rows: tuple[int, ...]
    sha256: str

    def take(self, places: Sequence[int]) -> LabelledMessages:
        """The messages at these places."""
        return LabelledMessages(
            texts=tuple(self.texts[i] for i in places),
            labels=tuple(self.labels[i] for i in places),
            groups=tuple(self.groups[i] for i in places),
            kinds=None if self.kinds is None else tuple(self.kinds[i] for i in places),
            evasions=tuple(self.evasions[i] for i in places),
            rows=tuple(self.rows[i] for i in places),
            sha256=self.sha256,
        )


def read_labelled(
    path: Path, *, text_column: str | None = None, encoding: str | None = None
) -> LabelledMessages:
    """Read a labelled table.

    Parameters
    ----------
    path : Path
        Needs the columns ``text`` (or one of its other names) and ``label``; ``group`` or
        ``family``, ``kinds``, ``hint`` and ``evasion`` are used when present.
    text_column, encoding : str, optional

    Raises
    ------
    DatasetError
        If the label column is missing, a row has no label or no usable text, or there are
        fewer than two labels.
    TableError
        If the file cannot be read as a table.
    """
    texts: list[str] = []
    cells: dict[str, list[str]] = defaultdict(list)
    with open_table(path, text_column=text_column, encoding=encoding) as table:
        columns = list(table.columns)
        if "label" not in columns:
            raise DatasetError(f"{path}: no column 'label'; it has {', '.join(columns)}")
        wanted = {name: columns.index(name) for name in _USED if name in columns}
        for chunk in table.chunks:
            for row, text, status in zip(chunk.rows, chunk.texts, chunk.statuses, strict=True):
                _check_row(path, len(texts) + 1, status, row[wanted["label"]])
                texts.append(text)
                for name, place in wanted.items():
                    cells[name].append(row[place])
    if len(set(cells["label"])) < 2:
        raise DatasetError(f"{path}: needs messages of at least two labels")
    groups = cells.get("group") or cells.get("family") or near_copy_groups(texts)
    return LabelledMessages(
        texts=tuple(texts),
        labels=tuple(cells["label"]),
        groups=tuple(groups),
        kinds=_kinds(cells),
        evasions=tuple(cells.get("evasion") or [""] * len(texts)),
        rows=tuple(range(1, len(texts) + 1)),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


_USED = ("label", "group", "family", "kinds", "hint", "evasion")


def _check_row(path: Path, row: int, status: str, label: str) -> None:
    if status != "ok":
        raise DatasetError(f"{path}, row {row}: the text is {status}; mend or remove the row")
    if not label.strip():
        raise DatasetError(f"{path}, row {row}: no label; give one or remove the row")


def _kinds(cells: dict[str, list[str]]) -> tuple[str, ...] | None:
    if "kinds" not in cells:
        return None
    hints = cells.get("hint") or [""] * len(cells["kinds"])
    return tuple(
        f"{shown}|grave_threat" if Kind.THREAT in shown.split("|") and not hint else shown
        for shown, hint in zip(cells["kinds"], hints, strict=True)
    )


def thin(messages: LabelledMessages, *, per_group: int) -> LabelledMessages:
    """Keep the first plain messages of each group, and the first with an evasion trick.

    Further fillings of one sentence teach nothing about sentences never seen.
    """
    seen: Counter[tuple[str, str, bool]] = Counter()
    kept = []
    for place, group in enumerate(messages.groups):
        key = group, messages.labels[place], bool(messages.evasions[place])
        seen[key] += 1
        if seen[key] <= (1 if key[2] else per_group):
            kept.append(place)
    return messages.take(kept)


def near_copy_groups(texts: Sequence[str]) -> list[str]:
    """Group texts that are near-copies of an earlier one, for tables without groups.

    Examples
    --------
    >>> near_copy_groups(["您尾号1234的账单已出", "您尾号8890的账单已出", "明天吃饭吗"])
    ['g0', 'g0', 'g2']
    """
    copies = NearCopies()
    return [f"g{copies.group(read(text).delexicalised)}" for text in texts]
