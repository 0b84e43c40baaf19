"""Parts in a folder or bucket: found, written so that they are whole when seen, and counted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sms_classifier.tables.tally import Tally

__all__ = ["count", "open_folder", "part_names", "remove_unfinished", "rows", "written"]

_UNFINISHED = ".unfinished"
_WHOLE_OBJECTS = {"s3", "gcs", "abfs"}  # stores that show an object only once it is complete
_COUNTED = ("label", "status", "review")


def open_folder(place: str | Path) -> tuple[Any, str]:
    """File system of a folder or URI, and the path on it."""
    from pyarrow import fs

    uri = str(place) if "://" in str(place) else Path(place).absolute().as_uri()
    filesystem, path = fs.FileSystem.from_uri(uri)
    return filesystem, path.rstrip("/")


@contextmanager
def written(target: str, name: str) -> Iterator[Any]:
    """Open a part for writing that is in place only when all of it is written."""
    filesystem, folder = open_folder(target)
    final = f"{folder}/{name}"
    filesystem.create_dir(folder, recursive=True)
    whole = filesystem.type_name in _WHOLE_OBJECTS
    path = final if whole else f"{folder}/.{name}.{uuid.uuid4().hex}{_UNFINISHED}"
    try:
        with filesystem.open_output_stream(path) as out:
            yield out
    except BaseException:
        filesystem.delete_file(path)
        raise
    if not whole:
        filesystem.move(path, final)


def part_names(place: str | Path, suffixes: tuple[str, ...]) -> list[str]:
    """Names of the files in a folder that end so, in order."""
    from pyarrow import fs

    filesystem, folder = open_folder(place)
    found = filesystem.get_file_info(fs.FileSelector(folder, allow_not_found=True))
    return sorted(info.base_name for info in found if info.base_name.endswith(suffixes))


def remove_unfinished(target: str | Path) -> None:
    """Remove what killed workers left."""
    from pyarrow import fs

    filesystem, folder = open_folder(target)
    for info in filesystem.get_file_info(fs.FileSelector(folder)):
        if info.base_name.endswith(_UNFINISHED):
            filesystem.delete_file(info.path)


def count(target: str | Path, name: str, tally: Tally) -> None:
    """Count a finished part."""
    from pyarrow import parquet

    filesystem, folder = open_folder(target)
    table = parquet.read_table(f"{folder}/{name}", columns=list(_COUNTED), filesystem=filesystem)
    label, status, review = (table.column(column).to_pylist() for column in _COUNTED)
    added = {
        "label": [name for name in label if name],
        "review": ["true" if flag else "false" for flag in review],
    }
    tally.add(status, added)


def rows(target: str | Path, name: str) -> int:
    """Tell how many rows a finished part holds."""
    from pyarrow import parquet

    filesystem, folder = open_folder(target)
    with filesystem.open_input_file(f"{folder}/{name}") as opened:
        return int(parquet.ParquetFile(opened).metadata.num_rows)
