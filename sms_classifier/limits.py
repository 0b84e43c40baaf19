"""Bounds on what one row may hold, so that no single row decides time or memory.

``MAX_CHARACTERS`` is the contract of the ``status`` column (INTERFACE: ``too_long``). Real
messages are far below it: a concatenated short message has at most 255 parts of 67 characters
(3GPP TS 23.040 §9.2.3.24.1), and carriers join far fewer. A longer text is a broken export.
"""

from __future__ import annotations

__all__ = ["MAX_CHARACTERS", "MAX_LINE_CHARACTERS", "MAX_RECORD_CHARACTERS", "status_of"]

MAX_CHARACTERS = 10_000
MAX_RECORD_CHARACTERS = 4 * 2**20  # a quoted record over this has lost its closing quote
MAX_LINE_CHARACTERS = 16 * 2**20  # a line over this means that the file is no table of text


def status_of(text: str) -> str:
    """Decide whether a well-formed row's text can be classified.

    Examples
    --------
    >>> [status_of(text) for text in ("您好", " ", "好" * 10_001)]
    ['ok', 'empty', 'too_long']
    """
    if not text or text.isspace():
        return "empty"
    return "too_long" if len(text) > MAX_CHARACTERS else "ok"
