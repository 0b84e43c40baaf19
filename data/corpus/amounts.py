"""Sums, dates and delays in the many ways in which messages write them.

What is drawn here never looks at the label: only at the neighbouring text and the stage of the
delay (an early reminder cannot speak of two years).
"""

from __future__ import annotations

import random
from datetime import date, timedelta

__all__ = ["AMOUNT_FORMS", "DATE_FORMS", "days", "draw_date", "draw_sum", "write_date", "write_sum"]

_DIGITS = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
AMOUNT_FORMS = {
    "{comma}元": 30,
    "{plain}元": 22,
    "{whole}元": 9,
    "人民币{comma}元": 6,
    "人民币{plain}元": 3,
    "￥{comma}": 4,
    "¥{plain}": 4,
    "￥{plain}元": 1,
    "RMB{plain}": 2,
    "{first}***.00元": 3,
    "{first},{second}**.{cents}元": 2,
    "****.{cents}元": 2,
    "***.**元": 1,
    "{wan}万元": 3,
    "{wan}万": 1,
    "{formal}元": 2,
    "{formal}元整": 1,
    "{spoken}元": 2,
    "{spoken}块": 1,
    "{whole}块": 1,
}
DATE_FORMS = {
    "{m}月{d}日": 40,
    "{m:02}月{d:02}日": 12,
    "{y}年{m}月{d}日": 15,
    "{y}年{m:02}月{d:02}日": 6,
    "{y}-{m:02}-{d:02}": 7,
    "{y}/{m:02}/{d:02}": 3,
    "{m:02}-{d:02}": 3,
    "{m}.{d}": 4,
    "{m}/{d}": 2,
    "{m}月{d}号": 6,
    "{y}.{m}.{d}": 2,
}
_YEARS = {"2015": (2014, 2017), "2020": (2018, 2024), "2026": (2025, 2026)}
_RANGES = {"small": (30, 999), "large": (20_001, 480_000)}
_DELAYS = {"early_overdue": (1, 29), "mid_overdue": (20, 95), "late_overdue": (90, 1100)}
_WAN = 10_000


def draw_sum(rng: random.Random, size: str, low: int, high: int) -> float:
    """Draw a sum in yuan, even over the orders of magnitude, half of them with cents."""
    least, most = _RANGES.get(size, (low, high))
    value = least * (most / least) ** rng.random()
    return float(round(value, 2) if rng.random() < 0.7 else round(value / 10) * 10 or 30)


def write_sum(value: float, form: str) -> str:
    """Write a sum in one of `AMOUNT_FORMS`; forms that do not suit it fall back.

    Examples
    --------
    >>> write_sum(1234.5, "人民币{comma}元"), write_sum(2345.0, "{formal}元")
    ('人民币1,234.50元', '贰仟叁佰元')
    """
    if "{wan}" in form and value < _WAN:
        form = form.replace("{wan}万", "{whole}").removesuffix("元") + "元"
    round_value = max(int(value) // 100 * 100, 100) if value < _WAN else int(value) // 1000 * 1000
    digits = f"{value:.2f}"
    whole = digits[:-3]
    return form.format(
        comma=f"{value:,.2f}",
        plain=digits,
        whole=whole,
        wan=f"{value / _WAN:.1f}".removesuffix(".0"),
        first=whole[0],
        second=whole[1] if len(whole) > 1 else whole[0],
        cents=digits[-2:],
        formal=_numeral(round_value, _FORMAL, "拾佰仟"),
        spoken=_numeral(round_value, _DIGITS, "十百千")
        .replace("二千", "两千")
        .replace("二万", "两万"),
    )


def _numeral(value: int, digits: str, units: str) -> str:
    """Chinese numeral of a whole number under a hundred million."""
    high, low = divmod(value, _WAN)
    if high:
        tail = _below_wan(low, digits, units)
        gap = digits[0] if tail and low < _WAN // 10 else ""
        return _below_wan(high, digits, units) + "万" + gap + tail
    return _below_wan(low, digits, units)


def _below_wan(value: int, digits: str, units: str) -> str:
    out, skipped = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            out += (digits[0] if skipped and out else "") + digits[digit]
            out += units[power - 1] if power else ""
        skipped = not digit
    return out


def draw_date(rng: random.Random, era: str) -> date:
    """Draw a day of an era."""
    first, last = _YEARS[era]
    return date(rng.randint(first, last), 1, 1) + timedelta(days=rng.randrange(360))


def write_date(day: date, form: str) -> str:
    """Write a date in one of `DATE_FORMS`."""
    return form.format(y=day.year, m=day.month, d=day.day)


def days(rng: random.Random, scenario: str) -> int:
    """Draw a delay in days, within the stage that the scenario names."""
    if scenario in _DELAYS:
        low, high = _DELAYS[scenario]
    else:
        low, high = rng.choices(
            ((1, 10), (11, 30), (31, 90), (91, 400), (401, 1100)), (4, 5, 5, 4, 1)
        )[0]
    return rng.randint(low, high)
