"""From bytes to characters: byte-order mark, else strict UTF-8, else GB18030.

Bytes that are pure ASCII fit both, so the choice waits for the first byte that is not. Nothing
is ever replaced or dropped: a byte that does not fit stops the run and is named.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress

from sms_classifier.errors import TableError
from sms_classifier.tables.origin import Origin

__all__ = ["decode"]

_BLOCK_BYTES = 2**18
_MARKS = (  # UTF-32 first: its little-endian mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENOUGH_BYTES = 4_096  # after the first non-ASCII byte, to tell UTF-8 from GB18030
_PROOF_CHARACTERS = 16  # so many Chinese characters in a row are not UTF-8 by accident


def decode(origin: Origin, encoding: str | None = None) -> Iterator[str]:
    """Decode a stream, block by block; a leading byte-order mark is dropped.

    Parameters
    ----------
    origin : Origin
        Its ``encoding`` is set as soon as it is known.
    encoding : str, optional
        The user's ``--encoding``; found out by default.

    Raises
    ------
    TableError
        If a byte does not fit, naming its offset, or if the encoding is unknown.
    """
    if encoding is not None:
        _check_known(encoding)
        yield from _without_mark(_decode_as(origin, encoding, b"", 0))
        return
    offset = 0
    block = origin.read(_BLOCK_BYTES)
    found = _by_mark(block)
    _check_not_utf16(origin, block, found)
    while found is None and block.isascii() and block:
        yield block.decode("ascii")
        offset += len(block)
        block = origin.read(_BLOCK_BYTES)
    if found is None:
        block += origin.read(_ENOUGH_BYTES)
        found = _by_content(origin, block, offset)
    yield from _without_mark(_decode_as(origin, found, block, offset))


def _by_mark(head: bytes) -> str | None:
    """Find the encoding that a byte-order mark announces."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _by_content(origin: Origin, block: bytes, offset: int) -> str:
    """Decide between UTF-8 and GB18030 by the first bytes that are not ASCII."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(block)
    except UnicodeDecodeError as error:
        sound = block[: error.start].decode("utf-8")
        if sum(not character.isascii() for character in sound) >= _PROOF_CHARACTERS:
            raise _bad_byte(origin, "utf-8", offset + error.start) from None
    else:
        return "utf-8"
    try:
        codecs.getincrementaldecoder("gb18030")().decode(block)
    except UnicodeDecodeError as error:
        raise TableError(
            f"{origin.name}: neither UTF-8 nor GB18030 (byte {offset + error.start:,}); "
            "name its encoding with --encoding, such as big5 or utf-16-le"
        ) from None
    return "gb18030"


def _decode_as(origin: Origin, encoding: str, block: bytes, offset: int) -> Iterator[str]:
    """Decode ``block``, which begins at ``offset``, and all that follows it."""
    origin.encoding = encoding
    decoder = codecs.getincrementaldecoder(encoding)()
    block = block or origin.read(_BLOCK_BYTES)
    while True:
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise _bad_byte(origin, encoding, offset - waiting + error.start) from None
        except UnicodeError as error:
            raise TableError(f"{origin.name}: {error}; name its encoding with --encoding") from None
        yield text
        if not block:
            return
        offset += len(block)
        block = origin.read(_BLOCK_BYTES)


def _without_mark(blocks: Iterator[str]) -> Iterator[str]:
    """Drop a byte-order mark at the very beginning, and only there."""
    for block in blocks:
        if block:
            yield block.removeprefix("\ufeff")
            break
    yield from blocks


def _bad_byte(origin: Origin, encoding: str, offset: int) -> TableError:
    """Name the byte that does not fit."""
    return TableError(
        f"{origin.name}: byte {offset:,} is not {encoding.upper()}; mend it there, or name the "
        "file's encoding with --encoding, such as gb18030 or big5"
    )


def _check_known(encoding: str) -> None:
    """Refuse an encoding that Python does not know as text."""
    try:
        codecs.getincrementaldecoder(encoding)
        with suppress(UnicodeError):
            b"a".decode(encoding)  # of no bytes at all, any name would do
    except LookupError:
        raise TableError(
            f"--encoding {encoding}: not known; try utf-8, gb18030, utf-16 or big5"
        ) from None


def _check_not_utf16(origin: Origin, head: bytes, found: str | None) -> None:
    """Refuse UTF-16 without a mark, which would pass for characters between NUL bytes."""
    sample = head[:_ENOUGH_BYTES]
    if found is None and sample.count(0) * 8 > len(sample):
        raise TableError(
            f"{origin.name}: looks like UTF-16 without a byte-order mark; "
            "say --encoding utf-16-le or --encoding utf-16-be"
        )
