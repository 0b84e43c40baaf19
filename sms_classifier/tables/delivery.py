"""Bringing output to its place: written beside the target, moved in when it is complete.

A reader of the target therefore sees the old file or the whole new one. Faults of the disk and
of permissions become one line each.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sms_classifier.errors import TableError

try:
    import fcntl
except ImportError:  # Windows has no advisory locks; two runs on one target go unnoticed there
    fcntl = None  # type: ignore[assignment]

__all__ = ["Part", "Stream", "check_target", "explain_faults"]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WRITE_BITS = 0o222


def check_target(target: Path, source: Path | None) -> Path:
    """Find where output really goes, and refuse what cannot be written.

    Parameters
    ----------
    target : Path
        A symbolic link is followed: what it points at is replaced, the link stays.
    source : Path or None

    Returns
    -------
    Path
        The target behind all links.

    Raises
    ------
    TableError
        If it is a folder, read-only, the input itself, or in a folder that does not exist.
    """
    with explain_faults(target):
        real = Path(os.path.realpath(target))
        if not real.parent.is_dir():
            raise TableError(f"{target}: there is no folder {real.parent}; make it first")
        if real.is_symlink():
            raise TableError(f"{target}: is a link that leads back to itself; name another output")
        if real.is_dir():
            raise TableError(f"{target}: is a folder; name a file in it")
        if not real.exists():
            return real
        if source is not None and source.exists() and real.samefile(source):
            raise TableError(f"{target}: is the input itself; name another output")
        if not real.is_file():
            raise TableError(f"{target}: is not a regular file; name another output")
        # By its mode and not by trying: the owner of the folder, and root, could replace it.
        if not real.stat().st_mode & _WRITE_BITS:
            raise TableError(f"{target}: is read-only; make it writable or name another output")
    return real


@contextmanager
def explain_faults(target: Path | str) -> Iterator[None]:
    """Turn what the system says about a file into one line for the user."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise TableError(f"{target}: no room left on the disk; make room for it") from error
        reason = error.strerror or str(error)
        raise TableError(
            f"{target}: cannot be written ({reason}); check the folder and its permissions"
        ) from error


class Part:
    """The unfinished output beside its target, ``NAME.part``.

    Parameters
    ----------
    target : Path
        As `check_target` returns it.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        with explain_faults(target):
            self.file = self._open()

    def cut(self, size: int) -> bool:
        """Keep the first ``size`` bytes and go on behind them; False if there are fewer."""
        with explain_faults(self.target):
            if os.fstat(self.file.fileno()).st_size < size:
                return False
            self.file.truncate(size)
            self.file.seek(size)
        return True

    def sync(self) -> None:
        """Make sure that all bytes so far survive a power loss."""
        with explain_faults(self.target):
            self.file.flush()
            os.fsync(self.file.fileno())

    def commit(self) -> None:
        """Move the complete output to its target, which keeps its permissions."""
        self.sync()
        with explain_faults(self.target):
            if self.target.exists():
                shutil.copymode(self.target, self.path)
            self.file.close()
            self.path.replace(self.target)
            sync_folder(self.target.parent)

    def close(self) -> None:
        """Let go of the file; what a full disk refuses is lost, the checkpoint knows."""
        with suppress(OSError):
            self.file.close()

    def discard(self) -> None:
        """Remove the unfinished output."""
        self.close()
        with suppress(OSError):
            self.path.unlink()

    def _open(self) -> BinaryIO:
        """Open without emptying: another run may be writing there."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        file = os.fdopen(os.open(self.path, flags, 0o666), "r+b")
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise TableError(
                    f"{self.target}: another run is writing it; wait for it or name another output"
                ) from None
        return file


class Stream:
    """Standard output in place of a part: nothing to move, nothing to resume."""

    path = None

    def __init__(self) -> None:
        # Not closed by us: the interpreter flushes it at exit.
        self.file: BinaryIO = getattr(sys.stdout, "buffer", None) or io.BytesIO()

    def sync(self) -> None:
        """Push the bytes on."""
        with explain_faults("standard output"):
            self.file.flush()

    commit = sync

    def close(self) -> None:
        """Leave standard output open."""

    discard = close


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power loss, where the system can."""
    with suppress(OSError):  # Windows cannot open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
