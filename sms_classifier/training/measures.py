"""Figures from arrays: shares with intervals, per class, calibration, coverage."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "BINS",
    "calibration_error",
    "class_figures",
    "confusion",
    "coverage_curve",
    "interval",
    "macro_f1",
    "reliability",
]

Z = 1.96  # 95 % of a normal distribution
BINS = 10  # equal-width bins of the calibration error, as in ../shared/eval/score.py
_POINTS = 20  # of the coverage curve; more cannot be told apart on a page


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
    rows = reliability(top, right)
    gaps = [row["n"] * abs(row["confidence"] - row["right"]) for row in rows]
    return float(sum(gaps) / len(top))


def reliability(top: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Mean confidence and share right of each bin of confidence that is not empty.

    Examples
    --------
    >>> rows = reliability(np.array([0.52, 0.58, 0.97]), np.array([True, False, True]))
    >>> [(row["low"], row["n"], row["right"]) for row in rows]
    [(0.5, 2, 0.5), (0.9, 1, 1.0)]
    """
    place = np.minimum((top * BINS).astype(int), BINS - 1)
    rows = []
    for number in range(BINS):
        inside = place == number
        n, hits = int(inside.sum()), int(right[inside].sum())
        if n:
            rows.append(
                {
                    "low": number / BINS,
                    "n": n,
                    "confidence": float(top[inside].mean()),
                    "right": hits / n,
                    "interval": interval(hits, n),
                }
            )
    return rows


def coverage_curve(
    top: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> list[dict[str, float]]:
    """Share right among the most confident part, for parts of growing size.

    Examples
    --------
    >>> curve = coverage_curve(np.array([0.9, 0.6]), np.array([True, False]))
    >>> [(point["coverage"], point["right"]) for point in curve]
    [(0.5, 1.0), (1.0, 0.5)]
    """
    order = np.argsort(-top, kind="stable")
    hits = np.cumsum(right[order])
    sizes = sorted({math.ceil(len(top) * (point + 1) / _POINTS) for point in range(_POINTS)})
    return [
        {
            "coverage": size / len(top),
            "confidence": float(top[order[size - 1]]),
            "right": float(hits[size - 1] / size),
        }
        for size in sizes
    ]
