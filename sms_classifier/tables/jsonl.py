"""JSON lines in and out: one object a line, every value as it was spelt.

A cell that was not a JSON string is a ``JsonCell``, the value's own JSON text, so that numbers
keep their digits. Other formats see it as plain text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from json.encoder import encode_basestring
from typing import Any

from sms_classifier.errors import TableError
from sms_classifier.tables.chunk import Chunk, Table, find_text_column, make_chunk
from sms_classifier.tables.encoding import decode
from sms_classifier.tables.lines import split_lines, strip_break
from sms_classifier.tables.origin import Origin, open_origin

__all__ = ["ABSENT", "NULL", "JsonCell", "encode_cell", "encode_object", "plain", "read_jsonl"]


class JsonCell(str):
    """The JSON text of a value that is not a string."""

    __slots__ = ()


NULL = JsonCell("null")
ABSENT = JsonCell("")  # the object lacks this key
_DECODER = json.JSONDecoder(
    parse_float=JsonCell, parse_int=JsonCell, parse_constant=JsonCell, strict=False
)


def read_jsonl(
    origin: Origin, *, text_column: str | None, encoding: str | None, rows_a_chunk: int
) -> Table:
    """Open JSON lines; the columns are all keys of a file, or of a stream's first chunk.

    A line that is no object, or that brings a key too late, is malformed.

    Raises
    ------
    TableError
        If there is no object at all, or the text column is missing.
    """
    lines = split_lines(decode(origin, encoding), origin.name)
    if origin.is_file:
        columns = _keys_of_file(origin, encoding)
    else:
        head = list(islice(lines, rows_a_chunk))
        columns = _keys(head)
        lines = chain(head, lines)
    if not columns:
        raise TableError(f"{origin.name}: holds no JSON object; it needs one on each line")
    text_index = find_text_column(columns, wanted=text_column, name=origin.name)
    chunks = _read_chunks(lines, columns, text_index, rows_a_chunk)
    return Table(tuple(columns), text_index, chunks, origin)


def encode_cell(cell: str) -> str:
    """Spell a cell as JSON.

    Examples
    --------
    >>> encode_cell("1.10"), encode_cell(JsonCell("1.10"))
    ('"1.10"', '1.10')
    """
    return cell if isinstance(cell, JsonCell) else encode_basestring(cell)


def encode_object(keys: Sequence[str], cells: Iterable[str]) -> str:
    r"""Spell a row as one line of JSON, ``keys`` being spelt already.

    Examples
    --------
    >>> encode_object(['"id"', '"text"'], [JsonCell("7"), "您好"])
    '{"id": 7, "text": "您好"}\n'
    """
    pairs = zip(keys, cells, strict=True)
    members = [f"{key}: {encode_cell(cell)}" for key, cell in pairs if cell is not ABSENT]
    return "{" + ", ".join(members) + "}\n"


def plain(rows: list[list[str]]) -> list[list[str]]:
    """Empty the cells that were null, for formats that have no null."""
    return [["" if cell is NULL else cell for cell in row] for row in rows]


def _keys_of_file(origin: Origin, encoding: str | None) -> list[str]:
    """Read a file through once, for its keys only."""
    with open_origin(origin.path, gzipped=origin.gzipped) as again:
        return _keys(split_lines(decode(again, encoding), again.name))


def _keys(lines: Iterable[str]) -> list[str]:
    """Collect the keys of all objects, in order of first appearance."""
    keys: dict[str, None] = {}
    for line in lines:
        found = _parse(line)
        if found is not None and not keys.keys() >= found.keys():
            keys |= dict.fromkeys(found)
    return list(keys)


def _parse(line: str) -> dict[str, Any] | None:
    """Read one line as an object; None if it is none."""
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _read_chunks(
    lines: Iterator[str], columns: list[str], text_index: int, rows_a_chunk: int
) -> Iterator[Chunk]:
    """Turn lines into rows, chunk by chunk."""
    known = frozenset(columns)
    while batch := list(islice(lines, rows_a_chunk)):
        rows: list[list[str]] = []
        malformed: list[int] = []
        for line in batch:
            row = _row(_parse(line), columns, known)
            if row is None or _is_nested(row[text_index]):
                malformed.append(len(rows))
                row = ["" for _ in columns]
                row[text_index] = strip_break(line)
            rows.append(row)
        texts = ["" if row[text_index] is NULL else _sound(row[text_index]) for row in rows]
        yield make_chunk(rows, text_index, malformed=malformed, texts=texts)


def _row(
    found: dict[str, Any] | None, columns: list[str], known: frozenset[str]
) -> list[str] | None:
    """Order an object's values by column; None if it has a key that is no column."""
    if found is None or not known >= found.keys():
        return None
    return [_cell(found[key]) if key in found else ABSENT for key in columns]


def _cell(value: Any) -> str:
    """Turn a parsed value into a cell."""
    if isinstance(value, str):
        return value
    return NULL if value is None else JsonCell(_spell(value))


def _spell(value: Any) -> str:
    """Spell a parsed value as JSON again, numbers digit for digit."""
    if isinstance(value, dict):
        pairs = (f"{encode_basestring(key)}: {_spell(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_spell, value)) + "]"
    if isinstance(value, str):
        return encode_cell(value)
    return json.dumps(value)


def _is_nested(cell: str) -> bool:
    """Whether a cell is an object or array, and not text that looks like one."""
    return isinstance(cell, JsonCell) and cell.startswith(("{", "["))


def _sound(text: str) -> str:
    r"""Replace half characters (``"\\ud83d"`` alone), which no encoding can write."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
