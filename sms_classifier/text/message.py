"""A message in plain spelling with its way back, and edits that keep it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

__all__ = ["DENSE", "Edit", "Message", "Rewrite", "apply"]

DENSE = 3  # fewer separators than this may be somebody's punctuation
_STARTS = tuple(range(1024))  # slices of it are made faster than those of a range
_ENDS = tuple(range(1, 1025))


class Rewrite(NamedTuple):
    """A stretch of the given text that was written to be overlooked, and what it stands for."""

    start: int
    end: int
    written: str
    meant: str


class Message(NamedTuple):
    """A message in plain spelling, with the place of each character in the text as given.

    ``starts[i]`` and ``ends[i]`` bound the given characters behind ``plain[i]``; both are ``None``
    when every character stands where it stood.
    """

    given: str
    plain: str
    starts: Sequence[int] | None
    ends: Sequence[int] | None
    rewrites: tuple[Rewrite, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Bounds in the given text of ``plain[start:end]``, which must not be empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


class Edit(NamedTuple):
    """What to write instead of ``plain[start:end]``, and whether only an evader wrote it."""

    start: int
    end: int
    meant: str
    is_obfuscation: bool


def apply(message: Message, edits: list[Edit], *, dense_only: bool = False) -> Message:
    """Carry out edits that do not overlap, keeping the way back."""
    if not edits:
        return message
    edits.sort(key=itemgetter(0))
    given, plain, starts, ends, rewrites = message
    if starts is None or ends is None:
        starts, ends = _own_places(len(plain))
    reported = [edit for edit in edits if edit.is_obfuscation]
    if len(reported) >= (DENSE if dense_only else 1):
        found = [(starts[start], ends[end - 1], meant) for start, end, meant, _ in reported]
        added = [Rewrite(start, end, given[start:end], meant) for start, end, meant in found]
        rewrites = (*rewrites, *added)
    pieces: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    done = 0
    for start, end, meant, _ in edits:
        if start < done:
            continue
        pieces.append(plain[done:start])
        new_starts += starts[done:start]
        new_ends += ends[done:start]
        if meant:
            pieces.append(meant)
            if len(meant) == end - start:
                new_starts += starts[start:end]
                new_ends += ends[start:end]
            else:
                new_starts += [starts[start]] * len(meant)
                new_ends += [ends[end - 1]] * len(meant)
        done = end
    pieces.append(plain[done:])
    new_starts += starts[done : len(plain)]
    new_ends += ends[done : len(plain)]
    return Message(given, "".join(pieces), new_starts, new_ends, rewrites)


def _own_places(length: int) -> tuple[Sequence[int], Sequence[int]]:
    """Starts and ends, or more of them, of characters that stand where they stood."""
    if length <= len(_STARTS):
        return _STARTS, _ENDS
    return range(length), range(1, length + 1)
