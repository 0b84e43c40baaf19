"""Figures of an evaluation add up, and the tricks are tried on what the table holds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sms_classifier as sms
from sms_classifier.training.corpus import read_labelled
from sms_classifier.training.evaluation import evaluate
from sms_classifier.training.evasion import TRICKS
from sms_classifier.training.measures import (
    calibration_error,
    coverage_curve,
    interval,
    reliability,
)

TOPS = st.lists(st.tuples(st.floats(0.25, 1.0), st.booleans()), min_size=1, max_size=60)


@given(TOPS)
def test_bins_and_curve_hold_every_message(pairs):
    top = np.array([share for share, _ in pairs])
    right = np.array([is_right for _, is_right in pairs])
    rows = reliability(top, right)
    assert sum(row["n"] for row in rows) == len(pairs)
    assert sum(row["n"] * row["right"] for row in rows) == pytest.approx(right.sum())
    curve = coverage_curve(top, right)
    assert curve[-1]["coverage"] == 1.0
    assert curve[-1]["right"] == pytest.approx(right.mean())
    assert all(a["confidence"] >= b["confidence"] for a, b in itertools.pairwise(curve))


@given(st.integers(0, 50), st.integers(0, 50))
def test_interval_holds_the_share(hits, misses):
    low, high = interval(hits, hits + misses)
    assert 0 <= low <= high <= 1
    if hits + misses:
        assert low - 1e-9 <= hits / (hits + misses) <= high + 1e-9


def test_calibration_error_by_hand():
    shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    assert calibration_error(["a", "b", "b", "b"], shares, ["a", "b"]) == pytest.approx(0.4)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory, labelled_rows):
    path = tmp_path_factory.mktemp("evaluation") / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        import csv

        writer = csv.DictWriter(lines, labelled_rows[0])
        writer.writeheader()
        writer.writerows(labelled_rows)
    messages = read_labelled(path)
    return messages, evaluate(sms.load(), messages)


def test_figures_add_up(evaluated):
    messages, figures = evaluated
    assert sum(cell["n"] for cell in figures["confusion"]) == figures["n"] == len(messages.texts)
    right = sum(cell["n"] for cell in figures["confusion"] if cell["truth"] == cell["guess"])
    assert figures["accuracy"] == pytest.approx(right / figures["n"])
    groups = figures["groups"]
    assert groups["n"] == len(set(messages.groups))
    assert groups["all_right"] + groups["none_right"] <= 1
    assert sum(row["n"] for row in figures["stems"].values()) == figures["n"]
    wrong = {cell["guess"] == cell["truth"] for cell in figures["confusion"]}
    assert wrong == {True, False}


def test_mistakes_are_mistakes_most_confident_first(evaluated):
    messages, figures = evaluated
    mistakes = figures["mistakes"]
    assert mistakes
    assert [m["confidence"] for m in mistakes] == sorted(
        (m["confidence"] for m in mistakes), reverse=True
    )
    for mistake in mistakes:
        text = messages.texts[mistake["row"] - 1]
        assert sms.load().predict([text])[0] == mistake["guess"] != mistake["truth"]


def test_every_trick_is_tried_on_plain_rows(evaluated):
    messages, figures = evaluated
    assert set(figures["tricks"]) <= set(TRICKS)
    assert len(figures["tricks"]) >= 7
    for row in figures["tricks"].values():
        assert row["n"] <= messages.evasions.count("")
        assert abs(row["right"] - row["right_before"]) <= row["changed"] + 1e-9


def test_figures_hold_no_message(evaluated):
    messages, figures = evaluated
    shown = str(figures)
    assert not [text for text in messages.texts if text[:12] in shown]
