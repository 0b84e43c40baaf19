"""Probabilities from plain arrays: everything that predicting needs, and nothing that runs code.

Two stages. *Readers* share hidden units over words, characters, meaning and evidence, and
detectors that slide over the words: one
tells how strongly the wording speaks for each label, and one for each kind of evidence whether a
reader of the rubric would mark it. The *decision* is linear in how the wording speaks, in the kinds
as read, and in the rubric's verdict on them as read and as found; its terms add up to the logit and
are reported by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.model.decision import decision_names, decision_rows, gated, softmax
from sms_classifier.model.features import Reading, Readings, evidence_names, evidence_rows
from sms_classifier.model.units import UnitKernels
from sms_classifier.model.windows import Windows, WindowWords
from sms_classifier.native import kernels
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.joint import JointReader
from sms_classifier.text.meaning import MEANING_SIZE, MeaningVectorizer, known_words
from sms_classifier.text.ngrams import NgramVectorizer
from sms_classifier.text.sparse import SparseRows
from sms_classifier.text.words import WordRows

__all__ = ["Scorer", "Scores"]

Floats = npt.NDArray[np.float64]
_ARRAYS = (
    "hidden_weights",
    "hidden_bias",
    "window_weights",
    "window_bias",
    "reader_weights",
    "reader_bias",
    "weights",
    "bias",
    "thresholds",
)
_REBUILT = ("_reader", "_kernels")


@dataclass(frozen=True)
class Scores:
    """What the scorer says of a chunk of messages.

    Attributes
    ----------
    probabilities : ndarray of shape (n, n_classes)
        Calibrated, rows sum to 1.
    reader_logits : ndarray of shape (n, n_outputs)
    decision : ndarray of shape (n, n_decision_features)
    active : ndarray of bool, shape (n, n_hidden)
        Hidden units that speak: with these given, the readers are linear in the features.
    chunk : TextChunk
        The delexicalised texts.
    words : WordRows
        Their words, as `vectorizer` numbers them.
    vectorizer : NgramVectorizer
    """

    probabilities: Floats
    reader_logits: Floats
    decision: Floats
    active: npt.NDArray[np.bool_]
    chunk: TextChunk
    words: WordRows
    vectorizer: NgramVectorizer

    @cached_property
    def ngrams(self) -> SparseRows:
        """The TF-IDF rows, which only explanations and figures of drift need."""
        return self.vectorizer.transform(self.chunk, self.words)


class Scorer:
    """A fitted model as arrays.

    Parameters
    ----------
    ngrams : NgramVectorizer
    meaning : MeaningVectorizer
    window_words : WindowWords
    classes, outputs : sequence of str
        Labels, and names of the readers.
    hidden_weights : ndarray of shape (n_ngrams + MEANING_SIZE + n_evidence, n_hidden)
    hidden_bias : ndarray of shape (n_hidden,)
    window_weights : ndarray of shape (WINDOW, MEANING_SIZE + 1 + n_own, n_detectors)
    window_bias : ndarray of shape (n_detectors,)
    reader_weights : ndarray of shape (n_hidden + n_detectors, n_outputs)
    reader_bias : ndarray of shape (n_outputs,)
    weights : ndarray of shape (n_decision_features, n_classes)
    bias : ndarray of shape (n_classes,)
    thresholds : ndarray of shape (n_outputs,)
        Probability from which a kind counts as present.
    """

    def __init__(
        self,
        ngrams: NgramVectorizer,
        meaning: MeaningVectorizer,
        window_words: WindowWords,
        *,
        classes: Sequence[str],
        outputs: Sequence[str],
        arrays: Mapping[str, npt.NDArray[Any]],
    ) -> None:
        self.ngrams = ngrams
        self.meaning = meaning
        self.window_words = window_words
        self.classes = tuple(classes)
        self.outputs = tuple(outputs)
        self._arrays = {name: np.asarray(arrays[name]) for name in _ARRAYS}
        n_ngrams = len(ngrams.idf_)
        hidden = self._arrays["hidden_weights"].astype(np.float32)
        self.ngram_weights = np.ascontiguousarray(hidden[:n_ngrams])
        self._dense_weights = np.split(hidden[n_ngrams:].astype(float), [MEANING_SIZE])
        self._hidden_bias = self._arrays["hidden_bias"].astype(float)
        self.windows = Windows(
            *(self._arrays[name].astype(np.float32) for name in ("window_weights", "window_bias"))
        )
        self.reader_weights = self._arrays["reader_weights"].astype(float)
        self._reader_bias = self._arrays["reader_bias"].astype(float)
        self.weights = self._arrays["weights"].astype(float)
        self.bias = self._arrays["bias"].astype(float)
        self.thresholds = self._arrays["thresholds"].astype(float)
        self.decision_names = decision_names(self.outputs)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the arrays; what holds compiled kernels follows from them."""
        return {name: part for name, part in vars(self).items() if name not in _REBUILT}

    def score(self, readings: Sequence[Reading]) -> Scores:
        """Score messages that have been read."""
        together = Readings.of(readings)
        return self.score_texts(together.shapes, evidence_rows(together))

    def score_texts(self, chunk: TextChunk, evidence: Floats) -> Scores:
        """Score delexicalised texts and their evidence, shape (n_texts, n_evidence)."""
        ngram_words, known, window_words = self._reader.read(chunk)
        meaning, responses = self._units(known, window_words)
        hidden = self.ngrams.dot(chunk, ngram_words, self.ngram_weights)
        hidden += meaning @ self._dense_weights[0]
        hidden += evidence @ self._dense_weights[1]
        hidden += self._hidden_bias
        units = np.hstack([np.maximum(hidden, 0.0), responses])
        logits = units @ self.reader_weights + self._reader_bias
        logits = gated(self.outputs, logits, evidence)
        decision = decision_rows(self.outputs, logits, evidence)
        probabilities = softmax(decision @ self.weights + self.bias)
        return Scores(probabilities, logits, decision, hidden > 0, chunk, ngram_words, self.ngrams)

    @cached_property
    def _reader(self) -> JointReader:
        """Numbers words for meaning, which knows most, windows and n-grams alike."""
        return JointReader(self.ngrams.vocabulary, known_words(), self.window_words.vocabulary)

    @cached_property
    def _kernels(self) -> UnitKernels | None:
        library = kernels()
        if library is None:
            return None
        return UnitKernels(library, self.meaning, self.window_words, self.windows)

    def _units(self, known: WordRows, window_words: WordRows) -> tuple[Floats, Any]:
        """Meaning of texts, and responses of the detectors."""
        if self._kernels is not None:
            return self._kernels.meaning(known), self._kernels.responses(window_words)
        responses = self.windows.respond(self.window_words.sequences(window_words))
        return self.meaning.transform(known), responses

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays and strings from which `from_state` makes the same scorer."""
        return {
            **{f"ngrams_{name}": array for name, array in self.ngrams.state().items()},
            **{f"meaning_{name}": array for name, array in self.meaning.state().items()},
            "window_words": self.window_words.state(),
            "classes": np.array(self.classes),
            "outputs": np.array(self.outputs),
            "evidence_names": np.array(evidence_names()),
            **self._arrays,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Scorer:
        """Make a scorer from the arrays of `state`."""
        return cls(
            NgramVectorizer.from_state(_part(state, "ngrams_")),
            MeaningVectorizer.from_state(_part(state, "meaning_")),
            WindowWords.from_state(state["window_words"]),
            classes=state["classes"].tolist(),
            outputs=state["outputs"].tolist(),
            arrays=state,
        )


def _part(state: Mapping[str, npt.NDArray[Any]], prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {name[len(prefix) :]: state[name] for name in state if name.startswith(prefix)}
