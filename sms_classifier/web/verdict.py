"""An explanation as the page shows it, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

from sms_classifier import lexicons
from sms_classifier.advice import Advice, verdict_words
from sms_classifier.explanation import Explanation
from sms_classifier.labels import Label
from sms_classifier.lexicons import digits_of
from sms_classifier.web.marking import Noted, Stretch, noted, stretches
from sms_classifier.web.words import words

__all__ = ["Section", "Verdict", "dial", "in_words"]

_SURE = ((0.9, "sure_high"), (0.7, "sure_mid"), (0.0, "sure_low"))
_MOVED = 6  # features shown; all of them are in the API's answer
_NUMBER = re.compile(r"(?<![\d.-])\d[\d-]{1,12}\d(?![\d.-]*\d)")
_CREDIT_CENTRE = "4008108866"  # FACTS A4 [S] S24


@dataclass(frozen=True, slots=True)
class Section:
    """Advice of one role."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says about a message.

    Attributes
    ----------
    tone : str
        ``fraudulent``, ``vague``, ``legitimate`` or ``other``; a scam outside debts counts as
        ``fraudulent``, a label of the user's own as ``other``.
    """

    heading: str
    meaning: str
    tone: str
    percent: int
    sureness: str
    review: bool
    shows: tuple[str, ...]
    stretches: list[Stretch]
    notes: list[Noted]
    sections: dict[str, Section]
    unknown: tuple[str, ...]
    probabilities: list[tuple[str, float]]
    moved: tuple[tuple[str, float], ...]


def in_words(explanation: Explanation, lang: str) -> Verdict:
    """Put an explanation into words.

    Examples
    --------
    >>> from sms_classifier import load
    >>> verdict = in_words(load().explain("请把钱转到我个人账户，马上"), "en")
    >>> verdict.tone, "do_not" in verdict.sections
    ('fraudulent', True)
    """
    said = words(lang)
    heading, meaning, tone = _heading(explanation, lang)
    roles = ("do_not", "verify", "turn_to", "missing", "why")
    sections = {
        role: Section(said[role], items)
        for role in roles
        if (items := _advice(explanation.advice, role, lang))
    }
    sure = next(key for least, key in _SURE if explanation.confidence >= least)
    by_share = sorted(explanation.probabilities.items(), key=lambda item: -item[1])
    return Verdict(
        heading=heading,
        meaning=meaning,
        tone=tone,
        percent=explanation.percent,
        sureness=said[sure],
        review=explanation.review,
        shows=_advice(explanation.advice, "shows", lang),
        stretches=stretches(explanation.text, explanation.findings),
        notes=noted(explanation.text, explanation.findings),
        sections=sections,
        unknown=_advice(explanation.advice, "unknown", lang),
        probabilities=[(said.get(f"label_{label}", label), share) for label, share in by_share],
        moved=explanation.contributions[:_MOVED],
    )


def _heading(explanation: Explanation, lang: str) -> tuple[str, str, str]:
    if explanation.label not in set(Label):
        return explanation.label, "", "other"
    own = verdict_words(explanation.label, set())
    said = verdict_words(explanation.label, {finding.kind for finding in explanation.findings})
    tone = explanation.label if said == own else str(Label.FRAUDULENT)
    if lang == "zh":
        return said.zh, said.meaning_zh, tone
    return said.en, said.meaning_en, tone


def _advice(advice: tuple[Advice, ...], role: str, lang: str) -> tuple[str, ...]:
    return tuple(item.zh if lang == "zh" else item.en for item in advice if item.role == role)


def dial(text: str) -> Markup:
    """Escape a text and make the public numbers in it links that a phone can dial.

    Examples
    --------
    >>> dial("拨96110，2026年 <b>")
    Markup('拨<a href="tel:96110">96110</a>，2026年 &lt;b&gt;')
    """
    pieces: list[str] = []
    done = 0
    for match in _NUMBER.finditer(text):
        number = digits_of(match[0])
        if number in _public_numbers():
            link = f'<a href="tel:{number}">{match[0]}</a>'
            pieces += [str(escape(text[done : match.start()])), link]
            done = match.end()
    return Markup("".join([*pieces, str(escape(text[done:]))]))  # noqa: S704  # both parts escaped


@cache
def _public_numbers() -> frozenset[str]:
    hotlines = {
        line.number for lines in lexicons.hotlines().values() for line in lines if line.verifies
    }
    return frozenset({*lexicons.helplines(), *hotlines, _CREDIT_CENTRE})
