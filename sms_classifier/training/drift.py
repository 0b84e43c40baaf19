"""Whether messages still look like those that a model was trained on.

Two figures are compared with what training saw on families it had not learnt: the share of
character n-grams that the model does not know, and how the confidence is spread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.model.features import Reading, read
from sms_classifier.model.scorer import Scores
from sms_classifier.text.document_counts import char_ngrams
from sms_classifier.text.ngrams import NgramVectorizer
from sms_classifier.training.corpus import LabelledMessages
from sms_classifier.training.measures import BINS

__all__ = ["Drift", "compare_drift", "confidence_bin", "drift_reference", "unknown_shares"]

_FOLDS = 5
_WATCH, _RETRAIN = 1.2, 1.5  # times the unknown share of training; our choice
# Population stability index of the confidence: Siddiqi (2006), Credit Risk Scorecards, ch. 12.
_SOME_SHIFT, _GREAT_SHIFT = 0.10, 0.25
_FEWEST = 200  # messages; a share of 200 is known to about 7 points


@dataclass(frozen=True, slots=True)
class Drift:
    """Figures of some messages beside those of training, and an advice.

    Attributes
    ----------
    unknown, reference : float or None
        Share of unknown n-grams now and in training.
    shift : float or None
        Population stability index of the confidence.
    advice : str
        ``no_reference``, ``too_few``, ``fine``, ``watch`` or ``retrain``.
    """

    unknown: float | None
    reference: float | None
    shift: float | None
    advice: str


def unknown_shares(
    readings: Sequence[Reading], scores: Scores, vectorizer: NgramVectorizer
) -> list[float]:
    """Share of each message's distinct character n-grams that the model does not know."""
    rows = scores.ngrams
    known = np.add.reduceat(
        np.append(rows.indices >= vectorizer.n_words_, 0),
        np.minimum(rows.indptr[:-1], len(rows.indices)),
    )
    known = np.where(np.diff(rows.indptr) > 0, known, 0)
    totals = [len(set(char_ngrams(reading.delexicalised))) for reading in readings]
    return [
        1 - n / total if total else 0.0 for n, total in zip(known.tolist(), totals, strict=True)
    ]


def confidence_bin(confidence: float) -> int:
    """Bin of a confidence, of ``measures.BINS`` of equal width.

    Examples
    --------
    >>> confidence_bin(0.97), confidence_bin(1.0), confidence_bin(0.55)
    (9, 9, 5)
    """
    return min(int(confidence * BINS), BINS - 1)


def drift_reference(
    messages: LabelledMessages, top: npt.NDArray[np.float64], *, min_count: int
) -> dict[str, Any]:
    """Figures for a model's card: what messages of families not learnt look like to it.

    Parameters
    ----------
    messages : LabelledMessages
        What the model is trained on.
    top : ndarray of shape (n,)
        Confidence in each, out of fold.
    min_count : int
        As the vocabulary is cut; scaled to the smaller training part of a fold.
    """
    from sms_classifier.training.pipeline import cut_folds  # scikit-learn takes seconds

    shown = [set(char_ngrams(read(text).delexicalised)) for text in messages.texts]
    counts: Counter[str] = Counter()
    for grams in shown:
        counts.update(grams)
    shares = []
    for train, test in cut_folds(messages.labels, messages.groups, _FOLDS):
        here: Counter[str] = Counter()
        for place in test:
            here.update(shown[place])
        least = min_count * len(train) / len(shown)
        for place in test:
            unknown = sum(counts[gram] - here[gram] < least for gram in shown[place])
            shares.append(unknown / max(1, len(shown[place])))
    bins = np.bincount([confidence_bin(share) for share in top], minlength=BINS)
    return {
        "messages": len(shown),
        "unknown_share": float(np.mean(shares)),
        "confidence_bins": (bins / bins.sum()).round(6).tolist(),
    }


def compare_drift(
    reference: Mapping[str, Any] | None, *, n: int, unknown_sum: float, bins: Sequence[int]
) -> Drift:
    """Compare messages with a card's ``drift_reference``, which older cards lack.

    Parameters
    ----------
    reference : mapping or None
    n : int
        Number of messages.
    unknown_sum : float
        Sum of their unknown shares.
    bins : sequence of int
        Messages in each bin of confidence.

    Examples
    --------
    >>> reference = {"unknown_share": 0.1, "confidence_bins": [0] * 8 + [0.5, 0.5]}
    >>> now = compare_drift(reference, n=1000, unknown_sum=300, bins=[0] * 8 + [500, 500])
    >>> now.advice, round(now.shift, 3)
    ('retrain', 0.0)
    """
    unknown = unknown_sum / n if n else None
    if reference is None:
        return Drift(unknown, None, None, "no_reference")
    usual = float(reference["unknown_share"])
    shift = _stability_index(reference["confidence_bins"], bins) if n else None
    if unknown is None or shift is None or n < _FEWEST:
        return Drift(unknown, usual, shift, "too_few")
    if unknown > _RETRAIN * usual or shift > _GREAT_SHIFT:
        return Drift(unknown, usual, shift, "retrain")
    if unknown > _WATCH * usual or shift > _SOME_SHIFT:
        return Drift(unknown, usual, shift, "watch")
    return Drift(unknown, usual, shift, "fine")


def _stability_index(expected: Sequence[float], counted: Sequence[int]) -> float:
    """Population stability index, each bin of the new messages with half a message more."""
    now = (np.asarray(counted, dtype=float) + 0.5) / (sum(counted) + 0.5 * BINS)
    floor = 0.5 / (sum(counted) + 0.5 * BINS)
    before = np.maximum(np.asarray(expected, dtype=float), floor)
    before /= before.sum()
    return float(((now - before) * np.log(now / before)).sum())
