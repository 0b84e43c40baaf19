"""A message in plain spelling with its way back to the text as given.

Texts are spelt plainly all at once. Most messages are never asked for the way back: it is worked
out when one is, by spelling its text once more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sms_classifier.text.folding import BREAK, fold, simplified
from sms_classifier.text.spelling import DENSE, RULES, Edit

__all__ = ["Draft", "Message", "Rewrite", "WayBack"]

_HAN_RUN = re.compile("[\u3400-\u9fff〇]+")
_MIXED_SHARE = 0.35  # traditional in more than a third of the characters: native, not a rewrite
_HIDDEN = "\u25cc"  # stands for characters that nobody sees


class Rewrite(NamedTuple):
    """A stretch of the given text that was written to be overlooked, and what it stands for."""

    start: int
    end: int
    written: str
    meant: str


class WayBack(NamedTuple):
    """Where the characters of a plain text stand in the text as given, and what was rewritten."""

    starts: Sequence[int] | None
    ends: Sequence[int] | None
    rewrites: tuple[Rewrite, ...]


@dataclass(slots=True)
class Message:
    """A message in plain spelling, with the place of each character in the text as given.

    Attributes
    ----------
    given, plain : str
    is_rewritten : bool
        Whether there are `rewrites`, in less time.

    Examples
    --------
    >>> message = Message("逾 期", "逾期", False)
    >>> message.starts, message.ends, message.span(0, 2), message.rewrites
    ([0, 2], [1, 3], (0, 3), ())
    """

    given: str
    plain: str
    is_rewritten: bool
    _draft: Draft | None = field(default=None, compare=False, repr=False)
    _way_back: WayBack | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def starts(self) -> Sequence[int] | None:
        """Start in `given` of each character of `plain`; None: all stand where they stood."""
        return self.way_back().starts

    @property
    def ends(self) -> Sequence[int] | None:
        """End in `given` of each character of `plain`; None: all stand where they stood."""
        return self.way_back().ends

    @property
    def rewrites(self) -> tuple[Rewrite, ...]:
        """What was written to be overlooked."""
        return self.way_back().rewrites

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Bounds in the given text of ``plain[start:end]``, which must not be empty."""
        starts, ends, _ = self.way_back()
        if starts is None or ends is None:
            return start, end
        return starts[start], ends[end - 1]

    def way_back(self) -> WayBack:
        """Work out the way back, once."""
        if self._way_back is None:
            self._way_back = (self._draft or Draft((self.given,))).way_back()
            self._draft = None
        return self._way_back


class Draft:
    """Texts being spelt plainly.

    Parameters
    ----------
    texts : sequence of str

    Attributes
    ----------
    plains : list of str
    rewritten : set of int
        Places of the texts that were written to be overlooked.

    Examples
    --------
    >>> draft = Draft(["逾 期３天", "临时凍结"])
    >>> draft.plains, draft.rewritten
    (['逾期3天', '临时冻结'], {1})
    """

    def __init__(self, texts: Sequence[str]) -> None:
        joined, self._hidden, self._traditional = fold(texts)
        self._texts = texts
        self._layers: list[tuple[list[Edit], int]] = []
        self.rewritten = {text for text, hidden in self._hidden.items() if len(hidden) >= DENSE}
        for rule, least in RULES:
            if edits := rule(joined):
                self._layers.append((edits, least))
                self.rewritten |= _reported(joined, edits, least)
                joined = _edited(joined, edits)
        self.plains = joined.split(BREAK) if len(texts) else []
        for text, places in self._traditional.items():
            if _is_mixed(texts[text], len(places)):
                self.rewritten.add(text)

    def way_back(self) -> WayBack:
        """Lead back to the text, if there is but one.

        Raises
        ------
        ValueError
            If there are none or many.
        """
        (given,) = self._texts
        hidden = self._hidden.get(0, [])
        rewrites: list[Rewrite] = []
        if len(hidden) >= DENSE:
            rewrites.append(Rewrite(hidden[0], hidden[-1] + 1, _HIDDEN, ""))
        starts: list[int] | None = None
        ends: list[int] | None = None
        if hidden or self._layers:
            kept = np.delete(np.arange(len(given)), hidden)
            starts, ends = kept.tolist(), (kept + 1).tolist()
            for edits, least in self._layers:
                found = [(starts[k], ends[n - 1], meant) for k, n, meant, is_odd in edits if is_odd]
                if len(found) >= least:
                    rewrites += [Rewrite(k, n, given[k:n], meant) for k, n, meant in found]
                starts, ends = _moved(starts, edits, 0), _moved(ends, edits, -1)
        traditional = self._traditional.get(0, [])
        if _is_mixed(given, len(traditional)):
            table = simplified()
            rewrites += [Rewrite(k, k + 1, given[k], table[ord(given[k])]) for k in traditional]
            rewrites.sort(key=lambda rewrite: rewrite[:2])
        return WayBack(starts, ends, tuple(rewrites))


def _is_mixed(given: str, n_traditional: int) -> bool:
    """Whether single traditional characters stand in a text that is otherwise simplified."""
    if not 0 < n_traditional <= _MIXED_SHARE * len(given):
        return False
    return n_traditional <= _MIXED_SHARE * sum(map(len, _HAN_RUN.findall(given)))


def _reported(joined: str, edits: list[Edit], least: int) -> set[int]:
    """Places of the texts in which there are so many of an evader's edits."""
    counts: Counter[int] = Counter()
    text = done = 0
    for start in [start for start, _, _, is_obfuscation in edits if is_obfuscation]:
        text += joined.count(BREAK, done, start)
        counts[text] += 1
        done = start
    return {text for text, count in counts.items() if count >= least}


def _edited(joined: str, edits: list[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, meant, _ in edits:
        if start >= done:
            pieces.append(joined[done:start])
            if meant:
                pieces.append(meant)
            done = end
    return "".join(pieces) + joined[done:]


def _moved(places: list[int], edits: list[Edit], side: int) -> list[int]:
    """Places of characters after edits; those of a stretch that grew or shrank have all one."""
    moved: list[int] = []
    done = 0
    for start, end, meant, _ in edits:
        if start >= done:
            stretch = places[start:end]
            moved += places[done:start]
            moved += stretch if len(meant) == len(stretch) else [stretch[side]] * len(meant)
            done = end
    return moved + places[done:]
