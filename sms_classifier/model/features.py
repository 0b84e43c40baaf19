"""From texts to numbers: delexicalised words and characters, and named evidence.

Concrete values (names, sums, dates, numbers, links) are replaced by one sign a kind before
n-grams are taken, so that a model learns how a message speaks, not whom it names; digits that
remain are masked. Evidence features are what the finders saw, and the rubric's own verdict.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier import lexicons
from sms_classifier.evidence import collect_many
from sms_classifier.evidence.conduct import HINT
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.institutions import speaks_as
from sms_classifier.evidence.scan import Scan
from sms_classifier.evidence.vocabulary import concept_numbers
from sms_classifier.labels import DETAIL, Kind, Label, judge
from sms_classifier.text.message import Message
from sms_classifier.text.normalize import normalize_many

__all__ = [
    "PLACEHOLDERS",
    "Reading",
    "delexicalise",
    "evidence_names",
    "evidence_rows",
    "read",
    "read_many",
]

Floats = npt.NDArray[np.float64]
PLACEHOLDERS = {
    "\ue001": "‹机构›",
    "\ue002": "‹金额›",
    "\ue003": "‹日期›",
    "\ue004": "‹逾期›",
    "\ue005": "‹账号›",
    "\ue006": "‹官方电话›",
    "\ue007": "‹手机›",
    "\ue008": "‹电话›",
    "\ue009": "‹官方链接›",
    "\ue00a": "‹链接›",
    "\ue00b": "‹微信›",
}
_SIGN: dict[str, str] = {
    Kind.INSTITUTION: "\ue001",
    Kind.AMOUNT: "\ue002",
    Kind.DATE: "\ue003",
    Kind.DAYS_OVERDUE: "\ue004",
    Kind.ACCOUNT: "\ue005",
}
_HAS_LATIN = re.compile(r"[a-z\d]")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_MASKED = re.compile(r"[*x]{2,}")
_ROLES = ("lender", "agency", "authority", "other_sender", "generic", "none")
_READ_TOGETHER = 2048  # more gain nothing
_COMBINATIONS_KEPT = 32768  # of kinds, sender and length; 1 MB of rows at most per 5,000
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
        return Kind.THREAT in self.kinds and any(
            hit.kind == Kind.THREAT and hit.reason != HINT for hit in self.hits
        )


def read(text: str) -> Reading:
    """Read one message.

    Examples
    --------
    >>> delexicalised = read("【招商银行】应还1,280.50元").delexicalised
    >>> "".join(PLACEHOLDERS.get(char, char) for char in delexicalised)
    '【‹机构›】应还‹金额›'
    """
    return read_many([text])[0]


def read_many(texts: Sequence[str]) -> list[Reading]:
    """Read messages, some hundreds at a time (see `collect_many`)."""
    readings: list[Reading] = []
    for start in range(0, len(texts), _READ_TOGETHER):
        readings += _read_together(texts[start : start + _READ_TOGETHER])
    return readings


def _read_together(texts: Sequence[str]) -> Iterator[Reading]:
    messages = normalize_many(texts)
    collected = collect_many(messages)
    shapes = delexicalise([(scan.plain, hits) for scan, hits in collected])
    for message, (scan, hits), shape in zip(messages, collected, shapes, strict=True):
        kinds = {hit.kind for hit in hits}
        if message.is_rewritten:
            kinds.add(Kind.OBFUSCATION)
        yield Reading(message, scan, hits, frozenset(kinds), shape)


def delexicalise(evidence: Iterable[tuple[str, Sequence[Hit]]]) -> list[str]:
    """Replace concrete values by one sign a kind, and mask the digits that remain.

    Parameters
    ----------
    evidence : iterable of (str, sequence of Hit)
        Plain texts, and what was found in each.
    """
    joined = "\n".join(_signed(plain, hits).replace("\n", " ") for plain, hits in evidence)
    return _MASKED.sub("*", _DIGITS.sub("0", joined)).split("\n")


def _signed(plain: str, hits: Sequence[Hit]) -> str:
    """Replace what was found by its sign."""
    signs = _signs(plain, hits)
    if not signs:
        return plain
    signs.sort(key=lambda item: (item[0], -item[1]))
    pieces: list[str] = []
    done = 0
    for start, end, sign in signs:
        if start < done:
            continue
        pieces += (plain[done:start], sign)
        done = end
    pieces.append(plain[done:])
    return "".join(pieces)


def _signs(plain: str, hits: Sequence[Hit]) -> list[tuple[int, int, str]]:
    found = []
    for hit in hits:
        sign = _SIGN.get(hit.kind) or _contact_sign(hit, plain[hit.start : hit.end])
        if sign:
            found.append((hit.start, hit.end, sign))
    return found


def _contact_sign(hit: Hit, text: str) -> str:
    """Sign of a number, id or link; words such as 手机银行 stay as they are."""
    if not _HAS_LATIN.search(text):
        return ""
    is_link = "." in text and any(char.isalpha() for char in text)
    if hit.kind == Kind.OFFICIAL_CHANNEL:
        return "\ue009" if is_link else "\ue006" if text[0] in "0123456789(" else ""
    if hit.kind == Kind.PRIVATE_CONTACT:
        return "\ue007" if "mobile" in hit.reason or "abroad" in hit.reason else "\ue00b"
    if hit.kind == Kind.CONTACT:
        return "\ue00a" if is_link else "\ue008"
    return "\ue00a" if hit.kind == Kind.UNOFFICIAL_LINK else ""


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
    flags = b"".join(map(_flags_of, readings))
    rows = np.frombuffer(flags, dtype=np.uint8).reshape(len(readings), -1).astype(float)
    concepts, columns = _concept_columns()
    done = 0
    for places, group in groupby((reading.scan for reading in readings), key=_places_of):
        shown = places.shown[[scan.place for scan in group]]
        rows[done : done + len(shown), columns] = shown[:, concepts]
        done += len(shown)
    return rows


_places_of = attrgetter("places")


@cache
def _columns() -> dict[str, int]:
    return {name: place for place, name in enumerate(evidence_names())}


@cache
def _concept_columns() -> tuple[list[int], list[int]]:
    """Numbers of the concepts that are features, and the columns of these."""
    names = [concept.name for concept in lexicons.concepts() if concept.is_feature]
    numbers = concept_numbers()
    return [numbers[name] for name in names], [_columns()[f"says:{name}"] for name in names]


def _flags_of(reading: Reading) -> bytes:
    """A message's row of features, but for concepts: a byte each."""
    scan = reading.scan
    bound = bisect_left(_LENGTHS, len(scan.plain))
    return _flags(
        reading.kinds, reading.has_grave_threat, scan.has("scope_word"), _role(scan), bound
    )


@lru_cache(maxsize=_COMBINATIONS_KEPT)
def _flags(
    kinds: frozenset[str], has_grave_threat: bool, in_scope: bool, role: str, first_bound: int
) -> bytes:
    shown = [f"found:{kind}" for kind in kinds]
    if has_grave_threat:
        shown.append("found:grave_threat")
    if in_scope:
        shown.append(f"rubric:{judge(kinds, grave_threat=has_grave_threat)}")
        shown += _conjunctions(kinds)
    else:
        shown.append("scope:none")
    shown += [f"signed:{role}", *(f"length<={bound}" for bound in _LENGTHS[first_bound:])]
    flags = bytearray(len(_columns()))
    for name in shown:
        flags[_columns()[name]] = 1
    return bytes(flags)


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
