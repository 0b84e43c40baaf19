"""Where every phrase of every lexicon and every expression stands in some messages: one pass.

A *concept* is a named set of phrases (resources/concepts.csv); names of institutions, and sums
beside a fee, are indexed like concepts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier import lexicons
from sms_classifier.evidence.expressions import EXPRESSIONS
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.patterns import Matches, PatternSet
from sms_classifier.text.phrases import PhraseMatcher

__all__ = ["Match", "Places", "Span", "concept_names", "concept_number", "mask_of"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Span = tuple[int, int]
_SUM = "sum"  # pseudo-concept: a sum or a share, asked for only beside a fee
_CONCEPT_BITS = 10  # of a key (text, concept): room for 1,024 concepts and institutions


class Match(NamedTuple):
    """A match of an expression in a message's plain text, with the groups that took part."""

    start: int
    end: int
    groups: Mapping[str, Span]

    @property
    def last_group(self) -> str:
        """Name of the last group that took part, or nothing."""
        return next(reversed(self.groups), "")  # type: ignore[call-overload,no-any-return]


class _Vocabulary(NamedTuple):
    """Phrases, and the concepts of phrase ``i``: ``concepts[bounds[i]:bounds[i + 1]]``."""

    matcher: PhraseMatcher
    bounds: Ints
    concepts: Ints
    institutions: tuple[str, ...]


@cache
def concept_names() -> tuple[str, ...]:
    """Names of the concepts, each in the place of its number; institutions come behind them."""
    return (*(concept.name for concept in lexicons.concepts()), _SUM)


@cache
def _numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(concept_names())}


def concept_number(concept: str) -> int:
    """Number of a concept.

    Examples
    --------
    >>> concept_names()[concept_number("owed")]
    'owed'
    """
    return _numbers()[concept]


@lru_cache(maxsize=1024)
def mask_of(concepts: tuple[str, ...]) -> int:
    """Bits of some concepts, as in `Places.bits`."""
    return sum(1 << concept_number(concept) for concept in concepts)


@cache
def _vocabulary() -> _Vocabulary:
    table: dict[str, dict[int, None]] = {}
    for concept in lexicons.concepts():
        for phrase in concept.phrases:
            table.setdefault(phrase.lower(), {})[concept_number(concept.name)] = None
    institutions = tuple(dict.fromkeys(known.name for known in lexicons.institutions()))
    number = {name: len(concept_names()) + place for place, name in enumerate(institutions)}
    if len(concept_names()) + len(institutions) > 1 << _CONCEPT_BITS:
        raise ValueError("too many concepts and institutions; raise _CONCEPT_BITS")
    for known in lexicons.institutions():
        for name in (*known.names, *known.apps):
            table.setdefault(name.lower(), {})[number[known.name]] = None
    counts = [len(concepts) for concepts in table.values()]
    return _Vocabulary(
        PhraseMatcher(list(table)),
        np.cumsum([0, *counts]),
        np.array([number for concepts in table.values() for number in concepts], dtype=np.int64),
        institutions,
    )


@cache
def _patterns() -> PatternSet:
    return PatternSet({name: sought.expression for name, sought in EXPRESSIONS.items()})


