"""Hide what names a person: numbers, ids and personal names."""

from __future__ import annotations

import re

__all__ = ["mask"]

# A full stop may touch a phone number ("13812345678.回T退订"), so only what can be an amount, a
# long number with decimals behind it, is spared.
_NUMBER = re.compile(
    r"""(?<!\d)(?:
        \d{17}[\dXx]                                    # ID number
        | \d{4}(?:[-\s]\d{4}){2,4}(?:[-\s]\d{1,3})?     # card number in groups
        | (?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}
        | \d{7,}(?!\.\d)
    )(?!\d)""",
    re.VERBOSE,
)
_NAME = re.compile(
    r"(?<=尊敬的)(?![\u4e00-\u9fff]{0,2}(?:客户|用户|顾客|会员|持卡人|贵宾|车主|业主))"
    r"[\u4e00-\u9fff]{1,4}?(?=先生|女士|[,，:：您])"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?=先生|女士)"
)
_KEPT = 4  # last digits stay, as on a bank's own notice


def mask(text: str) -> str:
    """Replace phone, card and ID numbers by their last four digits, and names by stars.

    Names are found behind 尊敬的 and before 先生 or 女士 at the start of a clause, no others.

    Examples
    --------
    >>> mask("尊敬的王小明先生，请致电13812345678")
    '尊敬的***先生，请致电*******5678'
    """
    hidden = _NUMBER.sub(lambda found: "*" * (len(found[0]) - _KEPT) + found[0][-_KEPT:], text)
    return _NAME.sub(lambda found: "*" * len(found[0]), hidden)
