"""What each kernel takes and gives: declared once, before anybody can call it."""

from __future__ import annotations

import ctypes
from typing import Any

__all__ = ["declare"]

# Result, then parameters: a an address, i a 64-bit integer, u a code point, f a float, d a double,
# b whether there was memory, - nothing.
_SIGNATURES = {
    "adam_step": "-aaaaia",
    "meaning_means": "baiiaadaaia",
    "ngram_counts_add_chars": "baaaai",
    "ngram_counts_add_words": "baaaai",
    "ngram_counts_free": "-a",
    "ngram_counts_frequent": "iaiiaa",
    "ngram_counts_new": "a",
    "ngrams_dot": "baaaaaaiaaia",
    "ngrams_free": "-a",
    "ngrams_new": "aaiaiai",
    "ngrams_rows": "iaaaaaaiaaaa",
    "patterns_find": "iaaaaaiaaaai",
    "patterns_free": "-a",
    "patterns_new": "aaaaaa",
    "phrases_find": "iaaaaiiiaaa",
    "replace_spans": "iaaaaaiaiuaaa",
    "slide_best": "-aiaaaiaiaa",
    "slide_errors": "baaaiiia",
    "sparse_layer_backward": "-aai",
    "sparse_layer_finish": "-ai",
    "sparse_layer_forward": "baaaaaiaifia",
    "sparse_layer_free": "-a",
    "sparse_layer_new": "aiiaa",
    "trie_free": "-a",
    "trie_new": "aaaai",
    "windows_best": "baiaiaaiia",
    "windows_project": "baiaiiaiia",
    "words_cut": "iaaia",
    "words_dictionary_free": "-a",
    "words_dictionary_new": "aai",
    "words_read": "iaaaaaiaa",
}
_TYPES: dict[str, Any] = {
    "a": ctypes.c_void_p,
    "i": ctypes.c_int64,
    "u": ctypes.c_uint32,
    "f": ctypes.c_float,
    "d": ctypes.c_double,
    "b": ctypes.c_int,
    "-": None,
}


def declare(library: ctypes.CDLL) -> None:
    """Declare every kernel of a library.

    Raises
    ------
    AttributeError
        If the library lacks one.
    """
    for name, signature in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype = _TYPES[signature[0]]
        function.argtypes = [_TYPES[letter] for letter in signature[1:]]
