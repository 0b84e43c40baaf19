"""Texts to the sparse matrix that the two stages are fitted on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sms_classifier.model.features import Readings, evidence_names, evidence_rows, read_many
from sms_classifier.model.windows import MOST_WORDS, WindowWords
from sms_classifier.text.joint import JointReader
from sms_classifier.text.meaning import MEANING_SIZE, MeaningVectorizer, known_words
from sms_classifier.text.ngrams import NgramVectorizer
from sms_classifier.text.segment import cut_joined
from sms_classifier.text.words import WordReader, WordRows

__all__ = ["MessageFeatures", "evidence_of", "inputs_of"]

Floats = npt.NDArray[np.float64]


class MessageFeatures(TransformerMixin, BaseEstimator):
    """Texts to the sparse matrix of n-grams, meaning, evidence, and the words in their order.

    Parameters
    ----------
    min_count : int, default 5
        See `NgramVectorizer`.
    """

    def __init__(self, min_count: int = 5) -> None:
        self.min_count = min_count

    def fit(self, X: Sequence[str], y: object = None) -> MessageFeatures:
        """Learn the vocabulary."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Sequence[str], y: object = None, **_: object) -> csr_matrix:
        """Learn the vocabulary and transform, reading each message once."""
        readings = read_many(X)
        texts = readings.shapes.texts
        words = cut_joined(texts)
        self.ngrams_ = NgramVectorizer(min_count=self.min_count).fit(texts, words)
        self.meaning_ = MeaningVectorizer().fit(WordReader(known_words()).read(readings.shapes))
        self.window_words_ = WindowWords.fit(words, least=self.min_count)
        return self._matrix(readings)

    def transform(self, X: Sequence[str]) -> csr_matrix:
        """Features, shape (n_messages, n_ngrams + MEANING_SIZE + n_evidence + MOST_WORDS).

        The last columns hold the numbers of the first words, in the order of the text.
        """
        check_is_fitted(self)
        return self._matrix(read_many(X))

    def _matrix(self, readings: Readings) -> csr_matrix:
        chunk = readings.shapes
        reader = JointReader(self.ngrams_.vocabulary, known_words(), self.window_words_.vocabulary)
        ngram_words, known, window_words = reader.read(chunk)
        rows = self.ngrams_.transform(chunk, ngram_words)
        ngrams = csr_matrix((rows.data, rows.indices, rows.indptr), (rows.n_rows, rows.n_columns))
        dense = np.hstack([self.meaning_.transform(known), evidence_rows(readings)])
        return hstack([ngrams, csr_matrix(dense), self._sequences(window_words)], format="csr")

    def _sequences(self, words: WordRows) -> csr_matrix:
        read = self.window_words_.sequences(words)
        is_word = np.ones(len(read.ids) - 1, dtype=bool)
        is_word[read.ends] = False
        lengths = read.ends - read.starts
        places = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        numbers = read.ids[1:][is_word].astype(float)
        return csr_matrix((numbers, places, indptr), (len(lengths), MOST_WORDS))

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.str_]:
        """Names of the columns."""
        check_is_fitted(self)
        meaning = [f"meaning:{place}" for place in range(MEANING_SIZE)]
        words = [f"word:{place}" for place in range(MOST_WORDS)]
        return np.array([*self.ngrams_.feature_names_, *meaning, *evidence_names(), *words])


def inputs_of(X: csr_matrix) -> tuple[csr_matrix, csr_matrix]:
    """Features of the hidden units, and the words that the detectors slide over."""
    return X[:, :-MOST_WORDS], X[:, -MOST_WORDS:]


def evidence_of(X: csr_matrix) -> Floats:
    """Evidence features, shape (n_messages, n_evidence)."""
    return np.asarray(X[:, -MOST_WORDS - len(evidence_names()) : -MOST_WORDS].todense())
