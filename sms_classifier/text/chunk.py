"""Many plain texts as one array of characters, for what walks over all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["TextChunk"]

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]
_BETWEEN = "\n"  # behind each text; texts may hold it too, so bounds are what counts
_ENCODING = "utf-32-le", "surrogatepass"


class TextChunk:
    r"""Texts joined, with the place of each.

    Attributes
    ----------
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
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self.ends: Ints = np.cumsum(lengths + 1) - 1
        self.starts: Ints = self.ends - lengths

    @classmethod
    def from_codes(cls, codes: Codes, starts: Ints, ends: Ints) -> TextChunk:
        """Make a chunk whose strings are only made when somebody asks for them.

        Examples
        --------
        >>> made = TextChunk(["还款", "3元"])
        >>> TextChunk.from_codes(made.codes, made.starts, made.ends).texts
        ['还款', '3元']
        """
        made = cls.__new__(cls)
        made.codes, made.starts, made.ends = codes, starts, ends
        return made

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def texts(self) -> Sequence[str]:
        """The texts as they were given."""
        bounds = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [self.joined[start:end] for start, end in bounds]

    @cached_property
    def joined(self) -> str:
        """All texts, a line break behind each."""
        if "codes" in vars(self):
            return self.codes.tobytes().decode(*_ENCODING)
        return _BETWEEN.join(self.texts) + _BETWEEN if self.texts else ""

    @cached_property
    def codes(self) -> Codes:
        """Code points of ``joined``."""
        return np.frombuffer(self.joined.encode(*_ENCODING), dtype=np.uint32)

    def text_at(self, places: Ints) -> Ints:
        """Which text each place of ``joined`` lies in."""
        return np.searchsorted(self.ends, places, side="left")
