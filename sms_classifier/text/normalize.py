"""Plain text with a way back: undo what evasion does to the letters, remember where they stood.

Full width, circled digits, traditional and lower/upper case are folded one to one; invisible
characters go; separators inside Chinese words go; homophones, pinyin and split glyphs of the
words that matter are spelt out where the context allows. Nothing here judges: each rewrite that
only an evader would need is reported as a `Rewrite`.

Each rule looks through all texts of a chunk at once, joined by line breaks, which no rule reads
over; only texts in which it finds something are rewritten one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sms_classifier import lexicons
from sms_classifier.text.folding import fold, simplified
from sms_classifier.text.message import DENSE, Changes, Draft, Edit, Message, Rewrite

__all__ = ["normalize", "normalize_many"]

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
_HAN_RUN = re.compile(f"{_HAN}+")
_HAN_NUMERALS = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_NUMERALS = str.maketrans(_HAN_NUMERALS, "001234567891123456789")
_NUMERAL = rf"[{_HAN_NUMERALS}\d]"
_NUMERAL_RUN = re.compile(rf"{_NUMERAL}{_NUMERAL}{{6,}}")
# Two numerals of which one is no usual digit; in these ranges lie the digits of other scripts.
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
_MIXED_SHARE = 0.35  # traditional in more than a third of the characters: native, not a rewrite


@cache
def _variants() -> tuple[AhoCorasick, tuple[tuple[str, str, bool], ...]]:
    """Matcher of misspelt words, and (meaning, context, is_obfuscation) for each."""
    found: dict[str, tuple[str, str, bool]] = {}
    rows = list(lexicons.rows("rewrites"))
    variants = fold([row["variant"] for row in rows]).joined.split("\n")
    for row, variant in zip(rows, variants, strict=True):
        if variant != row["meaning"]:
            found[variant] = (row["meaning"], row["context"], row["obfuscation"] == "yes")
    glyphs = {row["character"]: row for row in lexicons.rows("glyphs")}
    for row in lexicons.rows("core_words"):
        for variant in _respellings(row["word"], glyphs):
            found.setdefault(variant, (row["word"], "", True))
    matcher = AhoCorasick(
        list(found), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
    )
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
    return normalize_many((text,))[0]


def normalize_many(texts: Sequence[str]) -> list[Message]:
    """Spell messages plainly, as `normalize` does, many at once in less time.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    list of Message
        One for each text.

    Raises
    ------
    TypeError
        If one of `texts` is not a ``str``.

    Examples
    --------
    >>> [message.plain for message in normalize_many(["逾 期３天", "", "加葳信"])]
    ['逾期3天', '', '加微信']
    """
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a message must be a str, not {type(text).__name__}")
    folded = fold(texts)
    draft = Draft(folded.joined, folded.lengths)
    draft.edit(_separators(draft), least=DENSE)
    draft.edit(_misspellings(draft))
    draft.edit(_disguised_digits(draft))
    changes: dict[int, Changes] = {}
    for place, layers in draft.layers.items():
        changes[place] = Changes(layers=layers)
    for place, hidden in folded.deleted.items():
        changes.setdefault(place, Changes()).hidden = hidden
    for place, found in folded.traditional.items():
        if rewrites := _traditional(texts[place], found):
            changes.setdefault(place, Changes()).traditional = rewrites
    return [*map(Message, texts, draft.texts(), map(changes.get, range(len(texts))))]


def _traditional(text: str, found: list[int]) -> list[Rewrite]:
    """Single traditional characters in a text that is otherwise simplified."""
    if len(found) > _MIXED_SHARE * sum(map(len, _HAN_RUN.findall(text))):
        return []
    return [
        Rewrite(place, place + 1, text[place], simplified()[ord(text[place])]) for place in found
    ]


def _separators(draft: Draft) -> Iterator[Edit]:
    """Blanks beside and marks between Chinese characters."""
    for match in _SEPARATOR.finditer(draft.joined):
        start, end = match.span()
        yield start, end, "", not match[0].isspace()


def _misspellings(draft: Draft) -> Iterator[Edit]:
    matcher, meanings = _variants()
    for index, start, end in matcher.find_matches_as_indexes(draft.joined):
        meant, context, is_obfuscation = meanings[index]
        if _fits(context, draft, start, end):
            yield start, end, meant, is_obfuscation


def _fits(context: str, draft: Draft, start: int, end: int) -> bool:
    """Whether the words around a variant allow its meaning (安徽信用社 stays what it is)."""
    joined = draft.joined
    first, last = draft.bounds(start)
    before = joined[max(first, start - 6) : start]
    last = min(end + 12, last)
    if context == "contact":
        return _CONTACT_AFTER.match(joined, end, last) is not None and not (
            joined[start].isascii() and before[-1:].isascii() and before[-1:].isalnum()
        )
    if context == "add":
        return (
            _CONTACT_AFTER.match(joined, end, last) is not None
            and _ADD_BEFORE.search(before) is not None
        )
    after = joined[end:last]
    if context == "credit":
        return _CREDIT_NEAR.search(before + after) is not None
    return not (
        (_is_letter(joined[start]) and _is_letter(before[-1:]))
        or (_is_letter(joined[end - 1]) and _is_letter(after[:1]))
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _disguised_digits(draft: Draft) -> list[Edit]:
    joined = draft.joined
    edits: list[Edit] = []
    for first, last in {draft.bounds(odd.start()) for odd in _ODD_NUMERALS.finditer(joined)}:
        for run in _NUMERAL_RUN.finditer(joined, first, last):
            if not run[0].isascii():
                edits.append((*run.span(), run[0].translate(_NUMERALS), True))
    for match in _LETTER_DIGITS.finditer(joined):
        start, end = match.span()
        middle = end if match[1] is None else match.start(1)
        for first, last in ((start, middle), (middle, end)):
            if first < last:
                written = joined[first:last]
                digits = _ZEROS.sub("0", written) if written[0] in "oо" else "1"
                edits.append((first, last, digits, True))
    edits.sort(key=itemgetter(0))
    return edits
