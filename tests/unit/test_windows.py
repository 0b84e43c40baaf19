"""Detectors answer to words in a row, wherever they stand, and learn by the true gradient."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from sms_classifier.model.windows import (
    MOST_WORDS,
    WINDOW,
    Windows,
    WindowWords,
    n_word_inputs,
    split_numbers,
)
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.meaning import known_words, n_known_words
from sms_classifier.text.segment import cut_joined
from sms_classifier.text.words import WordReader
from sms_classifier.training.readers import sequences
from sms_classifier.training.slide import slide

TEXTS = ["请尽快还款,谢谢", "", "还款请尽快", "您 的贷款已逾期", "!"]


@pytest.fixture(scope="module")
def words():
    return WindowWords([",", "的"])


@pytest.fixture(scope="module")
def windows(words):
    random = np.random.default_rng(0)
    shape = (WINDOW, n_word_inputs(n_known_words() + 1 + len(words.own)), 8)
    return Windows(random.normal(size=shape).astype(np.float32), np.zeros(8, np.float32))


def respond(windows, words, texts):
    return windows.respond(words.read(cut_joined(texts)))


def test_a_text_is_told_alike_alone_and_among_others(windows, words):
    alone = np.vstack([respond(windows, words, [text]) for text in TEXTS])
    np.testing.assert_allclose(respond(windows, words, TEXTS), alone, atol=1e-5)


def test_nothing_answers_to_an_empty_text(windows, words):
    assert not respond(windows, words, [""]).any()


def test_order_counts_and_place_does_not(windows, words):
    here, later, turned = respond(
        windows, words, ["谢谢谢谢请还款", "谢谢谢谢谢谢谢谢请还款", "还款请谢谢谢谢"]
    )
    assert (later >= here - 1e-5).all()
    assert not np.allclose(here, turned)


def test_blanks_are_passed_over(windows, words):
    spaced, plain = respond(windows, words, ["您 的 贷款", "您的贷款"])
    np.testing.assert_allclose(spaced, plain, atol=1e-6)


def test_long_texts_are_read_to_a_bound(words):
    read = words.read(cut_joined(["还款," * MOST_WORDS, "还款"]))
    assert (read.ends - read.starts).tolist() == [MOST_WORDS, 1]


def test_state_makes_the_same_numbers(words):
    again = WindowWords.from_state(words.state())
    np.testing.assert_array_equal(
        again.read(cut_joined(TEXTS)).ids, words.read(cut_joined(TEXTS)).ids
    )
    assert WindowWords.from_state(WindowWords().state()).own == ()


def test_frequent_words_without_a_vector_get_weights_of_their_own():
    counts = {",": 30, "的": 2, "贷款": 90}
    assert WindowWords.fit(counts, 100, least=3).own == (",",)
    assert WindowWords.fit(counts, 100, least=31).own == ()
    assert WindowWords.fit(counts, 3000, least=3).own == ()


def test_gradient_is_that_of_the_best_match(windows, words):
    read = words.read(cut_joined(TEXTS))
    error = np.random.default_rng(1).normal(size=(len(TEXTS), 8)).astype(np.float32)

    def loss(weights):
        return float((Windows(weights, windows.bias).respond(read) * error).sum())

    slid = slide(windows, read)
    gradient = slid.gradient(error * (slid.best > 0))
    shown = split_numbers(read.ids)[0]
    assert len(shown) > 5
    for place in ((0, 3, 2), (1, 50, 5), (2, 101, 1), (1, 100, 7), (0, 102, 0)):
        moved = windows.weights.astype(np.float64)
        moved[place] += 1e-2
        change = (loss(moved.astype(np.float32)) - loss(windows.weights)) / 1e-2
        assert change == pytest.approx(gradient[place], abs=2e-2)


def test_sequences_of_a_matrix_are_those_of_the_words(words):
    read = words.read(cut_joined(TEXTS))
    rows = csr_matrix(
        (
            np.concatenate(
                [read.ids[1:][s:e] for s, e in zip(read.starts, read.ends, strict=True)]
            ),
            np.concatenate([np.arange(e - s) for s, e in zip(read.starts, read.ends, strict=True)]),
            np.concatenate([[0], np.cumsum(read.ends - read.starts)]),
        ),
        (len(TEXTS), MOST_WORDS),
    )
    np.testing.assert_array_equal(sequences(rows).ids, read.ids)
    np.testing.assert_array_equal(sequences(rows).ends, read.ends)


@pytest.mark.parametrize("own", [(), (",", "的"), ("贷款", ",", " ")])
def test_numbered_words_are_read_as_the_words(own):
    words = WindowWords(own)
    texts = [*TEXTS, "还\t款 \u3000款", "还款," * MOST_WORDS, known_words()[0]]
    numbered = words.sequences(WordReader(words.vocabulary).read(TextChunk(texts)))
    spelt = words.read(cut_joined(texts))
    for name in ("ids", "starts", "ends"):
        np.testing.assert_array_equal(getattr(numbered, name), getattr(spelt, name))
