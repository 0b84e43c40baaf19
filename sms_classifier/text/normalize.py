"""Plain text with a way back: undo what evasion does to the letters, remember where they stood.

Full width, circled digits, traditional and lower/upper case are folded one to one; invisible
characters go; separators inside Chinese words go; homophones, pinyin and split glyphs of the
words that matter are spelt out where the context allows. Nothing here judges: each rewrite that
only an evader would need is reported as a `Rewrite`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from sms_classifier import lexicons
from sms_classifier.text.message import DENSE, Edit, Message, Rewrite, apply

__all__ = ["normalize"]

_PUNCTUATION = str.maketrans(
    "，：；！？（）～｜＊．￥［］｛｝＜＞〈〉「」『』〖〗〔〕“”‘’、`´＂＇",
    ",:;!?()~|*.¥[]{}<><>[][][][]\"\"'',''\"'",
)
_INVISIBLE = {"Cf", "Cc", "Mn", "Me", "Cs", "Co"}
_SEPARATOR = re.compile(r"[ \t.·•・_|/\\+=^#~*-]+")  # candidates; `_divides` looks around them
_MASKABLE = "0123456789abcdefghijklmnopqrstuvwxyz"
_CLOSING = ",。:;!?)】]([【¥"
_NUMERAL_RUN = re.compile(r"[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖\d]{7,}")
_NUMERALS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789"
)
_LETTER_DIGITS = re.compile(r"[oо]+(?<=\d[oо])[\do]*|[oо]{2,}(?=元)|[li|](?<=\d[li|])(?=\d)")
_LETTERS = re.compile("[oоli|]")  # without one of these `_LETTER_DIGITS` finds nothing
_CONTACT_NEAR = (
    re.compile(r"(?:加|添加|联系|联络|咨询|私|搜|扫|\+|➕|我|的|号)[^,。;!?]{0,2}$"),
    re.compile(r"^[^,。;!?\u4e00-\u9fff]{0,3}(?:号|码|同号|[a-z\d][-_a-z\d.]{4,}|\d{5,})"),
)
_ADD_BEFORE = re.compile(r"(?:加|添加|➕|\+)(?:我|我的)?$")
_CREDIT_NEAR = re.compile(r"记录|报告|黑|上|修复|逾期|污点|影响|报送|中心|问题")
_MIXED_SHARE = 0.35  # traditional in more than a third of the characters: native, not a rewrite
_NAME_CHARACTERS = frozenset("昇陞甯鍾喆堃於乾後著藉徵硃祐濬崑崙峯餘偉傑龍華榮鳳麗蘭慶")


def _fold_table() -> dict[int, str]:
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
    table.update(
        {ord(row["traditional"]): row["simplified"] for row in lexicons.rows("traditional")}
    )
    table.update({code: chr(to) for code, to in _PUNCTUATION.items()})
    for code in (*range(0x80), *range(0x4E00, 0xA000)):
        table.setdefault(code, chr(code))  # str.translate is slow where a table has no entry
    return table


@cache
def _fold() -> tuple[dict[int, str], frozenset[str]]:
    """Folding table (every entry one character or none), and the traditional characters."""
    traditional = {row["traditional"] for row in lexicons.rows("traditional")}
    return _fold_table(), frozenset(traditional - _NAME_CHARACTERS)


@cache
def _any_traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted(_fold()[1]))}]")


@cache
def _variants() -> tuple[AhoCorasick, tuple[tuple[str, str, bool], ...]]:
    """Matcher of misspelt words, and (meaning, context, is_obfuscation) for each."""
    found: dict[str, tuple[str, str, bool]] = {}
    table = _fold()[0]
    for row in lexicons.rows("rewrites"):
        variant = row["variant"].translate(table)
        if variant != row["meaning"]:
            found[variant] = (row["meaning"], row["context"], row["obfuscation"] == "yes")
    glyphs = {row["character"]: row for row in lexicons.rows("glyphs")}
    for row in lexicons.rows("core_words"):
        for variant in _respellings(row["word"], glyphs):
            found.setdefault(variant, (row["word"], "", True))
    matcher = AhoCorasick(list(found), matchkind=MatchKind.LeftmostLongest)
    return matcher, tuple(found.values())


def _respellings(word: str, glyphs: dict[str, dict[str, str]]) -> Iterator[str]:
    for place, char in enumerate(word):
        if char in glyphs:
            row = glyphs[char]
            for variant in (row["pinyin"], *filter(None, row["splits"].split("|"))):
                yield word[:place] + variant + word[place + 1 :]


def normalize(text: str) -> Message:
    """Spell a message plainly.

    Parameters
    ----------
    text : str
        The message as given, of any length.

    Returns
    -------
    Message
        Normalising ``plain`` again changes nothing in ordinary messages.

    Raises
    ------
    TypeError
        If `text` is not a ``str``.

    Examples
    --------
    >>> normalize("您已逾qi３天，請加薇信").plain
    '您已逾期3天,请加微信'
    >>> [(r.written, r.meant) for r in normalize("临时凍结").rewrites]
    [('凍', '冻')]

    References
    ----------
    ../shared/domain/FACTS.md C2 (evasion tricks seen in Chinese SMS).
    """
    if not isinstance(text, str):
        raise TypeError(f"a message must be a str, not {type(text).__name__}")
    table, traditional = _fold()
    message = Message(text, text.translate(table), None, None, ())
    if len(message.plain) != len(text):
        message = _reshaped(text, table)
    rewrites = tuple(_traditional_inside(text, traditional, table))
    message = apply(message, list(_separators(message.plain)), dense_only=True)
    message = apply(message, list(_misspellings(message.plain)))
    message = apply(message, list(_disguised_digits(message.plain)))
    if not rewrites:
        return message
    merged = tuple(sorted((*message.rewrites, *rewrites), key=lambda r: (r.start, r.end)))
    return Message(message.given, message.plain, message.starts, message.ends, merged)


def _reshaped(text: str, table: dict[int, str]) -> Message:
    pieces = [table.get(ord(char), char) for char in text]
    places = [place for place, piece in enumerate(pieces) if piece]
    hidden = [place for place, piece in enumerate(pieces) if not piece and text[place] != "\r"]
    rewrites: tuple[Rewrite, ...] = ()
    if len(hidden) >= DENSE:
        rewrites = (Rewrite(hidden[0], hidden[-1] + 1, "\u25cc", ""),)
    return Message(text, "".join(pieces), places, [place + 1 for place in places], rewrites)


def _traditional_inside(
    text: str, traditional: frozenset[str], table: dict[int, str]
) -> Iterator[Rewrite]:
    """Single traditional characters in a text that is otherwise simplified."""
    if not _any_traditional().search(text):
        return
    found = [place for place, char in enumerate(text) if char in traditional]
    if len(found) > _MIXED_SHARE * sum(_is_han(char) for char in text):
        return
    for place in found:
        yield Rewrite(place, place + 1, text[place], table[ord(text[place])])


def _separators(plain: str) -> Iterator[Edit]:
    """Blanks beside and marks between Chinese characters."""
    for match in _SEPARATOR.finditer(plain):
        start, end = match.span()
        before = plain[start - 1 : start]
        after = plain[end : end + 1]
        marks = match[0].strip()
        if marks == "":
            if _is_han(before) or _is_han(after):
                yield Edit(start, end, "", False)
        elif _divides(before, marks, after):
            yield Edit(start, end, "", True)


def _divides(before: str, marks: str, after: str) -> bool:
    """Whether marks only divide a word: one or two between Chinese characters, no mask, no list."""
    if len(marks) > 2 or marks == "**" or not _is_han(before):
        return False
    if _is_han(after):
        return True
    return (
        len(marks) == 1
        and marks in ".·|_*"
        and after != ""
        and (after in _MASKABLE or after in _CLOSING)
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char == "〇"


def _misspellings(plain: str) -> Iterator[Edit]:
    matcher, meanings = _variants()
    for index, start, end in matcher.find_matches_as_indexes(plain):
        meant, context, is_obfuscation = meanings[index]
        if _fits(context, plain, start, end):
            yield Edit(start, end, meant, is_obfuscation)


def _fits(context: str, plain: str, start: int, end: int) -> bool:
    """Whether the words around a variant allow its meaning (安徽信用社 stays what it is)."""
    before, after = plain[max(0, start - 6) : start], plain[end : end + 12]
    latin_edge = (_is_letter(plain[start]) and _is_letter(before[-1:])) or (
        _is_letter(plain[end - 1]) and _is_letter(after[:1])
    )
    if context == "contact":
        with_id = _CONTACT_NEAR[1].search(after) is not None
        return with_id and not (
            plain[start].isascii() and before[-1:].isascii() and before[-1:].isalnum()
        )
    if context == "add":
        return _ADD_BEFORE.search(before) is not None and _CONTACT_NEAR[1].search(after) is not None
    if context == "credit":
        return _CREDIT_NEAR.search(before + after) is not None
    return not latin_edge


def _disguised_digits(plain: str) -> Iterator[Edit]:
    for match in _NUMERAL_RUN.finditer(plain):
        if not match[0].isdigit() or not match[0].isascii():
            yield Edit(*match.span(), match[0].translate(_NUMERALS), True)
    if not _LETTERS.search(plain):
        return
    for match in _LETTER_DIGITS.finditer(plain):
        digits = re.sub("[oо]", "0", match[0]) if match[0][0] in "oо" else "1"
        yield Edit(*match.span(), digits, True)
