"""Hide what names a person: numbers, ids and personal names."""

from __future__ import annotations

import re

__all__ = ["mask"]

_NUMBER = re.compile(
    r"(?<![\d.])(?:\d{17}[\dXx]|\d{15,19}|(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|\d{7,})(?![\d.])"
)
_NAME = re.compile(
    r"(?<=尊敬的)[\u4e00-\u9fff]{2,4}(?=先生|女士|[，,:：您])"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?=先生|女士)"
)
_KEPT = 4  # last digits stay, as on a bank's own notice


def mask(text: str) -> str:
    """Replace phone, card and ID numbers by their last four digits, and names by stars.

    Examples
    --------
    >>> mask("尊敬的王小明先生，请致电13812345678")
    '尊敬的***先生，请致电*******5678'
    """
    hidden = _NUMBER.sub(lambda found: "*" * (len(found[0]) - _KEPT) + found[0][-_KEPT:], text)
    return _NAME.sub(lambda found: "*" * len(found[0]), hidden)
