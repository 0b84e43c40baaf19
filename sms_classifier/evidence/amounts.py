"""Sums owed, and the accounts they are owed on.

Not sums: phone and case numbers, codes, rates, limits, points. Whether a sum is owed or merely
offered is read from the words in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import Kind
from sms_classifier.text.pattern import compile_pattern

__all__ = ["find_accounts", "find_amounts"]

# Every repeat is bounded, or cannot begin inside itself: time stays linear in the length.
_NUMBER = r"\d{1,3}(?:,\d{3}){1,9}(?:\.\d{1,2})?|\d{1,20}(?:\.\d{1,20})?"
_MASKED = r"[\dx*]{1,9}\*[\d*x,]{0,9}(?:\.[\d*x]{1,2})?|\*{2,}|x{2,20}(?:\.x{1,2})?|\d{1,20}x{2,20}"
_HAN_NUMERAL = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿几半俩"
_AMOUNT = compile_pattern(
    rf"(?:¥|rmb|cny|人民币)[:\s]?(?:{_MASKED}|{_NUMBER})(?:万|千|百)?元?"
    rf"|(?<![\d.*])(?:{_MASKED}|{_NUMBER})[多余几来]?(?:万|千|百|亿)?[多余几来]?(?:元|块钱|块(?![儿区链])|圆|rmb)"
    rf"|(?<![\d.\-/])(?:{_NUMBER})(?:万|w(?![a-z])|千(?!瓦)|k(?![a-z]))[多余]?(?![户家人次名年款网条里米克倍笔])"
    rf"|(?<![第{_HAN_NUMERAL}])[{_HAN_NUMERAL}]{{1,14}}(?:余|多)?(?:元|块钱|块(?![儿区链])|圆|大洋)(?:[{_HAN_NUMERAL}]角)?(?:[{_HAN_NUMERAL}]分|整)?"
    rf"|(?:美元|美金|usd|\$|港币|hkd|欧元)[:\s]?(?:{_NUMBER})|(?:{_NUMBER})(?:美元|美金|欧元|港币|日元)"
)
_BARE = re.compile(
    rf"(?:应还(?:款)?(?:金?额)?|待还(?:款)?(?:金?额)?|未还(?:金?额)?|欠款(?:金?额|总额|余额|本金)?|欠本(?:金)?|欠息"
    rf"|逾期(?:金?额|本金|欠款)|账单(?:金?额)?|最低(?:还款|应还)?(?:金?额)?|本金|本息|月供|还款(?:金?额)|金额|总额|总计|共计|合计|余额|租金"
    rf"|欠|欠您|共欠|该还|需还|须还|要还|借了?你?)"
    rf"(?:为|是|约|共|:|计|了|我|我们|着|人民币)*(?P<value>(?:{_MASKED}|{_NUMBER})(?!\d|[天日期月年%‰个号点时笔次]|小时|-\d)|[{_HAN_NUMERAL}]{{2,10}}(?![天日期月年个号点笔次人家起]))"
)
_FEW = 3  # a number of fewer digits is a sum only with its unit
_ACCOUNT = compile_pattern(
    r"(?P<word>尾号|卡尾号?|尾数|卡号|末四位|末4位|后四位|后4位|后六位|账号|户号|合同号?|合同编号|合约号?|借据号?|借据编号"
    r"|贷款编号|贷款号|贷款账号|借款编号|借款号|订单号?|订单编号|账单号|保单号?|协议号|协议编号|标的号|标号|标id|项目编号|卡|账户|客户号|用户号|授信编号|业务编号|分期编号|编号|单号|no\.?|id|借款合同)"
    r"(?:为|是|:|后四位|末四位|后六位|末4位|后4位|尾号|的|\(|\[|【|\s|no\.?|第|\"|'){0,12}"
    r"(?P<value>[a-z]{0,6}[-\d*x]*\d[-\da-z*]{1,24}|\*{2,}\d{2,}|x{2,}\d{3,})"
    r"|(?P<masked>\d{4}[*x]{2,}\d{3,4}|(?<!\*)\*{2,}\d{4}(?!元)|(?<!\d)\d{6}\*+\d{4}|(?<!x)x{3,}\d{4})"
    r"|(?<![\d.])(?P<tail>\d{4})(?=(?:的)?(?:信用卡|贷记卡|借记卡|储蓄卡|银行卡|账户|卡片|卡\b|卡的|卡本|卡于|卡已|卡在))"
    r"|尾(?P<bare>\d{4})(?!\d)"
    r"|\((?P<paren>(?:尾号)?\d{4})\)(?!年|[\s-]?\d|[\u4e00-\u9fff]{1,4}\d)"
)
_NOT_ACCOUNT = re.compile(
    r"(?:手机|电话|身份证|证件|案件|案|工单|调解|受理|工号|专员|来电|微信|qq|执行|本机|验证|查询|回访|投诉|登记|立案|通知|文|函|批|邮件|运单|取件|车牌|转介|派单|批次|短信|流水)"
    r"(?:号码?|编|尾)?[^,。;\d]{0,2}$"
)
_PERSONAL_CARD = re.compile(
    r"(?<![\d*])(?:62|60|45|43|52|55|35)\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\d*])"
)
_PAYEE = re.compile(r"(?:62|60)\d{2}(?:\d{11,}|\*+\d{4}|[ -]\d{4})")  # a card to pay into
_OWN_APP = re.compile(
    r"公众号|小程序|支付宝(?:内|app|-|还款|首页|搜|查|里|中|自)|微信(?:支付|银行|内|-|里|中|钱包|还款|公|小)|微信账单"
)
_TO_PERSON = compile_pattern(
    r"(?:转(?!达|告|接|移|交|账单)|汇|发红包|(?:打|付|存|补|还|交|缴|充)(?:款|钱|到|给|至|进|入|[^,。;!?]{0,8}(?:元|块|千|百|万|\d{3})))"
    r"[^,。;!?]{0,10}?(?:支付宝|微信|v信|(?<!\d)1[3-9]\d{9}|卡里|这个?卡|我卡|名下(?:账户|银行卡|卡)|个人(?:的?账户|的?卡|收款码|支付宝))"
    r"|(?:经理|主管|专员|专席|财务|法官|书记员|执行员|民警|组长|队长|律师|调解员|顾问|会计|承办人|业务员|责任人|老师|催收员)[\u4e00-\u9fff*]{0,6}?(?:个人|本人|的|名下)(?:账户|银行卡|卡|支付宝|微信|收款码|名下)"
)


def find_amounts(scan: Scan) -> Iterator[Hit]:
    """Concrete sums owed; masked digits count (RUBRIC §2)."""
    plain = scan.plain
    if not (scan.has("owed", "debt_word", "pay_verb", "pay_word") or "¥" in plain or "元" in plain):
        return
    ends: set[int] = set()
    for match in _AMOUNT.finditer(plain):
        if _is_owed(scan, *match.span()):
            ends.add(match.end())
            yield Hit(Kind.AMOUNT, *match.span(), "sum owed; RUBRIC 2")
    if not scan.has("owed"):
        return
    for match in _BARE.finditer(plain):
        start, end = match.span("value")
        value = match["value"]
        digits = sum(char.isdigit() for char in value)
        bare_word = value[0] in _HAN_NUMERAL and len(value) < 2
        if not ends.isdisjoint(range(start + 1, end + 5)) or bare_word:
            continue
        if value[0] in "0123456789" and digits < _FEW and "." not in value:
            continue
        if digits > 8 and "." not in value and "," not in value:
            continue
        if value[0] in _HAN_NUMERAL and not any(char in "十百千万拾佰仟两" for char in value):
            continue
        if not _is_owed(scan, start, end):
            continue
        yield Hit(Kind.AMOUNT, start, end, "sum after a word for debt; RUBRIC 2")


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
    for match in _ACCOUNT.finditer(plain):
        group = match.lastgroup or ""
        group = "value" if match["value"] else group
        start, end = match.span(group)
        value = plain[start:end]
        if sum(char.isdigit() for char in value) < 3:
            continue
        if _NOT_ACCOUNT.search(plain[max(0, match.start() - 8) : match.start()]):
            continue
        if group == "value" and _is_phone(value):
            continue
        if _PAYEE.match(value + plain[end : end + 5]):
            continue
        if group == "value" and match["word"] in (
            "卡",
            "账户",
            "编号",
            "单号",
            "no.",
            "no",
            "id",
            "后四位",
            "末四位",
            "后4位",
            "末4位",
            "尾数",
        ):
            if match["word"] in ("卡", "账户") and not re.fullmatch(
                r"[*x]*\d{3,4}|\d{4,6}[*x]+\d{4}", value
            ):
                continue
            if match["word"] in ("编号", "单号", "no.", "no", "id") and not scan.has("debt_word"):
                continue
        if group == "value" and plain[end : end + 1] in ("元", "万", "年", "月", "天"):
            continue
        yield Hit(Kind.ACCOUNT, start, end, "card tail or contract number; RUBRIC 2")


def _is_phone(value: str) -> bool:
    digits = value.replace("-", "")
    return bool(re.fullmatch(r"1[3-9]\d{9}|[48]00\d{7}|95\d{3,4}|0\d{9,11}", digits))


def find_payee_cards(scan: Scan) -> Iterator[Hit]:
    """Whole card numbers in a message: somewhere to pay into."""
    for card in _PERSONAL_CARD.finditer(scan.plain):
        if not scan.is_denied(*card.span()):
            yield Hit(Kind.PRIVATE_PAYMENT, *card.span(), "a whole card number; RUBRIC 2")
    if not scan.has("pay_word", "pay_verb", "private_target", "vague_target", "scope_word"):
        return
    for match in _TO_PERSON.finditer(scan.plain):
        if _is_to_person(scan, *match.span()):
            yield Hit(Kind.PRIVATE_PAYMENT, *match.span(), "pay to a person; RUBRIC 2; FACTS B2")


def _is_to_person(scan: Scan, start: int, end: int) -> bool:
    """Whether paying is asked for, not ruled out, and not into the receiver's own account."""
    sentence = scan.sentence(start)
    own = scan.has_within("own_payment_account", start, min(end + 4, sentence[1]))
    return (
        not own
        and not scan.is_denied(start, end)
        and not _OWN_APP.search(scan.plain, start, end + 4)
    )
