"""Chance that depends on names only, so that every family keeps its values when others come."""

from __future__ import annotations

import random
from hashlib import sha256

__all__ = ["number_of", "seeded"]


def number_of(name: str) -> int:
    """Turn a name into a whole number, the same on every platform.

    Examples
    --------
    >>> number_of("bank-001") == number_of("bank-001") != number_of("bank-002")
    True
    """
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big")


def seeded(name: str) -> random.Random:
    """Start a source of chance for one name."""
    return random.Random(number_of(name))