class Places:
    """Concepts and expressions of some plain texts.

    Parameters
    ----------
    texts : sequence of str
        Plain texts.

    Attributes
    ----------
    shown : ndarray of bool, shape (n_texts, n_concepts)
        Which concepts, in the order of `concept_names`, each text holds.
    bits : list of int
        The same, one number a text: bit ``i`` stands for concept ``i``.
    names_institution : ndarray of bool, shape (n_texts,)
        Whether each text holds any name of the registry.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.chunk = TextChunk(texts)
        vocabulary = _vocabulary()
        hits = vocabulary.matcher.find(self.chunk)
        counts = np.diff(vocabulary.bounds)[hits.phrase]
        behind = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        concepts = vocabulary.concepts[np.repeat(vocabulary.bounds[hits.phrase], counts) + behind]
        starts, ends = np.repeat(hits.start, counts), np.repeat(hits.end, counts)
        rows = self.chunk.text_at(starts)
        self.shown: Flags = np.zeros((len(texts), len(concept_names())), dtype=bool)
        is_concept = concepts < len(concept_names())
        self.shown[rows[is_concept], concepts[is_concept]] = True
        self.names_institution: Flags = np.zeros(len(texts), dtype=bool)
        self.names_institution[rows[~is_concept]] = True
        self.found = _patterns().find(self.chunk, self._wanted())
        sums = self.found[_SUM]
        self.shown[sums.text, concept_number(_SUM)] = True
        self.bits = _as_bits(self.shown)
        self._sort(
            np.concatenate([rows, sums.text]),
            np.concatenate([concepts, np.full(len(sums), concept_number(_SUM))]),
            np.concatenate([starts, sums.start]),
            np.concatenate([ends, sums.end]),
        )
        self._matches: dict[str, dict[int, list[Match]]] = {}

    def _wanted(self) -> dict[str, Flags]:
        return {
            name: self.shows(sought.needs) for name, sought in EXPRESSIONS.items() if sought.needs
        }

    def _sort(self, rows: Ints, concepts: Ints, starts: Ints, ends: Ints) -> None:
        """Sort places by text, concept and start, as lists that can be searched one by one."""
        keys = (rows << _CONCEPT_BITS) | concepts
        offsets = self.chunk.starts[rows]
        order = np.argsort(keys, kind="stable")  # they come sorted by start and end
        self._keys: list[int] = keys[order].tolist()
        self._starts: list[int] = (starts - offsets)[order].tolist()
        self._ends: list[int] = (ends - offsets)[order].tolist()
        bounds = np.searchsorted(keys[order], np.arange(len(self.chunk) + 1) << _CONCEPT_BITS)
        self._bounds: list[int] = bounds.tolist()

    def shows(self, concepts: Iterable[str]) -> Flags:
        """Whether each text holds any of the concepts."""
        return self.shown[:, [concept_number(concept) for concept in concepts]].any(axis=1)

    def matching(self, names: Iterable[str]) -> Flags:
        """Whether each text has a match of any of the expressions."""
        flags: Flags = np.zeros(len(self.chunk), dtype=bool)
        for name in names:
            flags[self.found[name].text] = True
        return flags

    def matches(self, name: str, text: int) -> Sequence[Match]:
        """Matches of an expression in a text."""
        if name not in self._matches:
            self._matches[name] = self._by_text(self.found[name])
        return self._matches[name].get(text, ())

    def _by_text(self, found: Matches) -> dict[int, list[Match]]:
        offsets = self.chunk.starts[found.text]
        groups = np.where(found.groups < 0, -1, found.groups - offsets[:, None, None]).tolist()
        columns = found.text, found.start - offsets, found.end - offsets
        table: dict[int, list[Match]] = {}
        for bounds, text, start, end in zip(groups, *map(np.ndarray.tolist, columns), strict=True):
            named = zip(found.names, map(tuple, bounds), strict=True)
            match = Match(start, end, {name: span for name, span in named if span[0] >= 0})
            table.setdefault(text, []).append(match)
        return table

    def spans(self, text: int, concept: str) -> list[Span]:
        """Places of a concept in a text, in text order."""
        first, last = self._range(text, concept)
        return list(zip(self._starts[first:last], self._ends[first:last], strict=True))

    def first_within(self, text: int, concept: str, start: int, end: int) -> Span | None:
        """First place of a concept in ``plain[start:end]``; looks no further."""
        first, last = self._range(text, concept)
        for place in range(bisect_left(self._starts, start, first, last), last):
            if self._starts[place] >= end:
                return None
            if self._ends[place] <= end:
                return self._starts[place], self._ends[place]
        return None

    def within(self, text: int, concept: str, start: int, end: int) -> list[Span]:
        """Places of a concept in ``plain[start:end]``."""
        first, last = self._range(text, concept)
        begun = bisect_left(self._starts, start, first, last)
        done = bisect_left(self._starts, end, begun, last)
        pairs = zip(self._starts[begun:done], self._ends[begun:done], strict=True)
        return [span for span in pairs if span[1] <= end]

    def institutions(self, text: int) -> dict[str, list[Span]]:
        """Places of the registry's names in a text, by institution."""
        behind = text << _CONCEPT_BITS | len(concept_names())
        first = bisect_left(self._keys, behind, self._bounds[text], self._bounds[text + 1])
        table: dict[str, list[Span]] = {}
        for place in range(first, self._bounds[text + 1]):
            name = _vocabulary().institutions[self._keys[place] - behind]
            table.setdefault(name, []).append((self._starts[place], self._ends[place]))
        return table

    def _range(self, text: int, concept: str) -> Span:
        number = concept_number(concept)
        if not self.bits[text] >> number & 1:
            return 0, 0
        key = text << _CONCEPT_BITS | number
        first = bisect_left(self._keys, key, self._bounds[text], self._bounds[text + 1])
        return first, bisect_left(self._keys, key + 1, first, self._bounds[text + 1])


def _as_bits(flags: Flags) -> list[int]:
    """Rows of flags as numbers, the first flag in the lowest bit."""
    packed = np.packbits(flags, axis=1, bitorder="little")
    width = packed.shape[1]
    raw = packed.tobytes()
    return [
        int.from_bytes(raw[place : place + width], "little") for place in range(0, len(raw), width)
    ]
