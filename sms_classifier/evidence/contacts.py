"""Numbers, ids, links, apps and branches: whose they are, as far as the registry can say.

A number that the registry lists for the named institution supports the message; any other one
is "not verified", never "fake".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import DETAIL, Kind
from sms_classifier.text.pattern import compile_pattern

__all__ = ["Link", "Phone", "find_contacts", "find_links", "links", "phones"]

_PHONE = compile_pattern(
    r"(?<![\d*.])(?:"
    r"(?P<foreign>(?:\+|00)(?!86)\d{2,3}[-\s]?\d{6,11})"
    r"|(?P<mobile>(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s.]?\d{4}){2})"
    r"|(?P<service>[48]00[-\s]?(?:\d{3}[-\s]?\d{4}|\d{4}[-\s]?\d{3}|\d{7}))"
    r"|(?P<access>1010[-\s]?\d{4})"
    r"|(?P<short>9[56]\d{3,4}|95\d{2,3}[-\s]?\d{4,5}(?!\d))"
    r"|(?P<public>12\d{3}|110|11888|10(?:0\d{2,3}|18\d))"
    r"|(?P<landline>\(?0\d{2,3}\)?[-\s]?[2-9]\d{6,7})"
    r"|(?P<local>(?<=[话电系询拨:])[2-8]\d{6,7})"
    r")(?:转\d{1,6})?(?![\d*])"
)
_VIRTUAL = re.compile(r"^(?:17[01]|16[257])")  # ../shared/domain/numbers.csv
_OWN_PHONE = re.compile(
    r"(?:您|你|用户|尾号|注册|预留|本机|绑定|登记|机主)(?:的)?(?:手机)?(?:号码?|手机|尾号|为|:|是)*$"
)
_SHORT_NEEDS = re.compile(
    r"致电|拨打|热线|电话|客服|咨询|联系|来电|回电|详询|致|拨|询|:|tel|\(|或|、|/|,"
)
_PUBLIC_ONLY = re.compile(r"(?:12(?:3(?:78|63|21|00|15|45|48|68|09|77|33|66|86)|110)|110|96110)$")
_LINK = compile_pattern(
    r"(?:https?[:：]?/{0,2})?(?<![a-z0-9@.\-])((?:[a-z0-9](?:[a-z0-9-]{0,40})\.){1,5}"
    r"(?:com|cn|net|org|top|xyz|cc|vip|icu|info|io|co|me|ly|so|im|tv|site|club|shop|online|app|fun|ink|pro|biz|link|work|wang|ltd|tech|store|gd|tk|ml|ga|cf|gl|mk|nz|hk|tw|us|uk|ru|la|pw|ws|live|life|mobi|asia|su|yt|at|hn|plus|loan|credit|money|finance|bank|help|today|world|run|space|website|page|dev|red|bid|win|men|gq|kim|sbs|cfd|lol|chat|group|services|center|ai|to|in|cx|li|one|cloud|host|press|fit|wiki|zone|digital|global|support|team|city|law|fund|cash|company|market|pub|ren|gold))"
    r"(?![a-z0-9-])(?:[/?#:][^\s\u4e00-\u9fff,。;!?)】\]<>\"']*)?"
)
_ID = re.compile(
    r"(?P<im>微信|qq|企业微信|企微|客服号|vx|wx)(?:群|号码?|客服|同号|id|公众)?(?:为|是|:|联系|咨询|添加|加|搜|\(|搜索|\s|我|详谈)*(?P<value>[a-z][-_a-z\d]{4,19}|[1-9]\d{4,11}|[a-z\d][-_a-z\d*.]{5,})(?![\d])"
)
_ADD_PERSON = re.compile(
    r"(?:加|添加)(?:我|他|她|我的|本人|客服|专员|老师|经理|顾问|办案|法务|对接|一下|下|[\u4e00-\u9fff]{0,6}?)(?:的)?(?:微信|qq|好友|企业微信|企微|群)|微信同号|(?:微信|qq)(?:联系|沟通|咨询|私聊|对接|办理|处理|详聊|找我|私信)|(?:加|进)(?:入)?(?:qq|微信)?群|扫码(?:加|添加|进群|联系)|私信我|私聊我|加我"
)
_TITLE_CALL = re.compile(
    r"(?:联系|找|致电|拨打|咨询|回电|请电|打给|联络|回复|加)[\u4e00-\u9fff]{0,6}?(?<![\u4e00-\u9fff]{7})[\u4e00-\u9fff](?:经理|主任|专员|老师|律师|法官|警官|队长|主管|书记员|科长|先生|女士|姐|哥|工)"
)
_OFFICIAL_PLACE = compile_pattern(
    r"(?:我行|本行|我社|本社|该行|贵社|信用社|我司|本司|本公司|我公司|平台)?(?:手机银行|掌上银行|掌银|网上银行|个人网银|网银(?!行)|微信银行|营业网点|网点|柜台|柜面|营业厅|营业部|营业室|(?<=[到至往去找来近])(?:[\u4e00-\u9fff]{0,4})(?:支行|分行)|分理处|储蓄所|自助终端|自助设备|atm|官网|官方网站|官方app|官方微信|官方公众号|微信公众号|公众号|小程序|服务号|手机app|客户端|app|门店|客户经理处|云闪付)"
)
_NOT_PLACE_AFTER = re.compile(
    r"^(?:不予|不受理|暂不受理|及热线暂不|没有权限|里没有|内结清|登录困难|登录密码|还款入口今天|还款按钮已|因年久|入口只|入口目前|申请的|更新到|公告栏|导致|还要加|均查不到|通道已关闭|入口只|还款功能|、app均)"
)
_NOT_PLACE_BEFORE = re.compile(
    r"(?:下载|安装|下个|装|下|非|不明|陌生|第三方|各|其他|任何|名为|叫|请加|会议|聊天|不要|勿|专用|假|由于|因|任意|假冒|注册|多个|别联系|别去|请勿前往|不必去|前往|拒绝|不进|不在|惊动|新版|企业版|海尔智家|司法局|法院|云|远程|使用的还款)[^,。;]{0,4}$"
)
_DOMAIN_LIKE = 4  # a shorter Latin name stands in a host by chance


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in plain text, digits only in ``number``."""

    start: int
    end: int
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in plain text; ``owner`` is an institution's name, ``shortener`` or ``unknown``."""

    start: int
    end: int
    host: str
    owner: str


