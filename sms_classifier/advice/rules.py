"""Rules and public notices with their dates, to compare a message with; never a judgement.

Only what was read in the text itself or in a report of it is listed; docs/rules.md says what is
left out and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sms_classifier import lexicons

__all__ = ["ALERT", "DatedRule", "cite", "cite_titles", "dated_rules", "rules_for"]

ALERT = "alert"
_STATUS = {
    "in force": ("现行", "in force"),
    "recommended": ("推荐性，不强制", "recommended, not mandatory"),
    "trial": ("试行", "on trial"),
    "superseded": ("已被替代", "superseded"),
    "ended": ("已结束", "ended"),
    ALERT: ("风险提示", "public notice"),
}


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A rule, standard or public notice.

    Attributes
    ----------
    issued, effective : str
        ISO dates (or a year), empty when no source gave one.
    status : str
        ``in force``, ``recommended``, ``trial``, ``superseded``, ``ended`` or ``alert``.
    applies_to : tuple of str
        Kinds of evidence that it speaks about; for Disclosure kinds it asks for them.
    binds : tuple of str
        Types of institution (`lexicons.Institution.kind`) that it is about; empty for everybody.
    verified : bool
        Whether the text or a report of it was read.
    """

    id: str
    title_zh: str
    title_en: str
    issuer: str
    issued: str
    effective: str
    status: str
    what_it_says_zh: str
    what_it_says_en: str
    applies_to: tuple[str, ...]
    binds: tuple[str, ...]
    source: str
    verified: bool

    @property
    def dated_zh(self) -> str:
        """Title with issuer, dates and status, in Chinese."""
        dates = (self.issued and f"{self.issued}发布", self.effective and f"{self.effective}起施行")
        return f"{self.title_zh}（{_joined('，', self.issuer, *dates, _STATUS[self.status][0])}）"

    @property
    def dated_en(self) -> str:
        """Title with dates and status, in English."""
        dates = (
            self.issued and f"issued {self.issued}",
            self.effective and f"from {self.effective}",
        )
        return f"{self.title_en} ({_joined(', ', *dates, _STATUS[self.status][1])})"


def _joined(mark: str, *parts: str) -> str:
    return mark.join(part for part in parts if part)


@cache
def dated_rules() -> tuple[DatedRule, ...]:
    """All rules, in the order of ``resources/dated_rules.csv``.

    Examples
    --------
    >>> rule = next(rule for rule in dated_rules() if rule.id == "sms_2026")
    >>> rule.dated_en
    'Provisions on SMS services (revised) (from 2026-05-01, in force)'
    """
    return tuple(_rule(row) for row in lexicons.rows("dated_rules"))


def _rule(row: dict[str, str]) -> DatedRule:
    lists = {name: tuple(row[name].split()) for name in ("applies_to", "binds")}
    texts = {name: cell for name, cell in row.items() if name not in {*lists, "verified"}}
    return DatedRule(**texts, **lists, verified=row["verified"] == "yes")  # type: ignore[arg-type]  # columns are the fields; tested


def rules_for(kind: str) -> tuple[DatedRule, ...]:
    """Rules and notices that speak about a kind of evidence, the most specific first.

    Parameters
    ----------
    kind : str
        A name of `Kind`; a name that no rule speaks about gives none.

    Returns
    -------
    tuple of DatedRule
        Verified ones that have not been superseded.

    Examples
    --------
    >>> [rule.id for rule in rules_for("institution")]
    ['cba_2026_identity', 'sms_2026', 'signature_2023']
    """
    return tuple(
        rule
        for rule in dated_rules()
        if kind in rule.applies_to and rule.verified and rule.status != "superseded"
    )


def cite(rules: Sequence[DatedRule]) -> tuple[str, str]:
    """Rules with their dates and what they say, in Chinese and English; each title once."""
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    for rule in rules:
        zh.setdefault(rule.dated_zh, []).append(rule.what_it_says_zh)
        en.setdefault(rule.dated_en, []).append(rule.what_it_says_en)
    return (
        "；".join(f"{title}——{'。'.join(says)}" for title, says in zh.items()),
        "; ".join(f"{title}: {'. '.join(says)}" for title, says in en.items()),
    )


def cite_titles(rules: Sequence[DatedRule]) -> tuple[str, str]:
    """Rules with their dates only, in Chinese and English."""
    return "、".join(rule.dated_zh for rule in rules), ", ".join(rule.dated_en for rule in rules)
