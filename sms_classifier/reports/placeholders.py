"""Templates with placeholders: filled with typed sample values, every place led back.

Understood are ``{name}``, ``{{name}}``, ``${name}``, ``#name#``, ``%name%``, ``<name>`` and
printf's ``%s``, ``%1$s``, ``%(name)s``. What a placeholder stands for is told by the words around
it where they leave no choice (``…元``, ``尾号…``), else by its name, else by softer words around
it. A sample shows that something will stand there, never that the value sent will be right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sms_classifier.advice.case import hotline_of
from sms_classifier.evidence.institutions import named_in
from sms_classifier.evidence.scan import scan
from sms_classifier.lexicons import institutions
from sms_classifier.text.normalize import normalize

__all__ = ["Filled", "Place", "Role", "fill", "in_style_of"]

_PLACEHOLDER = re.compile(
    r"\{\{\s*(?P<double>[^{}\n]{0,40}?)\s*\}\}"
    r"|[$#]?\{(?P<brace>[^{}\n]{0,40})\}"
    r"|(?<!#)#(?P<hash>[^#\s,，。:：]{1,20})#(?!#)"
    r"|%\((?P<named>\w{1,30})\)[sdif]"
    r"|%(?P<printf>(?:\d{1,2}\$)?[sdif])(?![A-Za-z\d])"
    r"|%(?P<percent>[A-Za-z_\u4e00-\u9fff]\w{0,29})%"
    r"|<(?P<angle>[A-Za-z_]\w{0,29})>"
)


class Role(StrEnum):
    """What a placeholder stands for."""

    PERSON = "person"
    INSTITUTION = "institution"
    AMOUNT = "amount"
    DATE = "date"
    DAYS = "days"
    ACCOUNT = "account"
    MOBILE = "mobile"
    HOTLINE = "hotline"
    LINK = "link"
    NUMBER = "number"
    UNKNOWN = "unknown"


_BEFORE = {  # words that leave no choice, right before the placeholder
    Role.ACCOUNT: r"(?:尾号|末四位|后四位|卡号|账号|合同号?|编号|借据号?)(?:为|是|:|：)?$",
    Role.AMOUNT: r"[¥￥]\s*$|人民币$",
    Role.INSTITUTION: r"[【\[]$",
}
_AFTER = {  # or right behind it
    Role.AMOUNT: r"\s*(?:万元|元|块|RMB)",
    Role.DAYS: r"\s*(?:天|期(?!款|账|还))",
    Role.PERSON: r"\s*(?:先生|女士)",
    Role.NUMBER: r"\s*[年月日号](?!码)",
}
_NAMES = {  # words in the placeholder's own name; first that fits
    Role.DAYS: r"days?_?(?:over|late|past)|over_?due|dpd|天数|逾期天|期数|terms?$|^days?$",
    Role.ACCOUNT: r"tail|last_?(?:4|four)|card|acct|account|contract|loan_?(?:no|id)"
    r"|尾号|卡号|合同|借据",
    Role.AMOUNT: r"amo?u?n?t|money|balance|sum|principal|debt|owed|金额|欠款|应还|本金|余额|本息",
    Role.DATE: r"date|deadline|due|_dt$|日期|时间|还款日|到期",
    Role.MOBILE: r"mobile|cell|手机",
    Role.HOTLINE: r"phone|tel|hot_?line|电话|热线|客服",
    Role.LINK: r"url|link|href|site|链接|网址",
    Role.INSTITUTION: r"bank|lender|platform|company|corp|org|institution|brand|creditor"
    r"|sign(?!_?date)|机构|银行|平台|公司|签名|债权",
    Role.PERSON: r"name|user|customer|client|borrower|debtor|姓名|客户|用户|称呼|借款人",
}
_NEVER = r"(?!)"
_HINTS = {  # softer words around a placeholder whose name says nothing
    Role.PERSON: (r"(?:尊敬的|亲爱的)$", r"\s*(?:您好|你好|[,，:：]\s*(?:您|你))"),
    Role.HOTLINE: (r"(?:致电|拨打|电话|热线|客服|咨询)(?:为|:|：)?$", _NEVER),
    Role.LINK: (r"(?:点击|登录|链接|网址|戳)(?:为|:|：)?\s*$", _NEVER),
    Role.DATE: (
        r"(?:[于在]|截至|截止|之前|到期日|还款日|账单日)(?:为|:|：)?$",
        r"\s*(?:前|之前|到期|为最后|扣款)",
    ),
    Role.AMOUNT: (r"(?:金额|欠款|应还|共计|合计|本息|最低还款额?)(?:为|:|：)?$", _NEVER),
}
_FIXED = {
    Role.PERSON: "王小明",
    Role.INSTITUTION: "招商银行",
    Role.AMOUNT: "1280.50",
    Role.DATE: "8月15日",
    Role.DAYS: "15",
    Role.ACCOUNT: "1234",
    Role.MOBILE: "13800138000",
    Role.HOTLINE: "400-000-0000",
    Role.LINK: "t.cn/A6x8Kq",
    Role.NUMBER: "8",
    Role.UNKNOWN: "1234",
}
_UNITS = {Role.AMOUNT: "元", Role.DAYS: "天"}


@dataclass(frozen=True, slots=True)
class Place:
    """A placeholder: its bounds in the template and in the filled text, and what it stands for."""

    start: int
    end: int
    filled_start: int
    filled_end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with sample values in its placeholders."""

    template: str
    text: str
    places: tuple[Place, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Lead ``text[start:end]`` back to the template; a touched placeholder counts whole."""
        return self._back(start, at_end=False), self._back(end, at_end=True)

    def _back(self, position: int, *, at_end: bool) -> int:
        shift = 0
        for place in self.places:
            if position < place.filled_start or (at_end and position == place.filled_start):
                break
            inside = position <= place.filled_end if at_end else position < place.filled_end
            if inside:
                return place.end if at_end else place.start
            shift = place.end - place.filled_end
        return position + shift


def fill(template: str) -> Filled:
    """Put a sample of the right type into every placeholder.

    Examples
    --------
    >>> filled = fill("【招商银行】{name}您好，您尾号#tail#的账单应还${amount}元，已逾期%d天")
    >>> filled.text
    '【招商银行】王小明您好，您尾号1234的账单应还1280.50元，已逾期15天'
    >>> start = filled.text.index("1280.50元")
    >>> filled.template[slice(*filled.span(start, start + 8))]
    '${amount}元'
    """
    samples = dict(_FIXED)
    draft = _filled(template, samples)
    own = _own_contacts(draft.text)
    return _filled(template, samples | own) if own else draft


def _own_contacts(text: str) -> dict[Role, str]:
    """Hotline and domain of the lender that a text names, so that its own channel is seen."""
    for name in named_in(scan(normalize(text))):
        line = hotline_of(name)
        domains = next((known.domains for known in institutions() if known.name == name), ())
        found = {Role.HOTLINE: line.number} if line else {}
        if domains:
            found[Role.LINK] = domains[0]
        if found:
            return found
    return {}


def _filled(template: str, samples: dict[Role, str]) -> Filled:
    pieces: list[str] = []
    places: list[Place] = []
    done = length = 0
    for match in _PLACEHOLDER.finditer(template):
        role = _role(template, match)
        before = template[done : match.start()]
        sample = samples[role] + _unit(role, template[match.end() :])
        start = length + len(before)
        places.append(Place(match.start(), match.end(), start, start + len(sample), role))
        pieces += (before, sample)
        done, length = match.end(), start + len(sample)
    return Filled(template, "".join([*pieces, template[done:]]), tuple(places))


def _role(template: str, match: re.Match[str]) -> Role:
    before, after = template[: match.start()][-12:], template[match.end() :][:12]
    for role, pattern in _BEFORE.items():
        if re.search(pattern, before):
            return role
    for role, pattern in _AFTER.items():
        if re.match(pattern, after):
            return role
    name = match[match.lastgroup or 0].lower()
    for role, pattern in _NAMES.items():
        if re.search(pattern, name):
            return role
    for role, (ahead, behind) in _HINTS.items():
        if re.search(ahead, before) or re.match(behind, after):
            return role
    return Role.UNKNOWN


def _unit(role: Role, after: str) -> str:
    """Unit of a sample whose template brings none of its own."""
    if role not in _UNITS or re.match(_AFTER[role], after):
        return ""
    return _UNITS[role]


def in_style_of(template: str, name: str) -> str:
    """Write a placeholder as the template writes its own.

    Examples
    --------
    >>> in_style_of("应还#amount#元", "hotline"), in_style_of("您好", "hotline")
    ('#hotline#', '{hotline}')
    """
    match = _PLACEHOLDER.search(template)
    if match is None or match.lastgroup in ("printf", None):
        return f"{{{name}}}"
    group = match.lastgroup
    start, end = match.span(group)
    return template[match.start() : start] + name + template[end : match.end()]
