"""What a message is, as far as advice goes: facts drawn once from verdict and evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Finding
from sms_classifier.labels import DECISIVE, DISCLOSURE, MISSABLE, RISK, Kind, Label
from sms_classifier.lexicons import Hotline, digits_of

__all__ = ["STRONGEST_FIRST", "Case", "authority_in", "hotline_of", "written_numbers"]

# What costs a victim most, and can least be undone, comes first.
STRONGEST_FIRST = (
    Kind.PRIVATE_PAYMENT,
    Kind.SENSITIVE_REQUEST,
    Kind.APP_DOWNLOAD,
    Kind.UNOFFICIAL_LINK,
    Kind.ADVANCE_FEE,
    Kind.AUTHORITY_IMPERSONATION,
    Kind.RELIEF_PROMISE,
    Kind.PRIVATE_CONTACT,
)
_AUTHORITIES = (  # first that fits; words as resources/concepts.csv lists them under `authority`
    ("credit_bureau", ("征信中心",)),
    ("procuratorate", ("检察", "最高检")),
    ("court", ("法院", "法官", "书记员", "执行局", "立案庭", "刑事庭", "开庭", "传票")),
    ("police", ("公安", "派出所", "警", "经侦", "刑侦", "网安", "反诈", "专案组", "公检法")),
    (
        "regulator",
        ("监会", "监局", "监管", "金管局", "人民银行", "央行", "金融办", "消保", "消费者权益"),
    ),
)
_NO_LENDER = frozenset({"telecom", "credit_card"})
_UNKNOWN_TYPE = frozenset({"brand"})  # a product's name does not tell whose product it is
_PLATFORMS = frozenset({"internet_platform", "microloan"})
_USES = tuple(  # lines that anybody may call, by preference; no outbound, VIP or overseas ones
    map(re.compile, (r"客服", r"信用卡(?:/.*)?", r"全国|借记卡/客服.*"))
)
_CONTACTS = frozenset({Kind.CONTACT, Kind.PRIVATE_CONTACT, Kind.OFFICIAL_CHANNEL})
_NUMBER = re.compile(r"\d(?:[\d\s-]*\d)?")


@dataclass(frozen=True, slots=True)
class Case:
    """Verdict and evidence of one message."""

    label: str
    kinds: frozenset[str]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    misconduct: tuple[str, ...]
    institutions: tuple[str, ...]

    @property
    def is_trap(self) -> bool:
        """Whether to advise as for fraud: by the label, or by evidence the label passed over."""
        weight = RISK if self.label == Label.OTHER else DECISIVE
        return self.label == Label.FRAUDULENT or any(kind in self.kinds for kind in weight)

    @property
    def is_debt(self) -> bool:
        """Whether the message may be about a debt."""
        return self.label != Label.OTHER

    @property
    def is_named(self) -> bool:
        """Whether some lender is named, known to the registry or not."""
        return Kind.INSTITUTION in self.kinds or bool(self.lenders)

    @property
    def lenders(self) -> tuple[str, ...]:
        """Names that the registry knows; for a debt without carriers and card networks."""
        types = _types()
        ruled_out = _NO_LENDER if self.is_debt else frozenset()
        return tuple(
            name for name in self.institutions if name in types and types[name] not in ruled_out
        )

    @property
    def lender_types(self) -> frozenset[str]:
        """Types of the named lenders, as far as a name tells them."""
        return frozenset(_types()[name] for name in self.lenders) - _UNKNOWN_TYPE

    @property
    def is_platform(self) -> bool:
        """Whether only platforms or micro-loan companies are named."""
        return bool(self.lender_types) and self.lender_types <= _PLATFORMS

    @property
    def signs(self) -> tuple[str, ...]:
        """Risk kinds and misconduct, strongest first."""
        return tuple(kind for kind in (*STRONGEST_FIRST, *self.misconduct) if kind in self.kinds)

    @property
    def items(self) -> tuple[str, ...]:
        """Disclosure kinds that the message carries."""
        return tuple(kind for kind in DISCLOSURE if kind in self.kinds)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Missing disclosures, as far as the rubric knows them."""
        return tuple(kind for kind in MISSABLE if kind in self.missing and self.is_debt)

    @property
    def authority(self) -> str:
        """Which authority the message claims to be; empty when it claims none."""
        speaker = [find for find in self.findings if find.kind == Kind.AUTHORITY_IMPERSONATION]
        if Kind.AUTHORITY_IMPERSONATION not in self.kinds:
            return ""
        return authority_in(speaker) or "authority"

    @property
    def mentions_court(self) -> bool:
        """Whether any evidence names a court."""
        return authority_in(self.findings, among=("court",)) == "court"


@cache
def _types() -> dict[str, str]:
    return {institution.name: institution.kind for institution in lexicons.institutions()}


def authority_in(findings: Sequence[Finding], *, among: Collection[str] = ()) -> str:
    """Name the kind of authority that findings speak of, or nothing.

    Examples
    --------
    >>> authority_in([Finding("authority_impersonation", 0, 3, "公安局", "…")])
    'police'
    """
    text = "\n".join(finding.text for finding in findings)
    for name, words in _AUTHORITIES:
        if (not among or name in among) and any(word in text for word in words):
            return name
    return ""


def written_numbers(findings: Sequence[Finding]) -> frozenset[str]:
    """Numbers, digits only, that the message itself gives as ways to reach somebody.

    Examples
    --------
    >>> written_numbers([Finding("contact", 2, 14, "400-820-5555", "…")])
    frozenset({'4008205555'})
    """
    return frozenset(
        digits_of(number)
        for finding in findings
        if finding.kind in _CONTACTS
        for number in _NUMBER.findall(finding.text)
    )


def hotline_of(institution: str) -> Hotline | None:
    """Public hotline that anybody may call: current, well sourced, not an outbound or VIP line.

    Examples
    --------
    >>> hotline_of("工商银行").number
    '95588'
    >>> hotline_of("无名银行") is None
    True
    """
    usable = [
        (rank, line.number.startswith("0"), -line.confidence, place, line)
        for place, line in enumerate(lexicons.hotlines().get(institution, ()))
        if line.verifies and (rank := _rank(line.use)) is not None
    ]
    return min(usable)[-1] if usable else None


def _rank(use: str) -> int | None:
    return next((rank for rank, known in enumerate(_USES) if known.fullmatch(use)), None)
