"""Labelled messages in, numbers out: per class, confusion, calibration, kinds, groups, evasion."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sms_classifier.classifier import SmsClassifier
from sms_classifier.labels import Kind, Label
from sms_classifier.training.corpus import LabelledMessages
from sms_classifier.training.evasion import TRICKS
from sms_classifier.training.measures import (
    calibration_error,
    class_figures,
    confusion,
    coverage_curve,
    interval,
    macro_f1,
    reliability,
)

__all__ = ["evaluate", "format_evaluation", "kind_figures"]

_TRIED = 300  # messages a trick is tried on: a share is then known to about 5 points
_WORST = 20
_MISTAKES = 15
_STEM = re.compile(r"[-_ ]?[a-z]?\d+$")  # families are numbered within a file: vague-017, -p06
_MOST_STEMS = 60


def evaluate(classifier: SmsClassifier, messages: LabelledMessages) -> dict[str, Any]:
    """Score a classifier on labelled messages.

    Returns
    -------
    dict
        JSON-able figures without any message text: ``labels``, ``confusion``, ``ece``,
        ``reliability``, ``coverage``, ``groups``, ``stems``, ``kinds`` (when the table has them),
        ``evasion`` (rows that the table marks) and ``tricks`` (each trick tried on plain rows),
        ``mistakes`` (row numbers, most confident first).
    """
    columns = classifier.columns(messages.texts)
    guess, truth = columns["label"], list(messages.labels)
    table = class_figures(truth, guess)
    shares = np.array(
        [[float(x) for x in columns[f"p_{label}"]] for label in classifier.classes_]
    ).T
    top = shares.max(axis=1)
    right = np.array([t == g for t, g in zip(truth, guess, strict=True)])
    kept = right[[cell != "true" for cell in columns["review"]]]
    figures: dict[str, Any] = {
        "n": len(truth),
        "seen_in_training": messages.sha256 in str(classifier.card.get("data", {}).get("sha256")),
        "labels": table,
        "accuracy": float(right.mean()),
        "accuracy_interval": interval(int(right.sum()), len(right)),
        "macro_f1": macro_f1(table),
        "confusion": confusion(truth, guess),
        "false_alarms": _false_alarms(truth, guess),
        "ece": calibration_error(truth, shares, classifier.classes_.tolist()),
        "reliability": reliability(top, right),
        "coverage": coverage_curve(top, right),
        "unreviewed_coverage": len(kept) / len(truth),
        "unreviewed_accuracy": float(kept.mean()) if len(kept) else 0.0,
    }
    if messages.kinds is not None:
        figures["kinds"] = kind_figures(messages, columns["kinds"])
    figures |= _by_group(messages.groups, right)
    figures["evasion"] = _rights(messages.evasions, right)
    figures["tricks"] = _tricks(classifier, messages, guess)
    figures["mistakes"] = [
        {
            "row": messages.rows[place],
            "truth": truth[place],
            "guess": guess[place],
            "confidence": float(top[place]),
        }
        for place in sorted(np.flatnonzero(~right), key=lambda place: -top[place])[:_MISTAKES]
    ]
    return figures


def _false_alarms(truth: Sequence[str], guess: Sequence[str]) -> dict[str, Any] | None:
    """Legitimate notices called fraudulent; none where the labels are others."""
    said = [g == Label.FRAUDULENT for t, g in zip(truth, guess, strict=True) if t == "legitimate"]
    if not said:
        return None
    return {
        "n": len(said),
        "share": sum(said) / len(said),
        "interval": interval(sum(said), len(said)),
    }


def kind_figures(messages: LabelledMessages, cells: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Figures of each kind, over messages about a debt whose kinds are marked."""
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
                "recall_interval": interval(hit, there),
                "f1": 2 * hit / (said + there),
            }
    return table


def _rights(names: Sequence[str], right: Iterable[bool]) -> dict[str, dict[str, Any]]:
    """Share right for each name that is not empty."""
    total: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for name, is_right in zip(names, right, strict=True):
        if name:
            total[name] += 1
            hits[name] += bool(is_right)
    return {
        name: {"n": n, "right": hits[name] / n, "interval": interval(hits[name], n)}
        for name, n in sorted(total.items())
    }


def _by_group(groups: Sequence[str], right: Iterable[bool]) -> dict[str, Any]:
    """Groups counted alike, the worst of them by name, and files of families (stems)."""
    right = list(right)
    table = _rights(groups, right)
    shares = np.array([row["right"] for row in table.values()])
    worst = sorted(table, key=lambda name: (table[name]["right"], -table[name]["n"], name))
    stems = _rights([_STEM.sub("", group) for group in groups], right)
    return {
        "groups": {
            "n": len(table),
            "mean_right": float(shares.mean()),
            "all_right": float((shares == 1).mean()),
            "none_right": float((shares == 0).mean()),
            "worst": [
                {"group": name, **table[name]}
                for name in worst[:_WORST]
                if table[name]["right"] < 1
            ],
        },
        "stems": stems if 1 < len(stems) <= _MOST_STEMS else {},
    }


def _tricks(
    classifier: SmsClassifier, messages: LabelledMessages, guess: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Rewrite plain messages by each trick: right before and after, and verdicts that changed."""
    rng = random.Random(0)  # noqa: S311  # a sample, no secret
    plain = [place for place, trick in enumerate(messages.evasions) if not trick]
    places = sorted(rng.sample(plain, min(_TRIED, len(plain))))
    table = {}
    for name, trick in TRICKS.items():
        rewritten = {place: trick(messages.texts[place], rng) for place in places}
        changed = [place for place in places if rewritten[place] != messages.texts[place]]
        if not changed:
            continue
        said = classifier.predict([rewritten[place] for place in changed])
        after = [g == messages.labels[place] for place, g in zip(changed, said, strict=True)]
        table[name] = {
            "n": len(changed),
            "right_before": float(np.mean([guess[p] == messages.labels[p] for p in changed])),
            "right": float(np.mean(after)),
            "interval": interval(sum(after), len(after)),
            "changed": float(np.mean([guess[p] != g for p, g in zip(changed, said, strict=True)])),
        }
    return table


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
    if alarms := figures["false_alarms"]:
        low, high = alarms["interval"]
        lines.append(
            f"  legitimate called fraudulent: {alarms['share']:.1%} [{low:.1%}, {high:.1%}]"
        )
    groups = figures["groups"]
    lines.append(
        f"  {groups['n']} groups counted alike: {groups['mean_right']:.1%} right, "
        f"wholly right {groups['all_right']:.1%}, wholly wrong {groups['none_right']:.1%}"
    )
    for kind, row in figures.get("kinds", {}).items():
        lines.append(f"    {kind:24} n={row['n']:6} f1 {row['f1']:.3f}")
    for trick, row in figures["evasion"].items():
        lines.append(f"  under {trick:14} n={row['n']:6} right {row['right']:.3f}")
    for trick, row in figures["tricks"].items():
        lines.append(
            f"  tried {trick:14} n={row['n']:6} right {row['right_before']:.3f} before, "
            f"{row['right']:.3f} after"
        )
    if figures["seen_in_training"]:
        lines.append("  The model was trained on this table: it will do worse on new messages.")
    return "\n".join(lines)
