"""A message in plain spelling with its way back, and edits that keep it.

Edits of all texts of a chunk are carried out at once. The way back is only noted: most messages
are never asked for it, so it is worked out when it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

import numpy as np

__all__ = ["DENSE", "Changes", "Draft", "Edit", "Layer", "Message", "Rewrite", "WayBack"]

DENSE = 3  # fewer separators than this may be somebody's punctuation

# Start, end, what to write instead of what stands between, whether only an evader wrote it.
Edit = tuple[int, int, str, bool]


class Rewrite(NamedTuple):
    """A stretch of the given text that was written to be overlooked, and what it stands for."""

    start: int
    end: int
    written: str
    meant: str


class Layer(NamedTuple):
    """Edits of a text, from left to right, that one rule found.

    Attributes
    ----------
    edits : list of Edit
        One that begins within another before it is reported, but not carried out.
    least : int
        Fewer of an evader's edits than this are not reported.
    """

    edits: list[Edit]
    least: int

    def reported(self) -> list[Edit]:
        """Edits of which the reader is told."""
        found = [edit for edit in self.edits if edit[3]] if len(self.edits) >= self.least else []
        return found if len(found) >= self.least else []


class WayBack(NamedTuple):
    """Where the characters of a plain text stand in the text as given, and what is reported."""

    starts: Sequence[int] | None
    ends: Sequence[int] | None
    rewrites: tuple[Rewrite, ...]


@dataclass(slots=True)
class Changes:
    """What was done to a text after its characters were folded one to one.

    Attributes
    ----------
    hidden : list of int
        Places in the given text of characters that nobody sees; they went first.
    layers : list of Layer
        What rules found next, each in the text that the one before it left.
    traditional : list of Rewrite
        Single traditional characters, which stand in the given text.
    """

    hidden: list[int] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    traditional: list[Rewrite] = field(default_factory=list)
    _way_back: WayBack | None = field(default=None, init=False, compare=False, repr=False)

    def is_reported(self) -> bool:
        """Whether the reader is told of any of it."""
        return (
            len(self.hidden) >= DENSE
            or bool(self.traditional)
            or any(layer.reported() for layer in self.layers)
        )

    def way_back(self, given: str) -> WayBack:
        """Way back to the text as given; worked out once."""
        if self._way_back is None:
            self._way_back = self._trace(given)
        return self._way_back

    def _trace(self, given: str) -> WayBack:
        rewrites: list[Rewrite] = []
        if len(self.hidden) >= DENSE:
            rewrites.append(Rewrite(self.hidden[0], self.hidden[-1] + 1, "\u25cc", ""))
        starts: list[int] | None = None
        ends: list[int] | None = None
        if self.hidden or self.layers:
            kept = np.delete(np.arange(len(given)), self.hidden)
            starts, ends = kept.tolist(), (kept + 1).tolist()
            for edits, reported in ((layer.edits, layer.reported()) for layer in self.layers):
                for start, end, meant, _ in reported:
                    first, last = starts[start], ends[end - 1]
                    rewrites.append(Rewrite(first, last, given[first:last], meant))
                starts, ends = _moved(starts, edits, 0), _moved(ends, edits, -1)
        if self.traditional:
            rewrites = sorted((*rewrites, *self.traditional), key=lambda r: (r.start, r.end))
        return WayBack(starts, ends, tuple(rewrites))


def _moved(places: list[int], edits: list[Edit], side: int) -> list[int]:
    """Places of characters after edits; those of a stretch that grew or shrank have all one."""
    moved: list[int] = []
    done = 0
    for start, end, meant, _ in edits:
        if start < done:
            continue
        moved += places[done:start]
        stretch = places[start:end]
        moved += stretch if len(meant) == end - start else [stretch[side]] * len(meant)
        done = end
    return moved + places[done:]


class Message(NamedTuple):
    """A message in plain spelling, with the place of each character in the text as given.

    Attributes
    ----------
    given, plain : str
    changes : Changes or None
        What was done besides folding characters one to one; None: nothing.

    Examples
    --------
    >>> message = Message("逾 期", "逾期", Changes(layers=[Layer([(1, 2, "", False)], 1)]))
    >>> message.starts, message.ends, message.span(0, 2), message.rewrites
    ([0, 2], [1, 3], (0, 3), ())
    """

    given: str
    plain: str
    changes: Changes | None = None

    @property
    def starts(self) -> Sequence[int] | None:
        """Start in `given` of each character of `plain`; None: all stand where they stood."""
        return self.changes.way_back(self.given).starts if self.changes else None

    @property
    def ends(self) -> Sequence[int] | None:
        """End in `given` of each character of `plain`; None: all stand where they stood."""
        return self.changes.way_back(self.given).ends if self.changes else None

    @property
    def rewrites(self) -> tuple[Rewrite, ...]:
        """What was written to be overlooked."""
        return self.changes.way_back(self.given).rewrites if self.changes else ()

    @property
    def is_rewritten(self) -> bool:
        """Whether there are `rewrites`, in less time."""
        return self.changes is not None and self.changes.is_reported()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Bounds in the given text of ``plain[start:end]``, which must not be empty."""
        starts, ends = self.starts, self.ends
        if starts is None or ends is None:
            return start, end
        return starts[start], ends[end - 1]


class Draft:
    r"""Texts that are being edited, all at once.

    Parameters
    ----------
    joined : str
        The texts, with a line break between.
    lengths : sequence of int
        Of each text; texts may hold line breaks too.

    Attributes
    ----------
    joined : str
        The texts as they are by now.
    layers : dict of int to list of Layer
        Edits carried out, by text; texts without any have no entry.

    Examples
    --------
    >>> draft = Draft("还 款\n逾\n期", [3, 3])
    >>> draft.edit([(1, 2, "", False)])
    >>> draft.texts(), draft.bounds(3), draft.layers
    (['还款', '逾\n期'], (3, 6), {0: [Layer(edits=[(1, 2, '', False)], least=1)]})
    """

    def __init__(self, joined: str, lengths: Sequence[int]) -> None:
        self.joined = joined
        self.layers: dict[int, list[Layer]] = {}
        self._sizes = [length + 1 for length in lengths]
        self._limits = [*accumulate(self._sizes)]  # where the next text begins

    def bounds(self, place: int) -> tuple[int, int]:
        """Bounds of the text in which a place of `joined` lies."""
        text = bisect_right(self._limits, place)
        return self._limits[text - 1] if text else 0, self._limits[text] - 1

    def texts(self) -> list[str]:
        """Each text as it is by now."""
        joined, start = self.joined, 0
        texts = []
        for limit in self._limits:
            texts.append(joined[start : limit - 1])
            start = limit
        return texts

    def edit(self, edits: Iterable[Edit], *, least: int = 1) -> None:
        """Carry out edits of `joined`, sorted by start, within texts; see `Layer`."""
        joined, limits, sizes = self.joined, self._limits, self._sizes
        pieces: list[str] = []
        found: list[Edit] = []
        text, offset, limit, done = -1, 0, 0, 0
        for start, end, meant, is_obfuscation in edits:
            if start >= limit:
                text = bisect_right(limits, start, text + 1)
                offset, limit = limits[text - 1] if text else 0, limits[text]
                found = []
                self.layers.setdefault(text, []).append(Layer(found, least))
            found.append((start - offset, end - offset, meant, is_obfuscation))
            if start >= done:
                pieces += joined[done:start], meant
                sizes[text] += len(meant) - (end - start)
                done = end
        if pieces:
            self.joined = "".join(pieces) + joined[done:]
            self._limits = [*accumulate(sizes)]
