"""The words of the page in both languages: ``resources/page/*.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sms_classifier import lexicons

__all__ = ["LANGUAGES", "Check", "Mark", "Trap", "checks", "marks", "traps", "words"]

LANGUAGES = ("zh", "en")  # Chinese first


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of evidence as the page names it, and what it means."""

    kind: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks that need no tool."""

    title: str
    look: str
    do: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trap:
    """A type of fraud with its signs and a composed example.

    ``example`` is the message itself; ``gloss`` is its English meaning, empty in Chinese.
    """

    number: int
    title: str
    signs: str
    asks: str
    example: str
    gloss: str
    source: str

    @property
    def is_weakly_sourced(self) -> bool:
        """Whether FACTS marks its source as weak."""
        return self.source.endswith("[W]")


@cache
def words(lang: str) -> Mapping[str, str]:
    """Words of the page in a language.

    Examples
    --------
    >>> words("en")["verdict"], words("zh")["verdict"]
    ('Verdict', '结论')
    """
    return MappingProxyType({row["key"]: row[lang] for row in lexicons.rows("page/words")})


@cache
def marks(lang: str) -> Mapping[str, Mark]:
    """Kinds of evidence by name.

    Examples
    --------
    >>> marks("en")["advance_fee"].name
    'fee first'
    """
    return MappingProxyType(
        {
            row["kind"]: Mark(row["kind"], row[lang], row[f"why_{lang}"])
            for row in lexicons.rows("page/marks")
        }
    )


@cache
def checks(lang: str) -> tuple[Check, ...]:
    """Return the five checks, in the order in which they are made.

    Examples
    --------
    >>> [check.title for check in checks("en")]
    ['Who', 'Which debt', 'Which way', 'What it wants', 'How it speaks']
    """
    return tuple(
        Check(
            row[f"title_{lang}"],
            row[f"look_{lang}"],
            row[f"do_{lang}"],
            tuple(row["kinds"].split()),
        )
        for row in lexicons.rows("page/checks")
    )


@cache
def traps(lang: str) -> tuple[Trap, ...]:
    """Types of fraud dressed as collection, as FACTS §B numbers them.

    Examples
    --------
    >>> len(traps("zh")), traps("en")[14].title
    (28, '“Credit repair”')
    """
    return tuple(
        Trap(
            number=int(row["number"]),
            title=row[f"title_{lang}"],
            signs=row[f"sign_{lang}"],
            asks=row[f"asks_{lang}"],
            example=row["example"],
            gloss="" if lang == "zh" else row["example_en"],
            source=row["source"],
        )
        for row in lexicons.rows("page/traps")
    )
