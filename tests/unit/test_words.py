"""The kernel numbers words as the Python path does, which jieba cuts."""

import csv
import pickle
import random
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.native import kernels
from sms_classifier.text import words
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.segment import BREAK, _jieba_cut
from sms_classifier.text.words import UNKNOWN, WordReader, _PythonReader

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = [ROOT / "data" / "messages.csv", ROOT / "artifacts" / "bench" / "messages-200000.csv"]
VOCABULARY = [
    "还款", "请", "0", ",", "。", " ", "\ue001", "\ue00b", "12", "abc", "ab", "逾期", "逾", "𠀀", "\ud800",
    "中华人民共和国", "中华", "期还", "\r", "", "\u9fd6", "+", "0" * 40,
]  # fmt: skip
ALPHABET = "请还款逾期中华人民共和国12abc0,。 \ue001\ue00b\ud800\udfff𠀀\u9fd6\u3000+-%\0"
compiled = pytest.mark.skipif(kernels() is None, reason="no kernels")


@pytest.fixture(scope="module")
def slow():
    return _jieba_cut()


@pytest.fixture
def by_jieba(monkeypatch, slow):
    """The Python path, cut by jieba itself."""
    monkeypatch.setattr(words, "cut_joined", lambda texts: slow(BREAK.join(texts)))
    return _PythonReader


def expected(vocabulary, texts, segmenter):
    """Numbers and bounds, plainly."""
    numbers = {word: place for place, word in enumerate(vocabulary)}
    rows = [[numbers.get(word, UNKNOWN) for word in segmenter(text)] for text in texts]
    return [number for row in rows for number in row], np.cumsum([0, *map(len, rows)]).tolist()


def found(rows):
    assert rows.numbers.dtype == rows.bounds.dtype == np.int64
    return rows.numbers.tolist(), rows.bounds.tolist()


@compiled
@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_kernel_numbers_messages_as_python_does(table, by_jieba, slow):
    if not table.exists():
        pytest.skip("not made here")
    with table.open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in islice(csv.DictReader(lines), 2_000)]
    texts = [" ".join(text.split()) for text in texts]
    vocabulary = sorted({word for text in texts for word in slow(text)})[::2]
    random.Random(0).shuffle(vocabulary)
    native, python = WordReader(vocabulary), by_jieba(vocabulary)
    for first in range(0, len(texts), 500):
        chunk = TextChunk(texts[first : first + 500])
        assert found(native.read(chunk)) == found(python.read(chunk))


@compiled
@settings(deadline=None)
@given(st.lists(st.text(ALPHABET, max_size=30), max_size=6))
def test_numbers_are_those_of_the_words(slow, texts):
    rows = WordReader(VOCABULARY).read(TextChunk(texts))
    assert found(rows) == expected(VOCABULARY, texts, slow)


@compiled
@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6), st.lists(st.text(max_size=3), max_size=6))
def test_any_texts_and_any_words(slow, texts, vocabulary):
    """Texts with line breaks too: the kernel goes by their bounds."""
    rows = WordReader(vocabulary).read(TextChunk(texts))
    assert found(rows) == expected(vocabulary, texts, slow)


@compiled
@pytest.mark.parametrize(
    "texts",
    [[], [""], ["", "", ""], ["中" * 10_000, "", "1" * 10_000], [" " * 10_000], ["还款a", "b还款"]],
    ids=range(6),
)
@pytest.mark.parametrize("vocabulary", [[], VOCABULARY], ids=["no words", "words"])
def test_extreme_texts(texts, vocabulary, by_jieba):
    chunk = TextChunk(texts)
    assert found(WordReader(vocabulary).read(chunk)) == found(by_jieba(vocabulary).read(chunk))


def test_without_kernels_python_reads(monkeypatch):
    monkeypatch.setattr(words, "kernels", lambda: None)
    reader = WordReader(["还款", "请"])
    assert isinstance(reader._reader, _PythonReader)
    assert found(reader.read(TextChunk(["请于明日还款", "", "还款"]))) == (
        [1, -1, -1, 0, 0],
        [0, 4, 4, 5],
    )


def test_reader_can_be_pickled():
    reader = pickle.loads(pickle.dumps(WordReader(["还款", "请"])))
    assert found(reader.read(TextChunk(["请还款"]))) == ([1, 0], [0, 2])
