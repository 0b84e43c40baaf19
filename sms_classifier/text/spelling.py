"""Rules by which evasion is undone: each looks through all texts of a chunk, joined, at once.

Separators inside Chinese words go; homophones, pinyin and split glyphs of the words that matter
are spelt out where the context allows; digits disguised as letters or numerals become digits.
No rule reads over the end of a text (``BREAK``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from sms_classifier import lexicons
from sms_classifier.text.folding import BREAK, fold
from sms_classifier.text.phrases import PhraseMatcher

__all__ = ["DENSE", "RULES", "Edit"]

DENSE = 3  # fewer separators than this may be somebody's punctuation

# Start, end, what to write instead of what stands between, whether only an evader wrote it.
Edit = tuple[int, int, str, bool]

# Expressions begin with a set of characters, which `re` finds fastest, and look back from there.
_HAN = "[\u3400-\u9fff〇]"
_BLANK = r"[ \t]"
_MARK = r"[.·•・_|/\\+=^#~*-]"
_EITHER = r"[ \t.·•・_|/\\+=^#~*-]"
# Blanks beside Chinese characters. Marks that only divide a word: one or two between Chinese
# characters, no mask (**), no list; one of the usual before what may follow a word.
_SEPARATOR = re.compile(
    rf"{_EITHER}(?:(?<={_HAN}{_EITHER})(?:(?<={_BLANK}){_BLANK}*(?!{_EITHER})"
    rf"|(?:(?<={_MARK})|(?<={_BLANK}){_BLANK}*{_MARK})"
    rf"(?:{_MARK}?(?<!\*\*){_BLANK}*(?={_HAN})"
    rf"|(?<=[.·|_*]){_BLANK}*(?=[0-9a-z,。:;!?)】\](\[【¥])))"
    rf"|(?<={_BLANK})(?<!{_EITHER}{_BLANK}){_BLANK}*(?={_HAN}))"
)
_HAN_NUMERALS = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_NUMERALS = str.maketrans(_HAN_NUMERALS, "001234567891123456789")
_NUMERAL = rf"[{_HAN_NUMERALS}\d]"
_NUMERALS_AT_LEAST = 7  # fewer in a row are no number that anybody would disguise
# Two numerals of which one is no usual digit, from that one on; in these ranges lie the digits of
# other scripts.
_ODD_NUMERAL = f"[{_HAN_NUMERALS}\u0660-\u1fff\ua000-\U0010ffff]"
_ODD_NUMERALS = re.compile(
    rf"{_ODD_NUMERAL}(?<={_NUMERAL})(?:{_NUMERAL}|(?<={_NUMERAL}{_NUMERAL})){_NUMERAL}*"
)
# Behind a digit, before 元, between digits. A run of o is read from its first one only, or, if
# that was taken for a zero behind a digit, once more right behind the zero.
_LETTER_DIGITS = re.compile(
    r"[oоli|](?:(?<=\d[oо])[\do]*((?<=[oо])[oо]{2,}+(?=元))?"
    r"|(?<=[oо])(?<![oо]{2})[oо]++(?=元)|(?<=\d[li|])(?=\d))"
)
_ZEROS = re.compile("[oо]")
_CONTACT_AFTER = re.compile(
    r"[^,。;!?\u4e00-\u9fff]{0,3}(?:号|码|同号|[a-z\d][-_a-z\d.]{4,}|\d{5,})"
)
_ADD_BEFORE = re.compile(r"(?:加|添加|➕|\+)(?:我|我的)?$")
_CREDIT_NEAR = re.compile(r"记录|报告|黑|上|修复|逾期|污点|影响|报送|中心|问题")


@cache
def _variants() -> tuple[PhraseMatcher, tuple[tuple[str, str, bool], ...]]:
    """Matcher of misspelt words, and (meaning, context, is_obfuscation) for each."""
    found: dict[str, tuple[str, str, bool]] = {}
    rows = list(lexicons.rows("rewrites"))
    variants = fold([row["variant"] for row in rows]).joined.split(BREAK)
    for row, variant in zip(rows, variants, strict=True):
        if variant != row["meaning"]:
            found[variant] = (row["meaning"], row["context"], row["obfuscation"] == "yes")
    glyphs = {row["character"]: row for row in lexicons.rows("glyphs")}
    for row in lexicons.rows("core_words"):
        for variant in _respellings(row["word"], glyphs):
            found.setdefault(variant, (row["word"], "", True))
    return PhraseMatcher(list(found), longest=True), tuple(found.values())


def _respellings(word: str, glyphs: dict[str, dict[str, str]]) -> Iterator[str]:
    for place, char in enumerate(word):
        if char in glyphs:
            row = glyphs[char]
            for variant in (row["pinyin"], *filter(None, row["splits"].split("|"))):
                yield word[:place] + variant + word[place + 1 :]


def _separators(joined: str) -> list[Edit]:
    """Blanks beside and marks between Chinese characters."""
    return [(*match.span(), "", not match[0].isspace()) for match in _SEPARATOR.finditer(joined)]


def _misspellings(joined: str) -> list[Edit]:
    """Other spellings of the words that matter."""
    matcher, meanings = _variants()
    edits: list[Edit] = []
    for index, start, end in matcher.find_in(joined):
        meant, context, is_obfuscation = meanings[index]
        if _fits(context, joined, start, end):
            edits.append((start, end, meant, is_obfuscation))
    return edits


def _fits(context: str, joined: str, start: int, end: int) -> bool:
    """Whether the words around a variant allow its meaning (安徽信用社 stays what it is)."""
    before = joined[max(0, start - 6) : start].rpartition(BREAK)[2]
    after = joined[end : end + 12].partition(BREAK)[0]
    if context == "contact":
        return _CONTACT_AFTER.match(after) is not None and not (
            joined[start].isascii() and before[-1:].isascii() and before[-1:].isalnum()
        )
    if context == "add":
        return _ADD_BEFORE.search(before) is not None and _CONTACT_AFTER.match(after) is not None
    if context == "credit":
        return _CREDIT_NEAR.search(before + after) is not None
    return not (
        (_is_letter(joined[start]) and _is_letter(before[-1:]))
        or (_is_letter(joined[end - 1]) and _is_letter(after[:1]))
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _disguised_digits(joined: str) -> list[Edit]:
    """Numerals in a number, and letters that look like digits; they may overlap."""
    edits: list[Edit] = []
    for match in _ODD_NUMERALS.finditer(joined):
        start, end = match.span()
        while start and joined[start - 1] in "0123456789":
            start -= 1
        if end - start >= _NUMERALS_AT_LEAST:
            edits.append((start, end, joined[start:end].translate(_NUMERALS), True))
    for match in _LETTER_DIGITS.finditer(joined):
        start, end = match.span()
        middle = end if match[1] is None else match.start(1)
        for first, last in ((start, middle), (middle, end)):
            if first < last:
                written = joined[first:last]
                digits = _ZEROS.sub("0", written) if written[0] in "oо" else "1"
                edits.append((first, last, digits, True))
    edits.sort(key=_start)
    return edits


def _start(edit: Edit) -> int:
    return edit[0]


# In the order in which they are applied; fewer of an evader's edits than the number go unreported.
RULES: tuple[tuple[Callable[[str], list[Edit]], int], ...] = (
    (_separators, DENSE),
    (_misspellings, 1),
    (_disguised_digits, 1),
)
