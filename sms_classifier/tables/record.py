r"""One delimited record from lines, told exactly, with every fault a row can have.

The csv module reads what is well formed (see ``delimited``); this reads what it would refuse,
or would swallow: after a stray quote it takes the following rows for one long cell. Rules:

* A quoted field may span lines and ends at a quote that a delimiter or line break follows.
* A field that opens with a quote and closes it on the same line, with more text behind, was not
  quoted at all: it is taken as it stands, quotes included.
* A record whose quote never closes is one malformed row, its first line; reading resumes on the
  next. So is a record of wrong width when a later line of it is a whole row: its quote was stray.
* Any other record of wrong width is one malformed row with all of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sms_classifier.limits import MAX_RECORD_CHARACTERS
from sms_classifier.tables.lines import LineFeed, TooMuchTakenError, strip_break

__all__ = ["Shape", "next_record", "scan_fields"]

_INSIDE_QUOTES = re.compile(r'[^"]*+(?:""[^"]*+)*+')
_UNQUOTED = {mark: re.compile(rf"[^{re.escape(mark)}\r\n]*+") for mark in ",;\t"}
_ENDS = ("", "\n", "\r", "\r\n")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a good record looks like: its delimiter, its width, and where the text is."""

    delimiter: str
    width: int
    text_index: int

    def malformed(self, raw: str) -> list[str]:
        """Make the row that stands for a malformed record."""
        return [raw if index == self.text_index else "" for index in range(self.width)]


def next_record(feed: LineFeed, shape: Shape) -> tuple[list[str], bool] | None:
    r"""Take the next row off a feed, and tell whether it is well formed.

    Parameters
    ----------
    feed : LineFeed
        Left with the lines of this row in ``taken``.
    shape : Shape

    Returns
    -------
    (list of str, bool) or None
        None at the end of the table.

    Examples
    --------
    >>> feed = LineFeed(iter(['1,"您好\n', "2,再见\n"]))
    >>> next_record(feed, Shape(",", 2, 1))
    (['', '1,"您好'], False)
    >>> next_record(feed, Shape(",", 2, 1))
    (['2', '再见'], True)
    """
    feed.forget()
    feed.limit = MAX_RECORD_CHARACTERS
    first = next(feed, None)
    if first is None:
        return None
    fields = scan_fields(first, feed, delimiter=shape.delimiter, most=shape.width)
    if fields is not None and len(fields) == shape.width:
        return fields, True
    if fields is not None and not _hides_a_row(feed.taken[1:], shape):
        return shape.malformed(strip_break("".join(feed.taken))), False
    feed.give_back(1)
    return shape.malformed(strip_break(first)), False


def scan_fields(line: str, more: Iterator[str], *, delimiter: str, most: int) -> list[str] | None:
    """Split one record into fields; None if a quote never closes.

    Parameters
    ----------
    line : str
        Its first line.
    more : iterator of str
        The lines after it, taken while a quoted field goes on.
    delimiter : str
    most : int
        Fields after this many may not span lines: the record is already too wide, and its
        quote a stray one. Without this bound a hostile file costs quadratic time.
    """
    fields: list[str] = []
    position = 0
    unquoted = _UNQUOTED[delimiter]
    while True:
        if line.startswith('"', position):
            rest = more if len(fields) < most else iter(())
            closed = _quoted_field(line, position + 1, rest)
            if closed is None:
                return None
            field, last_line, end = closed
            if not _field_ends(last_line, end, delimiter):
                if last_line is not line:
                    return None
                field, end = _plain_field(unquoted, line, position)
            line = last_line
        else:
            field, end = _plain_field(unquoted, line, position)
        fields.append(field)
        if not line.startswith(delimiter, end):
            return fields
        position = end + 1


def _quoted_field(line: str, position: int, more: Iterable[str]) -> tuple[str, str, int] | None:
    """Read a quoted field: its value, the line it ends on, and the position behind it."""
    parts: list[str] = []
    lines = iter(more)
    try:
        while True:
            end = _end_inside(line, position)
            parts.append(line[position:end])
            if end < len(line):
                return "".join(parts).replace('""', '"'), line, end + 1
            line, position = next(lines), 0
    except (StopIteration, TooMuchTakenError):
        return None


def _end_inside(line: str, position: int) -> int:
    """Find the closing quote, or the end of the line."""
    match = _INSIDE_QUOTES.match(line, position)
    return match.end() if match else position


def _plain_field(unquoted: re.Pattern[str], line: str, position: int) -> tuple[str, int]:
    """Read a field without quotes around it."""
    match = unquoted.match(line, position)
    end = match.end() if match else position
    return line[position:end], end


def _field_ends(line: str, end: int, delimiter: str) -> bool:
    """Whether a field may end here: before a delimiter or the end of the line."""
    return line.startswith(delimiter, end) or line[end : end + 3] in _ENDS


def _hides_a_row(lines: list[str], shape: Shape) -> bool:
    """Whether one of a record's later lines is a whole row by itself, its quotes in pairs."""
    for line in lines:
        if line.count('"') % 2:
            continue
        fields = scan_fields(line, iter(()), delimiter=shape.delimiter, most=shape.width)
        if fields is not None and len(fields) == shape.width:
            return True
    return False
