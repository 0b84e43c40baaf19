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

__all__ = ["CONTACT_EXPRESSIONS", "Link", "Phone", "find_contacts", "find_links", "links", "phones"]

CONTACT_EXPRESSIONS = ("phone", "messenger_id", "add_person", "title_call", "official_place")
_VIRTUAL = re.compile(r"^(?:17[01]|16[257])")  # ../shared/domain/numbers.csv
_OWN_PHONE = re.compile(
    r"(?:您|你|用户|尾号|注册|预留|本机|绑定|登记|机主)(?:的)?(?:手机)?(?:号码?|手机|尾号|为|:|是)*$"
)
_SHORT_NEEDS = re.compile(
    r"致电|拨打|热线|电话|客服|咨询|联系|来电|回电|详询|致|拨|询|:|tel|\(|或|、|/|,"
)
_PUBLIC_ONLY = re.compile(r"(?:12(?:3(?:78|63|21|00|15|45|48|68|09|77|33|66|86)|110)|110|96110)$")
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
    for match in scan.matches("phone"):
        kind = match.group
        number = lexicons.digits_of(scan.plain[match.start : match.end].split("转")[0])
        before = scan.plain[max(0, match.start - 8) : match.start]
        if kind == "mobile":
            number = number[-11:]
            if _OWN_PHONE.search(before):
                continue
            kind = "virtual" if _VIRTUAL.match(number) else "mobile"
        elif kind in ("short", "public") and not _SHORT_NEEDS.search(before):
            continue
        found.append(Phone(match.start, match.end, kind, number))
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
    found = []
    for match in scan.matches("link"):
        start, end = match.start, match.end
        host = scan.plain[match.group_start : match.group_end]
        has_letter = any(char.isalpha() for char in host.rsplit(".", 1)[0])
        if has_letter or "/" in scan.plain[start:end]:
            found.append(Link(start, end, host, _owner(host)))
    return found


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
    done = -1
    for expression, reason in (
        ("messenger_id", "a messenger id"),
        ("add_person", "a personal messenger"),
        ("title_call", "a person as the way to settle"),
    ):
        for start, end, *_ in scan.matches(expression):
            if start < done or scan.is_denied(start, end):
                continue
            if expression == "messenger_id" and "公众" in scan.plain[max(0, start - 2) : end]:
                continue
            done = end
            yield Hit(Kind.PRIVATE_CONTACT, start, end, f"{reason}; RUBRIC 2")


def _place_hits(scan: Scan) -> Iterator[Hit]:
    """Apps, sites and branches of whoever is named; the caller drops them without a name."""
    plain = scan.plain
    for start, end, *_ in scan.matches("official_place"):
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
