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
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat
from operator import itemgetter

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sms_classifier import lexicons
from sms_classifier.text.folding import fold, simplified
from sms_classifier.text.message import DENSE, Edit, Message, Rewrite, apply

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
_LETTER_DIGITS = re.compile(r"[oоli|](?:(?<=\d[oо])[\do]*|(?<=[oо])[oо]+(?=元)|(?<=\d[li|])(?=\d))")
_CONTACT_AFTER = re.compile(
    r"[^,。;!?\u4e00-\u9fff]{0,3}(?:号|码|同号|[a-z\d][-_a-z\d.]{4,}|\d{5,})"
)
_ADD_BEFORE = re.compile(r"(?:加|添加|➕|\+)(?:我|我的)?$")
_CREDIT_NEAR = re.compile(r"记录|报告|黑|上|修复|逾期|污点|影响|报送|中心|问题")
_MIXED_SHARE = 0.35  # traditional in more than a third of the characters: native, not a rewrite

Span = tuple[int, int]
_SPAN: Callable[[re.Match[str]], Span] = re.Match.span
Rule = Callable[[list[str]], Iterator[tuple[int, Edit]]]  # of plain texts; text and edit


@cache
def _variants() -> tuple[AhoCorasick, tuple[tuple[str, str, bool], ...]]:
    """Matcher of misspelt words, and (meaning, context, is_obfuscation) for each."""
    found: dict[str, tuple[str, str, bool]] = {}
    rows = list(lexicons.rows("rewrites"))
    for row, variant in zip(rows, fold([row["variant"] for row in rows]).plains, strict=True):
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
    plains, deleted, traditional = fold(texts)
    messages = [*map(Message, texts, plains, repeat(None), repeat(None), repeat(()))]
    for place, hidden in deleted.items():
        messages[place] = _without(messages[place], hidden)
    _rewrite(messages, _separators, dense_only=True)
    _rewrite(messages, _misspellings)
    _rewrite(messages, _disguised_digits)
    for place, found in traditional.items():
        messages[place] = _with_traditional(messages[place], found)
    return messages


def _without(message: Message, hidden: list[int]) -> Message:
    """Message whose plain text lacks the characters at these places."""
    starts = np.delete(np.arange(len(message.given)), hidden)
    rewrites: tuple[Rewrite, ...] = ()
    if len(hidden) >= DENSE:
        rewrites = (Rewrite(hidden[0], hidden[-1] + 1, "\u25cc", ""),)
    return Message(message.given, message.plain, starts.tolist(), (starts + 1).tolist(), rewrites)


def _with_traditional(message: Message, found: list[int]) -> Message:
    """Report single traditional characters in a text that is otherwise simplified."""
    text = message.given
    if len(found) > _MIXED_SHARE * sum(map(len, _HAN_RUN.findall(text))):
        return message
    rewrites = [
        Rewrite(place, place + 1, text[place], simplified()[ord(text[place])]) for place in found
    ]
    merged = tuple(sorted((*message.rewrites, *rewrites), key=lambda r: (r.start, r.end)))
    return Message(message.given, message.plain, message.starts, message.ends, merged)


def _rewrite(messages: list[Message], rule: Rule, *, dense_only: bool = False) -> None:
    """Carry out, in place, what a rule finds."""
    edits: dict[int, list[Edit]] = {}
    for place, edit in rule([message.plain for message in messages]):
        edits.setdefault(place, []).append(edit)
    for place, found in edits.items():
        messages[place] = apply(messages[place], found, dense_only=dense_only)


def _located(spans: Iterable[Span], plains: list[str]) -> Iterator[tuple[int, int, int]]:
    """Text, start and end in it, of spans of the joined texts, from left to right."""
    place, offset, limit = -1, 0, 0
    for start, end in spans:
        while start >= limit:
            place += 1
            offset, limit = limit, limit + len(plains[place]) + 1
        yield place, start - offset, end - offset


def _separators(plains: list[str]) -> Iterator[tuple[int, Edit]]:
    """Blanks beside and marks between Chinese characters."""
    spans = map(_SPAN, _SEPARATOR.finditer("\n".join(plains)))
    for place, start, end in _located(spans, plains):
        yield place, Edit(start, end, "", not plains[place][start:end].isspace())


def _misspellings(plains: list[str]) -> Iterator[tuple[int, Edit]]:
    matcher, meanings = _variants()
    hits = matcher.find_matches_as_indexes("\n".join(plains))
    places = _located(map(itemgetter(1, 2), hits), plains)
    for (index, _, _), (place, start, end) in zip(hits, places, strict=True):
        meant, context, is_obfuscation = meanings[index]
        if _fits(context, plains[place], start, end):
            yield place, Edit(start, end, meant, is_obfuscation)


def _fits(context: str, plain: str, start: int, end: int) -> bool:
    """Whether the words around a variant allow its meaning (安徽信用社 stays what it is)."""
    before = plain[max(0, start - 6) : start]
    if context == "contact":
        return _CONTACT_AFTER.match(plain, end, end + 12) is not None and not (
            plain[start].isascii() and before[-1:].isascii() and before[-1:].isalnum()
        )
    if context == "add":
        return (
            _CONTACT_AFTER.match(plain, end, end + 12) is not None
            and _ADD_BEFORE.search(before) is not None
        )
    after = plain[end : end + 12]
    if context == "credit":
        return _CREDIT_NEAR.search(before + after) is not None
    return not (
        (_is_letter(plain[start]) and _is_letter(before[-1:]))
        or (_is_letter(plain[end - 1]) and _is_letter(after[:1]))
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _disguised_digits(plains: list[str]) -> Iterator[tuple[int, Edit]]:
    joined = "\n".join(plains)
    odd = _located(map(_SPAN, _ODD_NUMERALS.finditer(joined)), plains)
    for place in {place for place, _, _ in odd}:
        for match in _NUMERAL_RUN.finditer(plains[place]):
            if not match[0].isascii():
                yield place, Edit(*match.span(), match[0].translate(_NUMERALS), True)
    for place, start, end in _located(map(_SPAN, _LETTER_DIGITS.finditer(joined)), plains):
        written = plains[place][start:end]
        digits = re.sub("[oо]", "0", written) if written[0] in "oо" else "1"
        yield place, Edit(start, end, digits, True)
