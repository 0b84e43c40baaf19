"""What the readers hand on: a table's columns and its rows, some thousands at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sms_classifier.errors import TableError
from sms_classifier.limits import status_of
from sms_classifier.tables.origin import Origin

__all__ = [
    "ROWS_A_CHUNK",
    "STATUSES",
    "TEXT_COLUMNS",
    "Chunk",
    "Table",
    "find_text_column",
    "make_chunk",
]

ROWS_A_CHUNK = 2_000  # benchmarks: 1,000 to 4,000 rows a chunk are equally fast
STATUSES = ("ok", "empty", "malformed", "too_long")
TEXT_COLUMNS = ("text", "content", "message", "sms", "短信", "短信内容", "内容", "正文")
_NAMES_SHOWN = 12
_NAME_SHOWN = 24  # a file without a header has a message there, which must not be printed


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table, in input order.

    Attributes
    ----------
    rows : list of list of str
        Every input column of every row, as given.
    texts : list of str
        What is to be classified: the cell of the text column.
    statuses : list of str
        One of ``STATUSES`` a row.
    native : RecordBatch or None
        The same rows as parquet typed them, for a parquet output.
    """

    rows: list[list[str]]
    texts: list[str]
    statuses: list[str]
    native: Any = None

    def __len__(self) -> int:
        return len(self.rows)

    def after(self, count: int) -> Chunk:
        """Leave out the first ``count`` rows."""
        native = None if self.native is None else self.native.slice(count)
        return Chunk(self.rows[count:], self.texts[count:], self.statuses[count:], native)


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its columns are known, its rows come once, by ``chunks``.

    Attributes
    ----------
    columns : tuple of str
        Names in input order; a name may stand twice.
    text_index : int
        Position of the text column.
    chunks : iterator of Chunk
    origin : Origin
        Where the bytes come from; ``origin.encoding`` is final once all rows are read.
    delimiter : str or None
        For delimited text only.
    row_total : int or None
        Number of rows where the format knows it beforehand.
    """

    columns: tuple[str, ...]
    text_index: int
    chunks: Iterator[Chunk]
    origin: Origin
    delimiter: str | None = None
    row_total: int | None = None


def make_chunk(
    rows: list[list[str]],
    text_index: int,
    *,
    malformed: Collection[int] = (),
    texts: list[str] | None = None,
    native: Any = None,
) -> Chunk:
    """Pick the texts of some rows and judge each.

    Examples
    --------
    >>> make_chunk([["7", "您好"], ["", '8,"']], 1, malformed=[1]).statuses
    ['ok', 'malformed']
    """
    if texts is None:
        texts = [row[text_index] for row in rows]
    statuses = list(map(status_of, texts))
    for index in malformed:
        statuses[index] = "malformed"
    return Chunk(rows, texts, statuses, native)


def find_text_column(columns: Sequence[str], *, wanted: str | None, name: str) -> int:
    """Find the position of the column that holds the messages.

    Parameters
    ----------
    columns : sequence of str
    wanted : str, optional
        The user's ``--text-column``; by default the first of ``TEXT_COLUMNS`` that exists, in
        any case and with blanks around it.
    name : str
        The table's name, for the error.

    Raises
    ------
    TableError
        If there is no such column.

    Examples
    --------
    >>> find_text_column(["id", "Text"], wanted=None, name="a.csv")
    1
    """
    if wanted is not None:
        if wanted in columns:
            return columns.index(wanted)
        raise TableError(f"{name}: no column {wanted!r}; it has {_shown(columns)}")
    for known in (list(columns), [column.strip().casefold() for column in columns]):
        for candidate in TEXT_COLUMNS:
            if candidate in known:
                return known.index(candidate)
    raise TableError(
        f"{name}: no column named {', '.join(TEXT_COLUMNS)} but {_shown(columns)}; "
        "name the column of the messages with --text-column"
    )


def _shown(columns: Sequence[str]) -> str:
    """Name a table's columns in an error, shortened: they may be a message."""
    names = [c if len(c) <= _NAME_SHOWN else c[:_NAME_SHOWN] + "…" for c in columns[:_NAMES_SHOWN]]
    rest = f" and {len(columns) - _NAMES_SHOWN} more" if len(columns) > _NAMES_SHOWN else ""
    return ", ".join(map(repr, names)) + rest
