"""Whatever stands in a table: every row comes out once, in order, as it was; or one line says why."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import sms_classifier as sms
from sms_classifier.errors import SmsClassifierError
from sms_classifier.tables import TableOptions, predict_table

CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=30
)
MESSAGES = st.text(
    alphabet="您的借款逾期天还元加微信v13812345678，。【】银行请勿 \n\u200b凍",
    min_size=1,
    max_size=120,
)


def load():
    return lambda texts: {"label": [f"{len(text)}" for text in texts]}


def run(content, suffix, *, into=".csv"):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / f"in{suffix}", Path(folder) / f"out{into}"
        source.write_bytes(content)
        summary = predict_table(
            source, target, TableOptions(load, quiet=True, rows_a_chunk=3, prefix="x_")
        )
        return summary, target.read_bytes()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=12))
def test_rows_keep_their_order_and_their_cells(rows):
    lines = [
        "id,text",
        *('"{}","{}"'.format(*(cell.replace('"', '""') for cell in row)) for row in rows),
    ]
    summary, out = run("\n".join([*lines, ""]).encode(), ".csv")
    found = list(csv.reader(io.StringIO(out.decode(), newline="")))[1:]
    assert summary.rows == len(rows)
    assert [tuple(row[:2]) for row in found] == rows


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from([".csv", ".tsv", ".jsonl", ".csv.gz", ".xlsx", ".parquet"]),
)
@example(b"text\n\x00", ".csv")
@example(b'{"text": "\\ud800"}\n', ".jsonl")
def test_any_bytes_are_a_table_or_one_line(content, suffix):
    try:
        summary, out = run(content, suffix, into=".jsonl")
    except SmsClassifierError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert out.count(b"\n") == summary.rows


@pytest.fixture(scope="module")
def classifier():
    return sms.load()


@settings(deadline=None, max_examples=60)
@given(text=MESSAGES)
def test_explain_agrees_with_predict(classifier, text):
    if not text.strip():
        with pytest.raises(ValueError, match="empty"):
            classifier.explain(text)
        return
    found = classifier.explain(text)
    assert found.label == classifier.predict([text])[0] == classifier.columns([text])["label"][0]
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.confidence == max(found.probabilities.values())
