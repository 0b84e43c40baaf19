"""Compiled kernels: generic loops over characters and numbers, no rule of the rubric among them.

Built by ``hatch_build.py`` when the package is installed and a C compiler is at hand. Each kernel
has one caller, which does the same in Python where the library is missing; tests compare the two.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy.typing as npt

from sms_classifier.native.digest import digest_of

__all__ = ["is_compiled", "kernels", "pointer"]

_LIBRARY = Path(__file__).with_name("kernels.bin")
_OFF = "SMS_CLASSIFIER_PYTHON_ONLY"  # environment variable; any value but none


@cache
def kernels() -> ctypes.CDLL | None:
    """Load the library; None where it is missing, of other sources, or not wanted."""
    if os.environ.get(_OFF):
        return None
    try:
        library = ctypes.CDLL(str(_LIBRARY))
        library.kernels_digest.restype = ctypes.c_char_p
        is_current = library.kernels_digest().decode() == digest_of(_LIBRARY.parent)
    except (OSError, AttributeError):
        return None
    return library if is_current else None


def is_compiled() -> bool:
    """Whether the kernels are in use."""
    return kernels() is not None


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
    return ctypes.c_void_p(array.ctypes.data)
