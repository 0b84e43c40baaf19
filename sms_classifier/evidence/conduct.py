"""How a message speaks: threats, pressure on third parties, lawful consequences, ways to object."""

from __future__ import annotations

from collections.abc import Iterator

from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import Kind

__all__ = ["HINT", "find_disputes", "find_lawful", "find_third_parties", "find_threats"]

HINT = "an announced visit or a veiled hint; RUBRIC 4"
_REACH = 12  # characters between a person and what is to be done about them
_MOST = 3


def find_lawful(scan: Scan) -> Iterator[Hit]:
    """Lawful consequences of a debt (RUBRIC §2)."""
    if not scan.has("debt_word", "owed"):
        return
    for span in scan.spans("lawful")[:_MOST]:
        if not scan.is_denied(*span) or _feared(scan, span):
            yield Hit(Kind.LAWFUL_CONSEQUENCE, *span, "a lawful consequence; RUBRIC 2")


def find_disputes(scan: Scan) -> Iterator[Hit]:
    """Ways to object or ask (RUBRIC §2)."""
    for span in scan.spans("dispute")[:_MOST]:
        yield Hit(Kind.DISPUTE_PATH, *span, "a way to object or ask; RUBRIC 2")


def _feared(scan: Scan, span: tuple[int, int]) -> bool:
    """Whether the words before name the consequence as something to avoid (以免影响征信)."""
    return scan.has_within("lest", scan.sentence(span[0])[0], span[0] + 2)


def find_threats(scan: Scan) -> Iterator[Hit]:
    """Threats that count, and hints (RUBRIC §3 and §4)."""
    for span in scan.spans("grave")[:_MOST]:
        if not scan.is_denied(*span) or scan.has_within("lest", scan.sentence(span[0])[0], span[0]):
            yield Hit(Kind.THREAT, *span, "violence, arrest or exposure; RUBRIC 3")
    for span in scan.spans("hint")[:_MOST]:
        if not scan.is_denied(*span) and scan.has("debt_word", "owed", "lawful"):
            yield Hit(Kind.THREAT, *span, HINT)


def find_third_parties(scan: Scan) -> Iterator[Hit]:
    """Pressure on or through others than the debtor (RUBRIC §2)."""
    for span in scan.spans("relative_address")[:_MOST]:
        yield Hit(Kind.THIRD_PARTY_PRESSURE, *span, "addressed to somebody else; RUBRIC 2")
    for start, end in scan.spans("debtor_third"):
        if not scan.near("contact_verb", start, end, _REACH) or scan.is_denied(start, end):
            continue
        if scan.has("debt_word", "owed", "grave", "hint"):
            yield Hit(Kind.THIRD_PARTY_PRESSURE, start, end, "threatens to reach others; RUBRIC 2")
            return
