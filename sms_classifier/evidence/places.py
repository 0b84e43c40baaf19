"""Where concepts and expressions stand in some messages, and what stands around.

Everything is found in one pass over all messages, and asked in whole columns: finders see arrays
of spans, not message after message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property

import numpy as np

from sms_classifier.evidence.expressions import EXPRESSIONS
from sms_classifier.evidence.spans import Flags, Ints, Row, Span, Spans
from sms_classifier.evidence.vocabulary import (
    SUM,
    concept_numbers,
    find_concepts,
    institution_names,
)
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.patterns import PatternSet

__all__ = ["Places"]

_NEAR_BEGIN, _NEAR_END = 3, 8  # characters between a bracket and the begin or end of its text
_SENTENCE_ENDS, _CLAUSE_ENDS = "。!?;\n】", ",。!?;:\n【】"


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
    chunk : TextChunk
    shown : ndarray of bool, shape (n_texts, n_concepts)
        Which concepts each text holds.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.chunk = TextChunk(texts)
        n_concepts = len(concept_numbers())
        concepts, starts, ends = find_concepts(self.chunk)
        rows = self.chunk.text_at(starts)
        is_concept = concepts < n_concepts
        self.shown: Flags = np.zeros((len(texts), n_concepts), dtype=bool)
        self.shown[rows[is_concept], concepts[is_concept]] = True
        self._names = [column[~is_concept] for column in (concepts, rows, starts, ends)]
        order = np.argsort(concepts.astype(np.int16), kind="stable")
        self._concepts = Spans(rows[order], starts[order], ends[order])
        bounds = np.searchsorted(concepts[order], np.arange(n_concepts + 1))
        self._bounds: list[int] = bounds.tolist()
        wanted = {name: self.shows(e.needs) for name, e in EXPRESSIONS.items() if e.needs}
        self._matches = _patterns().find(self.chunk, wanted)
        self.shown[self._matches[SUM].text, concept_numbers()[SUM]] = True

    def shows(self, concepts: Iterable[str]) -> Flags:
        """Whether each text holds any of the concepts."""
        numbers = concept_numbers()
        flags: Flags = np.zeros(len(self.chunk), dtype=bool)
        for concept in concepts:
            flags |= self.shown[:, numbers[concept]]
        return flags

    def holding(self, characters: str) -> Flags:
        """Whether each text holds any of some characters."""
        flags: Flags = np.zeros(len(self.chunk), dtype=bool)
        flags[self.chunk.text_at(self._behind(characters) - 1)] = True
        return flags

    def of_concept(self, concept: str) -> Spans:
        """Every place of a concept."""
        if concept == SUM:
            return self.matching(SUM)
        number = concept_numbers()[concept]
        own, all_ = slice(self._bounds[number], self._bounds[number + 1]), self._concepts
        return Spans(all_.text[own], all_.start[own], all_.end[own])

    def matching(self, expression: str) -> Spans:
        """Matches of an expression (see `expressions`), without their groups."""
        found = self._matches[expression]
        return Spans(found.text, found.start, found.end)

    def groups(self, expression: str) -> tuple[list[str], Spans]:
        """Name and bounds of the last group that took part in each match of an expression."""
        found = self._matches[expression]
        if not len(found):
            return [], self.matching(expression)
        last = len(found.names) - 1 - (found.groups[:, ::-1, 0] >= 0).argmax(axis=1)
        bounds = found.groups[np.arange(len(found)), last]
        names = [found.names[place] for place in last.tolist()]
        return names, Spans(found.text, bounds[:, 0], bounds[:, 1])

    @cached_property
    def names(self) -> dict[int, dict[str, list[Span]]]:
        """Places of the registry's names in their texts, by text and institution."""
        numbers, rows, starts, ends = self._names
        institutions = institution_names()
        table: dict[int, dict[str, list[Span]]] = {}
        spans = self.rows(Spans(rows, starts, ends))
        for number, (text, start, end) in zip(numbers.tolist(), spans, strict=True):
            name = institutions[number - len(concept_numbers())]
            table.setdefault(text, {}).setdefault(name, []).append((start, end))
        return table

    @cached_property
    def signatures(self) -> dict[int, list[Span]]:
        """What stands in brackets near the begin or end of texts, or behind a dash at the end."""
        table: dict[int, list[Span]] = {}
        brackets = self.rows(self.matching("bracketed"))
        inner = self.rows(self.groups("bracketed")[1])
        for (text, start, end), (_, *name) in zip(brackets, inner, strict=True):
            plain = self.chunk.texts[text]
            if start <= _NEAR_BEGIN or plain[start] == "【" or end >= _length(plain) - _NEAR_END:
                table.setdefault(text, []).append((name[0], name[1]))
        for text, start, end in self.rows(self.groups("dashed")[1].first(1)):
            table.setdefault(text, []).append((start, end))
        return table

    def rows(self, spans: Spans) -> Iterator[Row]:
        """Text of each span, and its bounds in that text."""
        if not len(spans):
            return iter(())
        offsets = self.chunk.starts[spans.text]
        starts, ends = (spans.start - offsets).tolist(), (spans.end - offsets).tolist()
        return zip(spans.text.tolist(), starts, ends, strict=True)

    def spans(self, rows: Sequence[Row]) -> Spans:
        """Spans of rows, as `rows` gives them."""
        text, start, end = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return Spans(text, start + self.chunk.starts[text], end + self.chunk.starts[text])

    def texts(self, spans: Spans) -> list[str]:
        """What stands in each span."""
        joined = self.chunk.joined
        bounds = zip(spans.start.tolist(), spans.end.tolist(), strict=True)
        return [joined[start:end] for start, end in bounds]

    def beside(self, row: Row, before: int, behind: int) -> tuple[str, str]:
        """Some characters before and behind a stretch of a text."""
        text, start, end = row
        plain = self.chunk.texts[text]
        return plain[max(0, start - before) : start], plain[end : end + behind]

    def around(self, spans: Spans, before: int, behind: int) -> Spans:
        """Spans widened, but not beyond their texts."""
        start = np.maximum(spans.start - before, self.chunk.starts[spans.text])
        end = np.minimum(spans.end + behind, self.chunk.ends[spans.text])
        return Spans(spans.text, start, end)

    def hold(self, windows: Spans, concept: str) -> Flags:
        """Whether each window holds a place of a concept."""
        flags: Flags = np.zeros(len(windows), dtype=bool)
        places = self.of_concept(concept)
        if not len(windows) or not len(places):
            return flags
        at = np.searchsorted(places.start, windows.start)
        open_ = np.arange(len(windows))
        while len(open_):
            open_ = open_[at[open_] < len(places)]
            open_ = open_[places.start[at[open_]] < windows.end[open_]]
            inside = places.end[at[open_]] <= windows.end[open_]
            flags[open_[inside]] = True
            open_ = open_[~inside]
            at[open_] += 1
        return flags

    def last_end(self, windows: Spans, concept: str) -> Ints:
        """Where the last place of a concept that each window holds ends; -1 without any."""
        ends: Ints = np.full(len(windows), -1)
        places = self.of_concept(concept)
        if not len(windows) or not len(places):
            return ends
        at = np.searchsorted(places.start, windows.end) - 1
        open_ = np.arange(len(windows))
        while len(open_):
            open_ = open_[at[open_] >= 0]
            open_ = open_[places.start[at[open_]] >= windows.start[open_]]
            found = places.end[at[open_]]
            ends[open_] = np.where(found <= windows.end[open_], found, -1)
            open_ = open_[ends[open_] < 0]
            at[open_] -= 1
        return ends

    def sentences(self, spans: Spans) -> Spans:
        """Sentences in which spans begin."""
        return self._between(self._sentence_ends, spans)

    def clauses(self, spans: Spans) -> Spans:
        """Clauses in which spans begin."""
        return self._between(self._clause_ends, spans)

    def denied(self, spans: Spans) -> Flags:
        """Whether the words around each span warn of it or rule it out.

        "We never ask you to pay into a private account", "do not …", "whoever asks … is a fraud".
        """
        flags: Flags = self._denying[spans.text]
        if not flags.any():
            return flags
        doubtful = spans.where(flags)
        sentences, clauses = self.sentences(doubtful), self.clauses(doubtful)
        text, start = doubtful.text, doubtful.start
        flags[flags] = (
            self.hold(Spans(text, start, sentences.end), "is_scam")
            | self.hold(Spans(text, sentences.start, start + 1), "warn")
            | self.hold(Spans(text, clauses.start, start + 1), "deny")
        )
        return flags

    def _between(self, ends: Ints, spans: Spans) -> Spans:
        """Stretches between neighbouring `ends` in which spans begin, cut at their texts."""
        if not len(spans):
            return spans
        bounds = np.concatenate([[0], ends, [len(self.chunk.joined)]])
        behind = np.searchsorted(bounds, spans.start, side="right")
        start = np.maximum(bounds[behind - 1], self.chunk.starts[spans.text])
        return Spans(spans.text, start, np.minimum(bounds[behind], self.chunk.ends[spans.text]))

    @cached_property
    def _denying(self) -> Flags:
        return self.shows(("deny", "warn", "is_scam"))

    @cached_property
    def _clause_ends(self) -> Ints:
        return self._behind(_CLAUSE_ENDS)

    @cached_property
    def _sentence_ends(self) -> Ints:
        """Places behind marks that end a sentence; a bracket at the very end of a text is none."""
        ends = self._behind(_SENTENCE_ENDS)
        codes, text_ends = self.chunk.codes, self.chunk.ends
        left = text_ends[self.chunk.text_at(ends - 1)] - ends
        at_end = (left == 0) | ((left == 1) & (codes[ends] == ord("\n")))
        kept: Ints = ends[(codes[ends - 1] != ord("】")) | ~at_end]
        return kept

    def _behind(self, characters: str) -> Ints:
        """Places behind some characters; the breaks between texts are none of them."""
        found = np.zeros(len(self.chunk.codes), dtype=bool)
        for character in characters:
            found |= self.chunk.codes == ord(character)
        found[self.chunk.ends] = False
        return np.flatnonzero(found) + 1


def _length(plain: str) -> int:
    """Length of a text without blanks and full stops at its end."""
    return len(plain.rstrip(" \n.。"))
