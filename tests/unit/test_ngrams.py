"""The vectoriser gives scikit-learn's numbers, the kernel those of numpy."""

import csv
import pickle
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from sms_classifier.native import is_compiled
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.document_counts import DocumentCounts, _PythonCounter
from sms_classifier.text.key_table import KeyTable
from sms_classifier.text.ngrams import _BLANKS, NgramVectorizer
from sms_classifier.text.segment import cut, cut_joined
from sms_classifier.text.words import WordReader

TEXTS = [
    "您的借款已逾期",
    "您的账单已出，请还款",
    "请还款请还款",
    "",
    "a b c 0元",
    "还款日是0号，还款",
] * 2
HOSTILE = [
    "",
    " ",
    "\0",
    "\0还",
    "\ud800",
    "\U0010ffff\udfff款",
    "还 \t\u3000款\r\x1c请\x85还款",
    "还款" * 5000,
    "请" * 10_000,
    "\U0001f600" * 300,
    "".join(map(chr, range(0x4E00, 0x4E00 + 10_000))),
]
DATA = Path(__file__).resolve().parent.parent.parent / "data" / "messages.csv"
needs_kernels = pytest.mark.skipif(not is_compiled(), reason="no kernels")


def words(text):
    found = [word for word in cut(text) if not word.isspace()]
    return [*found, *(f"{a} {b}" for a, b in pairwise(found))]


def chars(text):
    return [text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)]


@cache
def reader_of(vocabulary):
    return WordReader(vocabulary)


