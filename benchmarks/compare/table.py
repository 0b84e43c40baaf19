"""The comparison as a table of docs/model.md, between its two marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from designs import OURS, PEERS

from sms_classifier.training.corpus import LabelledMessages

BEGIN, END = "<!-- compare: begin -->", "<!-- compare: end -->"
SPLITS = {"families": "families", "authors": "authors", "scenarios": "scenarios", "names": "names"}


def write_table(page: Path, rows: list[dict[str, Any]], messages: LabelledMessages) -> None:
    """Replace what stands between the marks."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    made = "\n".join([BEGIN, *_lines(rows, messages), END])
    page.write_text(before + made + after, "utf-8")


def _lines(rows: list[dict[str, Any]], messages: LabelledMessages) -> list[str]:
    files = [result["file"] for result in rows[0]["eval"]]
    groups = len(set(messages.groups))
    head = ["design", "setting", *(f"unseen {name}" for name in list(SPLITS)[:3]), "hidden names"]
    return [
        f"{len(messages.texts)} messages of {groups} families; three folds each. Cells are "
        "macro-F1 over the four labels, in brackets its 95 % interval (families drawn anew); "
        "behind the semicolon of an evaluation file, `other` taken for fraud.",
        "",
        "| " + " | ".join([*head, *files]) + " |",
        "|---" * (len(head) + len(files)) + "|",
        *(_row(row) for row in rows),
        "",
        _error_left(rows, files),
    ]


def _row(row: dict[str, Any]) -> str:
    cells = [row["design"], "" if row["setting"] is None else f"{row['setting']}"]
    cells += [_cell(row[split]["macro_f1"], row[split]["interval"]) for split in SPLITS]
    for result in row["eval"]:
        cell = _cell(result["macro_f1"], result["macro_f1_interval"])
        taken = result.get("other_taken_for_fraud")
        cells.append(cell if taken is None else f"{cell}; {taken:.1%}")
    return "| " + " | ".join(cells) + " |"


def _cell(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.3f} ({interval[0]:.3f}–{interval[1]:.3f})"


def _error_left(rows: list[dict[str, Any]], files: list[str]) -> str:
    """Ours beside the best peer: which part of its error (1 - macro-F1) is left."""
    ours = next(row for row in rows if row["design"] == OURS)
    peers = [row for row in rows if row["design"].startswith(PEERS)]
    shown = []
    for split in SPLITS:
        best = max(row[split]["macro_f1"] for row in peers)
        shown.append(f"{SPLITS[split]} {(1 - ours[split]['macro_f1']) / (1 - best):.0%}")
    for place, name in enumerate(files):
        best = max(row["eval"][place]["macro_f1"] for row in peers)
        shown.append(f"{name} {(1 - ours['eval'][place]['macro_f1']) / (1 - best):.0%}")
    return f"Error (1 − macro-F1) of ours as a share of the best peer's (a–c): {', '.join(shown)}."
