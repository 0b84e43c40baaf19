"""Sums owed, and the accounts they are owed on.

Not sums: phone and case numbers, codes, rates, limits, points. Whether a sum is owed or merely
offered is read from the words in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from sms_classifier.evidence.expressions import HAN_NUMERAL
from sms_classifier.evidence.finding import Found
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.spans import NOWHERE, Flags, Spans
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
_UNIT_LENGTH = 4  # 多万块钱
_OFFERED = ("额度", "以上", "以下", "起借", "红包", "优惠", "奖金", "的额度", "优惠券", "免息券")
_UNITS = ("元", "万", "年", "月", "天")
_PAYEE = re.compile(r"(?:62|60)\d{2}(?:\d{11,}|\*+\d{4}|[ -]\d{4})")  # a card to pay into
_OWN_APP = re.compile(
    r"公众号|小程序|支付宝(?:内|app|-|还款|首页|搜|查|里|中|自)|微信(?:支付|银行|内|-|里|中|钱包|还款|公|小)|微信账单"
)


def find_amounts(places: Places) -> Iterator[Found]:
    """Concrete sums owed; masked digits count (RUBRIC §2)."""
    of_money = places.shows(("owed", "debt_word", "pay_verb", "pay_word")) | places.holding("¥元")
    sums = places.matching("amount")
    sums = sums.where(of_money[sums.text])
    sums = sums.where(_are_owed(places, sums))
    yield Found(Kind.AMOUNT, "sum owed; RUBRIC 2", places.rows(sums))
    _, bare = places.groups("bare_amount")
    bare = bare.where(of_money[bare.text] & ~_with_unit(places, bare, sums))
    bare = bare.where(np.array([*map(_is_sum, places.texts(bare))], dtype=bool))
    bare = bare.where(_are_owed(places, bare))
    yield Found(Kind.AMOUNT, "sum after a word for debt; RUBRIC 2", places.rows(bare))


def _with_unit(places: Places, bare: Spans, sums: Spans) -> Flags:
    """Whether a sum that is known by its unit ends in, or just behind, a number."""
    reach = places.around(bare, 0, _UNIT_LENGTH)
    first = np.searchsorted(sums.end, bare.start, side="right")
    return np.asarray(np.append(sums.end, NOWHERE)[first] <= reach.end)


def _is_sum(value: str) -> bool:
    """Whether a number without a unit can be a sum."""
    if value[0] in HAN_NUMERAL:
        return any(char in _TENS for char in value) and len(value) > 1
    digits = sum(char.isdigit() for char in value)
    if value[0] in "0123456789" and digits < _FEW and "." not in value:
        return False
    return digits <= _MOST or "." in value or "," in value


def _are_owed(places: Places, sums: Spans) -> Flags:
    """Whether the nearest words before (or just behind) each sum speak of owing it."""
    clause = places.clauses(sums).start

    def before(reach: int) -> Spans:
        return Spans(sums.text, np.maximum(clause, sums.start - reach), sums.start)

    last_not = places.last_end(before(12), "not_owed")
    last_owed = np.maximum(places.last_end(before(16), "owed"), 0)
    joined = places.chunk.joined
    offered = [joined.startswith(_OFFERED, end) for end in sums.end.tolist()]
    of_interest = places.hold(before(6), "interest")
    owed: Flags = (last_not < last_owed) & ~np.array(offered, dtype=bool) & ~of_interest
    return owed


def find_accounts(places: Places) -> Iterator[Found]:
    """Card tails, contract and loan numbers; not case numbers, phones or codes."""
    names, values = places.groups("account")
    speaks_of_debt = places.shows(("debt_word",)).tolist()
    matches = zip(names, places.rows(places.matching("account")), places.rows(values), strict=True)
    rows = []
    for name, (text, begun, done), (_, start, end) in matches:
        plain = places.chunk.texts[text]
        value = plain[start:end]
        if sum(char.isdigit() for char in value) < _FEW:
            continue
        if _NOT_ACCOUNT.search(plain[max(0, begun - 8) : begun]):
            continue
        if _PAYEE.match(value + plain[end : end + 5]):
            continue
        if name != "value" or _is_account(plain, begun, done, value, speaks_of_debt[text]):
            rows.append((text, start, end))
    yield Found(Kind.ACCOUNT, "card tail or contract number; RUBRIC 2", rows)


def _is_account(plain: str, start: int, end: int, value: str, speaks_of_debt: bool) -> bool:
    """Whether a value is an account's behind its word for one."""
    if _is_phone(value) or plain[end : end + 1] in _UNITS:
        return False
    if _CARD_OR_ACCOUNT.match(plain, start):
        return _TAIL_OR_MASKED.fullmatch(value) is not None
    return speaks_of_debt or not _ANY_NUMBER.match(plain, start)


def _is_phone(value: str) -> bool:
    digits = value.replace("-", "")
    return bool(re.fullmatch(r"1[3-9]\d{9}|[48]00\d{7}|95\d{3,4}|0\d{9,11}", digits))


def find_payee_cards(places: Places) -> Iterator[Found]:
    """Whole card numbers in a message: somewhere to pay into."""
    cards = places.matching("whole_card")
    cards = cards.where(~places.denied(cards))
    yield Found(Kind.PRIVATE_PAYMENT, "a whole card number; RUBRIC 2", places.rows(cards))
    asked = places.matching("to_person")
    asked = asked.where(~places.denied(asked) & ~_own(places, asked))
    yield Found(Kind.PRIVATE_PAYMENT, "pay to a person; RUBRIC 2; FACTS B2", places.rows(asked))


def _own(places: Places, asked: Spans) -> Flags:
    """Whether the receiver's own account or wallet is meant."""
    around = places.around(asked, 0, 4)
    sentences = places.sentences(asked)
    own = places.hold(
        Spans(asked.text, asked.start, np.minimum(around.end, sentences.end)), "own_payment_account"
    )
    in_app = [_OWN_APP.search(text) is not None for text in places.texts(around)]
    return np.logical_or(own, in_app)
