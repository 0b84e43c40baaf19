"""The readers' network: hidden units and window detectors that all readers share.

Labels and kinds of evidence are learnt from the same units, so that what tells one kind helps to
tell the others (Caruana 1997, "Multitask Learning"). Inputs, words and units are dropped at random
(Srivastava et al. 2014), weights decay apart from the gradient's step (AdamW, Loshchilov and
Hutter 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from sms_classifier.model.decision import sigmoid, softmax
from sms_classifier.model.windows import (
    EMPTY,
    WINDOW,
    Windows,
    WordSequences,
    has_vector,
    has_weights,
    own_row,
    split_numbers,
)
from sms_classifier.text.meaning import MEANING_SIZE, unit_vectors

__all__ = ["Readers", "fit_readers", "sequences"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
_BATCH = 256  # messages a step
_EPOCHS = 25
_FEWEST_STEPS, _MOST_STEPS = 300, 2500  # small tables need more epochs, large ones fewer
_RATE = 2e-3  # of the first steps; from half-way on it falls to nothing
_DECAY = 0.2
_KEPT_INPUTS, _KEPT_WORDS, _KEPT_HIDDEN = 0.7, 0.9, 0.5
_KIND_SHARE = 0.3  # of the kinds in the loss, beside the labels
_SPREAD, _WINDOW_SPREAD = 0.07, 0.1  # of the first weights
_MOMENTS = (0.9, 0.999)  # Adam's own


@dataclass(frozen=True, slots=True)
class Readers:
    """Weights of the network, rounded to what a model folder keeps of them.

    Attributes
    ----------
    hidden_weights : ndarray of float16, shape (n_features, n_hidden)
    hidden_bias : ndarray of shape (n_hidden,)
    windows : Windows
    output_weights : ndarray of shape (n_hidden + n_detectors, n_outputs)
    output_bias : ndarray of shape (n_outputs,)
    """

    hidden_weights: npt.NDArray[np.float16]
    hidden_bias: Singles
    windows: Windows
    output_weights: Singles
    output_bias: Singles

    def logits(self, X: csr_matrix, words: csr_matrix) -> Floats:
        """Outputs for messages, shape (n_messages, n_outputs)."""
        hidden = X @ self.hidden_weights.astype(float) + self.hidden_bias
        responses = self.windows.respond(sequences(words))
        units = np.hstack([np.maximum(hidden, 0.0), responses])
        return np.asarray(units @ self.output_weights + self.output_bias)


def sequences(words: csr_matrix) -> WordSequences:
    """Word sequences from a matrix that holds the numbers of a message's words in a row."""
    return WordSequences.join(words.data.astype(np.int64), np.diff(words.indptr))


def fit_readers(
    X: csr_matrix,
    words: csr_matrix,
    targets: Floats,
    importance: Floats,
    *,
    n_labels: int,
    n_word_inputs: int,
    n_hidden: int,
    n_detectors: int,
    seed: int = 0,
) -> Readers:
    """Fit all readers at once.

    Parameters
    ----------
    X : csr_matrix of shape (n_messages, n_features)
    words : csr_matrix of shape (n_messages, MOST_WORDS)
        See `sequences`.
    targets : ndarray of shape (n_messages, n_outputs)
        0 or 1; the first `n_labels` columns are labels, one of which holds.
    importance : ndarray of shape (n_messages, n_outputs)
        How much each target counts; 0 where it is not known.
    n_labels, n_hidden, n_detectors : int
    n_word_inputs : int
        See `windows.n_word_inputs`.
    seed : int, default 0
        Same seed, same weights.
    """
    random = np.random.default_rng(seed)
    X = X.astype(np.float32).tocsr()
    targets, importance = targets.astype(np.float32), importance.astype(np.float32)
    words = words.tocsr()
    n_inputs = X.shape[1], n_word_inputs
    net = _Network.begin(random, n_inputs, (n_hidden, n_detectors), targets.shape[1])
    step = _Adam(net.weights)
    n_steps = int(np.clip(_EPOCHS * X.shape[0] / _BATCH, _FEWEST_STEPS, _MOST_STEPS))
    with threadpool_limits(1):  # threads waiting for one another on a busy machine: tenfold time
        for number, batch in enumerate(_batches(random, X.shape[0], n_steps)):
            loss = _Loss(targets[batch], importance[batch], n_labels)
            gradients = net.gradients(X[batch], words[batch], loss, random)
            step(gradients, rate=_RATE * min(1.0, 2 * (1 - number / n_steps)))
    return net.readers()


def _batches(random: np.random.Generator, n: int, n_steps: int) -> Iterator[Any]:
    """Rows of each step: every message once, in a new order, before any comes again."""
    size = min(_BATCH, n)
    left = random.permutation(n)
    for _ in range(n_steps):
        if len(left) < size:
            left = random.permutation(n)
        yield left[:size]
        left = left[size:]


def _thinned(random: np.random.Generator, X: csr_matrix) -> csr_matrix:
    kept = random.random(X.nnz, dtype=np.float32) < _KEPT_INPUTS
    return csr_matrix((X.data * kept / np.float32(_KEPT_INPUTS), X.indices, X.indptr), X.shape)


