"""What the register says about the number that a message came from; never proof of anything."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from sms_classifier import lexicons
from sms_classifier.lexicons import digits_of

__all__ = ["SenderNote", "describe_sender"]

_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_LONGEST = 24  # a 106 number has up to 20 digits (../shared/domain/numbers.csv)


class SenderNote(NamedTuple):
    """Key of the words to say, the number's digits, and whose number it is, if listed."""

    key: str
    number: str
    name: str


def describe_sender(written: str) -> SenderNote:
    """Compare a sender's number with the register.

    Parameters
    ----------
    written : str
        As the reader typed it.

    Examples
    --------
    >>> describe_sender("95588").name
    '工商银行'
    >>> describe_sender("1069 1234 5678").key, describe_sender("+86 138-0000-1234").key
    ('sender_port', 'sender_mobile')

    References
    ----------
    FACTS A5: a prefix proves nothing; INTERFACE: no match is "not verified".
    """
    number = digits_of(written)[:_LONGEST]
    if not number:
        return SenderNote("sender_unread", "", "")
    if name := _helplines().get(number):
        return SenderNote("sender_helpline", number, name)
    if name := _listed().get(number):
        return SenderNote("sender_listed", number, name)
    return SenderNote(_form(written, number), number, "")


def _form(written: str, number: str) -> str:
    if number.startswith("106"):
        return "sender_port"
    if _MOBILE.fullmatch(number):
        return "sender_mobile"
    abroad = written.strip().startswith(("+", "00")) and not number.lstrip("0").startswith("86")
    return "sender_foreign" if abroad else "sender_unlisted"


@cache
def _helplines() -> dict[str, str]:
    return {number: line.name for number, line in lexicons.helplines().items() if number.isdigit()}


@cache
def _listed() -> dict[str, str]:
    owners: dict[str, list[str]] = {}
    for name, lines in lexicons.hotlines().items():
        for line in lines:
            if line.verifies:
                owners.setdefault(line.number, []).append(name)
    return {number: "、".join(dict.fromkeys(names)) for number, names in owners.items()}
