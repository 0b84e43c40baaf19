"""The words of the advice: ``resources/advice.csv``, and the headings of the verdicts.

A key is ``role.name``; the roles are those of `Advice`, beside ``kind`` and ``gap``, which name
the kinds of evidence as found and as lacking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from sms_classifier import lexicons
from sms_classifier.labels import RISK, Label

__all__ = [
    "VERDICT_WORDS",
    "Advice",
    "VerdictWords",
    "join_names",
    "phrase",
    "situations",
    "verdict_words",
]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know or to do.

    Attributes
    ----------
    key : str
        Row of ``resources/advice.csv``.
    role : str
        ``shows``, ``unknown``, ``missing``, ``verify``, ``do_not``, ``turn_to`` or ``why``.
    zh, en : str
        The words, in Chinese and English.
    source : str
        Where the facts in it come from.
    """

    key: str
    role: str
    zh: str
    en: str
    source: str


class VerdictWords(NamedTuple):
    """Heading of a verdict in both languages, and one sentence on what it means."""

    zh: str
    en: str
    meaning_zh: str
    meaning_en: str


VERDICT_WORDS: Mapping[str, VerdictWords] = MappingProxyType(
    {
        "legitimate": VerdictWords(
            "有能核实的正规催收/提醒特征",
            "Has the marks of a regular notice that can be checked",
            "短信写明了机构和具体账目，可以拿去核实；这不代表已经证实是那家机构发的。",
            "It names a lender and details that can be checked; that does not prove who sent it.",
        ),
        "vague": VerdictWords(
            "信息不足，无法核实",
            "Too little to check",
            "看不出是谁、为哪一笔账来找您；可能是写得不规范，也可能是试探。",
            "It does not tell who asks or for which debt; poorly written, or fishing.",
        ),
        "fraudulent": VerdictWords(
            "有诈骗特征",
            "Has the marks of a scam",
            "写法与骗钱、骗信息的短信相符；核实之前不要照它说的做。",
            "It reads like a message after money or data; check before you do what it says.",
        ),
        "other": VerdictWords(
            "不是债务短信",
            "Not about a credit debt",
            "看不出与贷款、信用卡等欠款有关；这不代表它安全。",
            "It does not read as being about a loan or card; that does not mean it is safe.",
        ),
    }
)
_OTHER_TRAP = VerdictWords(
    "不是债务短信，但有诈骗特征",
    "Not about a debt, but has the marks of a scam",
    "与欠款无关，但写法与诈骗短信相符；请按诈骗短信处理。",
    "Not about a debt, yet it reads like a scam; treat it as one.",
)
_SITUATIONS = (
    "turn_to.already",
    "turn_to.never_borrowed",
    "why.no_institution",
    "verify.unnamed",
    "turn_to.hotline_unanswered",
    "turn_to.third_parties",
    "turn_to.court",
)


def verdict_words(label: str, kinds: Collection[str]) -> VerdictWords:
    """Heading and meaning of a verdict; ``other`` with a Risk kind never reassures.

    Raises
    ------
    KeyError
        If `label` is none of `Label`: a model with its own labels has its own words.

    Examples
    --------
    >>> verdict_words("other", {"app_download"}).zh
    '不是债务短信，但有诈骗特征'
    """
    if label == Label.OTHER and any(kind in kinds for kind in RISK):
        return _OTHER_TRAP
    return VERDICT_WORDS[label]


@cache
def _table() -> dict[str, Advice]:
    return {
        row["key"]: Advice(role=row["key"].partition(".")[0], **row)
        for row in lexicons.rows("advice")
    }


def phrase(key: str) -> Advice:
    """Row of the table, with its ``{places}`` still open."""
    return _table()[key]


def situations() -> tuple[Advice, ...]:
    """Advice for what may already have happened, whatever the message says.

    Examples
    --------
    >>> [advice.key for advice in situations()][:2]
    ['turn_to.already', 'turn_to.never_borrowed']
    """
    return tuple(phrase(key) for key in _SITUATIONS)


def join_names(prefix: str, kinds: Iterable[str]) -> tuple[str, str]:
    """Names of kinds in Chinese and English, as found (``kind``) or as lacking (``gap``)."""
    names = [phrase(f"{prefix}.{kind}") for kind in kinds]
    return "、".join(name.zh for name in names), ", ".join(name.en for name in names)
