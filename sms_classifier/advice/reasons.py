"""Reasons of findings in Chinese; the library spells them in English."""

from __future__ import annotations

from functools import cache

from sms_classifier import lexicons

__all__ = ["in_chinese"]

_OPEN_ENDED = ("registry:", "domain of")  # a name follows


def in_chinese(reason: str) -> str:
    """Say a reason in Chinese, its sources as they are; unknown ones stay English.

    Examples
    --------
    >>> in_chinese("fee first; RUBRIC 2; FACTS B4 B18")
    '先交费（RUBRIC 2; FACTS B4 B18）'
    >>> in_chinese("registry: 招商银行; resources/institutions.csv")
    '登记表中的机构：招商银行（resources/institutions.csv）'
    >>> in_chinese("凍→冻; FACTS C2")
    '凍→冻（FACTS C2）'
    """
    head, _, sources = reason.partition("; ")
    said = _table().get(head, head)
    for start in _OPEN_ENDED:
        if head.startswith(start):
            said = _table()[start] + head.removeprefix(start).strip()
    return f"{said}（{sources}）" if sources else said


@cache
def _table() -> dict[str, str]:
    return {row["en"]: row["zh"] for row in lexicons.rows("page/reasons")}
