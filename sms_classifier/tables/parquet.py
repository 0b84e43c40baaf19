"""Parquet in and out through pyarrow: from parquet to parquet every column keeps its type."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from sms_classifier.errors import MissingExtraError, TableError
from sms_classifier.tables.chunk import Chunk, Table, find_text_column, make_chunk
from sms_classifier.tables.origin import Origin

__all__ = ["ParquetFile", "read_parquet"]

_ROWS_A_GROUP = 65_536  # small groups cost readers time, large ones cost us memory
_BYTES_A_GROUP = 2**25


def read_parquet(origin: Origin, *, text_column: str | None, rows_a_chunk: int) -> Table:
    """Open a parquet file, read in batches.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    TableError
        If it is not a sound parquet file, or the text column is missing.
    """
    parquet = _import_pyarrow()[1]
    try:
        file = parquet.ParquetFile(origin.path)
        columns = file.schema_arrow.names
    except _faults() as error:
        raise _unsound(origin, error) from None
    text_index = find_text_column(columns, wanted=text_column, name=origin.name)
    chunks = _read_chunks(file, origin, text_index, rows_a_chunk)
    return Table(tuple(columns), text_index, chunks, origin, row_total=file.metadata.num_rows)


def _read_chunks(file: Any, origin: Origin, text_index: int, count: int) -> Iterator[Chunk]:
    """Turn record batches into rows of text, the batch itself beside them."""
    try:
        for batch in file.iter_batches(batch_size=count):
            columns = [_cells(column) for column in batch.columns]
            rows = list(map(list, zip(*columns, strict=True)))
            yield make_chunk(rows, text_index, native=batch)
    except _faults() as error:
        raise _unsound(origin, error) from None
    finally:
        file.close()


def _cells(column: Any) -> list[str]:
    """Spell a column's values as text."""
    return [value if isinstance(value, str) else _spell(value) for value in column.to_pylist()]


def _spell(value: Any) -> str:
    """Spell a value that is not text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return str(value)


class ParquetFile:
    """A parquet file written batch by batch.

    Parameters
    ----------
    file : binary file
    columns : sequence of str
        Input columns; text unless a chunk brings its own types.
    text_index : int
    added : mapping of str to str
        Names of the added columns and their types: ``string``, ``number`` or ``boolean``.
    """

    def __init__(
        self, file: IO[bytes], columns: Sequence[str], text_index: int, added: Mapping[str, str]
    ) -> None:
        self._pyarrow, self._parquet = _import_pyarrow()
        self._file = file
        self._columns = columns
        self._text_index = text_index
        self._added = added
        self._writer: Any = None
        self._waiting: list[Any] = []
        self._rows = self._bytes = 0

    def add(self, chunk: Chunk, cells: Sequence[Sequence[str]], *, masked: bool) -> None:
        """Write a chunk with its added columns' cells.

        Parameters
        ----------
        chunk : Chunk
        cells : sequence of sequence of str
            One column after another, in the order of ``added``.
        masked : bool
            Whether the text in ``rows`` must replace that of ``native``.
        """
        batch = self._batch(chunk, cells, masked=masked)
        self._waiting.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= _ROWS_A_GROUP or self._bytes >= _BYTES_A_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what waits, and the footer."""
        if self._writer is None and not self._waiting:
            empty: list[list[str]] = [[] for _ in self._added]
            self._waiting.append(self._batch(Chunk([], [], []), empty, masked=False))
        self._flush()
        self._writer.close()

    def _batch(self, chunk: Chunk, cells: Sequence[Sequence[str]], *, masked: bool) -> Any:
        """Put input and added columns into one record batch."""
        arrays, fields = [], []
        for index, name in enumerate(self._columns):
            if chunk.native is not None and not (masked and index == self._text_index):
                arrays.append(chunk.native.column(index))
                fields.append(chunk.native.schema.field(index))
            else:
                text = [_sound(row[index]) for row in chunk.rows]
                arrays.append(self._pyarrow.array(text, self._pyarrow.string()))
                fields.append(self._pyarrow.field(name, self._pyarrow.string()))
        for (name, kind), column in zip(self._added.items(), cells, strict=True):
            arrays.append(self._typed(column, kind))
            fields.append(self._pyarrow.field(name, arrays[-1].type))
        schema = self._pyarrow.schema(fields)
        return self._pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    def _typed(self, column: Sequence[str], kind: str) -> Any:
        """Give an added column its type; an empty number or truth value is null."""
        if kind == "number":
            numbers = [float(cell) if cell else None for cell in column]
            return self._pyarrow.array(numbers, self._pyarrow.float64())
        if kind == "boolean":
            truths = [cell == "true" if cell else None for cell in column]
            return self._pyarrow.array(truths, self._pyarrow.bool_())
        return self._pyarrow.array(list(column), self._pyarrow.string())

    def _flush(self) -> None:
        """Write the waiting batches as one row group."""
        if not self._waiting:
            return
        table = self._pyarrow.Table.from_batches(self._waiting)
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)
        self._waiting = []
        self._rows = self._bytes = 0


def _sound(cell: str) -> str:
    """Make a plain string that UTF-8 can hold."""
    return cell.encode("utf-8", "backslashreplace").decode("utf-8")


def _import_pyarrow() -> tuple[Any, Any]:
    """Import pyarrow and its parquet module."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("parquet files", "tables") from None
    return pyarrow, pyarrow.parquet


def _faults() -> tuple[type[Exception], ...]:
    """What pyarrow raises on damaged files: names, texts and dates may be beyond Python's."""
    return _import_pyarrow()[0].ArrowException, OSError, UnicodeDecodeError, OverflowError


def _unsound(origin: Origin, error: Exception) -> TableError:
    """Say in one line what is wrong with a parquet file."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return TableError(f"{origin.name}: not a sound parquet file ({reason}); fetch it again")
