"""Numbered strings as a tree of characters, for the compiled kernels."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from sms_classifier.native import free_with, pointer
from sms_classifier.text.chunk import TextChunk

__all__ = ["Trie"]


class Trie:
    """Strings that kernels look up; each has its place as number.

    Parameters
    ----------
    library : CDLL
        The kernels.
    strings : sequence of str
        Of equal ones the last counts; empty ones are passed over.

    Attributes
    ----------
    handle : c_void_p
        The tree, for a kernel; freed with this object.

    Raises
    ------
    MemoryError
        If there is no room.

    Examples
    --------
    >>> from sms_classifier.native import kernels
    >>> library = kernels()
    >>> library is None or Trie(library, ["还款", "款"]).handle.value is not None
    True
    """

    def __init__(self, library: ctypes.CDLL, strings: Sequence[str]) -> None:
        chunk = TextChunk(strings)
        address = library.trie_new(
            pointer(chunk.codes),
            pointer(chunk.starts),
            pointer(chunk.ends),
            ctypes.c_int64(len(chunk)),
        )
        if address is None:
            raise MemoryError("no room for a tree of strings")
        self.handle = ctypes.c_void_p(address)
        free_with(self, library.trie_free, self.handle)
