"""The kernel finds the phrases that the automaton of the Python path finds."""

import csv
import pickle
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier import lexicons
from sms_classifier.native import kernels
from sms_classifier.text import phrases
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.phrases import PhraseMatcher, _PythonFinder

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = [ROOT / "data" / "messages.csv", ROOT / "artifacts" / "bench" / "messages-200000.csv"]
ALPHABET = "还款请a𠀀\0"
compiled = pytest.mark.skipif(kernels() is None, reason="no kernels")
both_kinds = pytest.mark.parametrize("longest", [False, True], ids=["all", "longest"])


def found(hits):
    return [part.tolist() for part in hits]


def plainly(strings, texts, longest):
    """What is to be found, by trying every place."""
    starts, hits = TextChunk(texts).starts.tolist(), []
    for text, offset in zip(texts, starts, strict=True):
        place = 0
        while place < len(text):
            here = sorted((len(s), n) for n, s in enumerate(strings) if text.startswith(s, place))
            here = here[-1:] if longest else here
            hits += [(n, offset + place, offset + place + length) for length, n in here]
            place += here[0][0] if longest and here else 1
    return [list(column) for column in zip(*hits, strict=True)] or [[], [], []]


@compiled
@both_kinds
@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_kernel_finds_what_python_finds_in_messages(table, longest):
    if not table.exists():
        pytest.skip("not made here")
    with table.open(encoding="utf-8", newline="") as lines:
        texts = [row["text"].lower() for row in islice(csv.DictReader(lines), 10_000)]
    strings = {phrase.lower() for concept in lexicons.concepts() for phrase in concept.phrases}
    strings |= {name.lower() for row in lexicons.institutions() for name in (*row.names, *row.apps)}
    native = PhraseMatcher(sorted(strings), longest=longest)
    python = _PythonFinder(sorted(strings), longest)
    for first in range(0, len(texts), 2_000):
        chunk = TextChunk(texts[first : first + 2_000])
        hits = native.find(chunk)
        assert len(hits.phrase) > 1_000
        assert found(hits) == found(python.find(chunk))


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.text(ALPHABET, min_size=1, max_size=4), max_size=12, unique=True),
    st.lists(st.text(ALPHABET, max_size=20), max_size=4),
    st.booleans(),
)
def test_both_paths_find_what_is_there(strings, texts, longest):
    chunk = TextChunk(texts)
    expected = plainly(strings, texts, longest)
    assert found(PhraseMatcher(strings, longest=longest).find(chunk)) == expected
    assert found(_PythonFinder(strings, longest).find(chunk)) == expected
    for text in texts:
        expected_here = list(zip(*plainly(strings, [text], longest), strict=True))
        assert PhraseMatcher(strings, longest=longest).find_in(text) == expected_here
        assert _PythonFinder(strings, longest).find_in(text) == expected_here


@compiled
@settings(deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=3).filter(lambda s: "\n" not in s), unique=True),
    st.lists(st.text(max_size=30), max_size=4),
    st.booleans(),
)
def test_any_characters(strings, texts, longest):
    texts = [*texts, "".join(strings)]
    hits = PhraseMatcher(strings, longest=longest).find(TextChunk(texts))
    assert found(hits) == plainly(strings, texts, longest)


@compiled
@both_kinds
@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", ""],
        ["\ud800还\udfff款"],
        ["还" * 10_000, "款"],
        ["还", "款"],
        [chr(0x10FFFF)],
    ],
    ids=range(7),
)
def test_extreme_texts(texts, longest):
    strings = ["还", "还还", "还还还", "还款", "\udfff", chr(0x10FFFF), "款"]
    hits = PhraseMatcher(strings, longest=longest).find(TextChunk(texts))
    assert found(hits) == plainly(strings, texts, longest)
    hits_in = PhraseMatcher(strings, longest=longest).find_in("".join(texts))
    assert hits_in == list(zip(*plainly(strings, ["".join(texts)], longest), strict=True))


def test_without_kernels_python_finds(monkeypatch):
    monkeypatch.setattr(phrases, "kernels", lambda: None)
    matcher = PhraseMatcher(["还款", "款"])
    assert isinstance(matcher._finder, _PythonFinder)
    assert found(matcher.find(TextChunk(["请还款", "款"]))) == [[0, 1, 1], [1, 2, 4], [3, 3, 5]]


@both_kinds
def test_matcher_can_be_pickled(longest):
    matcher = pickle.loads(pickle.dumps(PhraseMatcher(["还款", "款"], longest=longest)))
    hits = found(matcher.find(TextChunk(["还款"])))
    assert hits == ([[0], [0], [2]] if longest else [[0, 1], [0, 1], [2, 2]])
