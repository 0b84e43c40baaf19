"""Many regular expressions on many texts at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier.text.chunk import TextChunk

__all__ = ["Expression", "Matches", "PatternSet"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Expression(NamedTuple):
    """A regular expression, and from where in a text on it may begin to match.

    Attributes
    ----------
    source : str
        In the syntax of `re`, without flags, conditions and back references.
    last : int or None
        A match begins within so many of the text's last characters; None: anywhere.
    """

    source: str
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Matches of one expression that do not overlap, from left to right.

    Attributes
    ----------
    text : ndarray of int64, shape (n_matches,)
        Which text of the chunk.
    start, end : ndarray of int64, shape (n_matches,)
        Bounds in ``chunk.joined``.
    groups : ndarray of int64, shape (n_matches, n_groups, 2)
        Bounds of each named group, in the order in which they open; -1 where it took no part.
    names : tuple of str
        The groups' names.
    """

    text: Ints
    start: Ints
    end: Ints
    groups: Ints
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.text)


class PatternSet:
    """Expressions to be found in the same texts.

    Parameters
    ----------
    expressions : mapping of str to Expression

    Examples
    --------
    >>> patterns = PatternSet({"sum": Expression(r"(?P<value>[0-9]+)元"), "end": Expression("款$")})
    >>> found = patterns.find(TextChunk(["还30元", "还款"]))
    >>> found["sum"].start.tolist(), found["sum"].groups.tolist(), found["end"].text.tolist()
    ([1], [[[1, 3]]], [1])
    """

    def __init__(self, expressions: Mapping[str, Expression]) -> None:
        self._compiled = {
            name: (re.compile(expression.source), expression.last)
            for name, expression in expressions.items()
        }

    def find(
        self, chunk: TextChunk, wanted: Mapping[str, Mask] | None = None
    ) -> dict[str, Matches]:
        """Find each expression in each text.

        Parameters
        ----------
        chunk : TextChunk
        wanted : mapping of str to ndarray of bool, shape (n_texts,), optional
            In which texts an expression is to be looked for; default: in all.
        """
        wanted = wanted or {}
        return {
            name: _found_by(compiled, last, chunk, wanted.get(name))
            for name, (compiled, last) in self._compiled.items()
        }


def _found_by(
    compiled: re.Pattern[str], last: int | None, chunk: TextChunk, wanted: Mask | None
) -> Matches:
    names = tuple(compiled.groupindex)
    rows = list(_rows(compiled, last, chunk, wanted, [0, *compiled.groupindex.values()]))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 3 + 2 * len(names))
    groups = table[:, 3:].reshape(len(rows), len(names), 2)
    return Matches(table[:, 0], table[:, 1], table[:, 2], groups, names)


def _rows(
    compiled: re.Pattern[str],
    last: int | None,
    chunk: TextChunk,
    wanted: Mask | None,
    groups: list[int],
) -> Iterator[list[int]]:
    places = range(len(chunk)) if wanted is None else np.flatnonzero(wanted).tolist()
    starts = chunk.starts.tolist()
    for place in places:
        text, offset = chunk.texts[place], starts[place]
        begin = 0 if last is None else max(0, len(text) - last)
        for match in compiled.finditer(text, begin):
            bounds = [bound for group in groups for bound in match.span(group)]
            yield [place, *(bound + offset if bound >= 0 else -1 for bound in bounds)]
