"""Texts to the sparse matrix that the two stages are fitted on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sms_classifier.model.features import evidence_names, evidence_rows, read_many
from sms_classifier.model.windows import MOST_WORDS, WindowWords, WordSequences
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.document_counts import DocumentCounts
from sms_classifier.text.joint import JointReader
from sms_classifier.text.meaning import MEANING_SIZE, MeaningVectorizer, known_words
from sms_classifier.text.ngrams import NgramVectorizer
from sms_classifier.text.words import WordReader, WordRows
from sms_classifier.training.readers import sequences

__all__ = ["MessageFeatures", "evidence_of", "inputs_of"]

Floats = npt.NDArray[np.float64]
_TOGETHER = 4096  # messages whose readings are held at a time


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

    def fit_transform(self, X: Sequence[str], y: object = None, **_params: object) -> csr_matrix:
        """Learn the vocabulary and transform, reading each message once."""
        texts, evidence = _read(X)
        counts = DocumentCounts()
        for _, part in _parts(texts):
            counts.add(part)
        self.ngrams_ = NgramVectorizer(min_count=self.min_count).fit(counts)
        known = WordReader(known_words()).read(TextChunk(texts))
        self.meaning_ = MeaningVectorizer().fit(known)
        shown = {word: n for word, n in counts.words(self.min_count).items() if " " not in word}
        self.window_words_ = WindowWords.fit(shown, counts.n_texts, least=self.min_count)
        return self._matrix(texts, evidence)

    def transform(self, X: Sequence[str]) -> csr_matrix:
        """Features, shape (n_messages, n_ngrams + MEANING_SIZE + n_evidence + MOST_WORDS).

        The last columns hold the numbers of the first words, in the order of the text.
        """
        check_is_fitted(self)
        return self._matrix(*_read(X))

    def _matrix(self, texts: Sequence[str], evidence: csr_matrix) -> csr_matrix:
        reader = JointReader(self.ngrams_.vocabulary, known_words(), self.window_words_.vocabulary)
        parts = [
            self._rows(part, evidence[start : start + len(part)], reader)
            for start, part in _parts(texts)
        ]
        return vstack(parts, format="csr")

    def _rows(self, texts: Sequence[str], evidence: csr_matrix, reader: JointReader) -> csr_matrix:
        chunk = TextChunk(texts)
        ngram_words, known, window_words = reader.read(chunk)
        rows = self.ngrams_.transform(chunk, ngram_words)
        ngrams = csr_matrix((rows.data, rows.indices, rows.indptr), (rows.n_rows, rows.n_columns))
        meaning = csr_matrix(self.meaning_.transform(known))
        return hstack([ngrams, meaning, evidence, self._sequences(window_words)], format="csr")

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


def inputs_of(X: csr_matrix) -> tuple[csr_matrix, WordSequences]:
    """Features of the hidden units, and the words that the detectors slide over."""
    return X[:, :-MOST_WORDS], sequences(X[:, -MOST_WORDS:])


def evidence_of(X: csr_matrix) -> Floats:
    """Evidence features, shape (n_messages, n_evidence)."""
    return np.asarray(X[:, -MOST_WORDS - len(evidence_names()) : -MOST_WORDS].todense())


def _read(messages: Sequence[str]) -> tuple[list[str], csr_matrix]:
    """Texts that n-grams are taken from, and evidence, of messages."""
    texts: list[str] = []
    evidence = [csr_matrix((0, len(evidence_names())))]
    for _, part in _parts(messages):
        readings = read_many(part)
        texts += readings.shapes.texts
        evidence.append(csr_matrix(evidence_rows(readings)))
    return texts, vstack(evidence, format="csr")


def _parts(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Texts, as many at a time as memory is to be held for, and where they start."""
    for start in range(0, max(len(texts), 1), _TOGETHER):
        yield start, texts[start : start + _TOGETHER]
