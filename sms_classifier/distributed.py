"""More than one machine: a folder or bucket of parquet parts on Dask, a batch function for Spark.

A part is the unit of work: read in batches by one reader, written beside its target and moved
into place when it is complete. A worker that is killed has therefore written nothing that
counts; its part is done again by another, and a part that is in place is never done twice.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sms_classifier.errors import MissingExtraError, TableError
from sms_classifier.tables.chunk import find_text_column
from sms_classifier.tables.tally import Summary, Tally, summarize

if TYPE_CHECKING:
    import pandas as pd

    from sms_classifier.classifier import SmsClassifier

__all__ = ["batch_function", "predict_parquet"]

_ROWS_A_BATCH = 2_000  # as tables.chunk.ROWS_A_CHUNK: more gains nothing
_TRIES = 4  # of a part whose worker died or lost its connection
_UNFINISHED = ".unfinished"
_WHOLE_OBJECTS = {"s3", "gcs", "abfs"}  # stores that show an object only once it is complete
_COUNTED = ("label", "status", "review")


def batch_function(
    *, model: str | None = None, text: str | None = None
) -> Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]:
    """Make a function from data frames to data frames, as Spark's ``mapInPandas`` takes it.

    Parameters
    ----------
    model : str, optional
        Model folder, readable on every worker; by default the shipped model. Loaded once a
        process.
    text : str, optional
        Column of the messages; by default the first known name that exists, as for ``predict``.

    Returns
    -------
    callable
        Picklable. Takes an iterator of frames, yields each with the columns of ``predict``.

    Examples
    --------
    >>> import pandas as pd
    >>> frames = iter([pd.DataFrame({"id": ["007"], "短信": ["您尾号1234的借款已逾期"]})])
    >>> [(frame["id"][0], frame["status"][0]) for frame in batch_function()(frames)]
    [('007', 'ok')]
    """
    return partial(_predict_frames, model=model, text=text)


def _predict_frames(
    frames: Iterator[pd.DataFrame], *, model: str | None, text: str | None
) -> Iterator[pd.DataFrame]:
    classifier = _classifier(model)
    for frame in frames:
        columns = list(frame.columns)
        place = find_text_column(columns, wanted=text, name="the frame")
        yield classifier.predict_frame(frame, text=columns[place])


@cache
def _classifier(model: str | None) -> SmsClassifier:
    from sms_classifier.classifier import load

    return load(model)


def predict_parquet(
    source: str | Path,
    target: str | Path,
    *,
    model: str | None = None,
    text: str | None = None,
    client: Any = None,
) -> Summary:
    """Classify every ``*.parquet`` of a folder or bucket path on a Dask cluster.

    A run that was cut off goes on when it is started again: parts that are in place stay.

    Parameters
    ----------
    source, target : str or Path
        Folder, or URI that pyarrow knows (``s3://…``, ``gs://…``, ``hdfs://…``), the same for
        all workers. A part keeps its name; its rows keep their order and types.
    model, text : str, optional
        As for `batch_function`.
    client : distributed.Client, optional
        By default a cluster of this machine's cores, closed at the end.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    TableError
        If there are no parts, or one cannot be read.
    """
    started = time.monotonic()
    names = _part_names(source)
    done = set(_part_names(target, missing_ok=True))
    todo = [name for name in names if name not in done]
    work = partial(_predict_part, str(source), str(target), model=model, text=text)
    with _connected(client) as cluster:
        futures = cluster.map(work, todo, retries=_TRIES, pure=False)
        for name, future in zip(todo, futures, strict=True):
            _wait(name, future)
    _remove_unfinished(target)
    tally = Tally()
    for name in names:
        _count(target, name, tally)
    resumed = sum(_rows(target, name) for name in names if name in done)
    return summarize(tally, seconds=time.monotonic() - started, resumed=resumed, encoding=None)


@contextmanager
def _connected(client: Any) -> Iterator[Any]:
    """Use the given client, or a cluster of one's own."""
    if client is not None:
        yield client
        return
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("predict_parquet", "dask") from None
    dask: Any = distributed  # it has no types
    with (
        dask.LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster,
        dask.Client(cluster) as own,
    ):
        yield own


def _wait(name: str, future: Any) -> None:
    try:
        future.result()
    except TableError as error:
        raise TableError(f"{name}: {error}") from error


def _predict_part(
    source: str, target: str, name: str, *, model: str | None, text: str | None
) -> None:
    """Classify one part: read, classify, write beside its target, move into place."""
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet

    filesystem, folder = _open_folder(source)
    with filesystem.open_input_file(f"{folder}/{name}") as opened:
        file = parquet.ParquetFile(opened)
        fields = list(file.schema_arrow)
        frames = (
            batch.to_pandas(types_mapper=pd.ArrowDtype)
            for batch in file.iter_batches(batch_size=_ROWS_A_BATCH)
        )
        schema: Any = None
        with _written(target, name) as out:
            writer: Any = None
            for frame in batch_function(model=model, text=text)(_or_empty(frames, file)):
                schema = schema or pa.schema(fields + _added_fields(frame, len(fields)))
                writer = writer or parquet.ParquetWriter(out, schema)
                writer.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))
            writer.close()


