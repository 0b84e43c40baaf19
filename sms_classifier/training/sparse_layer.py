"""Hidden units over sparse inputs, and how they are learnt.

The kernel ``native/sparse_layer.c`` moves only the weights that a batch touches, and makes up for
the steps that they missed when a later batch does; scipy and numpy move all of them. Both give the
same bits.
"""

from __future__ import annotations

import ctypes
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from sms_classifier.native import free_with, kernels, pointer
from sms_classifier.training.adam import move

__all__ = ["SparseLayer", "sparse_layer"]

Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
_N_PARTS = 4  # of the state of an input: weights, their moments, and a gradient


class SparseLayer(Protocol):
    """What learns the weights of hidden units."""

    def forward(self, rows: Ints, random: np.random.Generator) -> Singles:
        """Product of some rows with the weights, inputs dropped at random."""

    def backward(self, error: Singles) -> None:
        """Make a step against the gradient of these rows, from the error in their product."""

    def finish(self) -> None:
        """Bring the weights given up to date; before, they need not be."""


def sparse_layer(X: csr_matrix, weights: Singles, steps: Singles, kept: float) -> SparseLayer:
    """Make the layer.

    Parameters
    ----------
    X : csr_matrix of shape (n_messages, n_features)
    weights : ndarray of float32, shape (n_features, n_hidden)
        Hold what was learnt after ``finish``.
    steps : ndarray of float32, shape (n_steps, 5)
        See `adam.step_rates`; each call of ``backward`` makes one.
    kept : float
        Share of the inputs that is not dropped.

    Examples
    --------
    >>> weights = np.ones((2, 1), dtype=np.float32)
    >>> X = csr_matrix(np.array([[2.0, 0.0], [2.0, 2.0]]))
    >>> layer = sparse_layer(X, weights, np.zeros((1, 5), dtype=np.float32), kept=1.0)
    >>> layer.forward(np.array([1, 0]), np.random.default_rng(0)).tolist()
    [[4.0], [2.0]]
    """
    library = kernels()
    if library is None:
        return _PythonLayer(X, weights, steps, kept)
    return _NativeLayer(library, X, weights, steps, kept)


class _PythonLayer:
    def __init__(self, X: csr_matrix, weights: Singles, steps: Singles, kept: float) -> None:
        self._X, self._weights, self._steps, self._kept = X, weights, steps, np.float32(kept)
        self._moments = np.zeros_like(weights), np.zeros_like(weights)
        self._done = 0
        self._batch = X[:0]

    def forward(self, rows: Ints, random: np.random.Generator) -> Singles:
        part = self._X[rows].astype(np.float32)
        kept = random.random(part.nnz, dtype=np.float32) < self._kept
        data = part.data * kept / self._kept
        self._batch = csr_matrix((data, part.indices, part.indptr), part.shape)
        return np.asarray(self._batch @ self._weights)

    def backward(self, error: Singles) -> None:
        gradient = np.asarray(self._batch.T.tocsr() @ error)
        move(self._weights, gradient, *self._moments, self._steps[self._done])
        self._done += 1

    def finish(self) -> None:
        pass  # every step moves all weights


class _NativeLayer:
    def __init__(
        self, library: ctypes.CDLL, X: csr_matrix, weights: Singles, steps: Singles, kept: float
    ) -> None:
        self._library, self._kept, self._done = library, kept, 0
        self._weights, self._steps = weights, np.ascontiguousarray(steps)
        self._data = np.ascontiguousarray(X.data, dtype=np.float64)
        self._indices = np.ascontiguousarray(X.indices, dtype=np.int32)
        self._indptr = np.ascontiguousarray(X.indptr, dtype=np.int64)
        n_inputs, n_units = weights.shape
        self._state = np.zeros((n_inputs, _N_PARTS, n_units), dtype=np.float32)
        self._state[:, 0] = weights
        self._handle = library.sparse_layer_new(
            n_inputs, n_units, pointer(self._state), pointer(self._steps)
        )
        _check(self._handle)
        free_with(self, library.sparse_layer_free, self._handle)

    def forward(self, rows: Ints, random: np.random.Generator) -> Singles:
        rows = np.ascontiguousarray(rows, dtype=np.int64)
        n_entries = int((self._indptr[rows + 1] - self._indptr[rows]).sum())
        chances = random.random(n_entries, dtype=np.float32)
        out = np.empty((len(rows), self._weights.shape[1]), dtype=np.float32)
        _check(
            self._library.sparse_layer_forward(
                *(self._handle, pointer(self._data), pointer(self._indices)),
                *(pointer(self._indptr), pointer(rows), len(rows)),
                *(pointer(chances), n_entries, self._kept, self._done, pointer(out)),
            )
        )
        return out

    def backward(self, error: Singles) -> None:
        error = np.ascontiguousarray(error, dtype=np.float32)
        self._library.sparse_layer_backward(self._handle, pointer(error), len(error))
        self._done += 1

    def finish(self) -> None:
        self._library.sparse_layer_finish(self._handle, self._done)
        self._weights[:] = self._state[:, 0]


def _check(done: Any) -> None:
    if not done:
        raise MemoryError("no memory to train")
