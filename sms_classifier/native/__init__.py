"""Compiled kernels: generic loops over characters and numbers, no rule of the rubric among them.

Built by ``hatch_build.py`` when the package is installed and a C compiler is at hand. Each kernel
has one caller, which does the same in Python where the library is missing; tests compare the two.
"""

from __future__ import annotations

import ctypes
import os
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import numpy.typing as npt

from sms_classifier.native.build import LIBRARY, digest_of
from sms_classifier.native.signatures import declare

__all__ = ["free_with", "is_compiled", "kernels", "pointer"]

_FOLDER = Path(__file__).parent
_OFF = "SMS_CLASSIFIER_PYTHON_ONLY"  # environment variable; any value but none


@cache
def kernels() -> ctypes.CDLL | None:
    """Load the library; None where it is missing, of other sources, or not wanted."""
    if os.environ.get(_OFF):
        return None
    try:
        library = ctypes.CDLL(str(_FOLDER / LIBRARY))
        library.kernels_digest.restype = ctypes.c_char_p
        if library.kernels_digest().decode() != digest_of(_FOLDER):
            return None
        declare(library)
    except (OSError, AttributeError):
        return None
    return library


def is_compiled() -> bool:
    """Whether the kernels are in use."""
    return kernels() is not None


class _Address(ctypes.c_void_p):
    """Address of an array that lives as long as this does."""

    owner: npt.NDArray[Any]


def pointer(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    """Address of a contiguous array, for a kernel.

    Raises
    ------
    ValueError
        If the array is not contiguous.

    Examples
    --------
    >>> import numpy as np
    >>> pointer(np.zeros(2)).value is not None
    True
    """
    if not array.flags.c_contiguous:
        raise ValueError("a kernel takes contiguous arrays only")
    address = _Address(array.ctypes.data)
    address.owner = array
    return address


def free_with(owner: object, free: Any, handle: Any) -> None:
    """Free what a kernel holds when its owner goes; not at exit, where threads may still use it."""
    weakref.finalize(owner, free, handle).atexit = False
