"""What a finder may ask of one message: which concepts and expressions it shows, and where.

Finders ask a `Scan` where a concept occurs; none of them walks the text for words again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from sms_classifier.evidence.places import Match, Places, Span, mask_of
from sms_classifier.text.message import Message

__all__ = ["Match", "Scan", "Span", "scan", "scan_many"]

_SENTENCE_END = re.compile(r"[。!?;\n]|】(?!$)")
_CLAUSE_END = re.compile(r"[,。!?;:\n【】]")


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

    __slots__ = ("_bits", "_clause_ends", "_sentence_ends", "message", "place", "places", "plain")

    def __init__(self, message: Message, places: Places, place: int) -> None:
        self.message = message
        self.plain = message.plain
        self.places = places
        self.place = place
        self._bits = places.bits[place]
        self._sentence_ends: list[int] | None = None
        self._clause_ends: list[int] | None = None

    def has(self, *concepts: str) -> bool:
        """Whether any of the concepts occurs."""
        return self._bits & mask_of(concepts) != 0

    def spans(self, concept: str) -> list[Span]:
        """Places of a concept, in text order."""
        return self.places.spans(self.place, concept)

    def matches(self, expression: str) -> Sequence[Match]:
        """Matches of an expression (see `expressions`), in text order."""
        return self.places.matches(expression, self.place)

    def institutions(self) -> dict[str, list[Span]]:
        """Places of the registry's names, by institution."""
        return self.places.institutions(self.place)

    def sentence(self, place: int) -> Span:
        """Bounds of the sentence around a place."""
        if self._sentence_ends is None:
            self._sentence_ends = [match.end() for match in _SENTENCE_END.finditer(self.plain)]
        ends = self._sentence_ends
        after = bisect_right(ends, place)
        start = ends[after - 1] if after else 0
        return start, ends[after] if after < len(ends) else len(self.plain)

    def clause_start(self, place: int) -> int:
        """Where the clause that holds a place begins."""
        if self._clause_ends is None:
            self._clause_ends = [match.end() for match in _CLAUSE_END.finditer(self.plain)]
        before = bisect_right(self._clause_ends, place)
        return self._clause_ends[before - 1] if before else 0

    def within(self, concept: str, start: int, end: int) -> list[Span]:
        """Places of a concept that lie in ``plain[start:end]``."""
        return self.places.within(self.place, concept, start, end)

    def first_within(self, concept: str, start: int, end: int) -> Span | None:
        """First place of a concept that lies in ``plain[start:end]``; looks no further."""
        return self.places.first_within(self.place, concept, start, end)

    def has_within(self, concept: str, start: int, end: int) -> bool:
        """Whether a concept lies in ``plain[start:end]``."""
        return self.first_within(concept, start, end) is not None

    def near(self, concept: str, start: int, end: int, reach: int) -> bool:
        """Whether a concept lies within `reach` characters of a span."""
        return self.has_within(concept, max(0, start - reach), end + reach)

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
