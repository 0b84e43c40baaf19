"""jieba's own dictionary, cut along by the compiled kernel, without importing jieba.

Importing jieba and building its dictionary in Python takes the better part of a second; reading
the same file in C a tenth of that.
"""

from __future__ import annotations

import ctypes
from array import array
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from sms_classifier.native import free_with, kernels

__all__ = ["Dictionary", "default_dictionary"]


class Dictionary:
    r"""Words with their frequencies, for the kernels.

    Parameters
    ----------
    library : CDLL
        The kernels.
    lines : bytes
        "word frequency ..." in UTF-8, a word a line.

    Attributes
    ----------
    handle : c_void_p
        The dictionary, for a kernel; freed with this object.

    Raises
    ------
    ValueError
        If the lines are not such lines, or there is no memory for them.

    Examples
    --------
    >>> from sms_classifier.native import kernels
    >>> library = kernels()
    >>> if library is not None:
    ...     words = Dictionary(library, "还款 3 v\n请 1 v\n".encode()).cut("请还款 12a")
    ...     assert words == ["请", "还款", " ", "12a"]
    """

    def __init__(self, library: ctypes.CDLL, lines: bytes) -> None:
        address = library.words_dictionary_new(lines, ctypes.c_int64(len(lines)))
        if address is None:
            raise ValueError("not a dictionary: each line must be a word and its frequency")
        self._library = library
        self.handle = ctypes.c_void_p(address)
        free_with(self, library.words_dictionary_free, self.handle)

    def cut(self, text: str) -> list[str]:
        """Cut a text into words; joined, they are the text again."""
        ends = array("q", bytes(8 * len(text)))
        n_words = self._library.words_cut(
            self.handle,
            text.encode("utf-32-le", "surrogatepass"),
            ctypes.c_int64(len(text)),
            ctypes.c_void_p(ends.buffer_info()[0]),
        )
        if n_words < 0:
            raise MemoryError("no room to cut a text")
        return [text[start:end] for start, end in pairwise((0, *ends[:n_words]))]


@cache
def default_dictionary() -> Dictionary | None:
    """Read the dictionary that jieba brings; None without the kernels.

    Examples
    --------
    >>> dictionary = default_dictionary()
    >>> dictionary is None or dictionary.cut("请于明日还款") == ["请", "于", "明日", "还款"]
    True
    """
    library = kernels()
    if library is None:
        return None
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba is not installed, its dictionary is needed")
    return Dictionary(library, Path(spec.origin).with_name("dict.txt").read_bytes())
