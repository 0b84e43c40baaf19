"""What a message asks for: the Risk kinds of the rubric, from the rule table and from context.

Rules are data (``resources/rules.csv``): concepts that follow one another in a sentence. What
depends on who speaks - relief by the lender itself or by an agent, a court that wants money or
one that only informs - is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby, islice
from operator import itemgetter

import numpy as np

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.institutions import signatures, speaks_as
from sms_classifier.evidence.places import ConceptPlaces, Places, concept_numbers
from sms_classifier.evidence.scan import Scan, Span
from sms_classifier.labels import Kind
from sms_classifier.lexicons import Rule

__all__ = ["find_asks", "find_impersonation", "find_soft_relief", "sequences"]

_WANTS = (
    Kind.PRIVATE_PAYMENT,
    Kind.PRIVATE_CONTACT,
    Kind.UNOFFICIAL_LINK,
    Kind.APP_DOWNLOAD,
    Kind.SENSITIVE_REQUEST,
    Kind.ADVANCE_FEE,
)
_NOWHERE = np.iinfo(np.int64).max // 2  # behind every text
_MOST_PER_RULE = 3  # the same ask more often says nothing new


@cache
def _rules_with_concepts() -> tuple[tuple[Rule, list[int]], ...]:
    """Rules, and the numbers of the concepts that each needs."""
    numbers = concept_numbers()
    return tuple((rule, [numbers[name] for name in rule.sequence]) for rule in lexicons.rules())


def sequences(places: Places) -> Iterator[tuple[Rule, int, list[Span]]]:
    """For each rule and text, where the rule's concepts follow one another within their gaps."""
    for rule, concepts in _rules_with_concepts():
        if not places.shown[:, concepts].all(axis=1).any():
            continue
        text, start, end = _follow(rule, places)
        offsets = places.chunk.starts[text]
        spans = zip((start - offsets).tolist(), (end - offsets).tolist(), strict=True)
        for number, group in groupby(zip(text.tolist(), spans, strict=True), key=itemgetter(0)):
            yield rule, number, [span for _, span in group]


def _follow(rule: Rule, places: Places) -> ConceptPlaces:
    """Sequences of a rule's concepts, each within its sentence and gap of the one before.

    No phrase holds a mark that ends a sentence, so one that begins in a sentence ends there.
    """
    text, start, end = places.of_concept(rule.sequence[0])
    for concept, gap in zip(rule.sequence[1:], rule.gaps[1:], strict=True):
        _, starts, ends = places.of_concept(concept)
        next_ = np.searchsorted(starts, np.maximum(end - 1, start + 1))
        begun = np.append(starts, _NOWHERE)[next_]
        near = (begun - end <= gap) & (begun < places.sentence_ends(start))
        text, start, end = text[near], start[near], np.maximum(end, np.append(ends, 0)[next_])[near]
    return ConceptPlaces(text, start, end)


def find_asks(scan: Scan, rule: Rule, spans: Sequence[Span]) -> Iterator[Hit]:
    """Evidence by a rule whose concepts follow one another at some spans."""
    sound = (span for span in spans if not _is_void(rule, scan, *span))
    for start, end in islice(sound, _MOST_PER_RULE):
        yield Hit(rule.kind, start, end, f"{rule.name}; {rule.source}")


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
