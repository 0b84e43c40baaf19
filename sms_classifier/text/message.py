"""A message in plain spelling with its way back, and edits that keep it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["DENSE", "Edit", "Message", "Rewrite", "apply"]

DENSE = 3  # fewer separators than this may be somebody's punctuation


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
    edits.sort(key=lambda edit: edit.start)
    starts = list(message.starts) if message.starts is not None else list(range(len(message.plain)))
    ends = list(message.ends) if message.ends is not None else list(range(1, len(starts) + 1))
    reported = [edit for edit in edits if edit.is_obfuscation]
    if dense_only and len(reported) < DENSE:
        reported = []
    rewrites = [
        Rewrite(
            starts[edit.start],
            ends[edit.end - 1],
            message.given[starts[edit.start] : ends[edit.end - 1]],
            edit.meant,
        )
        for edit in reported
    ]
    plain: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    done = 0
    for edit in edits:
        if edit.start < done:
            continue
        plain.append(message.plain[done : edit.start])
        new_starts += starts[done : edit.start]
        new_ends += ends[done : edit.start]
        plain.append(edit.meant)
        if len(edit.meant) == edit.end - edit.start:
            new_starts += starts[edit.start : edit.end]
            new_ends += ends[edit.start : edit.end]
        else:
            new_starts += [starts[edit.start]] * len(edit.meant)
            new_ends += [ends[edit.end - 1]] * len(edit.meant)
        done = edit.end
    plain.append(message.plain[done:])
    new_starts += starts[done:]
    new_ends += ends[done:]
    return Message(
        message.given, "".join(plain), new_starts, new_ends, (*message.rewrites, *rewrites)
    )
