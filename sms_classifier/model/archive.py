"""Arrays and strings in an npz archive, written without a time and read without pickle.

Reading trusts nothing: sizes are checked before memory is taken, and only plain numbers and
strings are made. Whether they make a model is told by `arrays`.
"""

from __future__ import annotations

import io
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["UnsoundArchiveError", "pack", "unpack"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning: the same model, the same bytes
_MAX_BYTES = 2**29  # unpacked; the shipped model has about a hundredth of it
_MAX_HEADER = 1000  # characters; the header of a plain array has about eighty
_PLAIN = "fuiU"  # kinds of dtype that are numbers or strings: nothing that points or runs
_SUFFIX = ".npy"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    tokenize.TokenError,  # numpy reads a header as Python's tokens
    struct.error,
    ArithmeticError,
    LookupError,
    EOFError,
    OSError,
    NotImplementedError,  # zip features that Python lacks
    RuntimeError,  # encrypted members
    SyntaxError,
    TypeError,
    ValueError,
)


class UnsoundArchiveError(ValueError):
    """Bytes that are no archive of plain arrays."""


def pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Archive whose bytes depend on nothing but the arrays.

    Examples
    --------
    >>> unpack(pack({"bias": np.zeros(2)}))
    {'bias': array([0., 0.])}
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(arrays.items()):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(array), (1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}{_SUFFIX}", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, npt.NDArray[Any]]:
    """Read-only arrays of an archive, by name.

    Raises
    ------
    UnsoundArchiveError
        If the bytes are anything but an archive of plain arrays of a reasonable size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _MAX_BYTES:
                raise UnsoundArchiveError(f"it unpacks to more than {_MAX_BYTES:,} bytes")
            if len({member.filename for member in members}) < len(members):
                raise UnsoundArchiveError("a name stands in it twice")
            return {
                member.filename.removesuffix(_SUFFIX): _array(archive.read(member))
                for member in members
            }
    except UnsoundArchiveError:
        raise
    except _FAULTS as error:
        raise UnsoundArchiveError(f"it is damaged: {str(error)[:80]!r}") from error


def _array(data: bytes) -> npt.NDArray[Any]:
    """Array of a member whose header tells the truth about its size."""
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise UnsoundArchiveError("an array is of a newer numpy format")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream, _MAX_HEADER)
    if dtype.kind not in _PLAIN or dtype.itemsize == 0:
        raise UnsoundArchiveError(f"an array holds {dtype}, not plain numbers or strings")
    body = data[stream.tell() :]
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(body):
        raise UnsoundArchiveError(f"an array of shape {shape} has {len(body):,} bytes")
    return np.frombuffer(body, dtype).reshape(shape, order="F" if is_fortran else "C")
