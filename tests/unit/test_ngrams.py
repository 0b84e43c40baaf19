"""The vectoriser gives scikit-learn's numbers."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from sms_classifier.text.ngrams import KeyTable, NgramVectorizer
from sms_classifier.text.segment import cut, cut_joined

TEXTS = [
    "您的借款已逾期",
    "您的账单已出，请还款",
    "请还款请还款",
    "",
    "a b c 0元",
    "还款日是0号，还款",
] * 2
WORDS = cut_joined(TEXTS)


def words(text):
    found = [word for word in cut(text) if not word.isspace()]
    return [*found, *(f"{a} {b}" for a, b in pairwise(found))]


def chars(text):
    return [text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)]


@pytest.mark.parametrize(("analyzer", "block"), [(words, "word"), (chars, "char")])
def test_equals_scikit_learn(analyzer, block):
    ours = NgramVectorizer(min_count=2).fit(TEXTS, WORDS)
    rows = ours.transform(TEXTS, WORDS)
    dense = csr_matrix(
        (rows.data, rows.indices, rows.indptr), (rows.n_rows, rows.n_columns)
    ).toarray()
    columns = [i for i, name in enumerate(ours.feature_names_) if name.startswith(block)]
    theirs = TfidfVectorizer(analyzer=analyzer, min_df=2, sublinear_tf=True).fit(TEXTS)
    assert sorted(theirs.vocabulary_) == [ours.feature_names_[i].split(":", 1)[1] for i in columns]
    np.testing.assert_allclose(dense[:, columns], theirs.transform(TEXTS).toarray(), atol=1e-12)


def test_state_makes_the_same_vectoriser():
    ours = NgramVectorizer(min_count=1).fit(TEXTS, WORDS)
    again = NgramVectorizer.from_state(ours.state())
    np.testing.assert_array_equal(again.transform(TEXTS, WORDS).data, ours.transform(TEXTS, WORDS).data)


def test_key_table_finds_every_key_and_no_other():
    keys = np.random.default_rng(0).integers(1, 2**63, 5000).astype(np.uint64)
    table = KeyTable(np.unique(keys))
    assert (table.keys[table.find(table.keys)] == table.keys).all()
    assert (
        table.find(table.keys + np.uint64(1))[~np.isin(table.keys + np.uint64(1), table.keys)] == -1
    ).all()
