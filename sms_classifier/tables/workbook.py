"""Spreadsheets: ``.xlsx`` in through python-calamine, out as plain OOXML.

Values come as the file stores them: text as it stands, numbers without a false ``.0``, dates in
ISO form, formulas by their last computed value. Output is written by the standard library alone
(ECMA-376 part 1, inline strings): a text cell cannot become a formula there, memory stays
constant, and no copy of the messages passes through the temporary folder.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

from sms_classifier.errors import MissingExtraError, TableError
from sms_classifier.tables.chunk import Chunk, Table, find_text_column, make_chunk
from sms_classifier.tables.origin import Origin

__all__ = ["WorkbookFile", "read_workbook"]

MAX_ROWS = 1_048_576  # of a sheet; Excel specifications and limits, with the header
MAX_CELL = 32_767  # characters of a cell; same source
_EXACT = 2.0**53  # whole numbers below it are exact as floats
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
    f'PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/><Override '
    f'PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}


def read_workbook(origin: Origin, *, text_column: str | None, rows_a_chunk: int) -> Table:
    """Open the first visible sheet of a workbook; its first row names the columns.

    Raises
    ------
    MissingExtraError
        If python-calamine is not installed.
    TableError
        If it is no sound workbook, is encrypted, or is empty.
    """
    sheet = _first_sheet(origin)
    rows = ([_cell(value) for value in row] for row in sheet.iter_rows())
    columns = next((row for row in rows if any(row)), None)
    if columns is None:
        raise TableError(
            f"{origin.name}: its first sheet is empty; its first row must name columns"
        )
    text_index = find_text_column(columns, wanted=text_column, name=origin.name)
    chunks = _read_chunks(rows, text_index, rows_a_chunk)
    return Table(tuple(columns), text_index, chunks, origin, row_total=sheet.total_height)


def _first_sheet(origin: Origin) -> Any:
    """Open a workbook's first visible sheet."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtraError("xlsx files", "tables") from None
    try:
        book = calamine.CalamineWorkbook.from_path(str(origin.path))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == calamine.SheetVisibleEnum.Visible
            and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return book.get_sheet_by_name((shown or book.sheet_names)[0])
    except calamine.PasswordError:
        raise TableError(f"{origin.name}: is encrypted; save it without a password") from None
    except (calamine.CalamineError, OSError, IndexError) as error:
        raise TableError(
            f"{origin.name}: not a sound xlsx file ({error}); open and save it again, or as CSV"
        ) from None


def _read_chunks(rows: Iterator[list[str]], text_index: int, rows_a_chunk: int) -> Iterator[Chunk]:
    """Hand out the rows chunk by chunk."""
    while batch := list(islice(rows, rows_a_chunk)):
        yield make_chunk(batch, text_index)


def _cell(value: Any) -> str:
    """Spell a stored value as a user sees it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        day_only = value.time() == datetime.time()
        return value.date().isoformat() if day_only else value.isoformat(" ")
    return "" if value is None else str(value)


class WorkbookFile:
    """A workbook of one sheet, written row by row.

    Parameters
    ----------
    file : binary file
        Open for writing, and seekable.
    name : str
        For the errors.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name = name
        self._count = 0
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        for part, body in _PARTS.items():
            self._archive.writestr(part, _HEAD + body)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())

    def add(self, rows: Iterable[Sequence[str]], types: Sequence[str]) -> None:
        """Write rows whose columns are each a ``string``, ``number`` or ``boolean``."""
        lines = []
        for row in rows:
            self._count += 1
            pairs = zip(row, types, strict=True)
            lines.append("<row>" + "".join(self._spell(*pair) for pair in pairs) + "</row>")
        if self._count > MAX_ROWS:
            raise TableError(
                f"{self._name}: a sheet holds {MAX_ROWS:,} rows and this table has more; "
                "write .csv or .parquet"
            )
        self._sheet.write("".join(lines).encode())

    def close(self) -> None:
        """Finish the sheet and the archive."""
        with self._archive, self._sheet:
            self._sheet.write(b"</sheetData></worksheet>")

    def _spell(self, cell: str, kind: str) -> str:
        """Spell one cell as OOXML."""
        if not cell:
            return "<c/>"
        if kind == "number":
            return f"<c><v>{cell}</v></c>"
        if kind == "boolean":
            return f'<c t="b"><v>{int(cell == "true")}</v></c>'
        if len(cell) > MAX_CELL:
            raise TableError(
                f"{self._name}: row {self._count:,} has a cell of {len(cell):,} characters and "
                f"xlsx holds {MAX_CELL:,}; write .csv or .parquet"
            )
        text = _UNFIT.sub(lambda match: f"_x{ord(match[0]):04X}_", cell)
        body = text.translate(_ESCAPES)
        return f'<c t="inlineStr"><is><t xml:space="preserve">{body}</t></is></c>'
