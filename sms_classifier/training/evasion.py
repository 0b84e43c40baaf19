"""Evasion variants: how senders write so that filters overlook them (FACTS §C2).

Each trick changes letters, never meaning. Which of them `obfuscation` counts is said here once.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from sms_classifier.lexicons import rows

__all__ = ["OBFUSCATING", "TRICKS", "evade"]

_COMMON = (
    "請領網現凍結還貸銀賬錢證轉額費務訟訴聯電時業處過續關閉應險"
    "導訊員戶號書單減罰異議協與為將經營發資產該約繳納嚴後"
)
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_PHONE = re.compile(
    r"(?<![\dA-Za-z*/.:-])(?!\d{4}-\d\d-\d\d)"
    r"(?:1\d{2}[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8}|400[\d-]{7,9}|95\d{3,6})(?![\dA-Za-z*/.-])"
)
_LINK = re.compile(r"(?:https?://)?[A-Za-z0-9.-]{1,60}\.[A-Za-z]{2,6}(?:/[A-Za-z0-9]*)?")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_HAN_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_WIDE = {code: code + 0xFEE0 for code in (*range(48, 58), *range(65, 91), *range(97, 123))}
_INVISIBLE = ("\u200b", "\u200c", "\u2060", "\ufeff")
_SEPARATORS = (".", "·", "-", "/", "_", "。")


def _words(text: str, rng: random.Random) -> list[tuple[int, int]]:
    """Places of up to three core words, in random order of choice."""
    spans = [match.span() for word in _core_words() for match in re.finditer(word, text)]
    rng.shuffle(spans)
    chosen: list[tuple[int, int]] = []
    for start, end in spans:
        if all(end <= a or start >= b for a, b in chosen):
            chosen.append((start, end))
    return sorted(chosen[: rng.randint(1, 3)])


def _rewritten(text: str, spans: list[tuple[int, int]], write: Callable[[str], str]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + write(text[start:end]) + text[end:]
    return text


def zero_width(text: str, rng: random.Random) -> str:
    """Invisible characters inside words, or between any two characters if there are none."""
    mark = rng.choice(_INVISIBLE)
    spans = _words(text, rng)
    if not spans:
        places = [match.span() for match in _HAN.finditer(text)]
        spans = [rng.choice(places)] if places else []
    return _rewritten(text, spans, mark.join)


def spaced(text: str, rng: random.Random) -> str:
    """Spaces inside words."""
    return _rewritten(text, _words(text, rng), " ".join)


def dotted(text: str, rng: random.Random) -> str:
    """Dots, dashes or strokes inside words."""
    mark = rng.choice(_SEPARATORS[:5])
    return _rewritten(text, _words(text, rng), mark.join)


def full_width(text: str, rng: random.Random) -> str:
    """Digits and letters in full width, links left alone."""
    del rng
    links = [match.span() for match in _LINK.finditer(text)]
    bounds = [0, *(place for span in links for place in span), len(text)]
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    return "".join(p.translate(_WIDE) if i % 2 == 0 else p for i, p in enumerate(pieces))


def traditional(text: str, rng: random.Random) -> str:
    """One to three traditional characters inside simplified text."""
    table = _to_traditional()
    places = [index for index, char in enumerate(text) if char in table]
    chosen = sorted(rng.sample(places, min(len(places), rng.randint(1, 3))))
    return _rewritten(text, [(place, place + 1) for place in chosen], lambda char: table[char])


def homophone(text: str, rng: random.Random) -> str:
    """A word spelt by its sound or by a look-alike."""
    meant = [(word, variants) for word, variants in sorted(_homophones().items()) if word in text]
    if not meant:
        return text
    word, variants = rng.choice(meant)
    return text.replace(word, rng.choice(variants), rng.choice((1, -1)))


def split(text: str, rng: random.Random) -> str:
    """A character written as its parts."""
    table = {
        row["character"]: row["splits"].split("|")[0] for row in rows("glyphs") if row["splits"]
    }
    table = {char: parts for char, parts in table.items() if len(parts) > 1}
    places = [(a, b) for a, b in _words(text, rng) if any(char in table for char in text[a:b])]
    if not places:
        return text
    start, end = rng.choice(places)
    at = rng.choice([index for index in range(start, end) if text[index] in table])
    return text[:at] + table[text[at]] + text[at + 1 :]


def circled(text: str, rng: random.Random) -> str:
    """Telephone numbers in circled digits."""
    del rng
    return _PHONE.sub(lambda match: match[0].translate(_CIRCLED), text)


def han_digits(text: str, rng: random.Random) -> str:
    """Telephone numbers in Chinese numerals, whole or in part."""
    whole = rng.random() < 0.6
    return _PHONE.sub(
        lambda match: (
            match[0].translate(_HAN_DIGITS)
            if whole
            else match[0][:3] + match[0][3:7].translate(_HAN_DIGITS) + match[0][7:]
        ),
        text,
    )


TRICKS: dict[str, Callable[[str, random.Random], str]] = {
    "zero_width": zero_width,
    "spaced": spaced,
    "dotted": dotted,
    "full_width": full_width,
    "traditional": traditional,
    "homophone": homophone,
    "split": split,
    "circled": circled,
    "han_digits": han_digits,
}
OBFUSCATING = {"zero_width", "dotted", "traditional", "homophone", "split", "han_digits"}


def evade(text: str, rng: random.Random) -> tuple[str, str]:
    """Rewrite a message by the first trick of a random order that finds something to change.

    Returns
    -------
    text, trick : str
        The trick is empty when none applies.
    """
    names = list(TRICKS)
    rng.shuffle(names)
    for name in names:
        rewritten = TRICKS[name](text, rng)
        if rewritten != text:
            return rewritten, name
    return text, ""


@cache
def _core_words() -> tuple[str, ...]:
    return tuple(row["word"] for row in rows("core_words"))


@cache
def _to_traditional() -> dict[str, str]:
    wanted = set(_COMMON)
    return {
        row["simplified"]: row["traditional"]
        for row in rows("traditional")
        if row["traditional"] in wanted and row["simplified"] != row["traditional"]
    }


@cache
def _homophones() -> dict[str, list[str]]:
    """Variants by meaning: words of the table, and core words with one character in pinyin."""
    table: dict[str, list[str]] = {}
    for row in rows("rewrites"):
        if row["obfuscation"] == "yes" and not row["context"] and len(row["meaning"]) > 1:
            table.setdefault(row["meaning"], []).append(row["variant"])
    sounds = {row["character"]: row["pinyin"] for row in rows("glyphs")}
    for word in _core_words():
        spelt = [word.replace(char, sounds[char]) for char in word if char in sounds]
        table.setdefault(word, []).extend(spelt)
    return {word: variants for word, variants in table.items() if variants}
