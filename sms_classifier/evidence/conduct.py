"""How a message speaks: threats, pressure on third parties, lawful consequences, ways to object."""

from __future__ import annotations

from collections.abc import Iterator

from sms_classifier.evidence.finding import Found
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.spans import Flags, Spans
from sms_classifier.labels import Kind

__all__ = ["HINT", "find_conduct"]

HINT = "an announced visit or a veiled hint; RUBRIC 4"
_REACH = 12  # characters between a person and what is to be done about them
_MOST = 3  # the same more often says nothing new


def find_conduct(places: Places) -> Iterator[Found]:
    """Conduct, whatever the label (RUBRIC §2)."""
    yield from _threats(places)
    yield from _third_parties(places)
    lawful = places.of_concept("lawful").first(_MOST)
    lawful = lawful.where(places.shows(("debt_word", "owed"))[lawful.text])
    lawful = lawful.where(~places.denied(lawful) | _feared(places, lawful, 2))
    yield Found(Kind.LAWFUL_CONSEQUENCE, "a lawful consequence; RUBRIC 2", places.rows(lawful))
    disputes = places.of_concept("dispute").first(_MOST)
    yield Found(Kind.DISPUTE_PATH, "a way to object or ask; RUBRIC 2", places.rows(disputes))


def _feared(places: Places, spans: Spans, inside: int) -> Flags:
    """Whether the words before name each consequence as something to avoid (以免影响征信)."""
    begin = places.sentences(spans).start
    return places.hold(Spans(spans.text, begin, spans.start + inside), "lest")


def _threats(places: Places) -> Iterator[Found]:
    grave = places.of_concept("grave").first(_MOST)
    grave = grave.where(~places.denied(grave) | _feared(places, grave, 0))
    yield Found(Kind.THREAT, "violence, arrest or exposure; RUBRIC 3", places.rows(grave))
    hints = places.of_concept("hint").first(_MOST)
    hints = hints.where(places.shows(("debt_word", "owed", "lawful"))[hints.text])
    yield Found(Kind.THREAT, HINT, places.rows(hints.where(~places.denied(hints))))


def _third_parties(places: Places) -> Iterator[Found]:
    addressed = places.of_concept("relative_address").first(_MOST)
    kind = Kind.THIRD_PARTY_PRESSURE
    yield Found(kind, "addressed to somebody else; RUBRIC 2", places.rows(addressed))
    others = places.of_concept("debtor_third")
    others = others.where(places.shows(("debt_word", "owed", "grave", "hint"))[others.text])
    reached = places.hold(places.around(others, _REACH, _REACH), "contact_verb")
    others = others.where(reached & ~places.denied(others)).first(1)
    yield Found(kind, "threatens to reach others; RUBRIC 2", places.rows(others))
