"""Shapes of messages: how they speak, without whom and what they name.

Concrete values (names, sums, dates, numbers, links) are replaced by one sign a kind; digits and
masks that remain become a single one. A kernel does that for many texts at once; without it, `re`.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from sms_classifier.evidence.finding import Hit
from sms_classifier.labels import Kind
from sms_classifier.native import kernels, pointer
from sms_classifier.text.chunk import TextChunk

__all__ = ["PLACEHOLDERS", "delexicalise"]

Spans = list[tuple[int, int, int]]  # start and end in the joined texts, code point of the sign
PLACEHOLDERS = {
    "\ue001": "‹机构›",
    "\ue002": "‹金额›",
    "\ue003": "‹日期›",
    "\ue004": "‹逾期›",
    "\ue005": "‹账号›",
    "\ue006": "‹官方电话›",
    "\ue007": "‹手机›",
    "\ue008": "‹电话›",
    "\ue009": "‹官方链接›",
    "\ue00a": "‹链接›",
    "\ue00b": "‹微信›",
}
_BY_TEXT = 0
_SIGN: dict[str, int] = {
    Kind.INSTITUTION: 0xE001,
    Kind.AMOUNT: 0xE002,
    Kind.DATE: 0xE003,
    Kind.DAYS_OVERDUE: 0xE004,
    Kind.ACCOUNT: 0xE005,
    Kind.OFFICIAL_CHANNEL: _BY_TEXT,
    Kind.PRIVATE_CONTACT: _BY_TEXT,
    Kind.CONTACT: _BY_TEXT,
    Kind.UNOFFICIAL_LINK: _BY_TEXT,
}
_HAS_LATIN = re.compile(r"[a-z\d]")
_DIGIT, _JOINTS, _MASKS = r"\d", ".,:", "*x"
_DIGITS = re.compile(rf"{_DIGIT}+(?:[{_JOINTS}]{_DIGIT}+)*")
_MASKED = re.compile(f"[{_MASKS}]{{2,}}")
_N_CODES = 0x110000


def delexicalise(plains: TextChunk, hits: Sequence[Sequence[Hit]]) -> TextChunk:
    r"""Replace concrete values by one sign a kind, and mask the digits that remain.

    Parameters
    ----------
    plains : TextChunk
    hits : sequence of sequence of Hit
        What was found in each text.

    Returns
    -------
    TextChunk
        Texts without line breaks.

    Examples
    --------
    >>> hits = [Hit("amount", 2, 5, "a sum"), Hit("lawful_consequence", 6, 8, "a word")]
    >>> delexicalise(TextChunk(["应还30元,征信1234"]), [hits]).texts
    ['应还\ue002,征信0']
    """
    spans = _signs(plains, hits)
    library = kernels()
    return _by_re(plains, spans) if library is None else _by_kernel(library, plains, spans)


def _signs(plains: TextChunk, hits: Sequence[Sequence[Hit]]) -> Spans:
    """Spans that become signs, text by text; they may overlap."""
    spans: Spans = []
    for plain, offset, own in zip(plains.texts, plains.starts.tolist(), hits, strict=True):
        for kind, start, end, reason in own:
            sign = _SIGN.get(kind)
            if sign == _BY_TEXT:
                sign = _contact_sign(kind, reason, plain[start:end])
            if sign:
                spans.append((offset + start, offset + end, sign))
    return spans


def _contact_sign(kind: str, reason: str, text: str) -> int | None:
    """Sign of a number, id or link; words such as 手机银行 stay as they are."""
    if not _HAS_LATIN.search(text):
        return None
    if kind == Kind.PRIVATE_CONTACT:
        return 0xE007 if "mobile" in reason or "abroad" in reason else 0xE00B
    is_link = "." in text and any(map(str.isalpha, text))
    if kind == Kind.OFFICIAL_CHANNEL:
        return 0xE009 if is_link else 0xE006 if text[0] in "0123456789(" else None
    if kind == Kind.CONTACT:
        return 0xE00A if is_link else 0xE008
    return 0xE00A


def _by_re(plains: TextChunk, spans: Spans) -> TextChunk:
    """Replace spans, the leftmost and then the longest first, and runs of digits and masks."""
    joined = "\n".join(text.replace("\n", " ") for text in plains.texts)
    pieces: list[str] = []
    done = 0
    for start, end, sign in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            pieces += (joined[done:start], chr(sign))
            done = end
    pieces.append(joined[done:])
    masked = _MASKED.sub("*", _DIGITS.sub("0", "".join(pieces)))
    return TextChunk(masked.split("\n") if len(plains) else [])


def _by_kernel(library: ctypes.CDLL, plains: TextChunk, spans: Spans) -> TextChunk:
    """Do the same."""
    rows = np.fromiter(chain.from_iterable(spans), dtype=np.int64, count=3 * len(spans))
    codes = np.empty(len(plains.codes), dtype=np.uint32)
    starts, ends = np.empty((2, len(plains)), dtype=np.int64)
    n_codes = library.replace_spans(
        pointer(_classes()),
        pointer(_written()),
        pointer(plains.codes),
        pointer(plains.starts),
        pointer(plains.ends),
        ctypes.c_int64(len(plains)),
        pointer(rows),
        ctypes.c_int64(len(spans)),
        ctypes.c_uint32(ord("\n")),
        pointer(codes),
        pointer(starts),
        pointer(ends),
    )
    if n_codes < 0:
        raise MemoryError("no room to replace parts of texts")
    return TextChunk.from_codes(codes[:n_codes], starts, ends)


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """Class of each code point, as numbered in native/replace.c."""
    every = np.arange(_N_CODES, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    digits = [match.start() for match in re.finditer(_DIGIT, every)]
    table = np.zeros(_N_CODES, dtype=np.uint8)
    for number, codes in enumerate(([ord("\n")], digits, map(ord, _JOINTS), map(ord, _MASKS)), 1):
        table[list(codes)] = number
    return table


@cache
def _written() -> npt.NDArray[np.uint32]:
    """What is written for a break, a run of digits and one of masks, by their class."""
    return np.array([0, ord(" "), ord("0"), 0, ord("*")], dtype=np.uint32)
