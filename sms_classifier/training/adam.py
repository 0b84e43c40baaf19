"""AdamW: steps whose size follows how steady each weight's gradient is.

Weights decay apart from the gradient's step (Loshchilov and Hutter 2019, "Decoupled Weight Decay
Regularization").
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.native import kernels, pointer

__all__ = ["Adam", "move", "step_rates"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
_MOMENTS = (0.9, 0.999)  # Adam's own
_NO_DECAY, _DECAY = 1.0, 2  # column of the rates


def step_rates(rates: Floats, decay: float) -> Singles:
    """Figures of each step, as `move` and the kernels take them, shape (n_steps, 5).

    Parameters
    ----------
    rates : ndarray of shape (n_steps,)
        Learning rates.
    decay : float
        Of the weights, beside the learning rate.

    Examples
    --------
    >>> step_rates(np.array([0.002, 0.001]), 0.2)[:, 2].round(4).tolist()
    [0.9995999932289124, 0.9998000264167786]
    """
    first, second = _MOMENTS
    figures = [
        (1 - first, 1 - second, 1 - rate * decay, rate / (1 - first**step), 1 - second**step)
        for step, rate in enumerate(rates.tolist(), 1)
    ]
    return np.array(figures, dtype=np.float32).reshape(-1, 5)


def move(
    weight: Singles, gradient: Singles, mean: Singles, square: Singles, figures: Singles
) -> None:
    """Let weights and their moments make one step, in place; `figures` are those of the step."""
    mean_share, square_share, decay, scale, unbias = figures
    mean += mean_share * (gradient - mean)
    square += square_share * (gradient * gradient - square)
    weight *= decay
    weight -= scale * mean / (np.sqrt(square / unbias) + np.float32(1e-8))


class Adam:
    """Steps on some arrays, in place.

    Parameters
    ----------
    weights : sequence of ndarray of float32
        Those of one dimension (biases) do not decay.
    steps : ndarray of float32, shape (n_steps, 5)
        See `step_rates`.

    Examples
    --------
    >>> weights = np.ones(1, dtype=np.float32)
    >>> adam = Adam([weights], step_rates(np.array([0.5]), 0.0))
    >>> adam.step(0, [np.ones(1, dtype=np.float32)])
    >>> weights.round(3).tolist()
    [0.5]
    """

    def __init__(self, weights: Sequence[Singles], steps: Singles) -> None:
        self._weights = weights
        self._moments = [(np.zeros_like(part), np.zeros_like(part)) for part in weights]
        self._steps = steps
        library = kernels()
        self._move = move if library is None else _native_move(library)

    def step(self, number: int, gradients: Sequence[Singles]) -> None:
        """Make step `number`, counted from 0."""
        for weight, gradient, moments in zip(self._weights, gradients, self._moments, strict=True):
            figures = self._steps[number].copy()
            if weight.ndim < 2:
                figures[_DECAY] = _NO_DECAY
            self._move(weight, np.ascontiguousarray(gradient), *moments, figures)


def _native_move(library: ctypes.CDLL) -> Any:
    """`move`, by a kernel."""

    def native_move(
        weight: Singles, gradient: Singles, mean: Singles, square: Singles, figures: Singles
    ) -> None:
        library.adam_step(
            *map(pointer, (weight, gradient, mean, square)),
            ctypes.c_int64(weight.size),
            pointer(figures),
        )

    return native_move
