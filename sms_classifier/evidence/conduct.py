"""How a message speaks: threats, pressure on third parties, lawful consequences, ways to object."""

from __future__ import annotations

from collections.abc import Iterator

from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import Kind

__all__ = ["CONDUCT_CONCEPTS", "HINT", "find_conduct"]

CONDUCT_CONCEPTS = ("grave", "hint", "relative_address", "debtor_third", "lawful", "dispute")
HINT = "an announced visit or a veiled hint; RUBRIC 4"
_REACH = 12  # characters between a person and what is to be done about them
_MOST = 3


def find_conduct(scan: Scan) -> Iterator[Hit]:
    """Conduct, whatever the label (RUBRIC §2)."""
    yield from _threats(scan)
    yield from _third_parties(scan)
    yield from _simple(scan, "lawful", Kind.LAWFUL_CONSEQUENCE, "a lawful consequence; RUBRIC 2")
    yield from _simple(scan, "dispute", Kind.DISPUTE_PATH, "a way to object or ask; RUBRIC 2")


def _simple(scan: Scan, concept: str, kind: Kind, reason: str) -> Iterator[Hit]:
    if kind is Kind.LAWFUL_CONSEQUENCE and not scan.has("debt_word", "owed"):
        return
    for span in scan.spans(concept)[:_MOST]:
        if not (
            kind is Kind.LAWFUL_CONSEQUENCE and scan.is_denied(*span) and not _feared(scan, span)
        ):
            yield Hit(kind, *span, reason)


def _feared(scan: Scan, span: tuple[int, int]) -> bool:
    """Whether the words before name the consequence as something to avoid (以免影响征信)."""
    return scan.has_within("lest", scan.sentence(span[0])[0], span[0] + 2)


def _threats(scan: Scan) -> Iterator[Hit]:
    for span in scan.spans("grave")[:_MOST]:
        if not scan.is_denied(*span) or scan.has_within("lest", scan.sentence(span[0])[0], span[0]):
            yield Hit(Kind.THREAT, *span, "violence, arrest or exposure; RUBRIC 3")
    for span in scan.spans("hint")[:_MOST]:
        if not scan.is_denied(*span) and scan.has("debt_word", "owed", "lawful"):
            yield Hit(Kind.THREAT, *span, HINT)


def _third_parties(scan: Scan) -> Iterator[Hit]:
    for span in scan.spans("relative_address")[:_MOST]:
        yield Hit(Kind.THIRD_PARTY_PRESSURE, *span, "addressed to somebody else; RUBRIC 2")
    for start, end in scan.spans("debtor_third"):
        if not scan.near("contact_verb", start, end, _REACH) or scan.is_denied(start, end):
            continue
        if scan.has("debt_word", "owed", "grave", "hint"):
            yield Hit(Kind.THIRD_PARTY_PRESSURE, start, end, "threatens to reach others; RUBRIC 2")
            return
