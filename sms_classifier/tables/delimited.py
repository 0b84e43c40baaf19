"""Reading delimited text: the csv module's speed for sound rows, the careful way for the rest."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice

from sms_classifier.errors import TableError
from sms_classifier.limits import MAX_LINE_CHARACTERS, MAX_RECORD_CHARACTERS
from sms_classifier.tables.chunk import Chunk, Table, find_text_column, make_chunk
from sms_classifier.tables.encoding import decode
from sms_classifier.tables.lines import LineFeed, TooMuchTakenError, split_lines, strip_break
from sms_classifier.tables.origin import Origin
from sms_classifier.tables.record import Shape, next_record, scan_fields

__all__ = ["read_delimited"]

_DELIMITERS = ",;\t"  # in the order in which a draw is decided
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_MOST_COLUMNS = 16_384  # Excel's limit; more is no header line


def read_delimited(
    origin: Origin,
    *,
    delimiter: str | None,
    text_column: str | None,
    encoding: str | None,
    rows_a_chunk: int,
) -> Table:
    """Open delimited text; the first line that is not blank names the columns.

    Parameters
    ----------
    origin : Origin
    delimiter : str or None
        None: comma, semicolon or tab, whichever splits the header into most columns.
    text_column, encoding : str or None
        The user's choice, if there is one.
    rows_a_chunk : int

    Raises
    ------
    TableError
        If the file is empty, or the text column is missing.
    """
    feed = LineFeed(split_lines(decode(origin, encoding), origin.name))
    columns, delimiter = _read_header(feed, delimiter, origin.name)
    text_index = find_text_column(columns, wanted=text_column, name=origin.name)
    shape = Shape(delimiter, len(columns), text_index)
    chunks = _read_chunks(feed, shape, rows_a_chunk)
    return Table(tuple(columns), text_index, chunks, origin, delimiter)


def _read_header(feed: LineFeed, delimiter: str | None, name: str) -> tuple[list[str], str]:
    """Read the column names, and find the delimiter if it is not given."""
    first = next((line for line in feed if strip_break(line)), None)
    if first is None:
        raise TableError(f"{name}: is empty; its first line must name the columns")
    outside_quotes = _QUOTED.sub("", first)
    mark = delimiter or max(_DELIMITERS, key=outside_quotes.count)
    columns = scan_fields(first, feed, delimiter=mark, most=_MOST_COLUMNS)
    if columns is None:
        raise TableError(f"{name}: a quote in the header line never closes; mend the first line")
    feed.forget()
    return columns, mark


def _read_chunks(feed: LineFeed, shape: Shape, rows_a_chunk: int) -> Iterator[Chunk]:
    """Read rows chunk by chunk, fast where nothing is wrong with them."""
    while True:
        rows = _read_fast(feed, shape, rows_a_chunk)
        malformed: list[int] = []
        if rows is None:
            feed.give_back()
            rows, malformed = _read_carefully(feed, shape, rows_a_chunk)
        feed.forget()
        if not rows:
            return
        yield make_chunk(rows, shape.text_index, malformed=malformed)


def _read_fast(feed: LineFeed, shape: Shape, count: int) -> list[list[str]] | None:
    """Read rows with the csv module; None if any of them has a fault."""
    feed.limit = MAX_LINE_CHARACTERS
    reader = csv.reader(feed, delimiter=shape.delimiter, strict=True)
    try:
        rows = list(islice(reader, count))
    except (csv.Error, TooMuchTakenError):
        return None
    return rows if set(map(len, rows)) <= {shape.width} else None


def _read_carefully(feed: LineFeed, shape: Shape, count: int) -> tuple[list[list[str]], list[int]]:
    """Read rows one by one, with the positions of those that are malformed."""
    rows: list[list[str]] = []
    malformed: list[int] = []
    size = 0
    while len(rows) < count and size < MAX_RECORD_CHARACTERS:
        record = next_record(feed, shape)
        if record is None:
            break
        row, sound = record
        if not sound:
            malformed.append(len(rows))
        rows.append(row)
        size += sum(map(len, row))
    feed.forget()
    return rows, malformed
