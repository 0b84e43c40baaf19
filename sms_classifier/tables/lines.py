"""From blocks of characters to lines, split at line feeds and carriage returns only.

``str.splitlines`` would also split at U+2028 and other characters that occur inside messages.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator

from sms_classifier.errors import TableError
from sms_classifier.limits import MAX_LINE_CHARACTERS

__all__ = ["LineFeed", "TooMuchTakenError", "split_lines", "strip_break"]

_BREAKS = frozenset(("\n", "\r", "\r\n"))
_MOST_HELD = 1_000_000  # blank lines kept back before they count as rows


def split_lines(blocks: Iterable[str], name: str) -> Iterator[str]:
    r"""Cut blocks into lines with their breaks; blank lines at the very end are left out.

    Parameters
    ----------
    blocks : iterable of str
    name : str
        Of the table, for the error.

    Raises
    ------
    TableError
        If a line is longer than any text table has.

    Examples
    --------
    >>> list(split_lines(["a\r", "\nb\r", "c\n\n"], "a.csv"))
    ['a\r\n', 'b\r', 'c\n']
    """
    held: list[str] = []
    for lines in _cut(blocks, name):
        tail: list[str] = []
        while lines and lines[-1] in _BREAKS:
            tail.append(lines.pop())
        if lines:
            yield from held
            yield from lines
            held = []
        held += reversed(tail)
        if len(held) > _MOST_HELD:
            yield from held
            held = []


def strip_break(line: str) -> str:
    r"""Take the line break off the end of a line, and nothing else.

    Examples
    --------
    >>> strip_break("a \n\r\n")
    'a \n'
    """
    return (
        line.removesuffix("\n").removesuffix("\r")
        if line.endswith("\n")
        else (line.removesuffix("\r"))
    )


class TooMuchTakenError(Exception):
    """More characters were taken from a feed than its limit; its user starts again."""


class LineFeed:
    r"""Lines that can be given back and read again.

    Examples
    --------
    >>> feed = LineFeed(iter(["a\n", "b\n"]))
    >>> next(feed), next(feed)
    ('a\n', 'b\n')
    >>> feed.give_back(1)
    >>> next(feed)
    'b\n'
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self.taken: list[str] = []
        self.limit = MAX_LINE_CHARACTERS
        self._size = 0
        self._again: deque[str] = deque()
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line)
        if self._size > self.limit and len(self.taken) > 1:
            raise TooMuchTakenError
        return line

    def forget(self) -> None:
        """Let go of the lines taken so far: they are done."""
        self.taken = []
        self._size = 0

    def give_back(self, keep: int = 0) -> None:
        """Put the lines taken so far back, but for the first ``keep``."""
        self._again.extendleft(reversed(self.taken[keep:]))
        self.forget()


def _cut(blocks: Iterable[str], name: str) -> Iterator[list[str]]:
    """Cut each block into whole lines; the unfinished rest waits for the next block."""
    rest = ""
    for block in blocks:
        lines = list(io.StringIO(rest + block, newline=""))
        rest = "" if not lines or lines[-1].endswith("\n") else lines.pop()
        if len(rest) > MAX_LINE_CHARACTERS:
            raise TableError(
                f"{name}: a line is longer than {MAX_LINE_CHARACTERS:,} characters; "
                "this is no table of text, check the file and --encoding"
            )
        yield lines
    yield list(io.StringIO(rest, newline=""))
