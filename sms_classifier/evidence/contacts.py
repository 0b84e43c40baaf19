"""Numbers, ids, links, apps and branches: whose they are, as far as the registry can say.

A number that the registry lists for the named institution supports the message; any other one
is "not verified", never "fake".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Found
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.spans import Flags, Row
from sms_classifier.labels import Kind

__all__ = ["find_contacts", "find_links"]

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


def find_contacts(places: Places, named: Mapping[int, Collection[str]]) -> Iterator[Found]:
    """Ways to answer: official, private, or neither (RUBRIC §2).

    Parameters
    ----------
    places : Places
    named : mapping of int to collection of str
        Institutions that each text names.
    """
    yield from _phones(places, named)
    yield from _persons(places)
    rows = [row for row in places.rows(places.matching("official_place")) if _is_open(places, row)]
    reason = "the named institution's own app, site or branch; RUBRIC 2"
    yield Found(Kind.OFFICIAL_CHANNEL, reason, rows)


def _phones(places: Places, named: Mapping[int, Collection[str]]) -> Iterator[Found]:
    """Telephone numbers, except those that only name the receiver's own line."""
    spans = places.matching("phone")
    kinds, denied = places.groups("phone")[0], places.denied(spans).tolist()
    for row, sort, is_denied in zip(places.rows(spans), kinds, denied, strict=True):
        text, start, end = row
        before, _ = places.beside(row, 8, 0)
        number = lexicons.digits_of(places.chunk.texts[text][start:end].split("转")[0])
        if sort == "mobile" and (is_denied or _OWN_PHONE.search(before)):
            continue
        if sort in ("short", "public") and not _SHORT_NEEDS.search(before):
            continue
        kind, reason = _judged(sort, number, named.get(text, ()))
        if kind:
            yield Found(kind, reason, [row])


def _judged(sort: str, number: str, named: Collection[str]) -> tuple[str, str]:
    """Kind of evidence that a number is, and why; nothing for public lines."""
    number = number[-11:] if sort == "mobile" else number
    if any(number in _listed_numbers().get(name, ()) for name in named):
        return Kind.OFFICIAL_CHANNEL, "hotline of the named institution; resources/hotlines.csv"
    if sort == "mobile":
        owner = "a virtual operator's" if _VIRTUAL.match(number) else "a personal"
        return Kind.PRIVATE_CONTACT, f"{owner} mobile number; RUBRIC 2"
    if sort == "foreign":
        return Kind.PRIVATE_CONTACT, "a number abroad; RUBRIC 2"
    if _PUBLIC_ONLY.match(number):
        return "", ""
    return Kind.CONTACT, "a number that no list verifies; RUBRIC 2"


def _persons(places: Places) -> Iterator[Found]:
    """Messenger ids and persons as the way to settle."""
    done: dict[int, int] = {}
    for expression, reason in (
        ("messenger_id", "a messenger id"),
        ("add_person", "a personal messenger"),
        ("title_call", "a person as the way to settle"),
    ):
        spans = places.matching(expression)
        rows = []
        for text, start, end in places.rows(spans.where(~places.denied(spans))):
            named = places.chunk.texts[text][max(0, start - 2) : end]
            if start < done.get(text, 0) or (expression == "messenger_id" and "公众" in named):
                continue
            done[text] = end
            rows.append((text, start, end))
        yield Found(Kind.PRIVATE_CONTACT, f"{reason}; RUBRIC 2", rows)


def _is_open(places: Places, row: Row) -> bool:
    """Whether an app, a site or a branch is offered, not ruled out."""
    before, after = places.beside(row, 8, 8)
    return not (_NOT_PLACE_BEFORE.search(before) or _NOT_PLACE_AFTER.search(after))


def find_links(
    places: Places, named: Mapping[int, Collection[str]], has_detail: Flags
) -> Iterator[Found]:
    """Links, judged by their owner and by what else the message discloses.

    Parameters
    ----------
    places : Places
    named : mapping of int to collection of str
        Institutions that each text names.
    has_detail : ndarray of bool, shape (n_texts,)
        A public short link beside a concrete detail is not unofficial.
    """
    links = places.matching("link")
    sound = ~places.denied(links)
    hosts = places.texts(places.groups("link")[1].where(sound))
    links = links.where(sound)
    for row, host, link in zip(places.rows(links), hosts, places.texts(links), strict=True):
        has_letter = any(char.isalpha() for char in host.rsplit(".", 1)[0])
        if has_letter or "/" in link:
            text = row[0]
            plain, names = places.chunk.texts[text], named.get(text, ())
            kind, reason = _linked(host, plain, names, has_detail=bool(has_detail[text]))
            if kind:
                yield Found(kind, reason, [row])


def _linked(host: str, plain: str, named: Collection[str], *, has_detail: bool) -> tuple[str, str]:
    """Kind of evidence that a link to a host is, and why."""
    owner = _owner(host)
    if owner in named:
        return Kind.OFFICIAL_CHANNEL, f"domain of {owner}; resources/institutions.csv"
    if owner == "unknown":
        if named or not _own_by_name(host, plain):
            reason = "a domain that no list gives to the named institution; RUBRIC 2"
            return Kind.UNOFFICIAL_LINK, reason
        return "", ""
    if has_detail:
        return Kind.CONTACT, "a short link beside details; RUBRIC 2"
    return Kind.UNOFFICIAL_LINK, "a link in a message without detail; RUBRIC 2"


def _own_by_name(host: str, plain: str) -> bool:
    """Whether an unlisted lender's Latin name stands in the host."""
    return any(
        part in plain.replace(host, "")
        for part in host.split(".")[:-1]
        if len(part) >= _DOMAIN_LIKE
    )
