"""Labelled tables: read, checked, grouped, and thinned."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sms_classifier.errors import DatasetError
from sms_classifier.labels import Kind
from sms_classifier.model.features import read_many
from sms_classifier.tables import open_table
from sms_classifier.training.copies import NearCopies

__all__ = ["LabelledMessages", "near_copy_groups", "read_labelled", "thin"]

_TOGETHER = 4096  # messages whose readings are held at a time


@dataclass(frozen=True, slots=True)
class LabelledMessages:
    """Labelled messages, row by row.

    ``kinds`` (joined by ``|``, with ``grave_threat`` where a threat counts) is ``None`` when the
    table has none, and of a message for which nobody marked them. ``grouped`` tells whether the
    groups come from the table. ``rows`` are data row numbers, from 1, in the file that ``tables``
    names; ``sha256`` is the file's.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    kinds: tuple[str | None, ...] | None
    evasions: tuple[str, ...]
    rows: tuple[int, ...]
    tables: tuple[str, ...]
    sha256: str
    grouped: bool

    def take(self, places: Sequence[int]) -> LabelledMessages:
        """The messages at these places."""
        return replace(
            self,
            texts=tuple(self.texts[i] for i in places),
            labels=tuple(self.labels[i] for i in places),
            groups=tuple(self.groups[i] for i in places),
            kinds=None if self.kinds is None else tuple(self.kinds[i] for i in places),
            evasions=tuple(self.evasions[i] for i in places),
            rows=tuple(self.rows[i] for i in places),
            tables=tuple(self.tables[i] for i in places),
        )


def read_labelled(
    path: Path,
    *,
    text_column: str | None = None,
    encoding: str | None = None,
    skip_unlabelled: bool = False,
) -> LabelledMessages:
    """Read a labelled table.

    Parameters
    ----------
    path : Path
        Needs the columns ``text`` (or one of its other names) and ``label``; ``group`` or
        ``family``, ``kinds``, ``hint`` and ``evasion`` are used when present.
    text_column, encoding : str, optional
    skip_unlabelled : bool, default False
        Whether to pass over rows without a label, as a table labelled in part has them.

    Raises
    ------
    DatasetError
        If the label column is missing, no row is left, a row has no label or no usable text, or
        it marks a kind of evidence that does not exist.
    TableError
        If the file cannot be read as a table.
    """
    texts: list[str] = []
    rows: list[int] = []
    cells: dict[str, list[str]] = defaultdict(list)
    with open_table(path, text_column=text_column, encoding=encoding) as table:
        columns = list(table.columns)
        if "label" not in columns:
            raise DatasetError(f"{path}: no column 'label'; it has {', '.join(columns)}")
        wanted = {name: columns.index(name) for name in _USED if name in columns}
        number = 0
        for chunk in table.chunks:
            for row, text, status in zip(chunk.rows, chunk.texts, chunk.statuses, strict=True):
                number += 1
                used = {name: row[place].strip() for name, place in wanted.items()}
                if skip_unlabelled and not used["label"]:
                    continue
                _check_row(path, number, status, used)
                texts.append(text)
                rows.append(number)
                for name, cell in used.items():
                    cells[name].append(cell)
    if not texts:
        raise DatasetError(f"{path}: no row has a label; fill in the column 'label'")
    given = cells.get("group") or cells.get("family")
    return LabelledMessages(
        texts=tuple(texts),
        labels=tuple(cells["label"]),
        groups=tuple(given or near_copy_groups(texts)),
        kinds=_kinds(cells),
        evasions=tuple(cells.get("evasion") or [""] * len(texts)),
        rows=tuple(rows),
        tables=(path.name,) * len(texts),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        grouped=given is not None,
    )


_USED = ("label", "group", "family", "kinds", "hint", "evasion")


def _check_row(path: Path, row: int, status: str, used: Mapping[str, str]) -> None:
    if status != "ok":
        raise DatasetError(f"{path}, row {row}: the text is {status}; mend or remove the row")
    if not used["label"]:
        raise DatasetError(f"{path}, row {row}: no label; give one or remove the row")
    for kind in filter(None, used.get("kinds", "").split("|")):
        if kind not in set(Kind):
            raise DatasetError(
                f"{path}, row {row}: {kind!r} in the column 'kinds' is no kind of evidence; "
                f"the kinds are {', '.join(Kind)}"
            )
    grouping = "group" if "group" in used else "family"
    if used.get(grouping) == "":
        raise DatasetError(f"{path}, row {row}: no {grouping}; give one or remove the column")


def _kinds(cells: Mapping[str, list[str]]) -> tuple[str | None, ...] | None:
    if not any(cells.get("kinds", ())):
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
    return [f"g{copies.group(shape)}" for shape in _shapes(texts)]


def _shapes(texts: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(texts), _TOGETHER):
        yield from read_many(texts[start : start + _TOGETHER]).shapes.texts
