"""Places of 64-bit keys, looked up by the thousand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["KeyTable"]

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing, Knuth TAOCP 3 §6.4


class KeyTable:
    """Places of 64-bit keys in a vocabulary (open addressing).

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        Distinct; zero is never found.

    Examples
    --------
    >>> table = KeyTable(np.array([5, 9], dtype=np.uint64))
    >>> table.find(np.array([9, 7], dtype=np.uint64)).tolist()
    [1, -1]
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._bits = max(4, int(len(keys) * 4).bit_length())
        size = 1 << self._bits
        self._slots: Keys = np.zeros(size, dtype=np.uint64)
        self._places = np.full(size, -1, dtype=np.int64)
        self._insert()

    def _insert(self) -> None:
        """Place every key at the first free slot from its hash on."""
        mask = len(self._slots) - 1
        pending = np.flatnonzero(self.keys)
        slots = self._hash(self.keys[pending])
        while len(pending):
            free = self._slots[slots] == 0
            first = np.unique(slots[free], return_index=True)[1]
            chosen = np.flatnonzero(free)[first]
            self._slots[slots[chosen]] = self.keys[pending[chosen]]
            self._places[slots[chosen]] = pending[chosen]
            left = np.ones(len(pending), dtype=bool)
            left[chosen] = False
            pending, slots = pending[left], (slots[left] + 1) & mask

    def _hash(self, keys: Keys) -> Ints:
        return ((keys * _MULTIPLIER) >> np.uint64(64 - self._bits)).astype(np.int64)

    def find(self, keys: Keys) -> Ints:
        """Place of each key, -1 where the vocabulary lacks it."""
        mask = len(self._slots) - 1
        slots = self._hash(keys)
        stored = self._slots[slots]
        places = np.where(stored == keys, self._places[slots], -1)
        open_ = np.flatnonzero((stored != keys) & (stored != 0))
        while len(open_):
            slots[open_] = (slots[open_] + 1) & mask
            stored = self._slots[slots[open_]]
            hit = stored == keys[open_]
            places[open_[hit]] = self._places[slots[open_[hit]]]
            open_ = open_[~hit & (stored != 0)]
        return places
