"""What a finder may ask of one message: which concepts and expressions it shows, and where.

Finders ask a `Scan` where a concept occurs; none of them walks the text for words again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from sms_classifier.evidence.places import (
    CONCEPT_BITS,
    Match,
    Places,
    Span,
    concept_numbers,
    institution_names,
)
from sms_classifier.text.message import Message

__all__ = ["Match", "Scan", "Span", "scan", "scan_many"]

_SETS_KEPT = 1024  # of concepts that somebody asks for together


@lru_cache(maxsize=_SETS_KEPT)
def _mask(concepts: tuple[str, ...]) -> int:
    """Bits of some concepts, as in `Places.bits`."""
    return sum(1 << concept_numbers()[concept] for concept in concepts)


class Scan:
    """A message with the places of concepts and expressions in its plain text.

    Attributes
    ----------
    message : Message
    plain : str
        The plain text that all places refer to.
    places : Places
        Of the messages scanned together; this one stands at ``place``.
    place : int
    """

    __slots__ = ("_bits", "_first", "_last", "_matches", "message", "place", "places", "plain")

    def __init__(self, message: Message, places: Places, place: int) -> None:
        self.message = message
        self.plain = message.plain
        self.places = places
        self.place = place
        self._bits = places.bits[place]
        self._first, self._last = places.bounds[place], places.bounds[place + 1]
        self._matches = places.matches[place]

    def has(self, *concepts: str) -> bool:
        """Whether any of the concepts occurs."""
        return self._bits & _mask(concepts) != 0

    def spans(self, concept: str) -> list[Span]:
        """Places of a concept, in text order."""
        first, last = self._range(concept)
        if first == last:
            return []
        return list(zip(self.places.starts[first:last], self.places.ends[first:last], strict=True))

    def within(self, concept: str, start: int, end: int) -> list[Span]:
        """Places of a concept that lie in ``plain[start:end]``."""
        return [span for span in self.spans(concept) if start <= span[0] < end and span[1] <= end]

    def first_within(self, concept: str, start: int, end: int) -> Span | None:
        """First place of a concept that lies in ``plain[start:end]``; looks no further."""
        first, last = self._range(concept)
        if first == last:
            return None
        starts, ends = self.places.starts, self.places.ends
        for place in range(bisect_left(starts, start, first, last), last):
            if starts[place] >= end:
                return None
            if ends[place] <= end:
                return starts[place], ends[place]
        return None

    def has_within(self, concept: str, start: int, end: int) -> bool:
        """Whether a concept lies in ``plain[start:end]``."""
        return self.first_within(concept, start, end) is not None

    def near(self, concept: str, start: int, end: int, reach: int) -> bool:
        """Whether a concept lies within `reach` characters of a span."""
        return self.has_within(concept, max(0, start - reach), end + reach)

    def matches(self, expression: str) -> Sequence[Match]:
        """Matches of an expression (see `expressions`), in text order."""
        return self._matches.get(expression, ())

    def institutions(self) -> dict[str, list[Span]]:
        """Places of the registry's names, by institution."""
        places = self.places
        number_zero = self.place << CONCEPT_BITS | len(concept_numbers())
        table: dict[str, list[Span]] = {}
        for at in range(bisect_left(places.keys, number_zero, self._first, self._last), self._last):
            name = institution_names()[places.keys[at] - number_zero]
            table.setdefault(name, []).append((places.starts[at], places.ends[at]))
        return table

    def sentence(self, place: int) -> Span:
        """Bounds of the sentence around a place."""
        ends, bounds = self.places.sentences
        first, last = bounds[self.place], bounds[self.place + 1]
        after = bisect_right(ends, place, first, last)
        start = ends[after - 1] if after > first else 0
        return start, ends[after] if after < last else len(self.plain)

    def clause_start(self, place: int) -> int:
        """Where the clause that holds a place begins."""
        ends, bounds = self.places.clauses
        first = bounds[self.place]
        before = bisect_right(ends, place, first, bounds[self.place + 1])
        return ends[before - 1] if before > first else 0

    def is_denied(self, start: int, end: int) -> bool:
        """Whether the words around a span warn of it or rule it out.

        "We never ask you to pay into a private account", "do not …", "whoever asks … is a fraud".
        """
        if not self.has("deny", "warn", "is_scam"):
            return False
        sentence = self.sentence(start)
        return (
            self.has_within("is_scam", start, sentence[1])
            or self.has_within("warn", sentence[0], start + 1)
            or self.has_within("deny", self.clause_start(start), start + 1)
        )

    def _range(self, concept: str) -> Span:
        """Where the places of a concept stand in the lists of `places`."""
        number = concept_numbers()[concept]
        if not self._bits >> number & 1:
            return 0, 0
        key = self.place << CONCEPT_BITS | number
        first = bisect_left(self.places.keys, key, self._first, self._last)
        return first, bisect_right(self.places.keys, key, first, self._last)


def scan_many(messages: Sequence[Message]) -> list[Scan]:
    """Find every concept, expression and known name in messages."""
    places = Places([message.plain for message in messages])
    return [Scan(message, places, place) for place, message in enumerate(messages)]


def scan(message: Message) -> Scan:
    """Find every concept, expression and known name in a message.

    Examples
    --------
    >>> from sms_classifier.text.normalize import normalize
    >>> scan(normalize("请勿转账到个人账户")).spans("private_target")
    [(5, 9)]
    """
    return scan_many([message])[0]
