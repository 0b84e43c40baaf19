"""Sums owed, and the accounts they are owed on.

Not sums: phone and case numbers, codes, rates, limits, points. Whether a sum is owed or merely
offered is read from the words in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sms_classifier.evidence.expressions import HAN_NUMERAL
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import Match, Scan
from sms_classifier.labels import Kind

__all__ = ["find_accounts", "find_amounts", "find_payee_cards"]

_TENS = "十百千万拾佰仟两"  # a Chinese number without one of these is a list of digits
_FEW = 3  # a number of fewer digits is a sum only with its unit
_MOST = 8  # one of more digits, without marks, is no sum
_NOT_ACCOUNT = re.compile(
    r"(?:手机|电话|身份证|证件|案件|案|工单|调解|受理|工号|专员|来电|微信|qq|执行|本机|验证|查询|回访|投诉|登记|立案|通知|文|函|批|邮件|运单|取件|车牌|转介|派单|批次|短信|流水)"
    r"(?:号码?|编|尾)?[^,。;\d]{0,2}$"
)
_TAIL_OR_MASKED = re.compile(r"[*x]*\d{3,4}|\d{4,6}[*x]+\d{4}")
_CARD_OR_ACCOUNT = re.compile(r"卡(?![号尾])|账户")
_ANY_NUMBER = re.compile(r"编号|单号|no|id")  # of a contract only where a debt is spoken of
_UNITS = ("元", "万", "年", "月", "天")
_PAYEE = re.compile(r"(?:62|60)\d{2}(?:\d{11,}|\*+\d{4}|[ -]\d{4})")  # a card to pay into
_OWN_APP = re.compile(
    r"公众号|小程序|支付宝(?:内|app|-|还款|首页|搜|查|里|中|自)|微信(?:支付|银行|内|-|里|中|钱包|还款|公|小)|微信账单"
)


def find_amounts(scan: Scan) -> Iterator[Hit]:
    """Concrete sums owed; masked digits count (RUBRIC §2)."""
    plain = scan.plain
    if not (scan.has("owed", "debt_word", "pay_verb", "pay_word") or "¥" in plain or "元" in plain):
        return
    ends: set[int] = set()
    for start, end, *_ in scan.matches("amount"):
        if _is_owed(scan, start, end):
            ends.add(end)
            yield Hit(Kind.AMOUNT, start, end, "sum owed; RUBRIC 2")
    for match in scan.matches("bare_amount"):
        start, end = match.group_start, match.group_end
        known = not ends.isdisjoint(range(start + 1, end + 5))
        if not known and _is_sum(plain[start:end]) and _is_owed(scan, start, end):
            yield Hit(Kind.AMOUNT, start, end, "sum after a word for debt; RUBRIC 2")


def _is_sum(value: str) -> bool:
    """Whether a number without a unit can be a sum."""
    if value[0] in HAN_NUMERAL:
        return any(char in _TENS for char in value) and len(value) > 1
    digits = sum(char.isdigit() for char in value)
    if value[0] in "0123456789" and digits < _FEW and "." not in value:
        return False
    return digits <= _MOST or "." in value or "," in value


def _is_owed(scan: Scan, start: int, end: int) -> bool:
    """Whether the nearest words before (or just behind) a sum speak of owing it."""
    clause = scan.clause_start(start)
    before = scan.within("not_owed", max(clause, start - 12), start)
    owed = scan.within("owed", max(clause, start - 16), start)
    last_not = before[-1][1] if before else -1
    last_owed = max((span[1] for span in owed), default=-1)
    if last_not >= max(last_owed, 0):
        return False
    if scan.plain[end : end + 2] in ("额度", "以上", "以下", "起借", "红包", "优惠", "奖金") or (
        scan.plain[end : end + 3] in ("的额度", "优惠券", "免息券")
    ):
        return False
    return not scan.has_within("interest", max(clause, start - 6), start)


def find_accounts(scan: Scan) -> Iterator[Hit]:
    """Card tails, contract and loan numbers; not case numbers, phones or codes."""
    plain = scan.plain
    for match in scan.matches("account"):
        start, end = match.group_start, match.group_end
        value = plain[start:end]
        if sum(char.isdigit() for char in value) < _FEW:
            continue
        if _NOT_ACCOUNT.search(plain[max(0, match.start - 8) : match.start]):
            continue
        if _PAYEE.match(value + plain[end : end + 5]):
            continue
        if match.group == "value" and not _is_account(scan, match, value):
            continue
        yield Hit(Kind.ACCOUNT, start, end, "card tail or contract number; RUBRIC 2")


def _is_account(scan: Scan, match: Match, value: str) -> bool:
    """Whether a value is an account's behind its word for one."""
    if _is_phone(value) or scan.plain[match.end : match.end + 1] in _UNITS:
        return False
    if _CARD_OR_ACCOUNT.match(scan.plain, match.start):
        return _TAIL_OR_MASKED.fullmatch(value) is not None
    return not _ANY_NUMBER.match(scan.plain, match.start) or scan.has("debt_word")


def _is_phone(value: str) -> bool:
    digits = value.replace("-", "")
    return bool(re.fullmatch(r"1[3-9]\d{9}|[48]00\d{7}|95\d{3,4}|0\d{9,11}", digits))


def find_payee_cards(scan: Scan) -> Iterator[Hit]:
    """Whole card numbers in a message: somewhere to pay into."""
    for start, end, *_ in scan.matches("whole_card"):
        if not scan.is_denied(start, end):
            yield Hit(Kind.PRIVATE_PAYMENT, start, end, "a whole card number; RUBRIC 2")
    for start, end, *_ in scan.matches("to_person"):
        if _is_to_person(scan, start, end):
            yield Hit(Kind.PRIVATE_PAYMENT, start, end, "pay to a person; RUBRIC 2; FACTS B2")


def _is_to_person(scan: Scan, start: int, end: int) -> bool:
    """Whether paying is asked for, not ruled out, and not into the receiver's own account."""
    sentence = scan.sentence(start)
    own = scan.has_within("own_payment_account", start, min(end + 4, sentence[1]))
    return (
        not own
        and not scan.is_denied(start, end)
        and not _OWN_APP.search(scan.plain, start, end + 4)
    )