@dataclass(frozen=True, slots=True)
class _Loss:
    """Softmax cross-entropy over the labels, and logistic loss of every kind."""

    targets: Singles
    importance: Singles
    n_labels: int

    def error(self, logits: Singles) -> Singles:
        """Gradient of the mean loss in the logits."""
        error = np.empty_like(logits)
        labels, kinds = slice(self.n_labels), slice(self.n_labels, None)
        error[:, labels] = softmax(logits[:, labels].astype(float)) - self.targets[:, labels]
        error[:, kinds] = sigmoid(logits[:, kinds].astype(float)) - self.targets[:, kinds]
        error[:, kinds] *= _KIND_SHARE
        return error * self.importance / np.float32(len(logits))


class _Network:
    """Weights while they are learnt, and the gradients of a batch."""

    def __init__(self, weights: list[Singles]) -> None:
        self.weights = weights

    @classmethod
    def begin(
        cls,
        random: np.random.Generator,
        n_inputs: tuple[int, int],
        n_units: tuple[int, int],
        n_outputs: int,
    ) -> _Network:
        """Draw the first weights, for hidden units and detectors."""

        def spread(size: float, *shape: int) -> Singles:
            return random.normal(0, size, shape).astype(np.float32)

        weights = [
            spread(_SPREAD, n_inputs[0], n_units[0]),
            np.zeros(n_units[0], np.float32),
            spread(_WINDOW_SPREAD, WINDOW, n_inputs[1], n_units[1]),
            np.zeros(n_units[1], np.float32),
            spread(n_units[0] ** -0.5, sum(n_units), n_outputs),
            np.zeros(n_outputs, np.float32),
        ]
        return cls(weights)

    def readers(self) -> Readers:
        """Round the weights and give them out."""
        hidden, hidden_bias, windows, window_bias, *output = self.weights
        detectors = Windows(windows, window_bias)
        return Readers(hidden.astype(np.float16), hidden_bias, detectors, *output)

    def gradients(
        self, X: csr_matrix, words: csr_matrix, loss: _Loss, random: np.random.Generator
    ) -> list[Singles]:
        """Gradients of a batch in all weights, with inputs, words and units dropped at random."""
        hidden_weights, hidden_bias, window_weights, window_bias, out_weights, out_bias = (
            self.weights
        )
        X = _thinned(random, X)
        slide = _Slide(Windows(window_weights, window_bias), _without_some(random, words))
        before = np.hstack([X @ hidden_weights + hidden_bias, slide.best]).astype(np.float32)
        kept = random.random(before.shape, dtype=np.float32) < _KEPT_HIDDEN
        passes = ((before > 0) & kept).astype(np.float32) / np.float32(_KEPT_HIDDEN)
        units = before * passes
        error = loss.error(units @ out_weights + out_bias)
        unit_error = (error @ out_weights.T) * passes
        n_hidden = len(hidden_bias)
        hidden_error, window_error = unit_error[:, :n_hidden], unit_error[:, n_hidden:]
        return [
            np.asarray(X.T.tocsr() @ hidden_error),
            hidden_error.sum(axis=0),
            slide.gradient(window_error),
            window_error.sum(axis=0),
            units.T @ error,
            error.sum(axis=0),
        ]


def _without_some(random: np.random.Generator, words: csr_matrix) -> WordSequences:
    whole = sequences(words)
    gone = random.random(len(whole.ids), dtype=np.float32) >= _KEPT_WORDS
    return replace(whole, ids=np.where(gone, EMPTY, whole.ids))


class _Slide:
    """Detectors slid over a batch once: where each matched best, and the way back from there."""

    def __init__(self, windows: Windows, batch: WordSequences) -> None:
        self._shape = windows.weights.shape
        self._unique, self._local = split_numbers(batch.ids)
        found = windows.matches(batch, self._unique, self._local)
        bounds = zip(batch.starts.tolist(), (batch.ends + 1).tolist(), strict=True)
        self._where = np.stack([start + found[start:end].argmax(axis=0) for start, end in bounds])
        self.best: Singles = np.take_along_axis(found, self._where, axis=0)

    def gradient(self, error: Singles) -> Singles:
        """Gradient in the window weights of an error in `best`."""
        n_detectors = self._shape[2]
        known, listed = has_vector(self._unique), has_weights(self._unique)
        vectors, own = unit_vectors(self._unique[known] - 1), own_row(self._unique[listed])
        gradient = np.zeros(self._shape, dtype=np.float32)
        for place in range(WINDOW):
            at = np.minimum(self._where + place, len(self._local) - 1)
            cells = self._local[at] * n_detectors + np.arange(n_detectors)
            sums = np.bincount(
                cells.ravel(), error.ravel(), minlength=len(self._unique) * n_detectors
            )
            per_word = sums.reshape(len(self._unique), n_detectors).astype(np.float32)
            gradient[place, :MEANING_SIZE] = vectors.T @ per_word[known]
            gradient[place, own] = per_word[listed]
        return gradient


class _Adam:
    """AdamW on a list of arrays, in place."""

    def __init__(self, weights: list[Singles]) -> None:
        self._weights = weights
        self._means = [np.zeros_like(part) for part in weights]
        self._squares = [np.zeros_like(part) for part in weights]
        self._steps = 0

    def __call__(self, gradients: list[Singles], *, rate: float) -> None:
        self._steps += 1
        first, second = _MOMENTS
        unbias = 1 - first**self._steps, 1 - second**self._steps
        parts = zip(self._weights, gradients, self._means, self._squares, strict=True)
        for weight, gradient, mean, square in parts:
            mean += (1 - first) * (gradient - mean)
            square += (1 - second) * (gradient * gradient - square)
            if weight.ndim > 1:
                weight *= 1 - rate * _DECAY
            weight -= (rate / unbias[0]) * mean / (np.sqrt(square / unbias[1]) + 1e-8)
