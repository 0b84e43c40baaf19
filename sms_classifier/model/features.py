"""From texts to numbers: what is seen in messages, and named features of that evidence.

N-grams are taken from the shape of a message (see `shapes`). Evidence features are what the
finders saw, and the rubric's own verdict.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cache, cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from sms_classifier import lexicons
from sms_classifier.evidence import collect_many
from sms_classifier.evidence.conduct import HINT
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.institutions import speaks_as
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.scan import Scan
from sms_classifier.evidence.vocabulary import concept_numbers
from sms_classifier.labels import DETAIL, Kind, Label, judge
from sms_classifier.model.shapes import PLACEHOLDERS, delexicalise
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.message import Message
from sms_classifier.text.normalize import normalize_many

__all__ = [
    "GRAVE_BIT",
    "KIND_BITS",
    "PLACEHOLDERS",
    "Reading",
    "Readings",
    "evidence_names",
    "evidence_rows",
    "kinds_of",
    "read",
    "read_many",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
KIND_BITS: dict[str, int] = {
    kind: 1 << place for place, kind in enumerate(Kind)
}  # a set of kinds is a sum
GRAVE_BIT = 1 << len(Kind)  # a threat that counts in RUBRIC §5
_ROLES = ("lender", "agency", "authority", "other_sender", "generic", "none")
_READ_TOGETHER = 2048  # more gain nothing
_COMBINATIONS_KEPT = 32768  # of kinds, sender and length; 1 MB of rows at most per 5,000
_places_of = attrgetter("places")
_LENGTHS = (15, 30, 60, 120, 200)  # characters; fragments, short notes, one SMS (70), long ones


class Reading(NamedTuple):
    """What the finders saw in one message, and the text that n-grams are taken from."""

    message: Message
    scan: Scan
    hits: list[Hit]
    kinds: frozenset[str]
    delexicalised: str

    @property
    def has_grave_threat(self) -> bool:
        """Whether a threat counts in RUBRIC §5."""
        return _has_grave_threat(self.hits)


class Readings(Sequence[Reading]):
    """Messages read together: a column for each thing that is asked of all of them.

    Attributes
    ----------
    messages : list of Message
    scans : list of Scan
    hits : list of list of Hit
    bits : list of int
        Kinds of evidence found in each message (see `kinds_of`), and ``GRAVE_BIT``.
    """

    def __init__(self, messages: list[Message], scans: list[Scan], hits: list[list[Hit]]) -> None:
        self.messages, self.scans, self.hits = messages, scans, hits
        self.bits = [
            _bits(own, message.is_rewritten) for own, message in zip(hits, messages, strict=True)
        ]

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Readings:
        """Give the columns of readings, however they were put together."""
        if isinstance(readings, Readings):
            return readings
        return cls(
            [reading.message for reading in readings],
            [reading.scan for reading in readings],
            [reading.hits for reading in readings],
        )

    def __len__(self) -> int:
        return len(self.messages)

    @overload
    def __getitem__(self, place: int) -> Reading: ...
    @overload
    def __getitem__(self, place: slice) -> list[Reading]: ...
    def __getitem__(self, place: int | slice) -> Reading | list[Reading]:
        if isinstance(place, slice):
            return [self[at] for at in range(len(self))[place]]
        kinds = frozenset(kinds_of(self.bits[place]))
        message, scan, hits = self.messages[place], self.scans[place], self.hits[place]
        return Reading(message, scan, hits, kinds, self.shapes.texts[place])

    @cached_property
    def shapes(self) -> TextChunk:
        """The delexicalised texts, of which only explanations and training need strings."""
        return delexicalise(self._plains(), self.hits)

    @cached_property
    def scanned(self) -> list[tuple[Places, list[int]]]:
        """Places of messages that were scanned together, and which of them these are."""
        groups = groupby(self.scans, key=_places_of)
        return [(places, [scan.place for scan in group]) for places, group in groups]

    def _plains(self) -> TextChunk:
        """Plain texts in one chunk, which is at hand where all were scanned together."""
        if len(self.scanned) == 1:
            places, rows = self.scanned[0]
            if rows == [*range(len(places.chunk))]:
                return places.chunk
        return TextChunk([scan.plain for scan in self.scans])


def read(text: str) -> Reading:
    """Read one message.

    Examples
    --------
    >>> delexicalised = read("【招商银行】应还1,280.50元").delexicalised
    >>> "".join(PLACEHOLDERS.get(char, char) for char in delexicalised)
    '【‹机构›】应还‹金额›'
    """
    return read_many([text])[0]


def read_many(texts: Sequence[str]) -> Readings:
    """Read messages, some hundreds at a time (see `collect_many`)."""
    messages: list[Message] = []
    collected: list[tuple[Scan, list[Hit]]] = []
    for start in range(0, len(texts), _READ_TOGETHER):
        some = normalize_many(texts[start : start + _READ_TOGETHER])
        messages += some
        collected += collect_many(some)
    return Readings(messages, [scan for scan, _ in collected], [hits for _, hits in collected])


def kinds_of(bits: int) -> tuple[str, ...]:
    """Kinds that bits stand for, in their order.

    Examples
    --------
    >>> kinds_of(KIND_BITS["institution"] | KIND_BITS["date"])
    ('institution', 'date')
    """
    return tuple(str(kind) for kind, bit in KIND_BITS.items() if bits & bit)


def _bits(hits: Sequence[Hit], is_rewritten: bool) -> int:
    bits = KIND_BITS[Kind.OBFUSCATION] if is_rewritten else 0
    for kind, _, _, _ in hits:
        bits |= KIND_BITS[kind]
    if bits & KIND_BITS[Kind.THREAT] and _has_grave_threat(hits):
        bits |= GRAVE_BIT
    return bits


def _has_grave_threat(hits: Sequence[Hit]) -> bool:
    return any(hit.kind == Kind.THREAT and hit.reason != HINT for hit in hits)


@cache
def evidence_names() -> tuple[str, ...]:
    """Names of the evidence features, in column order."""
    return (
        "scope:none",
        *(f"found:{kind}" for kind in Kind),
        "found:grave_threat",
        *(f"rubric:{label}" for label in list(Label)[:3]),
        "both:institution+detail",
        "both:detail-institution",
        "both:institution-detail",
        "both:private_contact-detail",
        "both:private_contact+detail",
        "both:contact-detail",
        "both:nothing",
        *(f"details:{n}" for n in range(1, 5)),
        *(f"signed:{role}" for role in _ROLES),
        *(f"length<={bound}" for bound in _LENGTHS),
        *(f"says:{concept.name}" for concept in lexicons.concepts() if concept.is_feature),
    )


def evidence_rows(readings: Sequence[Reading]) -> Floats:
    """Evidence features, shape (n_messages, n_features), values 0 or 1."""
    together = Readings.of(readings)
    shown = _concepts_shown(together)
    flags = map(
        _flags,
        together.bits,
        shown[:, concept_numbers()["scope_word"]].tolist(),
        map(_role, together.scans),
        [bisect_left(_LENGTHS, len(scan.plain)) for scan in together.scans],
    )
    concepts = _concepts()
    rows = np.empty((len(together), len(evidence_names())))
    first = rows.shape[1] - len(concepts)
    rows[:, :first] = np.frombuffer(b"".join(flags), dtype=np.uint8).reshape(len(rows), first)
    rows[:, first:] = shown[:, concepts]
    return rows


def _concepts_shown(readings: Readings) -> Flags:
    """Which concepts each message shows."""
    parts: list[Flags] = [places.shown[rows] for places, rows in readings.scanned]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.zeros((0, len(concept_numbers())), dtype=bool), *parts])


@cache
def _concepts() -> list[int]:
    """Numbers of the concepts that are features, in the order of their columns, the last ones."""
    numbers = concept_numbers()
    return [numbers[concept.name] for concept in lexicons.concepts() if concept.is_feature]


@lru_cache(maxsize=_COMBINATIONS_KEPT)
def _flags(bits: int, in_scope: bool, role: str, first_bound: int) -> bytes:
    """Row of features, but for concepts: a byte each."""
    kinds, has_grave_threat = kinds_of(bits), bits & GRAVE_BIT != 0
    shown = {f"found:{kind}" for kind in kinds}
    if has_grave_threat:
        shown.add("found:grave_threat")
    if in_scope:
        shown.add(f"rubric:{judge(kinds, grave_threat=has_grave_threat)}")
        shown.update(_conjunctions(kinds))
    else:
        shown.add("scope:none")
    shown.update([f"signed:{role}", *(f"length<={bound}" for bound in _LENGTHS[first_bound:])])
    return bytes(name in shown for name in evidence_names()[: -len(_concepts())])


def _conjunctions(kinds: Collection[str]) -> list[str]:
    n_details = sum(kind in kinds for kind in DETAIL)
    has_name = Kind.INSTITUTION in kinds
    shown = [f"details:{n}" for n in range(1, 5) if n_details >= n]
    if has_name:
        shown.append("both:institution+detail" if n_details else "both:institution-detail")
    elif n_details:
        shown.append("both:detail-institution")
    if Kind.PRIVATE_CONTACT in kinds:
        shown.append("both:private_contact+detail" if n_details else "both:private_contact-detail")
    if Kind.CONTACT in kinds and not n_details:
        shown.append("both:contact-detail")
    if not kinds:
        shown.append("both:nothing")
    return shown


def _role(scan: Scan) -> str:
    signed = scan.signatures
    if not signed:
        return "none"
    roles = {speaks_as(scan.plain[start:end]) for start, end in signed}
    return next(role for role in _ROLES if role in roles)
