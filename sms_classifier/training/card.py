"""The model's card for people: what it is for, how good it is, where it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sms_classifier.advice.rules import dated_rules
from sms_classifier.labels import Label

__all__ = ["CARD_PAGE", "card_page", "format_figures", "rules_date", "write_page"]

CARD_PAGE = "CARD.md"
_WEAK_KIND = 0.85  # F1 below which a kind of evidence is named as a weakness
_WORST = 6  # confusions named
_FEW_GROUPS = 20  # of a label; fewer make its figures a matter of luck

_USE = """## Intended use
Sorting messages about debts for a person who then decides: a receiver who wonders whether a message can be checked, a complaints desk, a supervisor, a sender who checks templates. It shows the evidence in the text, what is missing, and what to do next.

Not for: refusing, accusing, blocking or paying anybody on the label alone; deciding about a person; messages in other languages; anything but the text of one SMS.

"""  # noqa: E501
_LIMITS = """## Limits
- A text can show that a message is verifiable or that it is a trap; it cannot prove who sent it.
- What a model learnt is as good as its messages: kinds of messages that the table lacks are judged worse than the figures say.
"""  # noqa: E501
_RUBRIC_LIMITS = """- The shipped model learnt from composed messages, none of them captured. Real ones differ.
- Labels follow data/RUBRIC.md; who reads by other rules will disagree.
- Names and hotlines are known from the registry that is shipped with the program; a number that it lacks is "not verified", which is not a reproach.
"""  # noqa: E501


def rules_date() -> str:
    """Date of the newest dated rule that evidence and advice refer to.

    Examples
    --------
    >>> rules_date() >= "2026"
    True
    """
    return max(day for rule in dated_rules() for day in (rule.issued, rule.effective))


def write_page(folder: Path) -> None:
    """Write the readable card from ``card.json`` of a model folder."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / CARD_PAGE).write_text(card_page(card), encoding="utf-8")


def card_page(card: Mapping[str, Any]) -> str:
    """Spell a card as Markdown."""
    by_rubric = set(card["labels"]) == set(map(str, Label))
    figures = card["cross_validation"]
    return "\n".join(
        [
            "# Model card",
            "",
            f"Made {card['date']} with sms-classifier {card['versions']['sms-classifier']} from "
            f"{card['data']['messages']} labelled messages in {card['data']['groups']} groups. "
            f"Rules up to {card['rules_date']}. Labels: {', '.join(card['labels'])}.",
            "",
            _USE + "## Figures by cross-validation",
            *format_figures(card),
            "",
            *_reliability(figures),
            *_sets(card.get("sets", ())),
            "## Known failures",
            *_failures(figures),
            "",
            _LIMITS + (_RUBRIC_LIMITS if by_rubric else ""),
        ]
    )


def format_figures(card: Mapping[str, Any]) -> list[str]:
    """Cross-validated figures as lines of Markdown, peers beside."""
    figures, data = card["cross_validation"], card["data"]
    peers = figures.get("peers", {})
    lines = [
        f"{data['messages_used']} of {data['messages']} messages, {data['groups']} groups.",
        *_splits(figures),
        "",
        "| label | n | precision | recall | F1 |" + "".join(f" {name} |" for name in peers),
        "|---|---|---|---|---|" + "---|" * len(peers),
    ]
    for label, row in figures["labels"].items():
        lines.append(
            f"| {label} | {row['n']} | {_with_interval(row, 'precision')} "
            f"| {_with_interval(row, 'recall')} | {row['f1']:.3f} |"
            + "".join(f" {peer['f1'][label]:.3f} |" for peer in peers.values())
        )
    low, high = figures["macro_f1_interval"]
    lines.append(
        f"| macro-F1 | | | | {figures['macro_f1']:.3f} ({low:.3f}–{high:.3f}) |"
        + "".join(f" {peer['macro_f1']:.3f} |" for peer in peers.values())
    )
    low, high = figures["unreviewed_accuracy_interval"]
    return [
        *lines,
        "",
        "In brackets: 95 % intervals. Peers: F1 on the same folds." if peers else _BRACKETS,
        f"Review below confidence {figures['review_threshold']:.3f} or when evidence and label "
        f"contradict each other: {figures['unreviewed_coverage']:.1%} pass, "
        f"{figures['unreviewed_accuracy']:.1%} ({low:.1%}–{high:.1%}) of them right.",
        *_warnings(card),
    ]


_BRACKETS = "In brackets: 95 % intervals."


def _with_interval(row: Mapping[str, Any], name: str) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.3f} ({low:.3f}–{high:.3f})"


def _splits(figures: Mapping[str, Any]) -> Iterator[str]:
    random, ours = figures["near_copies_across"]["random"], figures["near_copies_across"]["ours"]
    yield (
        f"A random split would test {random:.1%} of the messages with a near-copy among the "
        f"training ones; the split behind these figures tests {ours:.1%} so."
    )
    if not figures["by_group"]:
        yield (
            "The split is by label alone, because some label has too few groups to stand in every "
            "part: expect less on new messages than these figures say."
        )


def _warnings(card: Mapping[str, Any]) -> Iterator[str]:
    for label, n in card["data"]["groups_by_label"].items():
        if n < _FEW_GROUPS:
            yield f"Label {label!r} has {n} groups: its figures are a matter of luck."
    if n := card["data"]["contradicting_rows"]:
        yield f"{n} rows contradict one another: the same text under several labels."
    if n := card["cross_validation"]["unlikely_labels"]:
        yield f"{n} labels look unlikely. Rows of both sorts: {card['label_problems']}."


def _reliability(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "## Do the probabilities mean what they say?"
    yield f"Expected calibration error {figures['ece']:.3f}."
    yield ""
    yield "| confidence from | n | mean confidence | right |"
    yield "|---|---|---|---|"
    for row in figures["reliability"]:
        yield f"| {row['low']:.1f} | {row['n']} | {row['confidence']:.3f} | {row['right']:.3f} |"
    yield ""


def _sets(sets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not sets:
        return
    yield "## Figures on other sets"
    yield "Written by `make compare`; every share with its 95 % interval."
    yield ""
    yield "| set | n | what | value |"
    yield "|---|---|---|---|"
    for entry in sets:
        for name, (value, low, high) in entry["figures"].items():
            shown = f"{value:.3f}" if low is None else f"{value:.3f} ({low:.3f}–{high:.3f})"
            yield f"| {entry['set']} | {entry['n']} | {name} | {shown} |"
    yield ""


def _failures(figures: Mapping[str, Any]) -> Iterator[str]:
    totals = {label: row["n"] for label, row in figures["labels"].items()}
    mistakes = [row for row in figures["confusion"] if row["truth"] != row["guess"]]
    for row in sorted(mistakes, key=lambda row: -row["n"])[:_WORST]:
        share = row["n"] / totals[row["truth"]]
        yield f"- {row['truth']} taken for {row['guess']}: {row['n']} ({share:.1%} of them)"
    for kind, row in sorted(figures.get("kinds", {}).items(), key=lambda item: item[1]["f1"]):
        if row["f1"] < _WEAK_KIND:
            yield f"- evidence `{kind}` is found unreliably: F1 {row['f1']:.2f} over {row['n']}"