def without_surrogates(texts):
    """Texts of the same length that rjieba takes."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


def counted(texts, counter=None):
    counts = DocumentCounts()
    counts._counter = counter or counts._counter
    for start in range(0, len(texts), 7):
        part = texts[start : start + 7]
        counts._counter.add(part, cut_joined(without_surrogates(part)))
    counts.n_texts = len(texts)
    return counts


def transform(vectorizer, texts):
    reader = reader_of(tuple(vectorizer.vocabulary))
    words = reader.read(TextChunk(without_surrogates(texts)))
    return vectorizer.transform(TextChunk(texts), words)


def in_python(vectorizer):
    twin = pickle.loads(pickle.dumps(vectorizer))
    vars(twin)["_index"] = None
    return twin


def assert_same(ours, theirs):
    for name in ("indptr", "indices", "data"):
        left, right = getattr(ours, name), getattr(theirs, name)
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)


@pytest.fixture(scope="module")
def messages():
    with DATA.open(encoding="utf-8", newline="") as file:
        found = [row["text"].replace("\n", " ") for row in csv.DictReader(file)][::25]
    return found


@pytest.fixture(scope="module")
def fitted(messages):
    shown = [*messages[::2], *HOSTILE * 2]
    return NgramVectorizer(min_count=2).fit(counted(shown))


@pytest.fixture(scope="module")
def twin(fitted):
    return in_python(fitted)


def assert_counted_alike(texts):
    native, python = counted(texts), counted(texts, _PythonCounter())
    for least in (1, 2, 30):
        assert native.words(least) == python.words(least)
        assert native.chars(least) == python.chars(least)


@needs_kernels
def test_kernel_counts_as_python_does(messages):
    assert_counted_alike([*messages, *HOSTILE, *HOSTILE])


@needs_kernels
@settings(deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("还款请 \t0aABC，\0\ud800\U0010ffff您的借"), max_size=60),
        max_size=9,
    )
)
def test_kernel_counts_any_text_as_python_does(texts):
    assert_counted_alike(texts)


def test_texts_are_counted_as_they_come():
    counts = DocumentCounts()
    counts.add([])
    counts.add(["请还款", ""])
    counts.add(["还款"])
    assert counts.n_texts == 3
    assert counts.words(1) == {"请": 1, "还款": 2, "请 还款": 1}
    assert counts.chars(2) == {"还": 2, "款": 2, "还款": 2}


@pytest.mark.parametrize(("analyzer", "block"), [(words, "word"), (chars, "char")])
def test_equals_scikit_learn(analyzer, block):
    ours = NgramVectorizer(min_count=2).fit(counted(TEXTS))
    rows = transform(ours, TEXTS)
    dense = csr_matrix(
        (rows.data, rows.indices, rows.indptr), (rows.n_rows, rows.n_columns)
    ).toarray()
    columns = [i for i, name in enumerate(ours.feature_names_) if name.startswith(block)]
    theirs = TfidfVectorizer(analyzer=analyzer, min_df=2, sublinear_tf=True).fit(TEXTS)
    assert sorted(theirs.vocabulary_) == [ours.feature_names_[i].split(":", 1)[1] for i in columns]
    np.testing.assert_allclose(dense[:, columns], theirs.transform(TEXTS).toarray(), atol=1e-12)


def test_state_makes_the_same_vectoriser():
    ours = NgramVectorizer(min_count=1).fit(counted(TEXTS))
    again = NgramVectorizer.from_state(ours.state())
    assert_same(transform(again, TEXTS), transform(ours, TEXTS))


def test_key_table_finds_every_key_and_no_other():
    keys = np.random.default_rng(0).integers(1, 2**63, 5000).astype(np.uint64)
    table = KeyTable(np.unique(keys))
    assert (table.keys[table.find(table.keys)] == table.keys).all()
    assert (
        table.find(table.keys + np.uint64(1))[~np.isin(table.keys + np.uint64(1), table.keys)] == -1
    ).all()


def test_key_table_never_finds_zero():
    table = KeyTable(np.array([0, 7], dtype=np.uint64))
    assert table.find(np.array([7, 0], dtype=np.uint64)).tolist() == [1, -1]


def test_every_blank_is_listed():
    assert {char for char in map(chr, range(0x110000)) if char.isspace()} == set(_BLANKS[1:])


@needs_kernels
@pytest.mark.parametrize("size", [1, 500])
def test_kernel_gives_the_rows_of_numpy(fitted, twin, messages, size):
    for start in range(0, len(messages) if size > 1 else 50, size):
        texts = messages[start : start + size]
        assert_same(transform(fitted, texts), transform(twin, texts))


@needs_kernels
def test_kernel_gives_the_rows_of_numpy_for_hostile_texts(fitted, twin):
    for texts in ([], HOSTILE, HOSTILE[::-1], *([text] for text in HOSTILE)):
        assert_same(transform(fitted, texts), transform(twin, texts))


@needs_kernels
@settings(deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("还款请 \t0aABC，\0\ud800\U0010ffff您的借"), max_size=60),
        max_size=6,
    )
)
def test_kernel_gives_the_rows_of_numpy_for_any_text(fitted, twin, texts):
    assert_same(transform(fitted, texts), transform(twin, texts))


@pytest.mark.parametrize("n_outputs", [0, 1, 31, 32, 64, 77])
def test_product_is_that_of_the_rows(fitted, twin, messages, n_outputs):
    random = np.random.default_rng(0)
    weights = random.normal(size=(len(fitted.idf_), n_outputs)).astype(np.float32)
    chunk = TextChunk([*messages[:200], *HOSTILE])
    words = WordReader(fitted.vocabulary).read(TextChunk(without_surrogates(chunk.texts)))
    expected = transform(fitted, chunk.texts).dot(weights.astype(float))
    for vectorizer in (fitted, twin):
        np.testing.assert_allclose(
            vectorizer.dot(chunk, words, weights), expected, atol=1e-4, rtol=1e-5
        )


def test_without_a_vocabulary_rows_are_empty():
    nothing = NgramVectorizer(min_count=99).fit(counted(TEXTS))
    assert transform(nothing, TEXTS).indptr.tolist() == [0] * (len(TEXTS) + 1)


def test_fitting_again_forgets(messages):
    vectorizer = NgramVectorizer(min_count=1).fit(counted(messages[:9]))
    transform(vectorizer, messages[:9])
    vectorizer.fit(counted(TEXTS))
    fresh = NgramVectorizer(min_count=1).fit(counted(TEXTS))
    assert vectorizer.feature_names_ == fresh.feature_names_
    assert_same(transform(vectorizer, TEXTS), transform(fresh, TEXTS))


def test_pickles_hold_no_tables(fitted, messages):
    transform(fitted, messages[:3])
    assert set(fitted.__getstate__()) == {"min_count", "words_", "chars_", "idf_"}
    again = pickle.loads(pickle.dumps(fitted))
    assert_same(transform(again, messages), transform(fitted, messages))
    assert pickle.loads(pickle.dumps(NgramVectorizer(min_count=3))).min_count == 3
