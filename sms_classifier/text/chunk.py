"""Many plain texts as one array of characters, for what walks over all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["TextChunk"]

Ints = npt.NDArray[np.int64]
_BETWEEN = "\n"  # behind each text; texts may hold it too, so bounds are what counts


class TextChunk:
    r"""Texts joined, with the place of each.

    Attributes
    ----------
    texts : sequence of str
    joined : str
        All texts, a line break behind each.
    starts, ends : ndarray of int64, shape (n_texts,)
        ``joined[starts[i]:ends[i]]`` is text ``i``.

    Examples
    --------
    >>> chunk = TextChunk(["还款", "", "3元"])
    >>> chunk.joined, chunk.starts.tolist(), chunk.ends.tolist()
    ('还款\n\n3元\n', [0, 3, 4], [2, 3, 6])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.joined = _BETWEEN.join(texts) + _BETWEEN if texts else ""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self.ends: Ints = np.cumsum(lengths + 1) - 1
        self.starts: Ints = self.ends - lengths

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def codes(self) -> npt.NDArray[np.uint32]:
        """Code points of ``joined``."""
        encoded = self.joined.encode("utf-32-le", "surrogatepass")
        return np.frombuffer(encoded, dtype=np.uint32)

    def text_at(self, places: Ints) -> Ints:
        """Which text each place of ``joined`` lies in."""
        return np.searchsorted(self.ends, places, side="left")
