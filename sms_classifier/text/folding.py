"""Characters folded one to one, all texts of a chunk in one pass.

Full width, circled, mathematical and upper case letters, traditional characters and punctuation
become their plain form; characters that nobody sees are deleted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier import lexicons

__all__ = ["BREAK", "Folded", "fold", "simplified"]

BREAK = "\r"  # between texts; no character folds into it
_PUNCTUATION = str.maketrans(
    "，：；！？（）～｜＊．￥［］｛｝＜＞〈〉「」『』〖〗〔〕“”‘’、`´＂＇",
    ",:;!?()~|*.¥[]{}<><>[][][][]\"\"'',''\"'",
)
_INVISIBLE = {"Cf", "Cc", "Mn", "Me", "Cs", "Co"}
_NAME_CHARACTERS = frozenset("昇陞甯鍾喆堃於乾後著藉徵硃祐濬崑崙峯餘偉傑龍華榮鳳麗蘭慶")
Ints = npt.NDArray[np.int64]
_N_CODES = 0x110000
_TRADITIONAL = np.uint32(1 << 30)  # marks an entry of the table; code points have 21 bits
_DELETED = np.uint32(1 << 31)
_CODE = np.uint32((1 << 21) - 1)


class Folded(NamedTuple):
    """Texts in folded characters.

    Attributes
    ----------
    joined : str
        The texts without their deleted characters, ``BREAK`` between.
    deleted, traditional : dict of int to list of int
        By text: places in it, as given, of characters deleted, and of traditional characters
        that are not usual in names. Texts without any have no entry.
    """

    joined: str
    deleted: dict[int, list[int]]
    traditional: dict[int, list[int]]


def fold(texts: Sequence[str]) -> Folded:
    r"""Fold the characters of each text.

    Examples
    --------
    >>> folded = fold(["３天\u200b內", "ＯＫ"])
    >>> folded.joined, folded.deleted, folded.traditional
    ('3天内\rok', {0: [2]}, {0: [3]})
    """
    # Not by way of a TextChunk: for a single text its bounds take as long as all that follows.
    given = BREAK.join(texts).encode("utf-32-le", "surrogatepass")
    codes = _table().take(np.frombuffer(given, dtype=np.uint32))
    marked = (codes >= _TRADITIONAL).nonzero()[0]
    deleted: dict[int, list[int]] = {}
    traditional: dict[int, list[int]] = {}
    limits = None
    if len(texts) > 1:
        limits = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)
        codes[limits[:-1] - 1] = ord(BREAK)
    if len(marked):
        is_deleted = codes[marked] >= _DELETED
        for flag, text, place in zip(is_deleted.tolist(), *_located(marked, limits), strict=True):
            (deleted if flag else traditional).setdefault(text, []).append(place)
        codes[marked] &= _CODE
        codes = np.delete(codes, marked[is_deleted])
    return Folded(codes.tobytes().decode("utf-32-le"), deleted, traditional)


def _located(places: Ints, limits: Ints | None) -> tuple[list[int], list[int]]:
    """Text, and place in it, of places in the texts joined; None: there is one text only."""
    if limits is None:
        return [0] * len(places), places.tolist()
    texts = limits.searchsorted(places, side="right")
    return texts.tolist(), (places - np.append(0, limits)[texts]).tolist()


@cache
def _table() -> npt.NDArray[np.uint32]:
    """Folded code point of each code point, or a mark that it is deleted."""
    table = np.arange(_N_CODES, dtype=np.uint32)
    folded = _folded_characters()
    table[list(folded)] = [ord(char) if char else _DELETED for char in folded.values()]
    names = {ord(char) for char in _NAME_CHARACTERS}
    table[[code for code in simplified() if code not in names]] |= _TRADITIONAL
    return table


def _folded_characters() -> dict[int, str]:
    """Characters that change, by code point: each into one character or none."""
    table: dict[int, str] = {}
    for code in (
        *range(0x80, 0x3400),
        *range(0xF900, 0xFFFE),
        *range(0x1D400, 0x1D800),
        *range(0x1F100, 0x1F200),
        *range(0xE0000, 0xE0200),
    ):
        char = chr(code)
        if unicodedata.category(char) in _INVISIBLE or 0xFE00 <= code <= 0xFE0F:
            table[code] = ""
            continue
        folded = unicodedata.normalize("NFKC", char).lower()
        folded = folded.strip("()[].,") if len(folded) > 1 else folded
        if folded != char and len(folded) == 1:
            table[code] = folded
    table.update({code: "" for code in range(0x20) if chr(code) not in "\t\n\r"})
    table.update({0x7F: "", 0x0D: "\n", 0xA0: " ", 0x3000: " ", 0x2028: "\n", 0x2029: "\n"})
    table.update({code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
    table.update({code: "" for code in range(0xE000, 0xF900)})
    table.update({code: "" for code in range(0xD800, 0xE000)})
    table.update(simplified())
    table.update({code: chr(to) for code, to in _PUNCTUATION.items()})
    return table


@cache
def simplified() -> Mapping[int, str]:
    """Simplified form of each traditional character, by code point.

    Examples
    --------
    >>> "凍結".translate(simplified())
    '冻结'
    """
    return {ord(row["traditional"]): row["simplified"] for row in lexicons.rows("traditional")}
