"""Names of the labels and kinds of evidence, and the rubric that leads from kinds to a label.

The only place where they are spelt. Deciding scope (whether a message is about a credit debt
at all, label ``other``) is not done here: the rubric of data/RUBRIC.md §5 never yields it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

__all__ = [
    "CONDUCT",
    "DECISIVE",
    "DETAIL",
    "DISCLOSURE",
    "MARKS",
    "MISCONDUCT",
    "MISSABLE",
    "RISK",
    "Kind",
    "Label",
    "judge",
    "missing_disclosures",
]


class Label(StrEnum):
    """What the receiver may conclude from the text alone (data/RUBRIC.md §3)."""

    LEGITIMATE = "legitimate"
    VAGUE = "vague"
    FRAUDULENT = "fraudulent"
    OTHER = "other"


class Kind(StrEnum):
    """Kinds of evidence (data/RUBRIC.md §2), in the order in which they are reported."""

    INSTITUTION = "institution"
    AMOUNT = "amount"
    DATE = "date"
    DAYS_OVERDUE = "days_overdue"
    ACCOUNT = "account"
    OFFICIAL_CHANNEL = "official_channel"
    DISPUTE_PATH = "dispute_path"
    PRIVATE_PAYMENT = "private_payment"
    PRIVATE_CONTACT = "private_contact"
    UNOFFICIAL_LINK = "unofficial_link"
    APP_DOWNLOAD = "app_download"
    SENSITIVE_REQUEST = "sensitive_request"
    AUTHORITY_IMPERSONATION = "authority_impersonation"
    ADVANCE_FEE = "advance_fee"
    RELIEF_PROMISE = "relief_promise"
    OBFUSCATION = "obfuscation"
    CONTACT = "contact"
    THREAT = "threat"
    THIRD_PARTY_PRESSURE = "third_party_pressure"
    LAWFUL_CONSEQUENCE = "lawful_consequence"


DISCLOSURE = (
    Kind.INSTITUTION,
    Kind.AMOUNT,
    Kind.DATE,
    Kind.DAYS_OVERDUE,
    Kind.ACCOUNT,
    Kind.OFFICIAL_CHANNEL,
    Kind.DISPUTE_PATH,
)
RISK = (
    Kind.PRIVATE_PAYMENT,
    Kind.PRIVATE_CONTACT,
    Kind.UNOFFICIAL_LINK,
    Kind.APP_DOWNLOAD,
    Kind.SENSITIVE_REQUEST,
    Kind.AUTHORITY_IMPERSONATION,
    Kind.ADVANCE_FEE,
    Kind.RELIEF_PROMISE,
)
MARKS = (Kind.OBFUSCATION, Kind.CONTACT)
CONDUCT = (Kind.THREAT, Kind.THIRD_PARTY_PRESSURE, Kind.LAWFUL_CONSEQUENCE)
MISCONDUCT = (Kind.THREAT, Kind.THIRD_PARTY_PRESSURE)  # conduct that rules name; INTERFACE columns
DECISIVE = tuple(kind for kind in RISK if kind is not Kind.PRIVATE_CONTACT)  # RUBRIC §5
DETAIL = (Kind.AMOUNT, Kind.DATE, Kind.DAYS_OVERDUE, Kind.ACCOUNT)  # RUBRIC §5
MISSABLE = (Kind.INSTITUTION, Kind.AMOUNT, Kind.DATE, Kind.OFFICIAL_CHANNEL)


def judge(kinds: Collection[str], *, grave_threat: bool | None = None) -> Label:
    """Decide the label of an in-scope message from its kinds of evidence.

    Parameters
    ----------
    kinds : collection of str
        Names of the kinds present, as `Kind` spells them.
    grave_threat : bool, optional
        Whether the threat is one of violence, arrest or exposure; announced visits and veiled
        hints are marked ``threat`` but do not count. By default any ``threat`` counts.

    Returns
    -------
    Label
        Never ``Label.OTHER``: scope is decided elsewhere.

    Examples
    --------
    >>> judge({"institution", "amount"})
    <Label.LEGITIMATE: 'legitimate'>
    >>> judge({"institution", "amount", "private_payment"})
    <Label.FRAUDULENT: 'fraudulent'>
    >>> judge({"threat"}, grave_threat=False)
    <Label.VAGUE: 'vague'>

    References
    ----------
    data/RUBRIC.md §5.
    """
    has_detail = any(kind in kinds for kind in DETAIL)
    has_institution = Kind.INSTITUTION in kinds
    has_threat = Kind.THREAT in kinds and grave_threat is not False
    if any(kind in kinds for kind in DECISIVE):
        return Label.FRAUDULENT
    if Kind.PRIVATE_CONTACT in kinds and (not has_detail or has_threat):
        return Label.FRAUDULENT
    if has_threat and not has_institution:
        return Label.FRAUDULENT
    if has_institution and has_detail:
        return Label.LEGITIMATE
    return Label.VAGUE


def missing_disclosures(kinds: Collection[str]) -> tuple[Kind, ...]:
    """List what a verifiable notice would carry and these kinds lack.

    A date is missing only when the days overdue are missing too.

    Examples
    --------
    >>> missing_disclosures({"institution", "days_overdue"})
    (<Kind.AMOUNT: 'amount'>, <Kind.OFFICIAL_CHANNEL: 'official_channel'>)
    """
    shown = set(kinds)
    if Kind.DAYS_OVERDUE in shown:
        shown.add(Kind.DATE)
    return tuple(kind for kind in MISSABLE if kind not in shown)
