"""One pass over a message for every phrase of every lexicon, and what sentences hold.

Finders ask a `Scan` where a concept occurs; none of them walks the text for words again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sms_classifier import lexicons
from sms_classifier.text.message import Message

__all__ = ["Scan", "scan"]

Span = tuple[int, int]
NAME = "name:"  # prefix of the pseudo-concepts under which names of institutions are indexed
SUM = "sum"  # pseudo-concept: a sum or a share, asked for only beside a fee
_FEE = "fee_any"
_SUM = re.compile(
    r"\d[\d,]{0,15}(?:\.\d{1,2})?[百千万]?(?:元|块|%)|\d{2,16}"
    r"|[一二两三四五六七八九][百千万](?:元|块)?|[一二两三]成|一半"
)
_SENTENCE_END = re.compile(r"[。!?;\n]|】(?!$)")
_CLAUSE_END = re.compile(r"[,。!?;:\n【】]")


@dataclass(slots=True)
class Scan:
    """A message with the places of the concepts in its plain text."""

    message: Message
    hits: dict[str, list[Span]]
    signatures: list[Span] | None = field(default=None, repr=False)  # once somebody has asked
    _sentence_ends: list[int] | None = field(default=None, repr=False)
    _clause_ends: list[int] | None = field(default=None, repr=False)

    @property
    def plain(self) -> str:
        """The plain text that all places refer to."""
        return self.message.plain

    def has(self, *concepts: str) -> bool:
        """Whether any of the concepts occurs."""
        return not self.hits.keys().isdisjoint(concepts)

    def places(self, *concepts: str) -> list[Span]:
        """Places of the concepts, in text order for a single concept."""
        if len(concepts) == 1:
            return self.hits.get(concepts[0], [])
        return [span for concept in concepts for span in self.hits.get(concept, ())]

    def sentence(self, place: int) -> Span:
        """Bounds of the sentence around a place."""
        if self._sentence_ends is None:
            self._sentence_ends = [match.end() for match in _SENTENCE_END.finditer(self.plain)]
        ends = self._sentence_ends
        after = bisect_right(ends, place)
        start = ends[after - 1] if after else 0
        return start, ends[after] if after < len(ends) else len(self.plain)

    def clause_start(self, place: int) -> int:
        """Where the clause that holds a place begins."""
        if self._clause_ends is None:
            self._clause_ends = [match.end() for match in _CLAUSE_END.finditer(self.plain)]
        before = bisect_right(self._clause_ends, place)
        return self._clause_ends[before - 1] if before else 0

    def within(self, concept: str, start: int, end: int) -> list[Span]:
        """Places of a concept that lie in ``plain[start:end]``."""
        spans = self.hits.get(concept)
        if spans is None:
            return []
        first, last = bisect_left(spans, (start, 0)), bisect_left(spans, (end, 0))
        return [span for span in spans[first:last] if span[1] <= end]

    def first_within(self, concept: str, start: int, end: int) -> Span | None:
        """First place of a concept that lies in ``plain[start:end]``; looks no further."""
        spans = self.hits.get(concept)
        if spans is None:
            return None
        first, last = bisect_left(spans, (start, 0)), bisect_left(spans, (end, 0))
        return next((spans[i] for i in range(first, last) if spans[i][1] <= end), None)

    def has_within(self, concept: str, start: int, end: int) -> bool:
        """Whether a concept lies in ``plain[start:end]``."""
        return self.first_within(concept, start, end) is not None

    def near(self, concept: str, start: int, end: int, reach: int) -> bool:
        """Whether a concept lies within `reach` characters of a span."""
        return self.has_within(concept, max(0, start - reach), end + reach)

    def is_denied(self, start: int, end: int) -> bool:
        """Whether the words around a span warn of it or rule it out.

        "We never ask you to pay into a private account", "do not …", "whoever asks … is a fraud".
        """
        if not self.has("deny", "warn", "is_scam"):
            return False
        sentence = self.sentence(start)
        return (
            self.has_within("is_scam", start, sentence[1])
            or self.has_within("warn", sentence[0], start + 1)
            or self.has_within("deny", self.clause_start(start), start + 1)
        )


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[str, ...], ...]]:
    """Matcher of all phrases, and the concepts that each phrase belongs to."""
    table: dict[str, list[str]] = {}
    for concept in lexicons.concepts():
        for phrase in concept.phrases:
            table.setdefault(phrase.lower(), []).append(concept.name)
    for institution in lexicons.institutions():
        for name in (*institution.names, *institution.apps):
            table.setdefault(name.lower(), []).append(NAME + institution.name)
    matcher = AhoCorasick(
        list(table), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
    )
    return matcher, tuple(tuple(dict.fromkeys(names)) for names in table.values())


def scan(message: Message) -> Scan:
    """Find every concept and every known name in a message.

    Examples
    --------
    >>> from sms_classifier.text.normalize import normalize
    >>> scan(normalize("请勿转账到个人账户")).places("private_target")
    [(5, 9)]
    """
    matcher, concepts = _automaton()
    hits: dict[str, list[Span]] = {}
    for index, start, end in matcher.find_matches_as_indexes(message.plain, overlapping=True):
        span = start, end
        for concept in concepts[index]:
            if concept in hits:
                hits[concept].append(span)
            else:
                hits[concept] = [span]
    if _FEE in hits:
        hits[SUM] = [match.span() for match in _SUM.finditer(message.plain)]
    for spans in hits.values():
        if len(spans) > 1:
            spans.sort()
    return Scan(message, hits)