def _or_empty(frames: Iterator[pd.DataFrame], file: Any) -> Iterator[pd.DataFrame]:
    """Yield frames; one without rows for a part without rows."""
    first = next(frames, None)
    if first is None:
        import pandas as pd

        first = file.schema_arrow.empty_table().to_pandas(types_mapper=pd.ArrowDtype)
    yield first
    yield from frames


def _added_fields(frame: pd.DataFrame, n_given: int) -> list[Any]:
    """Types of the added columns, whatever the first batch happens to hold."""
    import pyarrow as pa

    types = {"review": pa.bool_(), "confidence": pa.float64()}
    return [
        pa.field(name, types.get(name, pa.float64() if name.startswith("p_") else pa.string()))
        for name in frame.columns[n_given:]
    ]


def _open_folder(place: str | Path) -> tuple[Any, str]:
    """File system of a folder or URI, and the path on it."""
    from pyarrow import fs

    uri = str(place) if "://" in str(place) else Path(place).absolute().as_uri()
    filesystem, path = fs.FileSystem.from_uri(uri)
    return filesystem, path.rstrip("/")


@contextmanager
def _written(target: str, name: str) -> Iterator[Any]:
    """Open a part for writing that is in place only when all of it is written."""
    filesystem, folder = _open_folder(target)
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


def _part_names(place: str | Path, *, missing_ok: bool = False) -> list[str]:
    """Names of the parts in a folder, in order."""
    from pyarrow import fs

    filesystem, folder = _open_folder(place)
    found = filesystem.get_file_info(fs.FileSelector(folder, allow_not_found=True))
    names = sorted(info.base_name for info in found if info.base_name.endswith(".parquet"))
    if not names and not missing_ok:
        raise TableError(f"{place}: no *.parquet there; give the folder that holds the parts")
    return names


def _remove_unfinished(target: str | Path) -> None:
    """Remove what killed workers left."""
    from pyarrow import fs

    filesystem, folder = _open_folder(target)
    for info in filesystem.get_file_info(fs.FileSelector(folder)):
        if info.base_name.endswith(_UNFINISHED):
            filesystem.delete_file(info.path)


def _count(target: str | Path, name: str, tally: Tally) -> None:
    """Count a finished part."""
    from pyarrow import parquet

    filesystem, folder = _open_folder(target)
    table = parquet.read_table(f"{folder}/{name}", columns=list(_COUNTED), filesystem=filesystem)
    label, status, review = (table.column(column).to_pylist() for column in _COUNTED)
    added = {
        "label": [name for name in label if name],
        "review": ["true" if flag else "false" for flag in review],
    }
    tally.add(status, added)


def _rows(target: str | Path, name: str) -> int:
    from pyarrow import parquet

    filesystem, folder = _open_folder(target)
    with filesystem.open_input_file(f"{folder}/{name}") as opened:
        return int(parquet.ParquetFile(opened).metadata.num_rows)
