"""One of the messages that were scanned together, for those who look at messages one by one."""

from __future__ import annotations

from collections.abc import Sequence

from sms_classifier.evidence.places import Places
from sms_classifier.evidence.spans import Span
from sms_classifier.evidence.vocabulary import concept_numbers
from sms_classifier.text.message import Message

__all__ = ["Scan", "scan", "scan_many"]


class Scan:
    """A message, and what it shows.

    Attributes
    ----------
    message : Message
    plain : str
        The plain text that all places refer to.
    places : Places
        Of the messages scanned together; this one stands at ``place``.
    place : int
    """

    __slots__ = ("message", "place", "places", "plain")

    def __init__(self, message: Message, places: Places, place: int) -> None:
        self.message = message
        self.plain = message.plain
        self.places = places
        self.place = place

    @property
    def signatures(self) -> Sequence[Span]:
        """Places of the names with which it is signed."""
        return self.places.signatures.get(self.place, ())

    def has(self, concept: str) -> bool:
        """Whether a concept occurs."""
        return bool(self.places.shown[self.place, concept_numbers()[concept]])


def scan_many(messages: Sequence[Message]) -> list[Scan]:
    """Find every concept, expression and known name in messages."""
    places = Places([message.plain for message in messages])
    return [Scan(message, places, place) for place, message in enumerate(messages)]


def scan(message: Message) -> Scan:
    """Find every concept, expression and known name in a message.

    Examples
    --------
    >>> from sms_classifier.text.normalize import normalize
    >>> scan(normalize("请勿转账到个人账户")).has("private_target")
    True
    """
    return scan_many([message])[0]
