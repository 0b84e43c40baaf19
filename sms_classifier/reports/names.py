"""Labels, kinds and tricks as a reader of a report calls them."""

from __future__ import annotations

from collections.abc import Iterable

from sms_classifier.advice.words import phrase
from sms_classifier.labels import Kind, Label

__all__ = ["NAMES", "gap_name", "in_order", "name_of"]

NAMES: dict[str, tuple[str, str]] = {
    Label.LEGITIMATE: ("正规", "legitimate"),
    Label.VAGUE: ("模糊", "vague"),
    Label.FRAUDULENT: ("欺诈", "fraudulent"),
    Label.OTHER: ("无关", "other"),
    Kind.OBFUSCATION: ("改写夹字", "rewritten characters"),
    Kind.CONTACT: ("来历未核实的联系方式", "an unverified contact"),
    Kind.LAWFUL_CONSEQUENCE: ("陈述依法后果", "a lawful consequence"),
    "zero_width": ("夹入隐形字符", "invisible characters"),
    "spaced": ("字间加空格", "spaces inside words"),
    "dotted": ("字间加点", "dots inside words"),
    "full_width": ("全角数字字母", "full-width digits"),
    "traditional": ("夹繁体字", "traditional characters"),
    "homophone": ("谐音、形近字", "homophones"),
    "split": ("拆字", "split characters"),
    "circled": ("圈码数字", "circled digits"),
    "han_digits": ("汉字数字", "Chinese numerals"),
}


def name_of(name: str, lang: str) -> str:
    """Name in a language; what has none (a user's own label) stays as it is.

    Examples
    --------
    >>> name_of("fraudulent", "zh"), name_of("amount", "en"), name_of("mine", "zh")
    ('欺诈', 'the sum owed', 'mine')
    """
    if name in NAMES:
        return NAMES[name][lang != "zh"]
    if name in set(Kind):
        row = phrase(f"kind.{name}")
        return row.zh if lang == "zh" else row.en
    return name


def in_order(labels: Iterable[str]) -> list[str]:
    """Labels as they are shown: the rubric's in its own order, then a user's own.

    Examples
    --------
    >>> in_order(["other", "fraudulent", "legitimate"])
    ['legitimate', 'fraudulent', 'other']
    """
    known = {str(label): place for place, label in enumerate(Label)}
    return sorted(labels, key=lambda label: (known.get(label, len(known)), label))


def gap_name(kind: str, lang: str) -> str:
    """Name of a disclosure that is lacking.

    Examples
    --------
    >>> gap_name("date", "en")
    'the due date or the days overdue'
    """
    row = phrase(f"gap.{kind}")
    return row.zh if lang == "zh" else row.en
