"""A table that was uploaded, classified as ``predict`` classifies a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sms_classifier.classifier import SmsClassifier
from sms_classifier.errors import TableError
from sms_classifier.tables import TableOptions, open_table, predict_table
from sms_classifier.text.mask import mask
from sms_classifier.web.bounds import MAX_CELLS, MAX_LINES
from sms_classifier.web.shelf import Result

__all__ = ["SUFFIXES", "TooLargeError", "Upload", "WrongSuffixError", "classify_upload"]

SUFFIXES = (".csv", ".tsv", ".txt")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")  # zip and xlsx, gzip, old xls
_LONGEST_STEM = 60


class WrongSuffixError(Exception):
    """The file is not delimited text."""


class TooLargeError(Exception):
    """The table has more lines or cells than is allowed."""

    def __init__(self, lines: int, columns: int) -> None:
        super().__init__(f"{lines} lines, {columns} columns")
        self.lines = lines
        self.columns = columns


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, and what its sender chose."""

    name: str
    content: bytes
    text_column: str = ""
    excel: bool = False
    masked: bool = False

    @property
    def stem(self) -> str:
        """File name without folders, suffix and what no file name should hold."""
        bare = PurePosixPath(self.name.replace("\\", "/")).stem
        kept = "".join(char for char in bare if char.isprintable() and char not in '<>:"|?*;')
        return kept.strip(" .")[:_LONGEST_STEM] or "table"


def classify_upload(upload: Upload, classifier: SmsClassifier) -> Result:
    r"""Classify an uploaded table.

    Raises
    ------
    WrongSuffixError
        If its name or first bytes say that it is no delimited text.
    TooLargeError
        If it has too many lines or cells.
    TableError
        If it cannot be read as a table of messages.

    Examples
    --------
    >>> from sms_classifier import load
    >>> upload = Upload("my.csv", "id,text\n1,您的借款已逾期\n".encode())
    >>> result = classify_upload(upload, load())
    >>> result.name, result.summary.rows
    ('my-checked.csv', 1)
    """
    suffix = PurePosixPath(upload.name).suffix.lower()
    if suffix not in SUFFIXES or upload.content.startswith(_PACKED):
        raise WrongSuffixError
    kept = ".tsv" if suffix == ".tsv" else ".csv"
    with tempfile.TemporaryDirectory(prefix="sms-classifier-") as folder:
        source, target = Path(folder) / f"upload{kept}", Path(folder) / f"checked{kept}"
        source.write_bytes(upload.content)
        try:
            _check_size(upload, source)
            summary = predict_table(source, target, _options(upload, classifier))
        except TableError as error:
            raise TableError(str(error).replace(str(source), upload.stem + suffix)) from error
        return Result(f"{upload.stem}-checked{kept}", target.read_bytes(), summary)


def _check_size(upload: Upload, source: Path) -> None:
    """Refuse what would become too large: bytes alone do not bound the output."""
    lines = max(upload.content.count(b"\n"), upload.content.count(b"\r"))
    with open_table(source, text_column=upload.text_column or None) as table:
        columns = len(table.columns)
    if lines > MAX_LINES or lines * columns > MAX_CELLS:
        raise TooLargeError(lines, columns)


def _options(upload: Upload, classifier: SmsClassifier) -> TableOptions:
    hide: Callable[[str], str] | None = mask if upload.masked else None
    return TableOptions(
        load=lambda: classifier.columns,
        text_column=upload.text_column or None,
        mask=hide,
        excel=upload.excel,
        quiet=True,
    )
