"""Kernels score as numpy does, alone and together, before and after a pickle."""

import csv
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sms_classifier.model.features import evidence_rows, read_many
from sms_classifier.model.folder import read_folder
from sms_classifier.model.scorer import Scorer
from sms_classifier.model.units import UnitKernels
from sms_classifier.model.windows import MOST_WORDS, WINDOW, Windows, WindowWords, n_word_inputs
from sms_classifier.native import is_compiled, kernels
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.joint import JointReader
from sms_classifier.text.meaning import MeaningVectorizer, known_words, n_known_words
from sms_classifier.text.words import WordReader

ROOT = Path(__file__).resolve().parent.parent.parent
HOSTILE = ["", " ", "\0", "还款," * 2500, "\U0010ffff" * 10_000, "a b", "请" * MOST_WORDS]
needs_kernels = pytest.mark.skipif(not is_compiled(), reason="no kernels")


@pytest.fixture(scope="module")
def readings():
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][::60]
    return read_many([text for text in texts if text.strip()])


@pytest.fixture(scope="module")
def scorer():
    return read_folder(ROOT / "models" / "default")[0]


def in_python(scorer):
    twin = Scorer.from_state(scorer.state())
    vars(twin)["_kernels"] = None
    vars(twin.ngrams)["_index"] = None
    return twin


def assert_alike(ours, theirs):
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-6)
    np.testing.assert_allclose(ours.reader_logits, theirs.reader_logits, atol=2e-5)
    np.testing.assert_array_equal(ours.ngrams.indices, theirs.ngrams.indices)
    np.testing.assert_array_equal(ours.ngrams.data, theirs.ngrams.data)


@needs_kernels
def test_kernels_score_as_numpy_does(scorer, readings):
    assert_alike(scorer.score(readings), in_python(scorer).score(readings))


@needs_kernels
def test_kernels_score_hostile_texts_as_numpy_does(scorer, readings):
    evidence = evidence_rows(readings[: len(HOSTILE)])
    chunk = TextChunk(HOSTILE)
    assert_alike(
        scorer.score_texts(chunk, evidence), in_python(scorer).score_texts(chunk, evidence)
    )


@pytest.mark.parametrize("twin", [lambda scorer: scorer, in_python])
def test_no_messages_no_scores(scorer, twin):
    scores = twin(scorer).score([])
    assert scores.probabilities.shape == (0, len(scorer.classes))
    assert scores.ngrams.n_rows == 0


def test_pickles_score_alike(scorer, readings):
    before = scorer.score(readings).probabilities
    again = pickle.loads(pickle.dumps(scorer))
    np.testing.assert_array_equal(again.score(readings).probabilities, before)


def test_one_by_one_to_the_same_bits(scorer, readings):
    few = readings[:40]
    chunk = TextChunk([reading.delexicalised for reading in few])
    if scorer._kernels is None:
        pytest.skip("no kernels")
    _, _, words = scorer._reader.read(chunk)
    together = scorer._kernels.responses(words)
    fresh = UnitKernels(kernels(), scorer.meaning, scorer.window_words, scorer.windows)
    for place in reversed(range(len(few))):
        _, _, alone = scorer._reader.read(TextChunk([few[place].delexicalised]))
        np.testing.assert_array_equal(fresh.responses(alone)[0], together[place])


@needs_kernels
def test_threads_share_the_kernels(scorer, readings):
    expected = scorer.score(readings).probabilities
    fresh = Scorer.from_state(scorer.state())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(fresh.score, [readings] * 8))
    for scores in found:
        np.testing.assert_array_equal(scores.probabilities, expected)


@needs_kernels
@pytest.mark.parametrize("n_detectors", [0, 1, 31, 32, 45, 64])
def test_any_number_of_detectors(readings, n_detectors):
    words = WindowWords([",", "的"])
    random = np.random.default_rng(0)
    shape = (WINDOW, n_word_inputs(n_known_words() + 1 + len(words.own)), n_detectors)
    bias = random.normal(size=n_detectors).astype(np.float32)
    windows = Windows(random.normal(size=shape).astype(np.float32), bias)
    texts = [*(reading.delexicalised for reading in readings[:60]), *HOSTILE]
    known, rows = JointReader(known_words(), words.vocabulary).read(TextChunk(texts))
    meaning = MeaningVectorizer().fit(known)
    made = UnitKernels(kernels(), meaning, words, windows)
    expected = windows.respond(words.sequences(rows))
    np.testing.assert_allclose(made.responses(rows), expected, atol=2e-5)
    np.testing.assert_allclose(made.meaning(known), meaning.transform(known), atol=2e-6)


def test_joint_numbers_are_those_of_each_vocabulary():
    vocabularies = (["请", "还款"], [], ["还款", " ", "谢谢"])
    chunk = TextChunk(["请还款 谢谢", "", "别"])
    for rows, vocabulary in zip(JointReader(*vocabularies).read(chunk), vocabularies, strict=True):
        alone = WordReader(vocabulary).read(chunk)
        assert rows.numbers.tolist() == alone.numbers.tolist()
        assert rows.bounds.tolist() == alone.bounds.tolist()
