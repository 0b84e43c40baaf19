"""Labels in, numbers out: per class with intervals, confusion, calibration, kinds, review."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.classifier import SmsClassifier
from sms_classifier.labels import Kind, Label
from sms_classifier.training.corpus import LabelledMessages

__all__ = [
    "calibration_error",
    "class_figures",
    "confusion",
    "evaluate",
    "format_evaluation",
    "interval",
    "kind_figures",
    "macro_f1",
]

Z = 1.96  # 95 % of a normal distribution
BINS = 10  # equal-width bins of the calibration error, as in ../shared/eval/score.py


def interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share, after Wilson (1927).

    Examples
    --------
    >>> [round(bound, 3) for bound in interval(9, 10)]
    [0.596, 0.982]
    """
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def class_figures(truth: Sequence[str], guess: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Precision, recall (with intervals) and F1 of each label that occurs in the truth."""
    table = {}
    for label in sorted(set(truth)):
        hit = sum(t == g == label for t, g in zip(truth, guess, strict=True))
        said, there = list(guess).count(label), list(truth).count(label)
        table[label] = {
            "n": there,
            "precision": hit / said if said else 0.0,
            "precision_interval": interval(hit, said),
            "recall": hit / there,
            "recall_interval": interval(hit, there),
            "f1": 2 * hit / (said + there),
        }
    return table


def macro_f1(table: dict[str, dict[str, Any]]) -> float:
    """Mean F1 over labels."""
    return float(np.mean([row["f1"] for row in table.values()]))


def confusion(truth: Sequence[str], guess: Sequence[str]) -> list[dict[str, Any]]:
    """How often each label was taken for which.

    Examples
    --------
    >>> confusion(["a", "a"], ["a", "b"])
    [{'truth': 'a', 'guess': 'a', 'n': 1}, {'truth': 'a', 'guess': 'b', 'n': 1}]
    """
    pairs = Counter(zip(truth, guess, strict=True))
    return [{"truth": t, "guess": g, "n": n} for (t, g), n in sorted(pairs.items())]


def calibration_error(
    truth: Sequence[str], probabilities: npt.NDArray[np.float64], classes: Sequence[str]
) -> float:
    """Expected calibration error of the top probability."""
    top = probabilities.max(axis=1)
    right = np.asarray(classes)[probabilities.argmax(axis=1)] == np.asarray(truth)
    bins = np.minimum((top * BINS).astype(int), BINS - 1)
    gaps = [abs(top[bins == i].sum() - right[bins == i].sum()) for i in range(BINS)]
    return float(sum(gaps) / len(top))


def evaluate(classifier: SmsClassifier, messages: LabelledMessages) -> dict[str, Any]:
    """Score a classifier on labelled messages: JSON-able figures."""
    columns = classifier.columns(messages.texts)
    guess, truth = columns["label"], list(messages.labels)
    table = class_figures(truth, guess)
    shares = np.array(
        [[float(x) for x in columns[f"p_{label}"]] for label in classifier.classes_]
    ).T
    kept = [t == g for t, g, r in zip(truth, guess, columns["review"], strict=True) if r != "true"]
    figures: dict[str, Any] = {
        "n": len(truth),
        "labels": table,
        "macro_f1": macro_f1(table),
        "confusion": confusion(truth, guess),
        "ece": calibration_error(truth, shares, classifier.classes_.tolist()),
        "unreviewed_coverage": len(kept) / len(truth),
        "unreviewed_accuracy": sum(kept) / len(kept) if kept else 0.0,
    }
    if messages.kinds is not None:
        figures["kinds"] = kind_figures(messages, columns["kinds"])
    figures["evasion"] = _by_evasion(messages, guess)
    return figures


def kind_figures(messages: LabelledMessages, cells: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Precision, recall and F1 of each kind, over messages about a debt with their kinds marked."""
    pairs = [
        (set(shown.split("|")), set(cell.split("|")))
        for shown, cell, label in zip(messages.kinds or (), cells, messages.labels, strict=True)
        if label != Label.OTHER and shown is not None
    ]
    table = {}
    for kind in map(str, Kind):
        there = sum(kind in truth for truth, _ in pairs)
        said = sum(kind in guess for _, guess in pairs)
        hit = sum(kind in truth and kind in guess for truth, guess in pairs)
        if there:
            table[kind] = {
                "n": there,
                "precision": hit / said if said else 0.0,
                "recall": hit / there,
                "f1": 2 * hit / (said + there),
            }
    return table


def _by_evasion(messages: LabelledMessages, guess: Sequence[str]) -> dict[str, dict[str, Any]]:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for trick, truth, said in zip(messages.evasions, messages.labels, guess, strict=True):
        if trick:
            total[trick] += 1
            right[trick] += truth == said
    return {trick: {"n": n, "right": right[trick] / n} for trick, n in sorted(total.items())}


def format_evaluation(figures: dict[str, Any]) -> str:
    """Figures as lines for a person."""
    lines = [
        f"{figures['n']} messages, macro-F1 {figures['macro_f1']:.3f}, ECE {figures['ece']:.3f}"
    ]
    for label, row in figures["labels"].items():
        low, high = row["recall_interval"]
        lines.append(
            f"  {label:12} n={row['n']:6} precision {row['precision']:.3f} "
            f"recall {row['recall']:.3f} [{low:.3f}, {high:.3f}] f1 {row['f1']:.3f}"
        )
    lines.append(
        f"  not sent to review: {figures['unreviewed_coverage']:.1%}, "
        f"of these right: {figures['unreviewed_accuracy']:.1%}"
    )
    for kind, row in figures.get("kinds", {}).items():
        lines.append(f"    {kind:24} n={row['n']:6} f1 {row['f1']:.3f}")
    for trick, row in figures["evasion"].items():
        lines.append(f"  under {trick:14} n={row['n']:6} right {row['right']:.3f}")
    return "\n".join(lines)
