"""Nodes of regular expressions that know which characters they may begin with.

A set of characters is an integer with a bit for each cell of the alphabet (see `syntax`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

__all__ = [
    "AHEAD",
    "EDGE",
    "ENDLESS",
    "At",
    "Choice",
    "Group",
    "Look",
    "Near",
    "Node",
    "One",
    "Repeat",
    "Run",
    "before",
    "fill_behind",
    "options_of",
    "spread",
]

EDGE = 1  # the cell of what lies before the first and behind the last character
AHEAD = 3  # characters from the beginning of a match that are looked at before it is tried
ENDLESS = 0x7FFFFFFF  # bound of a repeat without bound


class Node:
    """Part of an expression.

    Attributes
    ----------
    first : int
        Characters that it may begin with.
    through : int
        Where it can match nothing: characters that may follow then.
    """

    __slots__ = ("first", "through")

    def __init__(self, first: int, through: int) -> None:
        self.first, self.through = first, through

    def begins(self, follow: int) -> int:
        """Characters it may begin with when one of `follow` comes behind."""
        return self.first | (follow & self.through)


class One(Node):
    """One character of a set; ``code`` is its number if the set is one literal."""

    __slots__ = ("code",)

    def __init__(self, chars: int, code: int = -1) -> None:
        super().__init__(chars, 0)
        self.code = code


class Run(Node):
    """Nodes one behind the other."""

    __slots__ = ("nodes",)

    def __init__(self, nodes: Sequence[Node]) -> None:
        first, through = 0, -1
        for node in reversed(nodes):
            first, through = node.begins(first), through & node.through
        super().__init__(first, through)
        self.nodes = nodes


class Choice(Node):
    """The first of several nodes that leads to a match."""

    __slots__ = ("nodes",)

    def __init__(self, nodes: Sequence[Node]) -> None:
        first = through = 0
        for node in nodes:
            first, through = first | node.first, through | node.through
        super().__init__(first, through)
        self.nodes = nodes


class Repeat(Node):
    """A node so many times."""

    __slots__ = ("body", "lazy", "least", "most")

    def __init__(self, body: Node, least: int, most: int, lazy: bool) -> None:
        super().__init__(body.first, -1 if least == 0 else body.through)
        self.body, self.least, self.most, self.lazy = body, least, most, lazy


class Group(Node):
    """A named group; ``number`` counts them in the order in which they open."""

    __slots__ = ("body", "number")

    def __init__(self, body: Node, number: int) -> None:
        super().__init__(body.first, body.through)
        self.body, self.number = body, number


class Near(Node):
    """The character before (``offset`` -1) or behind (0) belongs to a set."""

    __slots__ = ("chars", "offset")

    def __init__(self, chars: int, offset: int) -> None:
        super().__init__(0, -1 if offset else chars)
        self.chars, self.offset = chars, offset


class Look(Node):
    """What lies before (``width`` characters of it) or behind (``width`` 0) matches, or not."""

    __slots__ = ("body", "negative", "width")

    def __init__(self, body: Node, width: int, negative: bool) -> None:
        ahead = not (width or negative)
        super().__init__(0, body.begins(-1) if ahead else -1)
        self.body, self.width, self.negative = body, width, negative


class At(Node):
    """A place: one of ``beginning``, ``end``, ``end_string``, ``boundary``, ``non_boundary``."""

    __slots__ = ("place",)

    def __init__(self, place: str, follow: int) -> None:
        super().__init__(0, follow)
        self.place = place


def spread(node: Node, offsets: int, sets: list[int]) -> int:
    """Add what may stand at each place when a node begins at one of `offsets`, a bit for each.

    Returns the offsets behind it. A place with bits for everything stays so.
    """
    if isinstance(node, One):
        for place in range(AHEAD):
            if offsets >> place & 1:
                sets[place] |= node.first
        return offsets << 1 & (1 << AHEAD) - 1
    if isinstance(node, Run):
        for part in node.nodes:
            offsets = spread(part, offsets, sets) if offsets else 0
        return offsets
    if isinstance(node, Choice):
        behind = 0
        for part in node.nodes:
            behind |= spread(part, offsets, sets)
        return behind
    if isinstance(node, Group):
        return spread(node.body, offsets, sets)
    if isinstance(node, Repeat):
        reached = offsets if node.least == 0 else 0
        for turn in range(1, min(node.most, AHEAD) + 1):
            offsets = spread(node.body, offsets, sets)
            reached |= offsets if turn >= min(node.least, AHEAD) else 0
        return reached
    return offsets


def fill_behind(offsets: int, sets: list[int]) -> None:
    """Allow everything behind the shortest match."""
    for place in range(AHEAD):
        if offsets & (1 << place + 1) - 1:
            sets[place] = -1


def before(node: Node) -> int:
    """Characters that may stand before a match."""
    if isinstance(node, Near):
        return node.chars if node.offset else -1
    if isinstance(node, At):
        return EDGE if node.place == "beginning" else -1
    if isinstance(node, Group):
        return before(node.body)
    if isinstance(node, Choice):
        allowed = 0
        for part in node.nodes:
            allowed |= before(part)
        return allowed
    allowed = -1
    if isinstance(node, Run):
        for part in node.nodes:
            allowed &= before(part)
            if not isinstance(part, (Near, At, Look)):
                break
    return allowed


def options_of(node: Node) -> list[Node]:
    """Options of a node in their order, each with what comes behind them.

    Where options begin a run, those that look at the character before are parted from the rest.
    """
    if isinstance(node, Choice):
        return [option for part in node.nodes for option in options_of(part)]
    return _split(node.nodes) if isinstance(node, Run) and node.nodes else [node]


def _split(nodes: Sequence[Node]) -> list[Node]:
    head, rest = nodes[0], nodes[1:]
    if isinstance(head, Choice):
        return [_joined(part, rest) for part in _parted(head.nodes)]
    if rest and isinstance(head, Repeat) and (head.least, head.most, head.lazy) == (0, 1, False):
        without = _split(rest)
        if len(without) > 1:
            return [_joined(head.body, rest), *without]
    return [_joined(head, rest)]


def _joined(head: Node, rest: Sequence[Node]) -> Node:
    return Run([head, *rest]) if rest else head


def _parted(nodes: Sequence[Node]) -> list[Node]:
    parts: list[Node] = []
    for looks, group in groupby(nodes, lambda option: before(option) != -1):
        options = list(group)
        parts += options if looks or len(options) == 1 else [Choice(options)]
    return parts
