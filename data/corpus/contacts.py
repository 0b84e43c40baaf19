"""Numbers, ids and links: invented ones of every kind that messages carry.

Telephone numbers are random; one that somebody owns is chance, and none of them stands in the
registry of known hotlines.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from corpus.houses import known_numbers

__all__ = ["CONTACTS", "contract", "looklike"]

_MOBILE = [
    "130",
    "131",
    "132",
    "133",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "155",
    "156",
    "157",
    "158",
    "159",
    "176",
    "177",
    "180",
    "181",
    "182",
    "183",
    "185",
    "186",
    "187",
    "188",
    "189",
    "191",
    "198",
    "199",
]
_VIRTUAL = ["170", "171", "162", "165", "167"]
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_SHORT_CODE = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_SHORTENERS = [
    "t.cn",
    "t.cn",
    "t.cn",
    "t.cn",
    "dwz.cn",
    "dwz.cn",
    "dwz.cn",
    "suo.im",
    "url.cn",
    "mrw.so",
]
_ENDINGS = [
    ".cn",
    ".com",
    ".top",
    ".xyz",
    ".vip",
    ".cc",
    ".net",
    ".club",
    ".icu",
    ".com.cn",
    ".shop",
    ".ltd",
    ".cyou",
    ".me",
    ".site",
]
_BRAND_LETTERS = {
    "工": "icbc", "农": "abchina", "建": "ccb", "中国银": "boc", "交": "bankcomm", "邮": "psbc",
    "招": "cmbchina", "中信": "citic", "光大": "cebbank", "浦": "spdb", "民生": "cmbc", "华夏": "hxb",
    "平安": "pingan", "兴业": "cib", "广发": "cgb", "北京": "bob", "上海": "bosc", "江苏": "jsb",
}  # fmt: skip
_BAIT = ["vip", "jf", "wap", "card", "fx", "khzx", "zx", "hk", "sq", "m", "ok", "jfdh", "xyk"]


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _letters(rng: random.Random, least: int, most: int) -> str:
    return "".join(rng.choice(_LETTERS) for _ in range(rng.randint(least, most)))


def _unknown(draw: Callable[[], str]) -> str:
    """Draw until the number is none of the registry."""
    while (number := draw()) in known_numbers():
        pass
    return number


def _spaced(rng: random.Random, number: str) -> str:
    """Write a mobile number in one go, or now and then in three pieces."""
    if rng.random() < 0.85:
        return number
    return rng.choice(("-", " ")).join((number[:3], number[3:7], number[7:]))


def mobile(rng: random.Random) -> str:
    """Personal mobile number."""
    return _spaced(rng, rng.choice(_MOBILE) + _digits(rng, 8))


def virtual_mobile(rng: random.Random) -> str:
    """Mobile number of a virtual operator."""
    return _spaced(rng, rng.choice(_VIRTUAL) + _digits(rng, 8))


def landline(rng: random.Random, area_code: str) -> str:
    """Landline number with the area code, without it now and then."""
    long = len(area_code) == 3 or area_code in (
        "0571",
        "0755",
        "0757",
        "0769",
        "0512",
        "0574",
        "0577",
    )
    local = rng.choice("5678") + _digits(rng, 7 if long else 6)
    form = rng.choice(("{a}-{n}",) * 6 + ("{a}{n}",) * 3 + ("({a}){n}", "{n}"))
    return _unknown(lambda: form.format(a=area_code, n=local))


def service_400(rng: random.Random) -> str:
    """400 number that no list knows."""
    number = _unknown(lambda: "400" + rng.choice("0168") + _digits(rng, 6))
    return rng.choice(
        (
            number,
            f"{number[:3]}-{number[3:6]}-{number[6:]}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
        )
    )


def service_95(rng: random.Random) -> str:
    """95 number that no list knows, nor any with a few digits more or less."""
    while True:
        number = "95" + _digits(rng, rng.choice((3, 4, 4, 6)))
        if not any(
            number.startswith(k) or k.startswith(number) for k in known_numbers() if k[:2] == "95"
        ):
            return number


def foreign(rng: random.Random) -> str:
    """Number of another country or of Hong Kong."""
    code, count = rng.choice(
        (("852", 8), ("852", 8), ("853", 8), ("60", 9), ("63", 10), ("44", 10), ("1", 10))
    )
    return (
        rng.choice(("+", "+", "00"))
        + code
        + rng.choice(("", "-", " "))
        + rng.choice("5679")
        + _digits(rng, count - 1)
    )


def wechat(rng: random.Random) -> str:
    """WeChat id: letters and digits, or a mobile number."""
    if rng.random() < 0.15:
        return rng.choice(_MOBILE) + _digits(rng, 8)
    joint = rng.choice(("", "", "", "_", "-"))
    return _letters(rng, 2, 7) + joint + _digits(rng, rng.randint(2, 6))


def qq(rng: random.Random) -> str:
    """QQ number."""
    return rng.choice("123456789") + _digits(rng, rng.randint(7, 9))


def bad_link(rng: random.Random) -> str:
    """Link on an invented domain."""
    name = _letters(rng, 3, 8) + rng.choice(
        ("", "", _digits(rng, rng.randint(1, 4)), "-" + _letters(rng, 2, 4))
    )
    path = rng.choice(
        (
            "",
            "",
            "/" + _letters(rng, 1, 6),
            "/" + _digits(rng, 4),
            "/" + _letters(rng, 1, 3) + _digits(rng, 2),
        )
    )
    return rng.choice(("", "", "http://", "https://", "www.")) + name + rng.choice(_ENDINGS) + path


def looklike(rng: random.Random, bank: str) -> str:
    """Link whose domain imitates that of a bank."""
    own = next((letters for start, letters in _BRAND_LETTERS.items() if start in bank), None)
    own = own or rng.choice(tuple(_BRAND_LETTERS.values()))
    bait = rng.choice(_BAIT)
    stem = rng.choice(
        (
            own + bait,
            f"{own}-{bait}",
            f"{bait}.{own}{_letters(rng, 1, 2)}",
            own.replace("c", "cc", 1) + _digits(rng, 2),
        )
    )
    return (
        rng.choice(("", "", "http://", "www.", "https://"))
        + stem
        + rng.choice(_ENDINGS[1:])
        + rng.choice(("", "/", "/" + _letters(rng, 1, 4)))
    )


def short_link(rng: random.Random) -> str:
    """Link of a public shortener."""
    code = "".join(rng.choice(_SHORT_CODE) for _ in range(rng.randint(5, 8)))
    return rng.choice(("", "", "", "http://", "https://")) + rng.choice(_SHORTENERS) + "/" + code


def contract(rng: random.Random, year: int) -> str:
    """Contract or loan number."""
    forms = (
        lambda: _letters(rng, 2, 2).upper() + str(year) + _digits(rng, 8),
        lambda: _digits(rng, rng.choice((10, 12, 16))),
        lambda: f"{_letters(rng, 2, 3).upper()}-{year}-{_digits(rng, 5)}",
        lambda: f"{year}{_letters(rng, 2, 2).upper()}{_digits(rng, 6)}",
        lambda: f"{_digits(rng, 4)}****{_digits(rng, 4)}",
        lambda: _letters(rng, 1, 3).upper() + _digits(rng, 9),
    )
    return rng.choice(forms)()


CONTACTS: dict[str, Callable[[random.Random], str]] = {
    "mobile": mobile,
    "vmobile": virtual_mobile,
    "n400": service_400,
    "n95": service_95,
    "foreign": foreign,
    "wechat": wechat,
    "qq": qq,
    "qqgroup": lambda rng: rng.choice("123456789") + _digits(rng, 8),
    "badlink": bad_link,
    "shortlink": short_link,
    "tail": lambda rng: _digits(rng, 4),
    "idtail": lambda rng: _digits(rng, 3) + rng.choice("0123456789X"),
    "code": lambda rng: _digits(rng, rng.choice((4, 6, 6))),
}