def phones(scan: Scan) -> list[Phone]:
    """Telephone numbers, except those that only name the receiver's own line."""
    found = []
    for match in _PHONE.finditer(scan.plain):
        kind = match.lastgroup or ""
        number = lexicons.digits_of(match[0].split("转")[0])
        before = scan.plain[max(0, match.start() - 8) : match.start()]
        if kind == "mobile":
            number = number[-11:]
            if _OWN_PHONE.search(before):
                continue
            kind = "virtual" if _VIRTUAL.match(number) else "mobile"
        elif kind in ("short", "public") and not _SHORT_NEEDS.search(before):
            continue
        found.append(Phone(match.start(), match.end(), kind, number))
    return found


@cache
def _listed_numbers() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(line.number for line in lines if line.verifies)
        for name, lines in lexicons.hotlines().items()
    }


@cache
def _owners() -> dict[str, str]:
    table = {
        domain: institution.name
        for institution in lexicons.institutions()
        for domain in institution.domains
    }
    for row in lexicons.rows("shortlinks"):
        for domain in row["domain"].split("|"):
            host = domain.split("/")[0].split(" ")[0].removeprefix("*.")
            if "shortener" in row["class"]:
                table.setdefault(host, "shortener")
            elif "platform" in row["class"]:
                table.setdefault(host, "platform")
    return table


def _owner(host: str) -> str:
    owners = _owners()
    parts = host.split(".")
    for place in range(len(parts) - 1):
        if owner := owners.get(".".join(parts[place:])):
            return owner
    return "unknown"


def links(scan: Scan) -> list[Link]:
    """Links with the owner of their domain."""
    if "." not in scan.plain:
        return []
    return [
        Link(*match.span(), match[1], _owner(match[1]))
        for match in _LINK.finditer(scan.plain)
        if any(char.isalpha() for char in match[1].rsplit(".", 1)[0]) or "/" in match[0]
    ]


