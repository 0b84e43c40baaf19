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
from sms_classifier.model.windows import EMPTY, WINDOW, Windows, WordSequences
from sms_classifier.training.adam import Adam, step_rates
from sms_classifier.training.slide import slide
from sms_classifier.training.sparse_layer import sparse_layer

__all__ = ["Readers", "fit_readers", "sequences", "taken"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
_BATCH = 256  # messages a step
_EPOCHS = 25
_FEWEST_STEPS, _MOST_STEPS = 300, 2100  # small tables need more epochs, large ones fewer
_RATE = 2e-3  # of the first steps; from half-way on it falls to nothing
_DECAY = 0.2
_KEPT_INPUTS, _KEPT_WORDS, _KEPT_HIDDEN = 0.7, 0.9, 0.5
_KIND_SHARE = 0.3  # of the kinds in the loss, beside the labels
_SPREAD, _WINDOW_SPREAD = 0.07, 0.1  # of the first weights


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

    def logits(self, X: csr_matrix, words: WordSequences) -> Floats:
        """Outputs for messages, shape (n_messages, n_outputs)."""
        hidden = X @ self.hidden_weights.astype(float) + self.hidden_bias
        responses = self.windows.respond(words)
        units = np.hstack([np.maximum(hidden, 0.0), responses])
        return np.asarray(units @ self.output_weights + self.output_bias)


def sequences(words: csr_matrix) -> WordSequences:
    """Word sequences from a matrix that holds the numbers of a message's words in a row."""
    return WordSequences.join(words.data.astype(np.int64), np.diff(words.indptr))


def fit_readers(
    X: csr_matrix,
    words: WordSequences,
    targets: Floats,
    importance: Floats,
    rows: Ints,
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
    words : WordSequences
        See `sequences`.
    targets : ndarray of shape (n_messages, n_outputs)
        0 or 1; the first `n_labels` columns are labels, one of which holds.
    importance : ndarray of shape (n_messages, n_outputs)
        How much each target counts; 0 where it is not known.
    rows : ndarray of int64
        Messages to learn from.
    n_labels, n_hidden, n_detectors : int
    n_word_inputs : int
        See `windows.n_word_inputs`.
    seed : int, default 0
        Same seed, same weights.
    """
    random = np.random.default_rng(seed)
    targets, importance = targets.astype(np.float32), importance.astype(np.float32)
    epochs = min(_EPOCHS, _MOST_STEPS * _BATCH / X.shape[0])  # for a part as for the whole
    n_steps = max(_FEWEST_STEPS, int(epochs * len(rows) / _BATCH))
    n_inputs = X.shape[1], n_word_inputs
    net = _Network.begin(random, n_inputs, (n_hidden, n_detectors), targets.shape[1])
    steps = step_rates(_rates(n_steps), _DECAY)
    hidden = sparse_layer(X, net.hidden_weights, steps, _KEPT_INPUTS)
    adam = Adam(net.others, steps)
    with threadpool_limits(1):  # threads waiting for one another on a busy machine: tenfold time
        for number, places in enumerate(_batches(random, len(rows), n_steps)):
            batch = rows[places]
            loss = _Loss(targets[batch], importance[batch], n_labels)
            product = hidden.forward(batch, random)
            shown = _without_some(random, taken(words, batch))
            hidden_error, gradients = net.gradients(product, shown, loss, random)
            hidden.backward(hidden_error)
            adam.step(number, gradients)
    hidden.finish()
    return net.readers()


def _rates(n_steps: int) -> Floats:
    return np.array([_RATE * min(1.0, 2 * (1 - step / n_steps)) for step in range(n_steps)])


def _batches(random: np.random.Generator, n: int, n_steps: int) -> Iterator[Any]:
    """Rows of each step: every message once, in a new order, before any comes again."""
    size = min(_BATCH, n)
    left = random.permutation(n)
    for _ in range(n_steps):
        if len(left) < size:
            left = random.permutation(n)
        yield left[:size]
        left = left[size:]


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
    """Weights while they are learnt, and the gradients of a batch.

    Attributes
    ----------
    hidden_weights : ndarray of float32, shape (n_features, n_hidden)
    others : list of ndarray of float32
        Of the hidden units' bias, the windows and the outputs.
    """

    def __init__(self, hidden_weights: Singles, others: list[Singles]) -> None:
        self.hidden_weights, self.others = hidden_weights, others

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

        hidden_weights = spread(_SPREAD, n_inputs[0], n_units[0])
        others = [
            np.zeros(n_units[0], np.float32),
            spread(_WINDOW_SPREAD, WINDOW, n_inputs[1], n_units[1]),
            np.zeros(n_units[1], np.float32),
            spread(n_units[0] ** -0.5, sum(n_units), n_outputs),
            np.zeros(n_outputs, np.float32),
        ]
        return cls(hidden_weights, others)

    def readers(self) -> Readers:
        """Round the weights and give them out."""
        hidden_bias, windows, window_bias, *output = self.others
        detectors = Windows(windows, window_bias)
        return Readers(self.hidden_weights.astype(np.float16), hidden_bias, detectors, *output)

    def gradients(
        self, product: Singles, words: WordSequences, loss: _Loss, random: np.random.Generator
    ) -> tuple[Singles, list[Singles]]:
        """Error of a batch in the product of the hidden units, and gradients in all other weights.

        Units are dropped at random.
        """
        hidden_bias, window_weights, window_bias, out_weights, out_bias = self.others
        slid = slide(Windows(window_weights, window_bias), words)
        before = np.hstack([product + hidden_bias, slid.best])
        kept = random.random(before.shape, dtype=np.float32) < _KEPT_HIDDEN
        passes = ((before > 0) & kept).astype(np.float32) / np.float32(_KEPT_HIDDEN)
        units = before * passes
        error = loss.error(units @ out_weights + out_bias)
        unit_error = (error @ out_weights.T) * passes
        n_hidden = len(hidden_bias)
        hidden_error, window_error = unit_error[:, :n_hidden], unit_error[:, n_hidden:]
        return hidden_error, [
            hidden_error.sum(axis=0),
            slid.gradient(window_error),
            window_error.sum(axis=0),
            units.T @ error,
            error.sum(axis=0),
        ]


def taken(words: WordSequences, rows: Ints) -> WordSequences:
    """Words of some of the texts."""
    starts = words.starts[rows]
    lengths = words.ends[rows] - starts
    firsts = np.cumsum(lengths) - lengths
    places = np.arange(int(lengths.sum())) + np.repeat(starts + 1 - firsts, lengths)
    return WordSequences.join(words.ids[places], lengths)


def _without_some(random: np.random.Generator, words: WordSequences) -> WordSequences:
    gone = random.random(len(words.ids), dtype=np.float32) >= _KEPT_WORDS
    return replace(words, ids=np.where(gone, EMPTY, words.ids))
