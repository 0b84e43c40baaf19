"""Concepts and institutions by number, and the matcher of all their phrases and names.

A *concept* is a named set of phrases (resources/concepts.csv).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier import lexicons
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.phrases import PhraseMatcher

__all__ = ["SUM", "concept_numbers", "find_concepts", "institution_names"]

Ints = npt.NDArray[np.int64]
SUM = "sum"  # pseudo-concept: a sum or a share, asked for only beside a fee


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
    names = [*(concept.name for concept in lexicons.concepts()), SUM]
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
    for known in lexicons.institutions():
        for name in (*known.names, *known.apps):
            table.setdefault(name.lower(), {})[numbers[known.name]] = None
    concepts = [number for concepts in table.values() for number in concepts]
    bounds = np.cumsum([0, *map(len, table.values())])
    return _Vocabulary(PhraseMatcher(list(table)), bounds, np.array(concepts, dtype=np.int64))


def find_concepts(chunk: TextChunk) -> tuple[Ints, Ints, Ints]:
    """Concept or institution, start and end of each place in ``chunk.joined``, by start and end.

    A phrase may stand for several concepts.

    Examples
    --------
    >>> concepts, starts, ends = find_concepts(TextChunk(["请存到私户"]))
    >>> places = zip(concepts.tolist(), starts.tolist(), ends.tolist())
    >>> (concept_numbers()["private_target"], 3, 5) in places
    True
    """
    vocabulary = _vocabulary()
    hits = vocabulary.matcher.find(chunk)
    counts = np.diff(vocabulary.bounds)[hits.phrase]
    behind = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    concepts = vocabulary.concepts[np.repeat(vocabulary.bounds[hits.phrase], counts) + behind]
    return concepts, np.repeat(hits.start, counts), np.repeat(hits.end, counts)
