"""Which format a file name stands for: suffix in, format out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sms_classifier.errors import TableError

__all__ = ["TEXT_FORMATS", "Format", "format_of"]

TEXT_FORMATS = ("csv", "tsv", "jsonl")
_BINARY_FORMATS = ("xlsx", "parquet")


@dataclass(frozen=True, slots=True)
class Format:
    """A table format: ``name`` without the dot, and whether gzip lies around it."""

    name: str
    gzipped: bool = False

    @property
    def is_text(self) -> bool:
        """Whether rows can be appended byte by byte."""
        return self.name in TEXT_FORMATS


def format_of(path: Path | None) -> Format:
    """Tell the format by the suffix; a stream without a name is CSV.

    Raises
    ------
    TableError
        If the suffix is none of the known ones.

    Examples
    --------
    >>> format_of(Path("messages.jsonl.gz"))
    Format(name='jsonl', gzipped=True)
    >>> format_of(None)
    Format(name='csv', gzipped=False)
    """
    if path is None:
        return Format("csv")
    gzipped = path.suffix.lower() == ".gz"
    inner = Path(path.stem) if gzipped else path
    name = inner.suffix.lower().removeprefix(".")
    if name in TEXT_FORMATS or (name in _BINARY_FORMATS and not gzipped):
        return Format(name, gzipped)
    raise TableError(
        f"{path}: the suffix must be one of .csv .tsv .jsonl (.gz too) .xlsx .parquet; rename it"
    )
