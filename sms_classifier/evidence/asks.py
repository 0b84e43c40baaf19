"""What a message asks for: the Risk kinds of the rubric, from the rule table and from context.

Rules are data (``resources/rules.csv``): concepts that follow one another in a sentence. What
depends on who speaks - relief by the lender itself or by an agent, a court that wants money or
one that only informs - is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache

import numpy as np

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Found
from sms_classifier.evidence.institutions import speaks_as
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.spans import NOWHERE, Flags, Spans
from sms_classifier.evidence.vocabulary import concept_numbers
from sms_classifier.labels import Kind
from sms_classifier.lexicons import Rule

__all__ = ["find_asks", "find_impersonation", "find_soft_relief"]

Shown = Callable[[Collection[str]], Flags]  # which messages show any of some kinds so far

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


def find_asks(places: Places) -> Iterator[Found]:
    """Evidence by the rule table."""
    shown: list[bool] = np.logical_or.reduce(places.shown).tolist()
    for rule, concepts in _rules_with_concepts():
        if not all(shown[concept] for concept in concepts):
            continue
        spans = _sequences(rule, places)
        if not len(spans):
            continue
        spans = spans.where(~_void(rule, places, spans)).first(_MOST_PER_RULE)
        yield Found(rule.kind, f"{rule.name}; {rule.source}", places.rows(spans))


def _sequences(rule: Rule, places: Places) -> Spans:
    """Where the concepts of a rule follow one another, each within a sentence and its gap.

    No phrase of theirs holds a mark that ends a sentence: one that begins in a sentence ends there.
    """
    spans = places.of_concept(rule.sequence[0])
    for concept, gap in zip(rule.sequence[1:], rule.gaps[1:], strict=True):
        followers = places.of_concept(concept)
        next_ = np.searchsorted(followers.start, np.maximum(spans.end - 1, spans.start + 1))
        begun = np.append(followers.start, NOWHERE)[next_]
        end = np.maximum(spans.end, np.append(followers.end, 0)[next_])
        near = begun - spans.end <= gap
        spans, begun = Spans(spans.text, spans.start, end).where(near), begun[near]
        spans = spans.where(begun < places.sentences(spans).end)
    return spans


def _void(rule: Rule, places: Places, spans: Spans) -> Flags:
    """Which sequences of a rule do not count for what stands around them."""
    void = places.denied(spans) if rule.negatable else np.zeros(len(spans), dtype=bool)
    sentences = places.sentences(spans)
    for concept in rule.unless:
        if concept.startswith("*"):
            void |= places.shows((concept[1:],))[spans.text]
        else:
            void |= places.hold(sentences, concept)
    return void


def find_soft_relief(places: Places, shown: Shown) -> Iterator[Found]:
    """Relief that the lender itself may offer, offered by nobody in particular (RUBRIC §2)."""
    through_own_channel = shown((Kind.INSTITUTION,)) & ~shown(_WANTS)
    open_ = places.shows(("debt_word",)) & ~shown((Kind.RELIEF_PROMISE,)) & ~through_own_channel
    spans = places.of_concept("relief_soft")
    spans = spans.where(open_[spans.text])
    offered = places.hold(places.around(spans, _NEAR, _NEAR), "relief_offer_words")
    spans = spans.where(offered & ~places.denied(spans)).first(1)
    yield Found(
        Kind.RELIEF_PROMISE, "relief from nobody in particular; RUBRIC 2", places.rows(spans)
    )


def find_impersonation(places: Places, shown: Shown) -> Iterator[Found]:
    """An authority that wants money, data, a click or a private call (RUBRIC §4)."""
    wanting = places.shows(("authority",)) & shown(_WANTS)
    speakers = _speakers(places, wanting)
    yield Found(
        Kind.AUTHORITY_IMPERSONATION,
        "speaks as an authority and wants money, data or a private answer; RUBRIC 4",
        places.rows(speakers.where(~places.denied(speakers))),
    )


def _speakers(places: Places, wanting: Flags) -> Spans:
    """The authority as which each message speaks: by its signature, else by how it begins."""
    signed = {
        text: span
        for text in np.flatnonzero(wanting).tolist()
        for span in reversed(places.signatures.get(text, ()))
        if speaks_as(places.chunk.texts[text][slice(*span)]) == "authority"
    }
    spans = places.of_concept("authority")
    spans = spans.where(wanting[spans.text])
    spans = spans.where(_introduced(places, spans)).first(1)
    named = {text: (start, end) for text, start, end in places.rows(spans)} | signed
    return places.spans([(text, *span) for text, span in sorted(named.items())])


def _introduced(places: Places, spans: Spans) -> Flags:
    """Whether each authority is named as the one who speaks."""
    openings = [places.chunk.texts[text][:start] for text, start, _ in places.rows(spans)]
    opens = [len(opening.strip(" \n[【(")) <= _OPENING for opening in openings]
    title = places.around(spans, 0, _TITLE)
    return (
        np.array(opens, dtype=bool)
        | places.hold(places.around(spans, 4, 4), "self_intro")
        | places.hold(Spans(spans.text, spans.end, title.end), "authority_speaks")
    )


_NEAR = 8  # characters between relief and the words that offer it
_TITLE = 8  # 监管局温馨提示, 法院通知: what an authority does stands right behind its name
_OPENING = 8  # 您好,我是… : a self-introduction begins within the first few characters
