"""TF-IDF of words and characters, whole chunks at once in numpy.

Gives the numbers of scikit-learn's ``TfidfVectorizer(sublinear_tf=True)`` (a test compares them)
without scikit-learn: n-grams become 64-bit keys, keys are looked up in an open-addressing table,
counts come from one sort per chunk. Training and prediction share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.text.segment import BREAK, split_texts

__all__ = ["KeyTable", "NgramVectorizer", "SparseRows", "char_ngrams"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]
_CHAR_BITS = 21  # a code point fits in 21 bits, so three of them in one key
_WORD_BITS = 32
_BREAK_CODE = 10  # code point that parts the texts of a chunk
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing, Knuth TAOCP 3 §6.4


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of a sparse matrix: row ``i`` holds ``data[indptr[i]:indptr[i + 1]]`` at ``indices``."""

    indptr: Ints
    indices: Ints
    data: Floats
    n_columns: int

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.indptr) - 1

    def dot(self, weights: npt.NDArray[np.floating[Any]]) -> Floats:
        """Product with a dense matrix of shape (n_columns, n_outputs)."""
        out = np.zeros((self.n_rows, weights.shape[1]))
        bounds = self.indptr.tolist()
        data = self.data.astype(weights.dtype)
        for row, (start, end) in enumerate(pairwise(bounds)):  # what one row needs fits the cache
            if start < end:
                out[row] = data[start:end] @ weights.take(self.indices[start:end], axis=0)
        return out


class KeyTable:
    """Places of 64-bit keys in a vocabulary, looked up by the thousand.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        Distinct, none of them zero.

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
        pending = np.arange(len(self.keys))
        slots = self._hash(self.keys)
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


class NgramVectorizer:
    """Words (1 and 2) and characters (1 to 3) of a text as two TF-IDF blocks, each of length 1.

    Parameters
    ----------
    min_count : int, default 5
        A feature that fewer training texts show is not kept, so that a model holds nobody's
        number or name.

    Attributes
    ----------
    feature_names_ : list of str
        ``word:…`` and ``char:…``, in column order.
    idf_ : ndarray of shape (n_features,)
    n_words_ : int
        Number of word features; the others are characters.
    """

    def __init__(self, *, min_count: int = 5) -> None:
        self.min_count = min_count

    def fit(self, texts: Sequence[str], words: Sequence[str]) -> NgramVectorizer:
        """Learn the vocabulary and the inverse document frequencies.

        Parameters
        ----------
        texts : sequence of str
            None of which holds a line break.
        words : sequence of str
            The words of all of them, as `segment.cut_joined` cuts them.
        """
        shown = [[word for word in text if not word.isspace()] for text in split_texts(words)]
        word_counts = _document_counts(map(_word_ngrams, shown))
        char_counts = _document_counts(char_ngrams(text) for text in texts)
        kept_words = sorted(w for w, n in word_counts.items() if n >= self.min_count)
        kept_chars = sorted(c for c, n in char_counts.items() if n >= self.min_count)
        counts = [word_counts[w] for w in kept_words] + [char_counts[c] for c in kept_chars]
        self.idf_: Floats = np.log((1 + len(texts)) / (1 + np.array(counts, dtype=float))) + 1
        self._set_vocabulary(kept_words, kept_chars)
        return self

    def _set_vocabulary(self, words: list[str], chars: list[str]) -> None:
        self.n_words_ = len(words)
        self.words_, self.chars_ = words, chars
        self.feature_names_ = [f"word:{w}" for w in words] + [f"char:{c}" for c in chars]
        single = dict.fromkeys(part for word in words for part in word.split(" "))
        self._word_ids = {word: place + 1 for place, word in enumerate(single)}
        keys = [_word_key([self._word_ids[part] for part in word.split(" ")]) for word in words]
        self._word_table = KeyTable(np.array(keys, dtype=np.uint64))
        self._char_table = KeyTable(np.array([_char_key(c) for c in chars], dtype=np.uint64))

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

    def transform(self, texts: Sequence[str], words: Sequence[str]) -> SparseRows:
        """TF-IDF rows of texts and their words, given as to `fit`."""
        parts = [self._word_places(words), self._char_places(texts)]
        offsets = (0, self.n_words_)
        rows = np.concatenate([part[0] for part in parts])
        columns = np.concatenate(
            [part[1] + offset for part, offset in zip(parts, offsets, strict=True)]
        )
        return self._weigh(rows, columns, len(texts))

    def _word_places(self, words: Sequence[str]) -> tuple[Ints, Ints]:
        ids = np.array([*map(self._word_ids.get, words, repeat(0))], dtype=np.uint64)
        is_word = np.ones(len(words), dtype=bool)
        is_break = np.zeros(len(words), dtype=bool)
        for place in np.flatnonzero(ids == 0).tolist():
            if words[place].isspace():
                is_word[place] = False
                is_break[place] = words[place] == BREAK
        rows = np.cumsum(is_break)[is_word]
        return _lookup_pairs(ids[is_word], rows, self._word_table)

    def _char_places(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        joined = "\n".join(texts) + "\n"
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        codes = codes.astype(np.uint64)
        breaks = codes == _BREAK_CODE
        row_of = np.cumsum(breaks) - breaks
        shift = np.uint64(_CHAR_BITS)
        pairs = (codes[:-1] << shift) | codes[1:]
        triples = (pairs[:-1] << shift) | codes[2:]
        no_break = ~breaks
        in_pair = no_break[:-1] & no_break[1:]
        in_triple = in_pair[:-1] & no_break[2:]
        keys = np.concatenate([codes[no_break], pairs[in_pair], triples[in_triple]])
        rows = np.concatenate([row_of[no_break], row_of[:-1][in_pair], row_of[:-2][in_triple]])
        return _known(rows, self._char_table.find(keys))

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


def _document_counts(documents: Iterable[Iterable[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for ngrams in documents:
        counts.update(set(ngrams))
    return counts


def _word_ngrams(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def char_ngrams(text: str) -> list[str]:
    """Character n-grams of a text, one to three long.

    Examples
    --------
    >>> char_ngrams("还款")
    ['还', '款', '还款']
    """
    return [text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)]


def _word_key(ids: Sequence[int]) -> int:
    return ids[0] if len(ids) == 1 else (ids[0] << _WORD_BITS) | ids[1]


def _char_key(chars: str) -> int:
    key = 0
    for char in chars:
        key = (key << _CHAR_BITS) | ord(char)
    return key
