"""Regular expressions as one program of int32 for the matcher in ``native/patterns.c``.

Sets of characters become columns of a bit matrix with a row for each cell of the alphabet. Where
a choice is made, the sets of the characters that its options may begin with are neighbours, so
that the matcher reads all options that are open with one look at the row of a character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from sms_classifier.text.syntax import Syntax, Unsupported
from sms_classifier.text.syntax_tree import (
    AHEAD,
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
    before,
    fill_behind,
    options_of,
    spread,
)

__all__ = ["Program"]

_WORD = 64
_MOST_ENTRIES = 24  # a choice of more options is one entry


class Op(IntEnum):
    """Instructions; their operands stand in ``native/patterns.c``."""

    MATCH = 0
    CHAR = 1
    STRING = 2
    SET = 3
    JUMP = 4
    CHOICE = 5
    SPAN = 6
    GREEDY = 7
    LAZY = 8
    MARK = 9
    COUNT = 10
    LOOP = 11
    NEAR = 12
    LOOK = 13
    BEGINNING = 14
    END = 15
    END_STRING = 16
    BOUNDARY = 17
    NON_BOUNDARY = 18
    NOT_EMPTY = 19


class Program:
    r"""Program of all expressions of a set that the matcher supports.

    Parameters
    ----------
    sources : sequence of str
        In the syntax of `re`.

    Attributes
    ----------
    supported : list of int
        Places of the expressions in the program among `sources`.
    names : list of tuple of str
        Names of the groups of each expression in the program, in the order in which they open.
    entries : list of tuple of int
        Expression and address of each option of the expressions, in the order to be tried.
    code : list of int
    columns : list of int
        Sets of characters; four for each word of 64 entries come first: what may stand before
        a match, and at its first three places.
    n_registers : int

    Examples
    --------
    >>> program = Program(["[0-9]元|(?P<all>全)部", r"(a)\1"])
    >>> program.supported, program.names, [entry[0] for entry in program.entries]
    ([0], [('all',)], [0, 0])
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self.syntax = Syntax(sources)
        self.supported: list[int] = []
        self.names: list[tuple[str, ...]] = []
        self.code: list[int] = []
        self.entries: list[tuple[int, int]] = []
        self.n_registers = 0
        options = self._options()
        self.entry_words = -(-len(options) // _WORD)
        self.columns = [0] * (_WORD * self.entry_words * (AHEAD + 1))
        self._places: dict[tuple[int, ...], int] = {}
        for number, (expression, node) in enumerate(options):
            self._enter(number, expression, node)

    def _options(self) -> list[tuple[int, Node]]:
        options: list[tuple[int, Node]] = []
        for place, tree in enumerate(self.syntax.trees):
            try:
                node = self.syntax.node(tree) if tree else None
            except Unsupported:
                continue
            if node is None:
                continue
            nodes = options_of(node)
            nodes = nodes if len(nodes) <= _MOST_ENTRIES else [node]
            options += [(len(self.supported), option) for option in nodes]
            self.supported.append(place)
            self.names.append(tuple(tree.state.groupdict))
        return options

    def _enter(self, number: int, expression: int, node: Node) -> None:
        sets = [0] * AHEAD
        fill_behind(spread(node, 1, sets), sets)
        for row, chars in enumerate([before(node), *sets]):
            self.columns[row * _WORD * self.entry_words + number] = chars
        self.entries.append((expression, len(self.code)))
        self._registers = 0
        self._register(2 * len(self.names[expression]))
        self._emit(node, -1)
        self.code.append(Op.MATCH)

    def _column(self, *sets: int) -> int:
        """First of neighbouring columns, all within one word."""
        place = self._places.get(sets)
        if place is None:
            rest = len(self.columns) % _WORD
            if rest + len(sets) > _WORD:
                self.columns += [0] * (_WORD - rest)
            place = self._places[sets] = len(self.columns)
            self.columns += sets
        return place

    def _register(self, count: int) -> int:
        first = self._registers
        self._registers += count
        self.n_registers = max(self.n_registers, self._registers)
        return first

    def _emit(self, node: Node, follow: int) -> None:
        """Append the code of a node; `follow`: characters that may come behind it."""
        if isinstance(node, One):
            self.code += [Op.CHAR, node.code] if node.code >= 0 else self._set(node)
        elif isinstance(node, Run):
            self._emit_run(node.nodes, follow)
        elif isinstance(node, Choice):
            self._emit_choice(node.nodes, follow)
        elif isinstance(node, Repeat):
            self._emit_repeat(node, follow)
        elif isinstance(node, Group):
            self.code += [Op.MARK, 2 * node.number]
            self._emit(node.body, follow)
            self.code += [Op.MARK, 2 * node.number + 1]
        elif isinstance(node, Near):
            self.code += [Op.NEAR, node.offset, self._column(node.chars)]
        elif isinstance(node, Look):
            self._emit_look(node)
        elif isinstance(node, At):
            self._emit_at(node.place)

    def _emit_at(self, place: str) -> None:
        if place == "non_boundary" and re.search(r"\B", "") is None:  # so before Python 3.14
            self.code += [Op.NOT_EMPTY, 0]
        words = self._column(self.syntax.words) if place.endswith("boundary") else 0
        self.code += [Op[place.upper()], words]

    def _set(self, node: One) -> list[int]:
        return [Op.SET, self._column(node.first)]

    def _emit_run(self, nodes: Sequence[Node], follow: int) -> None:
        follows = [follow]
        for node in reversed(nodes[1:]):
            follows.append(node.begins(follows[-1]))
        literals: list[int] = []
        for node in nodes:
            if isinstance(node, One) and node.code >= 0:
                literals.append(node.code)
                follows.pop()
                continue
            self._emit_literals(literals)
            literals = []
            self._emit(node, follows.pop())
        self._emit_literals(literals)

    def _emit_literals(self, codes: list[int]) -> None:
        if len(codes) > 1:
            self.code += [Op.STRING, len(codes), *codes]
        elif codes:
            self.code += [Op.CHAR, *codes]

    def _emit_choice(self, nodes: Sequence[Node], follow: int) -> None:
        """Emit all options; what is too much for one word becomes a choice of its own."""
        if len(nodes) > _WORD:
            nodes = [*nodes[: _WORD - 1], Choice(nodes[_WORD - 1 :])]
        targets = self._open_choice([node.begins(follow) for node in nodes])
        leave = []
        for place, node in enumerate(nodes):
            self.code[targets + place] = len(self.code)
            self._emit(node, follow)
            if place < len(nodes) - 1:
                leave.append(len(self.code) + 1)
                self.code += [Op.JUMP, 0]
        for place in leave:
            self.code[place] = len(self.code)

    def _open_choice(self, sets: list[int]) -> int:
        """Emit the instruction; where its targets are to be written."""
        self.code += [Op.CHOICE, self._column(*sets), len(sets)]
        place = len(self.code)
        self.code += [0] * len(sets)
        return place

    def _emit_repeat(self, node: Repeat, follow: int) -> None:
        if isinstance(node.body, One):
            self._emit_span(node, node.body, follow)
        elif node.most == 1:
            self._emit_once(node, follow)
        elif node.most == ENDLESS and node.least < 2 and not node.body.through:
            self._emit_endless(node, follow)
        else:
            self._emit_counted(node, follow)

    def _emit_span(self, node: Repeat, body: One, follow: int) -> None:
        """Emit a repeat of one character; if none of them may follow, it need not give any back."""
        fixed = node.least == node.most or not (body.first & follow or node.lazy)
        op = Op.SPAN if fixed else Op.LAZY if node.lazy else Op.GREEDY
        columns = [self._column(body.first), self._column(follow)]
        self.code += [op, columns[0], node.least, node.most, columns[1]]

    def _emit_once(self, node: Repeat, follow: int) -> None:
        sets = [node.body.begins(follow), follow]
        targets = self._open_choice(sets[::-1] if node.lazy else sets)
        self.code[targets + node.lazy] = len(self.code)
        self._emit(node.body, follow)
        self.code[targets + (not node.lazy)] = len(self.code)

    def _emit_endless(self, node: Repeat, follow: int) -> None:
        again = node.body.first | follow
        sets = [node.body.first, follow]
        if node.least:
            body = len(self.code)
            self._emit(node.body, again)
            targets = self._open_choice(sets[::-1] if node.lazy else sets)
            self.code[targets + node.lazy] = body
        else:
            loop = len(self.code)
            targets = self._open_choice(sets[::-1] if node.lazy else sets)
            self.code[targets + node.lazy] = len(self.code)
            self._emit(node.body, again)
            self.code += [Op.JUMP, loop]
        self.code[targets + (not node.lazy)] = len(self.code)

    def _emit_counted(self, node: Repeat, follow: int) -> None:
        register = self._register(2)
        again = node.body.begins(follow)
        self.code += [Op.COUNT, register]
        loop = len(self.code)
        column = self._column(again, follow)
        self.code += [Op.LOOP, register, node.least, node.most, node.lazy, column, 0]
        self._emit(node.body, again | follow)
        self.code += [Op.JUMP, loop]
        self.code[loop + 6] = len(self.code)

    def _emit_look(self, node: Look) -> None:
        start = len(self.code)
        self.code += [Op.LOOK, node.width, node.negative, 0]
        self._emit(node.body, -1)
        self.code.append(Op.MATCH)
        self.code[start + 3] = len(self.code)
