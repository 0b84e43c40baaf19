"""Where every phrase of every lexicon and every expression stands in some messages: one pass.

A *concept* is a named set of phrases (resources/concepts.csv); names of institutions, and sums
beside a fee, are indexed like concepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier import lexicons
from sms_classifier.evidence.expressions import EXPRESSIONS
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.patterns import Matches, PatternSet
from sms_classifier.text.phrases import PhraseMatcher

__all__ = ["CONCEPT_BITS", "Match", "Places", "Span", "concept_numbers", "institution_names"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Span = tuple[int, int]
_SUM = "sum"  # pseudo-concept: a sum or a share, asked for only beside a fee
_SENTENCE_ENDS, _CLAUSE_ENDS = "。!?;\n】", ",。!?;:\n【】"
CONCEPT_BITS = 10  # of a key (text, concept): room for 1,024 concepts and institutions


class Match(NamedTuple):
    """A match of an expression in a message's plain text.

    ``group`` names the last group that took part, which ``plain[group_start:group_end]`` shows;
    without any it is empty, and the bounds are those of the match.
    """

    start: int
    end: int
    group: str
    group_start: int
    group_end: int


class ConceptPlaces(NamedTuple):
    """Every place of one concept in ``chunk.joined``, with its text, in order."""

    text: Ints
    start: Ints
    end: Ints


class _Vocabulary(NamedTuple):
    """Phrases, and the concepts of phrase ``i``: ``concepts[bounds[i]:bounds[i + 1]]``."""

    matcher: PhraseMatcher
    bounds: Ints
    concepts: Ints


@cache
def concept_numbers() -> dict[str, int]:
    """Number of each concept; institutions come behind them.

    Examples
    --------
    >>> concept_numbers()["pay_verb"]
    0
    """
    names = [*(concept.name for concept in lexicons.concepts()), _SUM]
    return {name: number for number, name in enumerate(names)}


@cache
def institution_names() -> tuple[str, ...]:
    """Institutions in the order of their numbers, the first behind the last concept's."""
    return tuple(dict.fromkeys(known.name for known in lexicons.institutions()))


