"""What a model is judged by: figures on messages whose group it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.training.corpus import LabelledMessages
from sms_classifier.training.evaluation import kind_figures
from sms_classifier.training.measures import (
    calibration_error,
    class_figures,
    confusion,
    interval,
    macro_f1,
    reliability,
)

__all__ = ["cross_validation_figures", "macro_f1_interval", "review_band"]

Floats = npt.NDArray[np.float64]
WANTED_ACCURACY = 0.98  # of what is not sent to review; issue "A verdict worth trusting"
LEAST_COVERAGE = 0.30  # a band that passes less than this helps nobody
RESAMPLES = 1000  # enough for two digits of a 95 % interval


def cross_validation_figures(
    messages: LabelledMessages,
    probabilities: Floats,
    classes: Sequence[str],
    *,
    contradicted: npt.NDArray[np.bool_],
    kinds: Sequence[str],
) -> dict[str, Any]:
    """Figures of out-of-fold predictions, ready for the card.

    Parameters
    ----------
    messages : LabelledMessages
    probabilities : ndarray of shape (n, n_classes)
    classes : sequence of str
    contradicted : ndarray of shape (n,)
        Whether the evidence speaks against the label, which sends a message to review.
    kinds : sequence of str
        Kinds of evidence seen out of fold, joined by ``|``.
    """
    truth = list(messages.labels)
    guess = np.asarray(classes)[probabilities.argmax(axis=1)].tolist()
    right = np.asarray(guess) == np.asarray(truth)
    table = class_figures(truth, guess)
    threshold, passed = review_band(probabilities.max(axis=1), right, contradicted)
    figures = {
        "macro_f1": macro_f1(table),
        "macro_f1_interval": macro_f1_interval(truth, guess, messages.groups),
        "labels": table,
        "confusion": confusion(truth, guess),
        "ece": calibration_error(truth, probabilities, classes),
        "reliability": reliability(probabilities.max(axis=1), right),
        "review_threshold": threshold,
        "unreviewed_coverage": float(passed.mean()),
        "unreviewed_accuracy": float(right[passed].mean()),
        "unreviewed_accuracy_interval": interval(int(right[passed].sum()), int(passed.sum())),
    }
    if messages.kinds is not None:
        figures["kinds"] = kind_figures(messages, kinds)
    return figures


def review_band(
    confidence: Floats, right: npt.NDArray[np.bool_], contradicted: npt.NDArray[np.bool_]
) -> tuple[float, npt.NDArray[np.bool_]]:
    """Choose the confidence from which no person needs to look.

    The lowest one above which the wanted share of what is not contradicted is right; where that
    passes too few messages, the one that passes just enough.

    Returns
    -------
    float
        The threshold.
    ndarray of bool
        Which messages pass.

    Examples
    --------
    >>> right = np.array([True] * 99 + [False])
    >>> threshold, passed = review_band(np.linspace(1, 0.5, 100), right, right & False)
    >>> round(threshold, 2), int(passed.sum())
    (0.5, 100)
    """
    candidates = np.flatnonzero(~contradicted)
    if not len(candidates):
        return 1.0, np.zeros(len(confidence), dtype=bool) | (confidence >= confidence.max())
    order = candidates[np.argsort(-confidence[candidates], kind="stable")]
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    fewest = min(int(LEAST_COVERAGE * len(confidence)), len(order) - 1)
    good = np.flatnonzero(accuracy[fewest:] >= WANTED_ACCURACY)
    last = int(good[-1]) + fewest if len(good) else fewest
    threshold = float(confidence[order[last]])
    return threshold, ~contradicted & (confidence >= threshold)


def macro_f1_interval(
    truth: Sequence[str], guess: Sequence[str], groups: Sequence[str]
) -> tuple[float, float]:
    """95 % interval of macro-F1: groups drawn anew with repetition, the middle 95 %.

    Examples
    --------
    >>> macro_f1_interval(["a", "b"] * 20, ["a", "b"] * 20, [str(i) for i in range(40)])
    (1.0, 1.0)
    """
    names = sorted({*truth, *guess})
    place = {name: i for i, name in enumerate(names)}
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    n_groups, k = int(group.max()) + 1, len(names)
    counts = np.zeros((n_groups, k, k))
    for place_of_group, t, g in zip(group, truth, guess, strict=True):
        counts[place_of_group, place[t], place[g]] += 1
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=RESAMPLES)
    tables = (drawn @ counts.reshape(n_groups, -1)).reshape(-1, k, k)
    hits = np.einsum("bii->bi", tables)
    there, said = tables.sum(axis=2), tables.sum(axis=1)
    f1 = np.where(there > 0, 2 * hits / np.maximum(there + said, 1), np.nan)
    low, high = np.quantile(np.nanmean(f1, axis=1), (0.025, 0.975))
    return float(low), float(high)
