"""What a message asks for: the Risk kinds of the rubric, from the rule table and from context.

Rules are data (``resources/rules.csv``): concepts that follow one another in a sentence. What
depends on who speaks - relief by the lender itself or by an agent, a court that wants money or
one that only informs - is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.institutions import signatures, speaks_as
from sms_classifier.evidence.places import Places, concept_numbers
from sms_classifier.evidence.scan import Scan, Span
from sms_classifier.labels import Kind
from sms_classifier.lexicons import Rule

__all__ = ["find_asks", "find_impersonation", "find_soft_relief", "rules_shown"]

_WANTS = (
    Kind.PRIVATE_PAYMENT,
    Kind.PRIVATE_CONTACT,
    Kind.UNOFFICIAL_LINK,
    Kind.APP_DOWNLOAD,
    Kind.SENSITIVE_REQUEST,
    Kind.ADVANCE_FEE,
)
_MOST_PER_RULE = 3  # the same ask more often says nothing new


@cache
def _rules_with_concepts() -> tuple[tuple[Rule, list[int]], ...]:
    """Rules, and the numbers of the concepts that each needs."""
    numbers = concept_numbers()
    return tuple((rule, [numbers[name] for name in rule.sequence]) for rule in lexicons.rules())


def rules_shown(places: Places) -> dict[int, list[Rule]]:
    """Rules of which each text shows every concept, wherever they stand."""
    table: dict[int, list[Rule]] = {}
    for rule, concepts in _rules_with_concepts():
        for text in np.flatnonzero(places.shown[:, concepts].all(axis=1)).tolist():
            table.setdefault(text, []).append(rule)
    return table


def find_asks(scan: Scan, rules: Sequence[Rule]) -> Iterator[Hit]:
    """Evidence by rules of the table."""
    for rule in rules:
        yield from _apply(rule, scan)


def _apply(rule: Rule, scan: Scan) -> Iterator[Hit]:
    found = 0
    for start, end in _sequences(rule, scan):
        if _is_void(rule, scan, start, end):
            continue
        yield Hit(rule.kind, start, end, f"{rule.name}; {rule.source}")
        found += 1
        if found == _MOST_PER_RULE:
            return


def _sequences(rule: Rule, scan: Scan) -> Iterator[Span]:
    """Places where the concepts of a rule follow one another within their gaps."""
    first, *others = map(scan.spans, rule.sequence)
    followers = [*zip(others, rule.gaps[1:], strict=True)]
    for start, end in first:
        last = _last_end(scan, start, end, followers)
        if last is not None:
            yield start, last


def _last_end(
    scan: Scan, start: int, end: int, followers: Sequence[tuple[list[Span], int]]
) -> int | None:
    """Where a sequence that begins with a span ends; None if one is missing in the sentence."""
    for spans, gap in followers:
        begin = max(end - 1, start + 1)
        near = [span for span in spans if begin <= span[0] <= end + gap]
        if not near:
            return None
        limit = scan.sentence(start)[1]
        ends = [span[1] for span in near if span[1] <= limit]
        if not ends:
            return None
        end = max(end, ends[0])
    return end


def _is_void(rule: Rule, scan: Scan, start: int, end: int) -> bool:
    if rule.negatable and scan.is_denied(start, end):
        return True
    sentence = scan.sentence(start)
    for concept in rule.unless:
        if concept.startswith("*"):
            if scan.has(concept[1:]):
                return True
        elif scan.has_within(concept, *sentence):
            return True
    return False


def find_soft_relief(scan: Scan, kinds: set[str]) -> Iterator[Hit]:
    """Relief that the lender itself may offer, offered by nobody in particular (RUBRIC §2)."""
    if Kind.RELIEF_PROMISE in kinds or not scan.has("relief_soft"):
        return
    through_own_channel = Kind.INSTITUTION in kinds and not (any(kind in kinds for kind in _WANTS))
    if through_own_channel or not scan.has("debt_word"):
        return
    for span in scan.spans("relief_soft"):
        if scan.near("relief_offer_words", *span, 8) and not scan.is_denied(*span):
            yield Hit(Kind.RELIEF_PROMISE, *span, "relief from nobody in particular; RUBRIC 2")
            return


def find_impersonation(scan: Scan, kinds: set[str]) -> Iterator[Hit]:
    """An authority that wants money, data, a click or a private call (RUBRIC §4)."""
    if not scan.has("authority") or not any(kind in kinds for kind in _WANTS):
        return
    speaker = _speaker(scan)
    if speaker is not None and not scan.is_denied(*speaker):
        yield Hit(
            Kind.AUTHORITY_IMPERSONATION,
            *speaker,
            "speaks as an authority and wants money, data or a private answer; RUBRIC 4",
        )


def _speaker(scan: Scan) -> Span | None:
    for span in signatures(scan):
        if speaks_as(scan.plain[slice(*span)]) == "authority":
            return span
    for start, end in scan.spans("authority"):
        opening = scan.plain[:start].strip(" \n[【(")
        if (
            len(opening) <= _OPENING
            or scan.near("self_intro", start, end, 4)
            or any(scan.within("authority_speaks", end, end + _TITLE))
        ):
            return start, end
    return None


_TITLE = 8  # 监管局温馨提示, 法院通知: what an authority does stands right behind its name
_OPENING = 8  # 您好,我是… : a self-introduction begins within the first few characters
