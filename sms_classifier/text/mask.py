"""Hide what names a person: phone, card and ID numbers, chat ids, mail addresses, names.

Works on the plain spelling, so a number written to be overlooked is hidden too; every hidden
character becomes one star, so places in the text stay what they were. Names are found where
messages put them (`personal_names`); a name in the middle of a sentence is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sms_classifier.text.normalize import normalize
from sms_classifier.text.personal_names import find_names

__all__ = ["mask"]

# A full stop may touch a phone number ("13812345678.回T退订"), so only what can be an amount, a
# long number with decimals or a unit behind it, is spared. 400 and 800 numbers are called by
# everybody and name nobody.
_NUMBER = re.compile(
    r"""(?<![\da-z])(?:
        \d{6}(?:18|19|20)\d{9}[\dx]                     # ID number, GB 11643
        | (?:62|4\d|5[1-5]|35|37)\d{2}(?:[-\s]?\d{4}){2,4}(?:[-\s]?\d{1,3})?  # card, ISO/IEC 7812
        | (?:\+?86[-\s]?)?1[3-9]\d(?:[-\s.]?\d{4}){2}
        | (?:\+?86[-\s]?)?1[3-9]\d{2}(?:[-\s.]?\d{3,4}){2}
        | \(?0\d{2,3}\)?[-\s]?\d{7,8}                   # landline with area code
        | (?![48]00\d{7}(?!\d))\d{7,}(?!\.\d|\s?[元万])
    )(?!\d)""",
    re.VERBOSE,
)
_CHAT_ID = re.compile(
    r"(?:微信|wechat|weixin|wx|vx|qq|扣扣|企鹅|钉钉|支付宝)(?:账号|账户|号码|号|id|:|\s|是|为|同号|\(|\[)*"
    r"(?P<id>[a-z\d][-_a-z\d.]{4,29})"
)
_TOKEN = re.compile(  # chat ids without a word for them, numbers of contracts; no part of a link
    r"(?<![-_a-z\d./:@?=&%])(?P<id>(?=[-_a-z]{0,29}\d[-_a-z]{0,29}\d)[a-z][-_a-z\d]{4,29})(?![-_a-z\d./@])"
)
_MAIL = re.compile(r"(?P<id>[a-z\d][-+_.a-z\d]{0,63})@[a-z\d][-a-z\d]*\.[a-z]")
_KEPT = 4  # last digits stay, as on a bank's own notice


def mask(text: str) -> str:
    """Hide numbers but their last four digits, and ids and names wholly.

    Examples
    --------
    >>> mask("尊敬的王小明先生，请致电13812345678")
    '尊敬的***先生，请致电*******5678'
    >>> mask("【瞬瞬花】张伟，您已逾期３天，加微信 lihua_88 或１３８ ００００ １２３４")
    '【瞬瞬花】**，您已逾期３天，加微信 ******** 或*********１２３４'
    >>> mask("【招商银行】应还12345678.90元，致电4008205555")
    '【招商银行】应还12345678.90元，致电4008205555'
    """
    message = normalize(text)
    shown = list(text)
    for start, end in _spans(message.plain):
        first, last = message.span(start, end)
        shown[first:last] = "*" * (last - first)
    return "".join(shown)


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    """Stretches of the plain text to hide."""
    for found in _NUMBER.finditer(plain):
        yield found.start(), found.end() - _KEPT
    for pattern in (_CHAT_ID, _TOKEN, _MAIL):
        for found in pattern.finditer(plain):
            yield found.span("id")
    yield from find_names(plain)