def find_contacts(scan: Scan, named: Collection[str]) -> Iterator[Hit]:
    """Ways to answer: official, private, or neither (RUBRIC §2)."""
    listed: set[str] = set()
    for name in named:
        listed |= _listed_numbers().get(name, frozenset())
    for phone in phones(scan):
        if scan.is_denied(phone.start, phone.end) and phone.kind in ("mobile", "virtual"):
            continue
        yield from _phone_hits(phone, listed)
    yield from _person_hits(scan)
    yield from _place_hits(scan)


def _phone_hits(phone: Phone, listed: set[str]) -> Iterator[Hit]:
    span = phone.start, phone.end
    if phone.number in listed:
        yield Hit(
            Kind.OFFICIAL_CHANNEL, *span, "hotline of the named institution; resources/hotlines.csv"
        )
    elif phone.kind in ("mobile", "virtual", "foreign"):
        words = {
            "mobile": "a personal mobile number",
            "virtual": "a virtual operator's mobile number",
            "foreign": "a number abroad",
        }
        yield Hit(Kind.PRIVATE_CONTACT, *span, f"{words[phone.kind]}; RUBRIC 2")
    elif not _PUBLIC_ONLY.match(phone.number):
        yield Hit(Kind.CONTACT, *span, "a number that no list verifies; RUBRIC 2")


def _person_hits(scan: Scan) -> Iterator[Hit]:
    """Messenger ids and persons as the way to settle."""
    plain = scan.plain
    done = -1
    for pattern, reason in (
        (_ID, "a messenger id"),
        (_ADD_PERSON, "a personal messenger"),
        (_TITLE_CALL, "a person as the way to settle"),
    ):
        for match in pattern.finditer(plain):
            start, end = match.span()
            if start < done or scan.is_denied(start, end):
                continue
            if pattern is _ID and "公众" in plain[max(0, start - 2) : end]:
                continue
            done = end
            yield Hit(Kind.PRIVATE_CONTACT, start, end, f"{reason}; RUBRIC 2")


def _place_hits(scan: Scan) -> Iterator[Hit]:
    """Apps, sites and branches of whoever is named; the caller drops them without a name."""
    plain = scan.plain
    for match in _OFFICIAL_PLACE.finditer(plain):
        start, end = match.span()
        around = plain[max(0, start - 8) : start], plain[end : end + 8]
        if _NOT_PLACE_BEFORE.search(around[0]) or _NOT_PLACE_AFTER.search(around[1]):
            continue
        yield Hit(
            Kind.OFFICIAL_CHANNEL,
            start,
            end,
            "the named institution's own app, site or branch; RUBRIC 2",
        )


def find_links(scan: Scan, kinds: set[str], named: Collection[str]) -> Iterator[Hit]:
    """Links, judged by their owner and by what else the message discloses.

    Parameters
    ----------
    scan : Scan
        The message.
    kinds : set of str
        Kinds found so far; a public short link beside a concrete detail is not unofficial.
    named : collection of str
        Names of the institutions that the message names.
    """
    has_detail = any(kind in kinds for kind in DETAIL)
    for link in links(scan):
        if scan.is_denied(link.start, link.end):
            continue
        span = link.start, link.end
        if link.owner in named:
            yield Hit(
                Kind.OFFICIAL_CHANNEL, *span, f"domain of {link.owner}; resources/institutions.csv"
            )
        elif link.owner == "unknown":
            if named or not _own_by_name(link.host, scan):
                yield Hit(
                    Kind.UNOFFICIAL_LINK,
                    *span,
                    "a domain that no list gives to the named institution; RUBRIC 2",
                )
        elif not has_detail:
            yield Hit(Kind.UNOFFICIAL_LINK, *span, "a link in a message without detail; RUBRIC 2")
        else:
            yield Hit(Kind.CONTACT, *span, "a short link beside details; RUBRIC 2")


def _own_by_name(host: str, scan: Scan) -> bool:
    """Whether an unlisted lender's Latin name stands in the host."""
    return any(
        part in scan.plain.replace(host, "")
        for part in host.split(".")[:-1]
        if len(part) >= _DOMAIN_LIKE
    )
