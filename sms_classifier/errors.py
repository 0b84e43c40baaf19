"""Every exception that is raised on purpose for a fault the user can mend.

The command line turns them into one line on stderr and exit code 2; anything else is a bug and
keeps its traceback. Misuse of the API by a programmer raises ``TypeError`` or ``ValueError``.
"""

from __future__ import annotations

__all__ = [
    "DatasetError",
    "MissingExtraError",
    "ModelError",
    "SmsClassifierError",
    "TableError",
]


class SmsClassifierError(Exception):
    """Base of all faults that a user can mend: says what, where, and what to do."""


class TableError(SmsClassifierError):
    """A table cannot be read or written: file, place and remedy are in the message."""


class DatasetError(SmsClassifierError):
    """Labelled data cannot be used for training or scoring."""


class ModelError(SmsClassifierError):
    """A model folder is missing, incomplete, altered, or of a newer format."""


class MissingExtraError(SmsClassifierError):
    """An optional dependency is not installed.

    Examples
    --------
    >>> print(MissingExtraError("xlsx files", "tables"))
    xlsx files need an extra: pip install 'sms-classifier[tables]'
    """

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f"{purpose} need an extra: pip install 'sms-classifier[{extra}]'")
