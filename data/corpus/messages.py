"""Families become messages: values, small habits of typing, and evasion, from names alone.

Adding a family changes only its own rows; the label has no say in what is drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.families import Family, slots_of
from corpus.schema import HINT
from corpus.seeds import seeded
from corpus.values import Filled, fill
from sms_classifier.labels import Kind
from sms_classifier.training.evasion import OBFUSCATING, evade

__all__ = ["COLUMNS", "EVADED_SHARE", "Message", "draft", "realise"]

COLUMNS = (
    "id",
    "text",
    "label",
    "group",
    "family",
    "kinds",
    "scenario",
    "author",
    "era",
    "evasion",
    "hint",
)
EVADED_SHARE = 0.10  # of the messages of every label
WITH_SLOTS = 4  # about 20,000 messages from 6,100 families
WITHOUT_SLOTS = 2
HABIT_SHARE = 0.6  # the other realisations keep the typing of the author
_HALF = str.maketrans({"，": ",", "：": ":", "；": ";", "！": "!", "？": "?", "（": "(", "）": ")"})
_FULL = str.maketrans({",": "，", ";": "；", "!": "！", "?": "？"})
_STOPS = ("。", ".")
_CLAUSES = re.compile(r"(?<=[\u4e00-\u9fff}])[，,](?=[\u4e00-\u9fff{])")


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the corpus, with what the checks need to know about its making."""

    id: str
    family: Family
    text: str
    evasion: str
    frame: str
    values: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the family, and `obfuscation` where the evasion made one."""
        shown = set(self.family.shown_kinds)
        if self.evasion in OBFUSCATING:
            shown.add(str(Kind.OBFUSCATION))
        return tuple(str(kind) for kind in Kind if kind in shown)

    def row(self) -> tuple[str, ...]:
        """Cells in the order of `COLUMNS`."""
        family = self.family
        return (
            self.id,
            self.text,
            family.label,
            family.group,
            family.name,
            "|".join(self.kinds),
            family.scenario,
            family.author,
            family.era,
            self.evasion,
            "yes" if HINT in family.kinds else "",
        )


def realise(family: Family) -> Iterator[Message]:
    """Yield the messages of a family, no two alike."""
    seen: set[str] = set()
    count = WITH_SLOTS if slots_of(family.text) else WITHOUT_SLOTS
    for number in range(count):
        rng = seeded(f"{family.name}/{number}")
        filled = draft(family, rng, habit=number > 0)
        text, trick = evade(filled.text, rng) if rng.random() < EVADED_SHARE else (filled.text, "")
        if text not in seen:
            seen.add(text)
            yield Message(
                f"{family.name}-{number}", family, text, trick, filled.frame, filled.values
            )


def draft(family: Family, rng: random.Random, *, habit: bool) -> Filled:
    """Fill a family once; ``habit`` lets the typing differ from the author's."""
    template = family.text.replace("\\n", "\n")
    if habit and rng.random() < HABIT_SHARE:
        template = rng.choice(_HABITS)(template, rng)
    return fill(template, rng=rng, era=family.era, scenario=family.scenario)


def _half_width(text: str, rng: random.Random) -> str:
    del rng
    return text.translate(_HALF)


def _full_width(text: str, rng: random.Random) -> str:
    """Full-width marks, except between digits."""
    del rng
    return re.sub(r"(?<!\d)[,;!?](?!\d)", lambda match: match[0].translate(_FULL), text)


def _other_stop(text: str, rng: random.Random) -> str:
    """Leave the final stop out, or put one."""
    del rng
    if text.endswith(_STOPS):
        return text[:-1]
    return text + "。" if re.search(r"[\u4e00-\u9fff}]$", text) else text


def _spaces(text: str, rng: random.Random) -> str:
    """A space instead of a comma, as people type on a phone, or behind one."""
    mark = rng.choice((" ", " ", ", "))
    places = [match.start() for match in _CLAUSES.finditer(text)]
    for place in reversed(rng.sample(places, min(len(places), rng.randint(1, 2)))):
        text = text[:place] + mark + text[place + 1 :]
    return text


def _spaced_values(text: str, rng: random.Random) -> str:
    """Spaces around numbers, as templates of some platforms have them."""
    del rng
    return re.sub(
        r"(?<=[\u4e00-\u9fff])(\{(?:amount|days|date|tail)\w*\})(?=[\u4e00-\u9fff])", r" \1 ", text
    )


_HABITS = (_half_width, _full_width, _other_stop, _spaces, _spaced_values, _other_stop)
