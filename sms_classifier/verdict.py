"""From scores to verdicts: kinds as read and found, what is missing, what a person should see.

Whole chunks at once: messages that show the same kinds share one `Conclusion`, since the rubric
is applied to kinds, not to messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sms_classifier.labels import MISCONDUCT, RISK, Kind, Label, judge, missing_disclosures
from sms_classifier.model.decision import GRAVE, sigmoid
from sms_classifier.model.features import Reading
from sms_classifier.model.scorer import Scorer, Scores

__all__ = ["Conclusion", "Judge", "Verdict", "contradicts"]

_LIKELY = 0.5  # more likely than not
_KINDS = tuple(Kind)
_BIT = {str(kind): 1 << place for place, kind in enumerate(_KINDS)}
_CONCLUSIONS_KEPT = 16384  # combinations of label and kinds; a million messages show some 5,000


class Conclusion(NamedTuple):
    """What follows from a label and the kinds of evidence, whatever the message."""

    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    misconduct: tuple[str, ...]
    is_contradicted: bool


class Verdict(NamedTuple):
    """What is said of one message."""

    label: str
    confidence: float
    probabilities: list[float]
    review: bool
    conclusion: Conclusion


class Judge:
    """Turns scores into verdicts.

    Parameters
    ----------
    scorer : Scorer
    threshold : float
        Messages less sure than this are for review.
    """

    def __init__(self, scorer: Scorer, threshold: float) -> None:
        self._classes = scorer.classes
        self._threshold = threshold
        self.by_rubric = set(scorer.classes) == {str(label) for label in Label}
        self.readers = {
            name.removeprefix("read:"): column
            for column, name in enumerate(scorer.outputs)
            if name.startswith("read:")
        }
        read = [kind for kind in _KINDS if kind in self.readers]
        self._columns = [self.readers[kind] for kind in read]
        self._bits = np.array([_BIT[kind] for kind in read], dtype=np.int64)
        self._bounds = np.asarray(scorer.thresholds)[self._columns]
        self._found = frozenset(_BIT).difference(self.readers)

    def verdicts(self, readings: Sequence[Reading], scores: Scores) -> list[Verdict]:
        """Verdict on each message of a chunk."""
        probabilities = scores.probabilities
        likely = probabilities.max(axis=1)
        labels = [self._classes[place] for place in probabilities.argmax(axis=1).tolist()]
        rows = zip(
            labels,
            likely.tolist(),
            probabilities.tolist(),
            (likely < self._threshold).tolist(),
            self._seen_bits(readings, scores),
            self._grave(readings, scores),
            strict=True,
        )
        return [
            self._verdict(label, confidence, shares, unsure, bits, grave)
            for label, confidence, shares, unsure, bits, grave in rows
        ]

    def _verdict(
        self,
        label: str,
        confidence: float,
        shares: list[float],
        unsure: bool,
        bits: int,
        grave: bool,
    ) -> Verdict:
        conclusion = _conclude(label, bits, grave, self.by_rubric)
        return Verdict(label, confidence, shares, unsure or conclusion.is_contradicted, conclusion)

    def _seen_bits(self, readings: Sequence[Reading], scores: Scores) -> list[int]:
        """Kinds as the readers see them; where there is none, as the finders do."""
        probability = sigmoid(scores.reader_logits[:, self._columns])
        read = (probability >= self._bounds) @ self._bits
        return [
            bits | sum(_BIT[kind] for kind in reading.kinds & self._found)
            for bits, reading in zip(read.tolist(), readings, strict=True)
        ]

    def _grave(self, readings: Sequence[Reading], scores: Scores) -> list[bool]:
        """Whether a threat counts (RUBRIC §5)."""
        if GRAVE not in self.readers:
            return [reading.has_grave_threat for reading in readings]
        grave: list[bool] = (
            sigmoid(scores.reader_logits[:, self.readers[GRAVE]]) >= _LIKELY
        ).tolist()
        return grave


@lru_cache(maxsize=_CONCLUSIONS_KEPT)
def _conclude(label: str, bits: int, grave: bool, by_rubric: bool) -> Conclusion:
    kinds = tuple(kind for kind, bit in _BIT.items() if bits & bit)
    missing: tuple[str, ...] = ()
    if by_rubric and label != Label.OTHER:
        missing = tuple(map(str, missing_disclosures(kinds)))
    misconduct = tuple(str(kind) for kind in MISCONDUCT if kind in kinds)
    contradicted = by_rubric and contradicts(label, kinds, grave_threat=grave)
    return Conclusion(kinds, missing, misconduct, contradicted)


def contradicts(label: str, kinds: Sequence[str], *, grave_threat: bool | None = None) -> bool:
    """Whether the evidence speaks against a label."""
    if label == Label.OTHER:
        return any(kind in kinds for kind in RISK)
    return judge(kinds, grave_threat=grave_threat) != label
