"""A message gets the same verdict alone and in any company, in its own place."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sms_classifier as sms
from sms_classifier.limits import status_of

MESSAGES = Path(__file__).resolve().parents[2] / "data" / "messages.csv"


@pytest.fixture(scope="module")
def classifier():
    return sms.load()


def rows(columns):
    return list(zip(*columns.values(), strict=True))


def test_messages_of_the_corpus_do_not_depend_on_their_neighbours(classifier):
    with MESSAGES.open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)][::60]
    together = rows(classifier.columns(texts))
    assert together == [rows(classifier.columns([text]))[0] for text in texts]


ANY_TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("还款逾期元1x*【】微信借\n"), max_size=60
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT.filter(lambda text: status_of(text) == "ok"), min_size=1, max_size=6))
def test_any_texts_do_not_depend_on_their_neighbours(classifier, texts):
    together = rows(classifier.columns(texts))
    assert together == [rows(classifier.columns([text]))[0] for text in texts]


def test_no_texts_give_empty_columns(classifier):
    assert {tuple(cells) for cells in classifier.columns([]).values()} == {()}
