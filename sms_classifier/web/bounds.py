"""Bounds on what one visitor, and all of them together, can ask of the machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = [
    "MAX_API_BYTES",
    "MAX_CELLS",
    "MAX_FORM_BYTES",
    "MAX_LINES",
    "MAX_MESSAGES",
    "MAX_UPLOAD_BYTES",
    "RETRY_SECONDS",
    "BusyError",
    "Gate",
]

# A form spells a character of a message in at most 12 bytes (%F0%9F%98%80), and a message has up
# to 10,000; the rest is room for the other fields.
MAX_FORM_BYTES = 160 * 2**10
MAX_API_BYTES = 2**20  # 500 messages of 340 characters, each spelt \\uXXXX; real ones are shorter
MAX_MESSAGES = 500  # in one call of the API
MAX_UPLOAD_BYTES = 10 * 2**20
MAX_LINES = 50_000  # so that short rows cannot make an output far larger than the input
MAX_CELLS = 2_000_000  # as for lines: each ragged row is filled up to the header's width
RETRY_SECONDS = 5


class BusyError(Exception):
    """All places are taken and none came free in time."""


class Gate:
    """Lets a few in at once; the others wait for a while and are then turned away.

    Parameters
    ----------
    places : int
        How many may be inside at once.
    patience : float
        Seconds to wait for a place.

    Examples
    --------
    >>> gate = Gate(places=1, patience=0.01)
    >>> with gate.place():
    ...     try:
    ...         with gate.place():
    ...             pass
    ...     except BusyError:
    ...         "busy"
    'busy'
    """

    def __init__(self, places: int, patience: float) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._patience = patience

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for the length of a ``with`` block.

        Raises
        ------
        BusyError
            If none came free in time.
        """
        if not self._free.acquire(timeout=self._patience):
            raise BusyError
        try:
            yield
        finally:
            self._free.release()
