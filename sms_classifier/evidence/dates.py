"""Due, statement and debit dates, and how long a debt is overdue.

Not dates of the debt: hearings, a collector's deadline for a call back, the day a loan began,
opening hours. Not days overdue: conditions ("three days late and we report").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import Kind
from sms_classifier.text.pattern import compile_pattern

__all__ = ["find_dates", "find_days_overdue"]

_HAN_DAY = "[一二三四五六七八九十廿]{1,3}"
_DATE = compile_pattern(
    r"(?<!\d)(?:(?:19|20)?\d{2}年)?(?:0?[1-9]|1[0-2])月(?:[0-3]?\d|[xX*]{1,2})(?:日|号)?(?!\d)"
    r"|(?<![\d./-])(?:19|20)\d{2}[-/.年](?:0?[1-9]|1[0-2])[-/.月](?:[0-3]?\d)日?(?![\d])"
    r"|(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<![\d.\-/*¥])(?<!利率)(?<!费率)(?<!第)(?:0?[1-9]|1[0-2])\.(?:0[1-9]|[12]\d|3[01])(?![\d%.元万千‰折倍])"
    r"|(?<![\d.\-/(])(?:0?[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01]|[1-9])(?=日|号|前|之前|到期|还款|扣|出账|,|;|。|\(|\)|须|需|应|将|的|止|为|晚|中午|下午|$)"
    rf"|(?:每月|本月|当月|下月|次月|上月|这个月|下个月|上个月|月)(?:的)?(?:[0-3]?\d|{_HAN_DAY})(?:日|号)"
    rf"|(?<![\d.月一二三四五六七八九十逾期欠延滞拖约晚第达满超过了又内限为])(?:[0-3]?\d|{_HAN_DAY})(?:号|日)(?=前|之前|以前|到期|还款|扣|还|为|是|最后|将|须|需|24|17|12|18|20|晚|中午|下午|上午|,|出账|结息|应还|就|的)"
    rf"|{_HAN_DAY}月{_HAN_DAY}(?:日|号)"
    r"|(?:到期日|还款日|账单日|扣款日|最后还款日|应还日|结息日)(?:为|是|:|在|每月|就|即)*(?:今[日天]|明[日天]|后[日天]|\d{1,2}(?:日|号)?(?![天\d]))"
)
_RELATIVE = compile_pattern(
    r"今[日天晚儿]|明[日天晚儿]|后[日天儿]|本日|本[月周]底|当[日天]|月底|本周[一二三四五六日末]|下周[一二三四五六日]"
    r"|(?:周|星期)[一二三四五六日天]|昨[日天]|大后天|即日|(?:还有|还剩|剩余?|仅剩|不足|再过|未来)?[\d一二三两]天(?:后|内)?(?=到期|将到期|还款|就到|应还)|月末"
)
_DUE_NEAR = re.compile(
    r"到期|还款日|扣款|代扣|划扣|应还|还款|账单|月供|还清|归还|结清|还贷|扣收|出账|存入|存足|还上|缴|结息|应付|付款|应收|最后一天|最后期限|截止|还本|待还|要还|该还|还钱|还您|前还|租金|还"
)
_DUE_TIGHT = re.compile(
    r"到期|还款日|扣款|代扣|划扣|扣|应还|还款|账单日|月供|还清|归还|结清|还贷|存入|存足|还上|结息|该还|要还|前还|待还|还|租金|应付|付清|截止|缴"
)
_NOT_DUE_AFTER = re.compile(
    r"^(?:[\d:点时分上下午中晚夜早\s前之]|18:00|24点|下班|内|日)*(?:致电|回电|联系|来电|拨打|电话|回复|办理|处理|协商|开庭|到庭|到我|到达|到场|上门|外访|走访|移交|提交|起诉|立案|登录|报到|核实|答复|回拨|未联系|不联系|没有回|将安排|派|安排|第.{1,4}法庭|上午.{0,6}(?:法庭|开庭|调解)|下午.{0,6}(?:法庭|开庭|调解)|起归|归.{1,6}所有|组织调解|将.{0,10}转让|依法转让|公布|审理|录入|递交|发送|群发|上报|报送|查看|接听|主动)"
)
_NOT_DUE_BEFORE = re.compile(
    r"(?:开庭|庭审|审理|转让|债权.{0,6}自|调解定|定于|改至|调解时间|出庭|听证|立案|受理|案号|签订|签署|向我行借|借款于|借的|申请的|发放|放款|成立|起诉于|作出|判决|印发|施行|实施|送达|回电|致电|联系|开卡|借入|借出|受让|转让|于\d{4}年.{0,4}向|办理的?)[^,。;]{0,6}$"
)
_STARTED = re.compile(
    r"^[^,。;]{0,4}(?:向|在|于|从|与|申请|签订|签署|办理|借|贷|受理|立案|开庭|公开|作出|通过.{1,8}(?:借|申请)|登记|受让|转让|发布|起施行|起实施|开始施行|成立|购买|放款|消费)(?!期)"
)
_CLAUSE = re.compile(r"[。!?;,]")
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十两半百几]{1,4}|\*{1,3}|x{1,3})"
_OVERDUE = compile_pattern(
    rf"(?:逾期|超期|拖欠|欠款|逾|拖|欠|延期|延迟|晚|迟|过期|超时|超过[^,。;\d]{{0,8}}|超出[^,。;\d]{{0,6}}|违约|断供|未还款?|没还|欠缴|滞后|延误|到期|过)[^,。;:\d一二三四五六七八九十两半百]{{0,7}}(?:时间|天数|期数)?[:为是了约近]?{_COUNT}[\s多余几来]*(?:个?整?(?:工作日|自然日|天|日(?!前|起|内|元|期)|期(?!账|借|款)|个月|个半月|月(?!\d|供)|年|周|星期)(?:半|多|整|以上|有余)?)"
    rf"|(?:逾期|拖欠|已|欠)[^,。;\d]{{0,4}}m[1-9]\+?"
    rf"|{_COUNT}[\s多余]*(?:天|个月|期|日|个多月|年)(?:了|多|仍|还|未|没|月供|账单|贷款|以上)*(?:没还|未还|未归还|未偿还|未缴|未处理|逾期|未付|未履行|未结清|没交|没缴|没付|欠款|拖欠|没动静|不还|没见|未到账|断供|没有还|未按时|未按期|没消息|没结)"
    rf"|连续{_COUNT}(?:期|个月)[^,。;]{{0,4}}(?:未|没|逾期|违约|断)"
    rf"|逾期(?:天数|时长|期数|时间|账龄)[:为是已达]*{_COUNT}(?:天|期|日|个月)?|账龄[:为是]?(?:m\d|{_COUNT}(?:天|日|个月))"
    rf"|(?:逾期|超期|拖欠|欠)(?:已)?(?:第){_COUNT}(?:天|期|日)|(?:已经?|这都|都|足足|整整){_COUNT}(?:天|个月|个多月|期)(?:了|没)"
    rf"|{_COUNT}(?:期|个月)(?:月供|租金|账单|贷款|分期|利息|款)?(?:未|没|逾期|拖欠|欠)"
    rf"|(?:^|(?<=[,。!?;:|/(\s、元万了已满第整躲拖]))(?:拖了?|躲了?|都|已经?|满|超|欠了?|足足|今天第|是第|第|逾|愈期|整整|账龄)?(?:\d{{1,4}}|[一二三四五六七八九十两]{{1,3}})(?:天|个月)(?:多|半)?(?=[,。!?;|)\s]|$|了(?!,?再|解)|啦|没|未|仍|整|啊|过去|联系不)"
    rf"|(?<=[,。!?;:|/(\s、元])(?:已有|有|连续)?\d{{1,2}}期(?=[,。;)\s]|$|共|没|未|仍|整)|第\d{{1,2}}期(?:仍|还|未|没|违约|逾期|一直|至今)"
    rf"|\d{{1,2}}期(?:一直|至今|仍|还是|都)(?:没|未|不)|(?:违约|延滞|拖延|迟延|逾)[^,。;\d]{{0,2}}{_COUNT}(?:天|日|期)"
)
_CONDITION_BEFORE = re.compile(
    r"(?:如|若|一旦|假如|要是|如果|每|凡|将|可能|防止|避免|倘|满|连续满|超过还款日|任何)[^,。;]{0,8}$"
)
_CONDITION_INSIDE = re.compile(r"^(?:每|如)|逾期每|每逾期|将于|还有|还剩|到期前|到期日前?\d")
_CONDITION_AFTER = re.compile(
    r"^(?:内|将|后(?!仍|经|还|未)|以上(?:将|的|会|者)|的?,?(?:将(?!依|移|影|面|进|转|产|报|按|对|纳|被|由|启|视|采)|会被)|收取|上征信|前(?!联|致)|免费|宽限|可)"
)


def find_dates(scan: Scan) -> Iterator[Hit]:
    """Due, statement and debit dates (RUBRIC §2)."""
    plain = scan.plain
    if not scan.has("debt_word", "owed"):
        return
    for match in _DATE.finditer(plain):
        start, end = match.span()
        before, after = plain[max(0, start - 14) : start], plain[end : end + 14]
        if _NOT_DUE_AFTER.search(after) or _NOT_DUE_BEFORE.search(before) or _STARTED.search(after):
            continue
        yield Hit(Kind.DATE, start, end, "date of the debt; RUBRIC 2")
    for match in _RELATIVE.finditer(plain):
        start, end = match.span()
        before, after = plain[max(0, start - 10) : start], plain[end : end + 16]
        after = _CLAUSE.split(after, 1)[0]
        if _NOT_DUE_AFTER.search(after) or match[0] == "即日":
            continue
        if _DUE_TIGHT.search(after[:10]) or re.search(
            r"(?:到期日?|还款日|账单日|扣款日|截止日?期?|期限|最晚|最迟)[^,。;]{0,5}$", before
        ):
            yield Hit(Kind.DATE, start, end, "due today or soon; RUBRIC 2")


def find_days_overdue(scan: Scan) -> Iterator[Hit]:
    """Days, terms or months overdue (RUBRIC §2)."""
    plain = scan.plain
    if not scan.has("debt_word", "owed"):
        return
    for match in _OVERDUE.finditer(plain):
        start, end = match.span()
        before, after = plain[max(0, start - 12) : start], plain[end : end + 8]
        if _CONDITION_BEFORE.search(before) or _CONDITION_INSIDE.search(match[0]):
            continue
        if _CONDITION_AFTER.search(after):
            continue
        yield Hit(Kind.DAYS_OVERDUE, start, end, "time overdue; RUBRIC 2")
