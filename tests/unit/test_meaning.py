"""Texts near in meaning lie near each other, whatever training has shown."""

import numpy as np

from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.meaning import MEANING_SIZE, MeaningVectorizer, known_words
from sms_classifier.text.words import WordReader

TEXTS = ["您的贷款已逾期", "您的包裹已到站", "请还款", "请取件", ""]


def read(*texts):
    return WordReader(known_words()).read(TextChunk(texts))


SHOWN = read(*TEXTS)


def test_words_never_shown_lie_near_their_like():
    fitted = MeaningVectorizer().fit(SHOWN)
    loan, debt, courier = fitted.transform(read("贷款", "债务", "快递员"))
    assert loan @ debt > loan @ courier


def test_a_text_without_known_words_is_zero_and_others_have_one_length():
    rows = MeaningVectorizer().fit(SHOWN).transform(read("", "!!", "逾期", "逾期逾期还款"))
    assert rows.shape == (4, MEANING_SIZE)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [0, 0, 2, 2])


def test_state_makes_the_same_vectoriser():
    fitted = MeaningVectorizer().fit(SHOWN)
    again = MeaningVectorizer.from_state(fitted.state())
    np.testing.assert_array_equal(again.transform(SHOWN), fitted.transform(SHOWN))


def test_a_text_is_told_alike_alone_and_among_others():
    fitted = MeaningVectorizer().fit(SHOWN)
    alone = np.vstack([fitted.transform(read(text)) for text in TEXTS])
    np.testing.assert_allclose(fitted.transform(SHOWN), alone, atol=1e-12)


def test_no_texts_no_rows():
    assert MeaningVectorizer().fit(SHOWN).transform(read()).shape == (0, MEANING_SIZE)
