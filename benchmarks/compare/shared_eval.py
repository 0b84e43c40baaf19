"""The evaluation files beside the project, scored by their own script; no message is shown."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from sms_classifier.training.figures import macro_f1_interval
from sms_classifier.training.measures import interval

SCORER = Path(__file__).resolve().parents[3] / "shared" / "eval" / "score.py"
PLACES = (SCORER, Path("/work/shared/eval/score.py"))
Columns = Callable[[Sequence[str]], dict[str, Sequence[str]]]


def evaluation(columns: Columns) -> list[dict[str, Any]]:
    """Figures of every file, for a function from texts to columns; none without the files."""
    place = next((place for place in PLACES if place.is_file()), None)
    if place is None:
        return []
    script = _loaded(place)
    guesses: list[list[str]] = []

    def predict(texts: list[str], _: object) -> list[dict[str, str]]:
        made = columns(texts)
        guesses.append(list(made["label"]))
        return [dict(zip(made, cells, strict=True)) for cells in zip(*made.values(), strict=True)]

    script.predict = predict
    results = []
    for path in sorted(place.parent.glob("*.csv")):
        guesses.clear()
        result = script.score(path, [], 0)
        truth = [row["label"] for row in script.read(path)]
        each = [str(row) for row in range(len(truth))]
        result["macro_f1_interval"] = macro_f1_interval(truth, guesses[0], each)
        results.append(result)
    return results


def card_sets(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Figures of ours on the files, each (value, low, high), for the model's card."""
    return [
        {"set": result["file"], "n": result["n"], "figures": _figures(result)} for result in results
    ]


def _figures(result: dict[str, Any]) -> dict[str, Any]:
    n = result["n"]
    figures = {"macro-F1": (result["macro_f1"], *result["macro_f1_interval"])}
    for label, row in result["labels"].items():
        hits = round(row["recall"] * row["n"])
        said = round(hits / row["precision"]) if row["precision"] else 0
        figures[f"precision of {label}"] = (row["precision"], *interval(hits, said))
        figures[f"recall of {label}"] = (row["recall"], *interval(hits, row["n"]))
    others = result["labels"].get("other", {"n": 0})["n"]
    for name, words in (("fraud", "fraud"), ("debt", "any debt message")):
        share = result.get(f"other_taken_for_{name}")
        if share is not None:
            figures[f"`other` taken for {words}"] = (
                share,
                *interval(round(share * others), others),
            )
    figures["calibration error"] = (result["ece"], None, None)
    passed = round(result["unreviewed_coverage"] * n)
    right = result["unreviewed_accuracy"]
    figures["not sent to review"] = (result["unreviewed_coverage"], *interval(passed, n))
    figures["right among these"] = (right, *interval(round(right * passed), passed))
    for trick, shares in result.get("evasion_survival", {}).items():
        worst = min(shares, key=lambda label: shares[label])
        figures[f"label kept under {trick}, worst ({worst})"] = (shares[worst], None, None)
    return figures


def _loaded(place: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("score", place)
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    return script
