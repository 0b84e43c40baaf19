"""From scores to verdicts: kinds as read and found, what is missing, what a person should see.

Whole chunks at once: messages that show the same kinds share one `Conclusion`, since the rubric
is applied to kinds, not to messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sms_classifier.labels import MISCONDUCT, RISK, Label, judge, missing_disclosures
from sms_classifier.model.decision import GRAVE, sigmoid
from sms_classifier.model.features import GRAVE_BIT, KIND_BITS, Reading, Readings, kinds_of
from sms_classifier.model.scorer import Scorer, Scores

__all__ = ["Conclusion", "Judge", "Verdict", "Verdicts", "contradicts"]

_LIKELY = 0.5  # more likely than not
_CONCLUSIONS_KEPT = 16384  # combinations of label and kinds; a million messages show some 5,000


class Conclusion(NamedTuple):
    """What follows from a label and the kinds of evidence, whatever the message.

    ``cells`` are kinds, missing and misconduct as a table shows them.
    """

    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    misconduct: tuple[str, ...]
    is_contradicted: bool
    cells: tuple[str, str, str]


class Verdict(NamedTuple):
    """What is said of one message."""

    label: str
    confidence: float
    probabilities: list[float]
    review: bool
    conclusion: Conclusion


class Verdicts(NamedTuple):
    """What is said of a chunk of messages, a column for each field of `Verdict`."""

    labels: list[str]
    confidences: npt.NDArray[np.float64]
    probabilities: npt.NDArray[np.float64]
    review: list[bool]
    conclusions: list[Conclusion]


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
        bits = KIND_BITS | {GRAVE: GRAVE_BIT}
        bounds = dict(zip(scorer.outputs, np.asarray(scorer.thresholds).tolist(), strict=True))
        bounds[f"read:{GRAVE}"] = _LIKELY
        read = [name for name in bits if name in self.readers]
        self._columns = [self.readers[name] for name in read]
        self._bounds = np.array([bounds[f"read:{name}"] for name in read])
        self._bits = np.array([bits[name] for name in read], dtype=np.int64)
        self._found = sum(bits.values()) - sum(self._bits.tolist())

    def verdicts(self, readings: Sequence[Reading], scores: Scores) -> list[Verdict]:
        """Verdict on each message of a chunk."""
        labels, confidences, probabilities, *rest = self.columns(readings, scores)
        columns = labels, confidences.tolist(), probabilities.tolist(), *rest
        return [Verdict(*row) for row in zip(*columns, strict=True)]

    def columns(self, readings: Sequence[Reading], scores: Scores) -> Verdicts:
        """Verdicts on a chunk of messages, column by column."""
        together = Readings.of(readings)
        probabilities = scores.probabilities
        likely = probabilities.max(axis=1)
        labels = [self._classes[place] for place in probabilities.argmax(axis=1).tolist()]
        seen = self._seen_bits(together, scores)
        conclusions = [*map(_conclude, labels, seen, repeat(self.by_rubric))]
        review = [
            unsure or conclusion.is_contradicted
            for unsure, conclusion in zip(
                (likely < self._threshold).tolist(), conclusions, strict=True
            )
        ]
        return Verdicts(labels, likely, probabilities, review, conclusions)

    def _seen_bits(self, readings: Readings, scores: Scores) -> list[int]:
        """Kinds, and grave threats, as read; where there is no reader, as the finders do."""
        probability = sigmoid(scores.reader_logits[:, self._columns])
        read = (probability >= self._bounds) @ self._bits
        bits = zip(read.tolist(), readings.bits, strict=True)
        return [seen | found & self._found for seen, found in bits]


@lru_cache(maxsize=_CONCLUSIONS_KEPT)
def _conclude(label: str, bits: int, by_rubric: bool) -> Conclusion:
    kinds, grave = kinds_of(bits), bits & GRAVE_BIT != 0
    missing: tuple[str, ...] = ()
    if by_rubric and label != Label.OTHER:
        missing = tuple(map(str, missing_disclosures(kinds)))
    misconduct = tuple(str(kind) for kind in MISCONDUCT if kind in kinds)
    contradicted = by_rubric and contradicts(label, kinds, grave_threat=grave)
    cells = "|".join(kinds), "|".join(missing), "|".join(misconduct)
    return Conclusion(kinds, missing, misconduct, contradicted, cells)


def contradicts(label: str, kinds: Sequence[str], *, grave_threat: bool | None = None) -> bool:
    """Whether the evidence speaks against a label."""
    if label == Label.OTHER:
        return any(kind in kinds for kind in RISK)
    return judge(kinds, grave_threat=grave_threat) != label