@cache
def _vocabulary() -> _Vocabulary:
    table: dict[str, dict[int, None]] = {}
    for concept in lexicons.concepts():
        for phrase in concept.phrases:
            table.setdefault(phrase.lower(), {})[concept_numbers()[concept.name]] = None
    numbers = {name: n for n, name in enumerate(institution_names(), len(concept_numbers()))}
    if len(concept_numbers()) + len(numbers) > 1 << CONCEPT_BITS:
        raise ValueError("too many concepts and institutions; raise CONCEPT_BITS")
    for known in lexicons.institutions():
        for name in (*known.names, *known.apps):
            table.setdefault(name.lower(), {})[numbers[known.name]] = None
    return _Vocabulary(
        PhraseMatcher(list(table)),
        np.cumsum([0, *map(len, table.values())]),
        np.array([number for concepts in table.values() for number in concepts], dtype=np.int64),
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
        Which concepts each text holds.
    bits : list of int
        The same, one number a text: bit ``i`` stands for concept ``i``.
    names_institution : ndarray of bool, shape (n_texts,)
        Whether each text holds any name of the registry.
    keys, starts, ends : list of int
        Every place of a concept or name: text and concept (``text << CONCEPT_BITS | concept``),
        and where it stands in its text; sorted by key and start.
    bounds : list of int
        Those of text ``i`` stand in ``[bounds[i]:bounds[i + 1]]``.
    matches : list of dict
        For each text its matches, in text order, by the name of the expression.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.chunk = TextChunk(texts)
        rows, concepts, starts, ends = self._concept_places()
        self.shown: Flags = np.zeros((len(texts), len(concept_numbers())), dtype=bool)
        is_concept = concepts < len(concept_numbers())
        self.shown[rows[is_concept], concepts[is_concept]] = True
        self.names_institution: Flags = np.zeros(len(texts), dtype=bool)
        self.names_institution[rows[~is_concept]] = True
        wanted = {name: self.shows(e.needs) for name, e in EXPRESSIONS.items() if e.needs}
        self._found = _patterns().find(self.chunk, wanted)
        sums, number = self._found[_SUM], concept_numbers()[_SUM]
        self.shown[sums.text, number] = True
        self.bits = _as_bits(self.shown)
        self._sort(
            np.concatenate([rows, sums.text]),
            np.concatenate([concepts, np.full(len(sums), number)]),
            np.concatenate([starts, sums.start]),
            np.concatenate([ends, sums.end]),
        )
        self.matches: list[dict[str, list[Match]]] = [{} for _ in texts]
        for name, found in self._found.items():
            self._note(name, found)

    def _concept_places(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Text, concept, start and end of each place; a phrase may stand for several concepts."""
        vocabulary = _vocabulary()
        hits = vocabulary.matcher.find(self.chunk)
        counts = np.diff(vocabulary.bounds)[hits.phrase]
        behind = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        concepts = vocabulary.concepts[np.repeat(vocabulary.bounds[hits.phrase], counts) + behind]
        starts = np.repeat(hits.start, counts)
        return self.chunk.text_at(starts), concepts, starts, np.repeat(hits.end, counts)

    def _sort(self, rows: Ints, concepts: Ints, starts: Ints, ends: Ints) -> None:
        keys = (rows << CONCEPT_BITS) | concepts
        order = np.argsort(keys, kind="stable")  # they come sorted by start and end
        keys, offsets = keys[order], self.chunk.starts[rows[order]]
        self._places = concepts[order], rows[order], starts[order], ends[order]
        self.keys: list[int] = keys.tolist()
        self.starts: list[int] = (starts[order] - offsets).tolist()
        self.ends: list[int] = (ends[order] - offsets).tolist()
        bounds = np.searchsorted(keys, np.arange(len(self.chunk) + 1) << CONCEPT_BITS)
        self.bounds: list[int] = bounds.tolist()

    def _note(self, name: str, found: Matches) -> None:
        offsets = self.chunk.starts[found.text]
        place, bounds = _last_groups(found)
        columns = [found.start, found.end, *bounds.T]
        start, end, group_start, group_end = [(column - offsets).tolist() for column in columns]
        groups = [(*found.names, "")[at] for at in place]
        matches = map(Match._make, zip(start, end, groups, group_start, group_end, strict=True))
        for text, match in zip(found.text.tolist(), matches, strict=True):
            self.matches[text].setdefault(name, []).append(match)

    def of_concept(self, concept: str) -> ConceptPlaces:
        """Every place of a concept, in all texts."""
        columns, bounds = self._by_concept
        number = concept_numbers()[concept]
        own = slice(bounds[number], bounds[number + 1])
        return ConceptPlaces(*(column[own] for column in columns))

    @cached_property
    def _by_concept(self) -> tuple[tuple[Ints, ...], list[int]]:
        concepts, *columns = self._places
        order = np.argsort(concepts.astype(np.int16), kind="stable")
        bounds = np.searchsorted(concepts[order], np.arange(len(concept_numbers()) + 1))
        return tuple(column[order] for column in columns), bounds.tolist()

    def shows(self, concepts: Iterable[str]) -> Flags:
        """Whether each text holds any of the concepts."""
        numbers = concept_numbers()
        return self.shown[:, [numbers[concept] for concept in concepts]].any(axis=1)

    def matching(self, expressions: Iterable[str]) -> Flags:
        """Whether each text has a match of any of the expressions."""
        flags: Flags = np.zeros(len(self.chunk), dtype=bool)
        for name in expressions:
            flags[self._found[name].text] = True
        return flags

    def sentence_ends(self, places: Ints) -> Ints:
        """Where the sentences that hold places of ``chunk.joined`` end."""
        ends = np.append(self._sentence_marks + 1, len(self.chunk.joined))
        behind = ends[np.searchsorted(ends, places, side="right")]
        return np.minimum(behind, self.chunk.ends[self.chunk.text_at(places)])

    @cached_property
    def sentences(self) -> tuple[list[int], list[int]]:
        """Places behind marks that end a sentence, and the bounds of each text's own."""
        return self._behind(self._sentence_marks)

    @cached_property
    def _sentence_marks(self) -> Ints:
        marks = self._marks(_SENTENCE_ENDS)
        codes = self.chunk.codes
        left = self.chunk.ends[self.chunk.text_at(marks)] - marks - 1
        at_end = (left == 0) | ((left == 1) & (codes[marks + 1] == ord("\n")))
        return np.asarray(marks[(codes[marks] != ord("】")) | ~at_end])

    @cached_property
    def clauses(self) -> tuple[list[int], list[int]]:
        """Places behind marks that end a clause, and the bounds of each text's own."""
        return self._behind(self._marks(_CLAUSE_ENDS))

    def _marks(self, characters: str) -> Ints:
        """Places of some characters in the joined texts, the breaks between texts left out."""
        found = np.zeros(len(self.chunk.codes), dtype=bool)
        for character in characters:
            found |= self.chunk.codes == ord(character)
        found[self.chunk.ends] = False
        return np.flatnonzero(found)

    def _behind(self, marks: Ints) -> tuple[list[int], list[int]]:
        text = self.chunk.text_at(marks)
        bounds = np.searchsorted(text, np.arange(len(self.chunk) + 1))
        return (marks + 1 - self.chunk.starts[text]).tolist(), bounds.tolist()


def _last_groups(found: Matches) -> tuple[list[int], Ints]:
    """Place and bounds of the last group that took part in each match; else the match itself."""
    whole = np.stack([found.start, found.end], axis=1)[:, None]
    bounds = np.concatenate([whole, found.groups], axis=1)
    took_part = bounds[:, :, 0] >= 0
    last = bounds.shape[1] - 1 - took_part[:, ::-1].argmax(axis=1)
    return (last - 1).tolist(), bounds[np.arange(len(found)), last]


def _as_bits(flags: Flags) -> list[int]:
    """Rows of flags as numbers, the first flag in the lowest bit."""
    packed = np.packbits(flags, axis=1, bitorder="little")
    raw, width = packed.tobytes(), packed.shape[1]
    return [int.from_bytes(raw[at : at + width], "little") for at in range(0, len(raw), width)]
