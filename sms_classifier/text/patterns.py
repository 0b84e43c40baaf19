"""Many regular expressions on many texts at once.

All of them are matched in one pass of a kernel, which walks over each text once and tries only
what can begin at a character; `re` does it where the kernel is missing, and always for the few
expressions that the kernel does not know (back references, conditions, flags).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier.native import free_with, kernels, pointer
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.program import Program

__all__ = ["Expression", "Matches", "PatternSet"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_N_CODES = 0x110000
_ROOM_PER_TEXT = 64  # numbers that the matches in a text take; grows with need
_UNKNOWN_CHARACTER, _NO_MEMORY = -1, -2  # what the kernel answers; else numbers needed
_NOTHING: Ints = np.zeros(0, dtype=np.int64)


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
        self._expressions = dict(expressions)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __reduce__(self) -> tuple[type[PatternSet], tuple[dict[str, Expression]]]:
        return PatternSet, (self._expressions,)  # programs of the kernel stay in their process

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
        native = self._matcher.find(chunk, wanted) if self._matcher else {}
        return {
            name: native[name] if name in native else self._find_by_re(name, chunk, wanted)
            for name in self._expressions
        }

    @cached_property
    def _matcher(self) -> _Matcher | None:
        """The kernel with its program; None where all is left to `re`."""
        library = kernels()
        return _Matcher(library, self._expressions) if library else None

    def _find_by_re(self, name: str, chunk: TextChunk, wanted: Mapping[str, Mask]) -> Matches:
        source, last = self._expressions[name]
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = re.compile(source)
        return _found_by(compiled, last, chunk, wanted.get(name))


class _Matcher:
    """Expressions as a program of the kernel ``native/patterns.c``."""

    def __init__(self, library: ctypes.CDLL, expressions: Mapping[str, Expression]) -> None:
        names = list(expressions)
        program = Program([expression.source for expression in expressions.values()])
        self._cell_of = program.syntax.cell_of
        self._names = [names[place] for place in program.supported]
        self._groups = program.names
        self._empty = [_cut(_NOTHING, 0, 0, groups) for groups in self._groups]
        lasts = (expressions[name].last for name in self._names)
        self._last = np.array([-1 if k is None else max(k, 0) for k in lasts], dtype=np.int64)
        self._cells = np.zeros(_N_CODES, dtype=np.uint32)  # 0: not seen yet
        self._cells[program.syntax.codes] = np.arange(1, len(program.syntax.codes) + 1)
        self._per_text = _ROOM_PER_TEXT
        self._run = library.patterns_find
        self._program = _load(library, program)
        free_with(self, library.patterns_free, self._program)

    def find(self, chunk: TextChunk, wanted: Mapping[str, Mask]) -> dict[str, Matches]:
        """Find the expressions that the kernel knows."""
        if not len(chunk) or not self._names:
            return dict(zip(self._names, self._empty, strict=True))
        counts = np.empty(len(self._names), dtype=np.int64)
        out = self._matches(chunk, self._mask(wanted, len(chunk)), counts)
        found = {}
        offset = 0
        rows = zip(self._names, counts.tolist(), self._groups, self._empty, strict=True)
        for name, count, groups, empty in rows:
            found[name] = _cut(out, offset, count, groups) if count else empty
            offset += count * (3 + 2 * len(groups))
        return found

    def _mask(self, wanted: Mapping[str, Mask], n_texts: int) -> npt.NDArray[np.uint8] | None:
        if not wanted:
            return None
        mask = np.ones((len(self._names), n_texts), dtype=np.uint8)
        for row, name in zip(mask, self._names, strict=True):
            if name in wanted:
                row[:] = wanted[name]
        return mask

    def _matches(self, chunk: TextChunk, mask: npt.NDArray[np.uint8] | None, counts: Ints) -> Ints:
        """Run the kernel until all characters have cells, and the matches room enough."""
        size = ctypes.c_int64
        fixed = (
            self._program,
            pointer(self._cells),
            pointer(chunk.codes),
            pointer(chunk.starts),
            pointer(chunk.ends),
            size(len(chunk)),
            None if mask is None else pointer(mask),
            pointer(self._last),
            pointer(counts),
        )
        out = np.empty(self._per_text * len(chunk), dtype=np.int64)
        while True:
            needed = self._run(*fixed, pointer(out), size(len(out)))
            if needed == _NO_MEMORY:
                raise MemoryError("no memory for the matches of expressions")
            if needed == _UNKNOWN_CHARACTER:
                self._learn(chunk.codes)
            elif needed > len(out):
                self._per_text = -(-needed // len(chunk))
                out = np.empty(needed, dtype=np.int64)
            else:
                return out

    def _learn(self, codes: npt.NDArray[np.uint32]) -> None:
        """Find the cells of the characters that were never seen before."""
        fresh = np.unique(codes[self._cells[codes] == 0])
        self._cells[fresh] = [self._cell_of(code) for code in fresh.tolist()]


def _load(library: ctypes.CDLL, program: Program) -> ctypes.c_void_p:
    """Hand a program to the kernel, which keeps a copy."""
    n_cells = program.syntax.n_cells
    width = -(-n_cells // 8)
    everything = (1 << n_cells) - 1
    columns = b"".join((chars & everything).to_bytes(width, "little") for chars in program.columns)
    code, entries = (np.array(part, dtype=np.int32) for part in (program.code, program.entries))
    groups = np.array([len(names) for names in program.names], dtype=np.int32)
    sizes = np.array(
        [
            code.size,
            len(program.columns),
            n_cells,
            width,
            len(program.entries),
            len(program.names),
            program.n_registers,
        ],
        dtype=np.int64,
    )
    address = library.patterns_new(
        pointer(sizes), pointer(code), columns, pointer(entries), pointer(groups)
    )
    if not address:
        raise MemoryError("no memory for the program of expressions")
    return ctypes.c_void_p(address)


def _cut(found: Ints, offset: int, count: int, names: tuple[str, ...]) -> Matches:
    """Matches of one expression: texts, starts, ends, groups, from `offset` on."""
    text, start, end, groups = (offset + count * part for part in range(4))
    behind = groups + 2 * count * len(names)
    bounds = found[groups:behind].reshape(count, len(names), 2)
    return Matches(found[text:start], found[start:end], found[end:groups], bounds, names)


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
