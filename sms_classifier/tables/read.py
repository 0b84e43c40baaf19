"""Open a table of any format; the suffix decides which reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sms_classifier.tables.chunk import ROWS_A_CHUNK, Table
from sms_classifier.tables.delimited import read_delimited
from sms_classifier.tables.formats import format_of
from sms_classifier.tables.jsonl import read_jsonl
from sms_classifier.tables.origin import Origin, open_origin
from sms_classifier.tables.parquet import read_parquet
from sms_classifier.tables.workbook import read_workbook

__all__ = ["open_table"]


@contextmanager
def open_table(
    path: Path | None,
    *,
    text_column: str | None = None,
    encoding: str | None = None,
    rows_a_chunk: int = ROWS_A_CHUNK,
) -> Iterator[Table]:
    r"""Open a table for reading its rows once, in constant memory.

    Parameters
    ----------
    path : Path or None
        None reads CSV from standard input.
    text_column : str, optional
        Name of the column of messages; by default the first of ``TEXT_COLUMNS`` that exists.
    encoding : str, optional
        Of delimited text and JSON lines; by default byte-order mark, else UTF-8, else GB18030.
    rows_a_chunk : int, default 2000

    Yields
    ------
    Table

    Raises
    ------
    TableError
        If the file cannot be read as what its suffix says; also later, while it is read.
    MissingExtraError
        If the format needs a package that is not installed.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "messages.csv"
    >>> _ = path.write_text("id,短信\n007,您好\n", encoding="gb18030")
    >>> with open_table(path) as table:
    ...     [(chunk.rows, chunk.statuses) for chunk in table.chunks]
    [([['007', '您好']], ['ok'])]
    """
    form = format_of(path)
    with open_origin(path, gzipped=form.gzipped) as origin:
        yield _open(form.name, origin, text_column, encoding, rows_a_chunk)


def _open(
    name: str, origin: Origin, text_column: str | None, encoding: str | None, rows_a_chunk: int
) -> Table:
    """Choose the reader."""
    if name == "xlsx":
        return read_workbook(origin, text_column=text_column, rows_a_chunk=rows_a_chunk)
    if name == "parquet":
        return read_parquet(origin, text_column=text_column, rows_a_chunk=rows_a_chunk)
    if name == "jsonl":
        return read_jsonl(
            origin, text_column=text_column, encoding=encoding, rows_a_chunk=rows_a_chunk
        )
    return read_delimited(
        origin,
        delimiter="\t" if name == "tsv" else None,
        text_column=text_column,
        encoding=encoding,
        rows_a_chunk=rows_a_chunk,
    )
