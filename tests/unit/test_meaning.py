"""Texts near in meaning lie near each other, whatever training has shown."""

import numpy as np

from sms_classifier.text.meaning import MEANING_SIZE, MeaningVectorizer
from sms_classifier.text.segment import cut_joined, split_texts

SHOWN = cut_joined(["您的贷款已逾期", "您的包裹已到站", "请还款", "请取件", ""])


def test_words_never_shown_lie_near_their_like():
    fitted = MeaningVectorizer().fit(SHOWN)
    loan, debt, courier = fitted.transform(cut_joined(["贷款", "债务", "快递员"]))
    assert loan @ debt > loan @ courier


def test_a_text_without_known_words_is_zero_and_others_have_one_length():
    rows = MeaningVectorizer().fit(SHOWN).transform(cut_joined(["", "!!", "逾期", "逾期逾期还款"]))
    assert rows.shape == (4, MEANING_SIZE)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [0, 0, 2, 2])


def test_state_makes_the_same_vectoriser():
    fitted = MeaningVectorizer().fit(SHOWN)
    again = MeaningVectorizer.from_state(fitted.state())
    np.testing.assert_array_equal(again.transform(SHOWN), fitted.transform(SHOWN))


def test_a_text_is_told_alike_alone_and_among_others():
    fitted = MeaningVectorizer().fit(SHOWN)
    alone = np.vstack([fitted.transform(words) for words in split_texts(SHOWN)])
    np.testing.assert_allclose(fitted.transform(SHOWN), alone, atol=1e-12)
