"""TF-IDF of words and characters, whole chunks at once.

Gives the numbers of scikit-learn's ``TfidfVectorizer(sublinear_tf=True)`` (a test compares them)
without scikit-learn: n-grams become 64-bit keys, keys are looked up in an open-addressing table,
and counted; by a compiled kernel (`NgramIndex`) where there is one, else in numpy with one sort a
chunk, to the same bits. Training and prediction share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.native import kernels
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.document_counts import DocumentCounts
from sms_classifier.text.key_table import KeyTable
from sms_classifier.text.ngram_index import NgramIndex
from sms_classifier.text.segment import BREAK
from sms_classifier.text.sparse import SparseRows
from sms_classifier.text.words import WordRows

__all__ = ["NgramVectorizer"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]
_CHAR_BITS = 21  # a code point fits in 21 bits, so three of them in one key
_WORD_BITS = 32
# Words that no n-gram holds: jieba cuts every blank apart, but this pair.
_BLANKS = ("\r\n", *(char for char in map(chr, range(0x3001)) if char.isspace()))


class NgramVectorizer:
    """Words (1 and 2) and characters (1 to 3) of a text as two TF-IDF blocks, each of length 1.

    Parameters
    ----------
    min_count : int, default 5
        A feature that fewer training texts show is not kept, so that a model holds nobody's
        number or name.

    Attributes
    ----------
    idf_ : ndarray of shape (n_features,)
    n_words_ : int
        Number of word features; the others are characters.
    """

    def __init__(self, *, min_count: int = 5) -> None:
        self.min_count = min_count

    def fit(self, counts: DocumentCounts) -> NgramVectorizer:
        """Learn the vocabulary and the inverse document frequencies of the texts counted."""
        words, chars = counts.words(self.min_count), counts.chars(self.min_count)
        kept_words, kept_chars = sorted(words), sorted(chars)
        shown = [words[w] for w in kept_words] + [chars[c] for c in kept_chars]
        self.idf_: Floats = np.log((1 + counts.n_texts) / (1 + np.array(shown, dtype=float))) + 1
        self._set_vocabulary(kept_words, kept_chars)
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Pickle what was learnt; the tables follow from it."""
        kept = ("min_count", "words_", "chars_", "idf_")
        return {name: vars(self)[name] for name in kept if name in vars(self)}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.min_count = state["min_count"]
        if "idf_" in state:
            self.idf_ = state["idf_"]
            self._set_vocabulary(state["words_"], state["chars_"])

    def _set_vocabulary(self, words: list[str], chars: list[str]) -> None:
        self.n_words_ = len(words)
        self.words_, self.chars_ = words, chars
        for name in ("feature_names_", "vocabulary", "_single", "_keys", "_index", "_tables"):
            vars(self).pop(name, None)

    @cached_property
    def feature_names_(self) -> list[str]:
        """``word:…`` and ``char:…``, in column order."""
        return [f"word:{w}" for w in self.words_] + [f"char:{c}" for c in self.chars_]

    @cached_property
    def _single(self) -> dict[str, int]:
        """Single words of the n-grams, numbered from 1 on."""
        single = dict.fromkeys(part for word in self.words_ for part in word.split(" ") if part)
        return {word: place for place, word in enumerate(single, 1)}

    @cached_property
    def vocabulary(self) -> list[str]:
        """Words that `transform` takes as numbers: those of n-grams, then blanks."""
        blanks = (blank for blank in _BLANKS if blank not in self._single and blank != BREAK)
        return [*self._single, *blanks]

    @cached_property
    def _keys(self) -> tuple[Keys, Keys]:
        """Keys of the word n-grams and of the character n-grams."""
        find = self._single.get
        words = [_word_key([find(part, 0) for part in word.split(" ")]) for word in self.words_]
        chars = [_char_key(ngram) for ngram in self.chars_]
        return np.array(words, dtype=np.uint64), np.array(chars, dtype=np.uint64)

    @cached_property
    def _index(self) -> NgramIndex | None:
        """Where the kernels are, the n-grams held by them."""
        library = kernels()
        if library is None:
            return None
        return NgramIndex(library, *self._keys, self.idf_, len(self._single))

    @cached_property
    def _tables(self) -> tuple[KeyTable, KeyTable]:
        words, chars = self._keys
        return KeyTable(words), KeyTable(chars)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays from which `from_state` makes the same vectoriser."""
        return {
            "words": np.frombuffer("\n".join(self.words_).encode(), dtype=np.uint8),
            "chars": np.frombuffer("\n".join(self.chars_).encode(), dtype=np.uint8),
            "idf": self.idf_,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> NgramVectorizer:
        """Make a fitted vectoriser from the arrays of `state`."""
        made = cls()
        words, chars = (
            bytes(state[name]).decode().split("\n") if len(state[name]) else []
            for name in ("words", "chars")
        )
        made.idf_ = np.asarray(state["idf"], dtype=float)
        made._set_vocabulary(words, chars)
        return made

    def transform(self, chunk: TextChunk, words: WordRows) -> SparseRows:
        """TF-IDF rows of texts.

        Parameters
        ----------
        chunk : TextChunk
            Of texts without line breaks.
        words : WordRows
            Their words as numbers of `vocabulary`.
        """
        if self._index is not None:
            return self._index.rows(chunk, words)
        parts = [self._word_places(words), self._char_places(chunk)]
        offsets = (0, self.n_words_)
        rows = np.concatenate([part[0] for part in parts])
        columns = np.concatenate(
            [part[1] + offset for part, offset in zip(parts, offsets, strict=True)]
        )
        return self._weigh(rows, columns, len(chunk))

    def dot(self, chunk: TextChunk, words: WordRows, weights: npt.NDArray[np.float32]) -> Floats:
        """Product of the rows that `transform` gives with a dense matrix, in single precision.

        Parameters
        ----------
        chunk : TextChunk
        words : WordRows
        weights : ndarray of float32, shape (n_features, n_outputs)
        """
        if self._index is not None:
            return self._index.dot(chunk, words, weights)
        return self.transform(chunk, words).dot(weights)

    def _word_places(self, words: WordRows) -> tuple[Ints, Ints]:
        rows = np.repeat(np.arange(len(words.bounds) - 1), np.diff(words.bounds))
        is_word = words.numbers < len(self._single)
        ids = (words.numbers[is_word] + 1).astype(np.uint64)  # 0 where the vocabulary lacks it
        return _lookup_pairs(ids, rows[is_word], self._tables[0])

    def _char_places(self, chunk: TextChunk) -> tuple[Ints, Ints]:
        codes = chunk.codes.astype(np.uint64)
        no_break = np.ones(len(codes), dtype=bool)
        no_break[chunk.ends] = False
        row_of = np.repeat(np.arange(len(chunk)), chunk.ends - chunk.starts + 1)
        shift = np.uint64(_CHAR_BITS)
        pairs = (codes[:-1] << shift) | codes[1:]
        triples = (pairs[:-1] << shift) | codes[2:]
        in_pair = no_break[:-1] & no_break[1:]
        in_triple = in_pair[:-1] & no_break[2:]
        keys = np.concatenate([codes[no_break], pairs[in_pair], triples[in_triple]])
        rows = np.concatenate([row_of[no_break], row_of[:-1][in_pair], row_of[:-2][in_triple]])
        return _known(rows, self._tables[1].find(keys))

    def _weigh(self, rows: Ints, columns: Ints, n_rows: int) -> SparseRows:
        """Count, weigh and scale each block of each row to length 1."""
        width = len(self.idf_)
        small = n_rows * width <= np.iinfo(np.int32).max  # half the bytes sort in half the time
        cells, counts = _counted(rows * width + columns, np.int32 if small else np.int64)
        rows = cells // max(width, 1)
        columns = cells - rows * width
        data = self.idf_[columns]
        often = np.flatnonzero(counts > 1)
        data[often] *= 1.0 + np.log(counts[often])
        block = rows * 2 + (columns >= self.n_words_)
        lengths = np.sqrt(np.bincount(block, weights=data**2, minlength=2 * n_rows))
        data /= lengths[block]
        indptr = np.searchsorted(rows, np.arange(n_rows + 1))
        return SparseRows(indptr, columns, data, width)


def _counted(cells: Ints, kind: type[np.signedinteger[Any]]) -> tuple[Ints, Ints]:
    """Distinct numbers in order, and how often each stands there."""
    cells = np.sort(cells.astype(kind))
    begins = np.flatnonzero(np.append(True, cells[1:] != cells[:-1])) if len(cells) else cells
    return cells[begins].astype(np.int64), np.diff(np.append(begins, len(cells)))


def _known(rows: Ints, places: Ints) -> tuple[Ints, Ints]:
    hit = places >= 0
    return rows[hit], places[hit]


def _lookup_pairs(ids: Keys, rows: Ints, table: KeyTable) -> tuple[Ints, Ints]:
    """Rows and columns of single words and of neighbours within a row."""
    pairs = (ids[:-1] << np.uint64(_WORD_BITS)) | ids[1:]
    together = (rows[:-1] == rows[1:]) & (ids[:-1] > 0) & (ids[1:] > 0)
    single = ids > 0
    keys = np.concatenate([ids[single], pairs[together]])
    return _known(np.concatenate([rows[single], rows[:-1][together]]), table.find(keys))


def _word_key(ids: Sequence[int]) -> int:
    if not all(ids):  # a part that is no word: never found
        return 0
    return ids[0] if len(ids) == 1 else (ids[0] << _WORD_BITS) | ids[1]


def _char_key(chars: str) -> int:
    key = 0
    for char in chars:
        key = (key << _CHAR_BITS) | ord(char)
    return key
