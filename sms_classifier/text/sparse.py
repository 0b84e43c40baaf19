"""Rows of a sparse matrix, without scipy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["SparseRows"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of a sparse matrix: row ``i`` holds ``data[indptr[i]:indptr[i + 1]]`` at ``indices``.

    Examples
    --------
    >>> rows = SparseRows(np.array([0, 1, 1]), np.array([2]), np.array([0.5]), 3)
    >>> rows.dot(np.array([[1.0], [2.0], [4.0]])).tolist()
    [[2.0], [0.0]]
    """

    indptr: Ints
    indices: Ints
    data: Floats
    n_columns: int

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.indptr) - 1

    def dot(self, weights: npt.NDArray[np.floating[Any]]) -> Floats:
        """Product with a dense matrix of shape (n_columns, n_outputs)."""
        out = np.zeros((self.n_rows, weights.shape[1]))
        bounds = self.indptr.tolist()
        data = self.data.astype(weights.dtype)
        for row, (start, end) in enumerate(pairwise(bounds)):  # what one row needs fits the cache
            if start < end:
                out[row] = data[start:end] @ weights.take(self.indices[start:end], axis=0)
        return out
