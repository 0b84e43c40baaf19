"""Words of a message: jieba's, exactly, without its guesses at new words (``HMM=False``).

The compiled kernel cuts, along jieba's dictionary; where it is missing, rjieba, which gives the
same words about thirty times faster than jieba, when it is installed (extra ``fast``); else jieba.
The three are compared in the tests. jieba's cache file is neither read nor written: it would lie in
the shared temporary folder, where anybody could plant one, and reading it takes as long (0.7 s)
as building the dictionary.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cache

from sms_classifier.text.dictionary import default_dictionary

__all__ = ["BREAK", "cut", "cut_joined", "is_fast", "split_texts"]

BREAK = "\n"  # always a token of its own, so texts can be cut in one call


def is_fast() -> bool:
    """Whether rjieba is installed."""
    try:
        import rjieba  # noqa: F401
    except ImportError:
        return False
    return True


def _jieba_cut() -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return lambda text: list(tokenizer.lcut(text, HMM=False))


def _rjieba_cut() -> Callable[[str], list[str]]:
    import rjieba

    return lambda text: list(rjieba.cut(text, False))


@cache
def _cut() -> Callable[[str], list[str]]:
    dictionary = default_dictionary()
    if dictionary is not None:
        return dictionary.cut
    return _rjieba_cut() if is_fast() else _jieba_cut()


def cut(text: str) -> list[str]:
    """Cut a text into words; joined, they are the text again.

    Examples
    --------
    >>> cut("请于明日还款")
    ['请', '于', '明日', '还款']
    """
    return _cut()(text)


def cut_joined(texts: Sequence[str]) -> list[str]:
    r"""Words of many texts, none of which holds a line break, with a line break between texts.

    Examples
    --------
    >>> cut_joined(["还款", "请还款"])
    ['还款', '\n', '请', '还款']
    """
    return _cut()(BREAK.join(texts))


def split_texts(words: Sequence[str]) -> list[list[str]]:
    """Words of each text, from the words that `cut_joined` gives.

    Examples
    --------
    >>> split_texts(cut_joined(["还款", "", "请还款"]))
    [['还款'], [], ['请', '还款']]
    """
    found: list[list[str]] = [[]]
    for word in words:
        if word == BREAK:
            found.append([])
        else:
            found[-1].append(word)
    return found
