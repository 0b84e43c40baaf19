"""Due, statement and debit dates, and how long a debt is overdue.

Not dates of the debt: hearings, a collector's deadline for a call back, the day a loan began,
opening hours. Not days overdue: conditions ("three days late and we report").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sms_classifier.evidence.finding import Found
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.spans import Row
from sms_classifier.labels import Kind

__all__ = ["find_dates", "find_days_overdue"]

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
_LAST_DAY_BEFORE = re.compile(
    r"(?:到期日?|还款日|账单日|扣款日|截止日?期?|期限|最晚|最迟)[^,。;]{0,5}$"
)
_CLAUSE = re.compile(r"[。!?;,]")
_CONDITION_BEFORE = re.compile(
    r"(?:如|若|一旦|假如|要是|如果|每|凡|将|可能|防止|避免|倘|满|连续满|超过还款日|任何)[^,。;]{0,8}$"
)
_CONDITION_INSIDE = re.compile(r"^(?:每|如)|逾期每|每逾期|将于|还有|还剩|到期前|到期日前?\d")
_CONDITION_AFTER = re.compile(
    r"^(?:内|将|后(?!仍|经|还|未)|以上(?:将|的|会|者)|的?,?(?:将(?!依|移|影|面|进|转|产|报|按|对|纳|被|由|启|视|采)|会被)|收取|上征信|前(?!联|致)|免费|宽限|可)"
)


def find_dates(places: Places) -> Iterator[Found]:
    """Due, statement and debit dates (RUBRIC §2)."""
    rows = []
    for row in places.rows(places.matching("date")):
        before, after = places.beside(row, 14, 14)
        if _NOT_DUE_AFTER.search(after) or _NOT_DUE_BEFORE.search(before) or _STARTED.search(after):
            continue
        rows.append(row)
    yield Found(Kind.DATE, "date of the debt; RUBRIC 2", rows)
    rows = [row for row in places.rows(places.matching("relative_date")) if _is_due(places, row)]
    yield Found(Kind.DATE, "due today or soon; RUBRIC 2", rows)


def _is_due(places: Places, row: Row) -> bool:
    """Whether something is due on a day such as today."""
    before, after = places.beside(row, 10, 16)
    after = _CLAUSE.split(after, 1)[0]
    text, start, end = row
    if _NOT_DUE_AFTER.search(after) or places.chunk.texts[text][start:end] == "即日":
        return False
    return bool(_DUE_TIGHT.search(after[:10]) or _LAST_DAY_BEFORE.search(before))


def find_days_overdue(places: Places) -> Iterator[Found]:
    """Days, terms or months overdue (RUBRIC §2)."""
    rows = []
    for row in places.rows(places.matching("overdue")):
        before, after = places.beside(row, 12, 8)
        text, start, end = row
        inside = places.chunk.texts[text][start:end]
        if _CONDITION_BEFORE.search(before) or _CONDITION_INSIDE.search(inside):
            continue
        if not _CONDITION_AFTER.search(after):
            rows.append(row)
    yield Found(Kind.DAYS_OVERDUE, "time overdue; RUBRIC 2", rows)
