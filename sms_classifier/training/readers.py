"""The readers' network: one hidden layer that all readers share, trained together.

Labels and kinds of evidence are learnt from the same hidden units, so that what tells one kind
helps to tell the others (Caruana 1997, "Multitask Learning"). Inputs and hidden units are dropped
at random (Srivastava et al. 2014), weights decay apart from the gradient's step (AdamW,
Loshchilov and Hutter 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from sms_classifier.model.scorer import sigmoid, softmax

__all__ = ["Readers", "fit_readers"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
_BATCH = 256  # messages a step
_EPOCHS = 25
_FEWEST_STEPS, _MOST_STEPS = 300, 2500  # small tables need more epochs, large ones fewer
_RATE = 2e-3  # of the first steps; from half-way on it falls to nothing
_DECAY = 0.2
_KEPT_INPUTS, _KEPT_HIDDEN = 0.7, 0.5
_KIND_SHARE = 0.3  # of the kinds in the loss, beside the labels
_SPREAD = 0.07  # of the first weights
_MOMENTS = (0.9, 0.999)  # Adam's own


@dataclass(frozen=True, slots=True)
class Readers:
    """Weights of the network, rounded to what a model folder keeps of them.

    Attributes
    ----------
    hidden_weights : ndarray of float16, shape (n_features, n_hidden)
    hidden_bias : ndarray of shape (n_hidden,)
    output_weights : ndarray of shape (n_hidden, n_outputs)
    output_bias : ndarray of shape (n_outputs,)
    """

    hidden_weights: npt.NDArray[np.float16]
    hidden_bias: Singles
    output_weights: Singles
    output_bias: Singles

    def logits(self, X: csr_matrix) -> Floats:
        """Outputs for messages, shape (n_messages, n_outputs)."""
        hidden = X @ self.hidden_weights.astype(float) + self.hidden_bias
        return np.asarray(np.maximum(hidden, 0.0) @ self.output_weights + self.output_bias)


def fit_readers(
    X: csr_matrix,
    targets: Floats,
    importance: Floats,
    *,
    n_labels: int,
    n_hidden: int,
    seed: int = 0,
) -> Readers:
    """Fit all readers at once.

    Parameters
    ----------
    X : csr_matrix of shape (n_messages, n_features)
    targets : ndarray of shape (n_messages, n_outputs)
        0 or 1; the first `n_labels` columns are labels, one of which holds.
    importance : ndarray of shape (n_messages, n_outputs)
        How much each target counts; 0 where it is not known.
    n_labels, n_hidden : int
    seed : int, default 0
        Same seed, same weights.
    """
    random = np.random.default_rng(seed)
    X = X.astype(np.float32).tocsr()
    targets, importance = targets.astype(np.float32), importance.astype(np.float32)
    weights = _first_weights(random, X.shape[1], n_hidden, targets.shape[1])
    step = _Adam(weights)
    n_steps = int(np.clip(_EPOCHS * X.shape[0] / _BATCH, _FEWEST_STEPS, _MOST_STEPS))
    with threadpool_limits(1):  # threads waiting for one another on a busy machine: tenfold time
        for number, batch in enumerate(_batches(random, X.shape[0], n_steps)):
            loss = _Loss(targets[batch], importance[batch], n_labels)
            gradients = _gradients(weights, _thinned(random, X[batch]), loss, random)
            step(gradients, rate=_RATE * min(1.0, 2 * (1 - number / n_steps)))
    hidden, *rest = weights
    return Readers(hidden.astype(np.float16), *rest)


def _first_weights(
    random: np.random.Generator, n_features: int, n_hidden: int, n_outputs: int
) -> list[Singles]:
    def spread(rows: int, columns: int, size: float) -> Singles:
        return random.normal(0, size, (rows, columns)).astype(np.float32)

    return [
        spread(n_features, n_hidden, _SPREAD),
        np.zeros(n_hidden, np.float32),
        spread(n_hidden, n_outputs, n_hidden**-0.5),
        np.zeros(n_outputs, np.float32),
    ]


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


def _gradients(
    weights: list[Singles], X: csr_matrix, loss: _Loss, random: np.random.Generator
) -> list[Singles]:
    hidden_weights, hidden_bias, output_weights, output_bias = weights
    before = X @ hidden_weights + hidden_bias
    kept = random.random(before.shape, dtype=np.float32) < _KEPT_HIDDEN
    passes = ((before > 0) & kept) / np.float32(_KEPT_HIDDEN)
    hidden = before * passes
    error = loss.error(hidden @ output_weights + output_bias)
    hidden_error = (error @ output_weights.T) * passes
    return [
        np.asarray(X.T.tocsr() @ hidden_error),
        hidden_error.sum(axis=0),
        hidden.T @ error,
        error.sum(axis=0),
    ]


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
