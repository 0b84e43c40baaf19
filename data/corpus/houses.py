"""Real institutions for the slots `{bank}` `{cfc}` `{bnpl}` `{lender}`, each with its own channels.

A hotline is one that the registry verifies; an app or a domain is the institution's own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from sms_classifier.lexicons import Institution, hotlines, institutions

__all__ = ["House", "draw_house", "known_numbers", "named_house"]

_NATIONAL = 18  # the registry begins its banks with the eighteen that have cards everywhere
_NATIONAL_WEIGHT = 6
_NO_CONSUMERS = "国家开发|进出口|农业发展|中德|国际（|（中国）|摩根|科创|新联|正信|彰银|华商|玉山"
_RURAL = "农商|农村|农信|村镇"
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fffa-zA-Z0-9]{2,12}")
_COMPANY = re.compile(r"有限|股份|责任|（|\(|/")
_BNPL = [
    "花呗",
    "京东白条",
    "白条",
    "美团月付",
    "抖音月付",
    "分期乐",
    "乐花卡",
    "唯品花",
    "任性付",
    "拿去花",
    "去哪儿拿去花",
    "微信分付",
    "宜享花",
    "借去花",
    "oppo分期",
    "美团分期",
]
_LENDERS = [
    "度小满",
    "有钱花",
    "360借条",
    "奇富借条",
    "拍拍贷",
    "京东金条",
    "放心借",
    "宜人贷",
    "陆金所",
    "平安普惠",
    "小赢卡贷",
    "还呗",
    "你我贷",
    "好分期",
    "桔多多",
    "洋钱罐",
    "普融花",
    "豆豆钱",
    "江山金服",
    "极融",
    "滴水贷",
    "滴滴金融",
    "美团借钱",
    "美团生活费",
    "京东小贷",
    "中融小贷",
    "众安小贷",
    "众安贷",
    "微业贷",
    "小米贷款",
    "随星借",
    "天星金融",
    "好期贷",
    "信用飞",
    "省呗",
    "小花钱包",
    "国美易卡",
    "榕树贷款",
    "我来贷",
    "来分期",
    "飞贷",
    "人人贷",
    "玖富万卡",
    "哈啰借钱",
    "恒易贷",
    "卡卡贷",
    "平安新一贷",
    "名校贷",
    "优分期",
    "借呗",
]
# Apps that the registry does not list yet; general knowledge of the brands' own apps.
_OWN_APPS = {
    "花呗": "支付宝",
    "借呗": "支付宝",
    "京东白条": "京东金融APP",
    "白条": "京东APP",
    "美团月付": "美团APP",
    "美团分期": "美团APP",
    "抖音月付": "抖音APP",
    "唯品花": "唯品会APP",
    "任性付": "苏宁金融APP",
    "拿去花": "携程旅行APP",
    "去哪儿拿去花": "去哪儿旅行APP",
    "微信分付": "微信",
    "乐花卡": "分期乐APP",
    "招商银行": "掌上生活APP",
    "交通银行": "买单吧APP",
    "中信银行": "动卡空间APP",
    "光大银行": "阳光惠生活APP",
    "浦发银行": "浦大喜奔APP",
    "广发银行": "发现精彩APP",
    "民生银行": "全民生活APP",
    "华夏银行": "华彩生活APP",
    "中国银行": "缤纷生活APP",
    "平安银行": "口袋银行APP",
}


@dataclass(frozen=True, slots=True)
class House:
    """An institution as one message names it, with the channels that are its own."""

    name: str
    hotline: str
    app: str
    site: str


@cache
def known_numbers() -> frozenset[str]:
    """Digits of every number of the registry, current or not."""
    return frozenset(line.number for lines in hotlines().values() for line in lines)


def draw_house(
    rng: random.Random, slot: str, needs: Collection[str], avoid: Collection[str]
) -> House:
    """Draw an institution for a slot that has every channel the message needs."""
    offers = [
        (institution, name, weight)
        for institution, name, weight in _offers(slot)
        if name not in avoid and _has(institution, needs)
    ]
    institution, name, _ = rng.choices(offers, [weight for _, _, weight in offers])[0]
    return _house(rng, institution, name)


def named_house(rng: random.Random, text: str) -> House | None:
    """Find the institution that a template writes out, longest name first."""
    named = [
        (name, institution)
        for institution in institutions()
        for name in institution.names
        if len(name) > 2 and name in text
    ]
    if not named:
        return None
    name, institution = max(named, key=lambda pair: len(pair[0]))
    return _house(rng, institution, name)


def _verified(institution: Institution) -> list[str]:
    return [line.number for line in hotlines().get(institution.name, ()) if line.verifies]


def _has(institution: Institution, needs: Collection[str]) -> bool:
    if "hotline" in needs and not _verified(institution):
        return False
    return "site" not in needs or bool(institution.domains)


def _house(rng: random.Random, institution: Institution, name: str) -> House:
    numbers = _verified(institution)
    number = rng.choice(numbers[:2]) if numbers else ""
    site = institution.domains[0] if institution.domains else ""
    return House(name, _spoken(rng, number), _app(rng, institution, name), _address(rng, site))


def _spoken(rng: random.Random, number: str) -> str:
    """Write a number as messages do: 400-669-5588 or 4006695588."""
    if number.startswith("400") and rng.random() < 0.5:
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    return number


def _address(rng: random.Random, site: str) -> str:
    return rng.choice(("", "", "www.", "https://")) + site if site else ""


def _app(rng: random.Random, institution: Institution, name: str) -> str:
    listed = [app.split("(")[0] for app in institution.apps]
    own = _OWN_APPS.get(name) or _OWN_APPS.get(institution.name)
    if institution.kind == "bank":
        short = min((n for n in institution.names if _CHINESE_NAME.fullmatch(n)), key=len)
        if own and rng.random() < 0.4:
            return own
        return rng.choice((f"{name}APP", f"{short}手机银行", f"{name}手机银行APP", f"{short}APP"))
    if own:
        return own
    app = rng.choice(listed) if listed else name
    return app if app == "支付宝" else app + rng.choice(("APP", "APP", "App"))


@cache
def _offers(slot: str) -> tuple[tuple[Institution, str, float], ...]:
    """Institutions for a slot with each usable name and its weight."""
    if slot in ("bnpl", "lender"):
        wanted = _BNPL if slot == "bnpl" else _LENDERS
        holders = {name: holder for holder in reversed(institutions()) for name in holder.names}
        return tuple((holders[name], name, 1.0) for name in wanted)
    kind = "consumer_finance" if slot == "cfc" else "bank"
    found: list[tuple[Institution, str, float]] = []
    rank = 0
    for institution in institutions():
        if institution.kind != kind or not _fits(slot, institution):
            continue
        rank += 1
        names = [name for name in institution.names if _is_usable(slot, name)]
        weight = _NATIONAL_WEIGHT if slot == "bank" and rank <= _NATIONAL else 1
        found.extend((institution, name, weight / len(names)) for name in names)
    return tuple(found)


def _fits(slot: str, institution: Institution) -> bool:
    rural = bool(re.search(_RURAL, institution.name))
    if slot == "bank":
        full = institution.names[-1]
        return not rural and not re.search(_NO_CONSUMERS, full)
    return rural if slot == "rural_bank" else True


def _is_usable(slot: str, name: str) -> bool:
    if not _CHINESE_NAME.fullmatch(name) or _COMPANY.search(name) or name.isascii():
        return False
    return slot != "cfc" or bool(re.search("消|招联|南银法巴|金美信|唯品富邦|凯基|长银五八", name))
