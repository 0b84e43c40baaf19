"""Results of uploads, kept in memory for a while under names that nobody can guess."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sms_classifier.tables import Summary

__all__ = ["MINUTES_KEPT", "Result", "Shelf"]

MINUTES_KEPT = 15
_MOST_BYTES = 64 * 2**20
_TOKEN_BYTES = 16  # 128 bits


@dataclass(frozen=True, slots=True)
class Result:
    """A classified table: its file name, its bytes, and what the run had to say."""

    name: str
    content: bytes
    summary: Summary


class Shelf:
    """Keeps results until they are too old, cleared, or pushed out by newer ones.

    Parameters
    ----------
    now : callable
        Clock in seconds.

    Examples
    --------
    >>> shelf = Shelf()
    >>> token = shelf.put(Result("a.csv", b"x", Summary(1, {}, {}, 0, 0.1)))
    >>> shelf.get(token).name, shelf.get("guess")
    ('a.csv', None)
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Result]] = {}  # oldest first

    def put(self, result: Result) -> str:
        """Keep a result; its token."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            self._forget_old()
            self._kept[token] = (self._now() + MINUTES_KEPT * 60, result)
            while len(self._kept) > 1 and self._size() > _MOST_BYTES:
                del self._kept[next(iter(self._kept))]
        return token

    def get(self, token: str) -> Result | None:
        """Result of a token; none when there is none any more."""
        with self._lock:
            self._forget_old()
            entry = self._kept.get(token)
        return entry[1] if entry else None

    def drop(self, token: str) -> None:
        """Forget a result now."""
        with self._lock:
            self._kept.pop(token, None)

    def _forget_old(self) -> None:
        now = self._now()
        for token in [token for token, (until, _) in self._kept.items() if until <= now]:
            del self._kept[token]

    def _size(self) -> int:
        return sum(len(result.content) for _, result in self._kept.values())
