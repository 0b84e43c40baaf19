"""Regular expressions read from the parse tree of `re`, over an alphabet of cells.

Characters that nothing but their place in a range or a category tells apart share a cell; a set
of characters is an integer with a bit for each cell.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from sms_classifier.text.syntax_tree import (
    EDGE,
    ENDLESS,
    At,
    Choice,
    Group,
    Look,
    Near,
    Node,
    One,
    Repeat,
    Run,
)

__all__ = ["Syntax", "Unsupported"]

_parser: Any = import_module("re._parser")  # has no types
_KINDS = 8  # what categories say of a character: decimal 1, in words 2, blank 4
_LAST = 0x110000


class Unsupported(Exception):  # noqa: N818
    """An expression that only `re` can match."""


class Syntax:
    r"""Parse trees of expressions, and the cells that their characters need.

    Parameters
    ----------
    sources : sequence of str

    Attributes
    ----------
    trees : list
        Parse tree of each expression, None if it is not supported.
    codes : list of int
        Characters with a cell for themselves: number ``i`` has cell ``i + 1``.
    n_cells : int
    words : int
        Characters of ``\w``.

    Examples
    --------
    >>> syntax = Syntax(["[0-9]元"])
    >>> [chr(code) for code in syntax.codes], syntax.cell_of(ord("元"))
    (['\n', '元'], 2)
    >>> syntax.cell_of(ord("7")) == syntax.cell_of(ord("8")) != syntax.cell_of(ord("a"))
    True
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self._codes, self._bounds = {10}, {0, _LAST}
        self.trees = [self._parsed(source) for source in sources]
        self.codes = sorted(self._codes)
        self._cuts = sorted(self._bounds)
        self._wide = len(self.codes) + 1  # first cell of the ranges
        self.n_cells = self._wide + _KINDS * (len(self._cuts) - 1)
        self._all = (1 << self.n_cells) - 1 - EDGE
        own = [_kind(code) for code in self.codes]
        self._decimal, self.words, self._blank = (self._of_kind(own, bit) for bit in range(3))
        self._ones = {code: One(1 << cell, code) for cell, code in enumerate(self.codes, 1)}
        self._breaks = self._ones[10].first

    def _of_kind(self, own: list[int], bit: int) -> int:
        wide = sum(1 << kind for kind in range(_KINDS) if kind >> bit & 1)
        pattern = wide.to_bytes(1, "little") * (len(self._cuts) - 1)
        single = sum(1 << cell for cell, kind in enumerate(own, 1) if kind >> bit & 1)
        return int.from_bytes(pattern, "little") << self._wide | single

    def cell_of(self, code: int) -> int:
        """Cell of a character."""
        place = bisect_left(self.codes, code)
        if place < len(self.codes) and self.codes[place] == code:
            return place + 1
        return self._wide + _KINDS * (bisect_right(self._cuts, code) - 1) + _kind(code)

    def _parsed(self, source: str) -> Any:
        tree = _parser.parse(source)
        try:
            if tree.state.flags & ~re.UNICODE:
                return None
            self._collect(tree.data)
        except Unsupported:
            return None
        return tree

    def _collect(self, items: Any) -> None:
        """Note every character and every bound of a range."""
        for operator, operand in items:
            name = str(operator)
            if name in ("LITERAL", "NOT_LITERAL"):
                self._codes.add(operand)
            elif name == "RANGE":
                self._bounds.update((operand[0], operand[1] + 1))
            elif name == "IN":
                self._collect(operand)
            elif name == "BRANCH":
                for option in operand[1]:
                    self._collect(option.data)
            elif name in ("MAX_REPEAT", "MIN_REPEAT", "SUBPATTERN", "ASSERT", "ASSERT_NOT"):
                self._collect(operand[-1].data)
            elif name not in ("AT", "ANY", "CATEGORY", "NEGATE"):
                raise Unsupported(name)

    def node(self, tree: Any) -> Node:
        """Read a parse tree.

        Raises
        ------
        Unsupported
            If it has flags inside, or bounds beyond measure.
        """
        names = {number: place for place, number in enumerate(tree.state.groupdict.values())}
        return self._run(tree.data, names)

    def _run(self, items: Any, names: dict[int, int]) -> Node:
        nodes = [self._read(str(operator), operand, names) for operator, operand in items]
        return nodes[0] if len(nodes) == 1 else Run(nodes)

    def _read(self, name: str, operand: Any, names: dict[int, int]) -> Node:
        if name == "LITERAL":
            return self._ones[operand]
        if name == "IN":
            return One(self._set(operand))
        if name == "NOT_LITERAL":
            return One(self._all & ~self._ones[operand].first)
        if name == "ANY":
            return One(self._all & ~self._breaks)
        if name == "BRANCH":
            return Choice([self._run(option.data, names) for option in operand[1]])
        if name == "SUBPATTERN":
            return self._group(operand, names)
        if name == "AT":
            return self._at(str(operand))
        if name.startswith("ASSERT"):
            return self._look(operand, name == "ASSERT_NOT", names)
        return self._repeat(operand, name == "MIN_REPEAT", names)

    def _set(self, items: Any) -> int:
        chars, negated = 0, False
        for operator, operand in items:
            name = str(operator)
            if name == "LITERAL":
                chars |= self._ones[operand].first
            elif name == "RANGE":
                chars |= self._span(*operand)
            elif name == "CATEGORY":
                chars |= self._category(str(operand).removeprefix("CATEGORY_"))
            else:
                negated = True
        return self._all & ~chars if negated else chars

    def _span(self, low: int, high: int) -> int:
        own = bisect_left(self.codes, low) + 1, bisect_right(self.codes, high) + 1
        cuts = bisect_left(self._cuts, low), bisect_left(self._cuts, high + 1)
        wide = (self._wide + _KINDS * cut for cut in cuts)
        return _bits(*own) | _bits(*wide)

    def _category(self, name: str) -> int:
        kinds = {"DIGIT": self._decimal, "WORD": self.words, "SPACE": self._blank}
        chars = kinds[name.removeprefix("NOT_")]
        return self._all & ~chars if name.startswith("NOT_") else chars

    def _group(self, operand: Any, names: dict[int, int]) -> Node:
        number, added, removed, body = operand
        if added or removed:
            raise Unsupported("flags inside")
        node = self._run(body.data, names)
        return Group(node, names[number]) if number in names else node

    def _at(self, name: str) -> At:
        place = name.removeprefix("AT_").lower().replace("beginning_string", "beginning")
        return At(place, EDGE | self._breaks if place.startswith("end") else -1)

    def _look(self, operand: Any, negative: bool, names: dict[int, int]) -> Node:
        direction, body = operand
        node = self._run(body.data, names)
        if isinstance(node, One):
            chars = (self._all | EDGE) & ~node.first if negative else node.first
            return Near(chars, min(direction, 0))
        least, most = body.getwidth() if direction < 0 else (0, 0)
        if least != most or most > ENDLESS:
            raise Unsupported("width")
        return Look(node, least, negative)

    def _repeat(self, operand: Any, lazy: bool, names: dict[int, int]) -> Node:
        least, most, body = operand
        most = ENDLESS if most == _parser.MAXREPEAT else most
        if least >= ENDLESS or most > ENDLESS:
            raise Unsupported("bounds")
        node = self._run(body.data, names)
        if most == 0:
            return Run([])
        return node if least == most == 1 else Repeat(node, least, most, lazy)


def _bits(start: int, end: int) -> int:
    return (1 << end) - (1 << start)


def _kind(code: int) -> int:
    char = chr(code)
    return char.isdecimal() | (char.isalnum() or char == "_") << 1 | char.isspace() << 2
