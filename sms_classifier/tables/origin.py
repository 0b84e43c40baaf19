"""Where a table's bytes come from: a file, a gzip file, or standard input.

Knows whether the file is still the one that was opened. Leaves characters to ``encoding``.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sms_classifier.errors import TableError

__all__ = ["Origin", "open_origin"]

_EDGE_BYTES = 2**20  # of each end of a file that goes into its fingerprint
_GZIP_MAGIC = b"\x1f\x8b"


class Origin:
    """The bytes of one input, read once from front to back.

    Attributes
    ----------
    path : Path or None
        None for standard input.
    name : str
        For messages to the user.
    gzipped : bool
    is_file : bool
        Whether it is a regular file, that is, can be read again.
    size : int
        Bytes on disk when it was opened; 0 for a stream.
    encoding : str or None
        What the characters were decoded with, once known.
    """

    def __init__(self, raw: BinaryIO, *, path: Path | None, gzipped: bool) -> None:
        self.path = path
        self.name = "standard input" if path is None else str(path)
        self.encoding: str | None = None
        self._raw = raw
        self.gzipped = gzipped
        self._stat = _stat_of(raw)
        self.is_file = self._stat is not None and stat.S_ISREG(self._stat.st_mode)
        self.size = self._stat.st_size if self._stat is not None and self.is_file else 0
        self._stream = gzip.GzipFile(fileobj=raw) if gzipped else raw

    def read(self, size: int) -> bytes:
        """Read up to ``size`` bytes; none means the end."""
        try:
            return self._stream.read(size)
        except EOFError:
            raise TableError(
                f"{self.name}: the gzip data end too early; fetch the file again"
            ) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise TableError(f"{self.name}: not sound gzip data ({error})") from None
        except OSError as error:
            raise TableError(f"{self.name}: cannot be read ({error.strerror or error})") from None

    def position(self) -> int:
        """Tell how many bytes on disk have been read; 0 for a stream."""
        return self._raw.tell() if self.is_file else 0

    def check_unchanged(self) -> None:
        """Refuse a file that grew, shrank or was rewritten since it was opened."""
        before, now = self._stat, _stat_of(self._raw)
        if before is None or now is None or not self.is_file:
            return
        if (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
            raise TableError(
                f"{self.name}: changed while it was read ({before.st_size:,} bytes, now "
                f"{now.st_size:,}); start again when nothing writes to it"
            )

    def fingerprint(self) -> str:
        """Hash the size and both ends of the file, apart from the reading position."""
        digest = hashlib.sha256(str(self.size).encode())
        with open_raw(self.path) as copy:
            digest.update(copy.read(_EDGE_BYTES))
            copy.seek(max(0, self.size - _EDGE_BYTES))
            digest.update(copy.read(_EDGE_BYTES))
        return digest.hexdigest()


@contextmanager
def open_origin(path: Path | None, *, gzipped: bool = False) -> Iterator[Origin]:
    """Open a file, or standard input for None.

    Raises
    ------
    TableError
        If it does not exist, is a folder, or may not be read.
    """
    with open_raw(path) as raw:
        if path is not None and not gzipped and _starts_with(raw, _GZIP_MAGIC):
            raise TableError(f"{path}: holds gzip data; add .gz to its name")
        yield Origin(raw, path=path, gzipped=gzipped)


@contextmanager
def open_raw(path: Path | None) -> Iterator[BinaryIO]:
    """Open the bytes on disk, with one clear line if that fails."""
    if path is None:
        yield sys.stdin.buffer
        return
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        raise TableError(f"{path}: no such file; check the name and the folder") from None
    except IsADirectoryError:
        raise TableError(f"{path}: is a folder; name a file in it") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from None
    with raw:
        yield raw


def _starts_with(raw: BinaryIO, magic: bytes) -> bool:
    """Look at the first bytes without taking them."""
    return isinstance(raw, io.BufferedReader) and raw.peek(len(magic)).startswith(magic)


def _stat_of(raw: BinaryIO) -> os.stat_result | None:
    """Ask the system about an open file; None for one that lives in memory only."""
    try:
        return os.fstat(raw.fileno())
    except (OSError, io.UnsupportedOperation):
        return None
