"""More than one machine: a folder or bucket of parts on Dask, a batch function for Spark.

A part is a file and the unit of work: read by one reader from its first byte to its last (to
split text at bytes breaks quoted line breaks), written beside its target and moved into place
when it is complete. A worker that is killed has therefore written nothing that counts; its part
is done again by another, and a part that is in place is never done twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sms_classifier.distributed.parts import (
    count,
    open_folder,
    part_names,
    remove_unfinished,
    rows,
    written,
)
from sms_classifier.errors import MissingExtraError, TableError
from sms_classifier.tables.batch import TableOptions, predict_table
from sms_classifier.tables.chunk import ROWS_A_CHUNK, find_text_column
from sms_classifier.tables.formats import TEXT_FORMATS
from sms_classifier.tables.tally import Summary, Tally, summarize
from sms_classifier.tables.workers import Classify

if TYPE_CHECKING:
    import pandas as pd

    from sms_classifier.classifier import SmsClassifier

__all__ = ["batch_function", "predict_parquet"]

_PARQUET = ".parquet"
_TEXTS = tuple(f".{name}{packed}" for name in TEXT_FORMATS for packed in ("", ".gz"))
_READABLE = (_PARQUET, *_TEXTS)
_TRIES = 4  # of a part whose worker died or lost its connection


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
    """Classify all parts of a folder or bucket path on a Dask cluster.

    A run that was cut off goes on when it is started again: parts that are in place stay.

    Parameters
    ----------
    source, target : str or Path
        Folder, or URI that pyarrow knows (``s3://…``, ``gs://…``, ``hdfs://…``), the same for
        all workers. Parts are ``*.parquet``, in a folder also CSV, TSV and JSON lines, gzipped
        or not. Each becomes one parquet file (``a.csv`` becomes ``a.csv.parquet``) with its
        rows in their order; columns of parquet keep their types.
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
    names = part_names(source, _READABLE)
    if not names:
        raise TableError(
            f"{source}: no parts there; give the folder of the {' '.join(_READABLE)} files"
        )
    made = [_made_name(name) for name in names]
    done = set(part_names(target, (_PARQUET,)))
    todo = [name for name in names if _made_name(name) not in done]
    work = partial(_predict_part, str(source), str(target), model=model, text=text)
    with _connected(client) as cluster:
        futures = cluster.map(work, todo, retries=_TRIES, pure=False)
        for name, future in zip(todo, futures, strict=True):
            _wait(name, future)
    remove_unfinished(target)
    tally = Tally()
    for name in made:
        count(target, name, tally)
    resumed = sum(rows(target, name) for name in made if name in done)
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
    """Classify one part into the target."""
    if name.endswith(_PARQUET):
        _predict_parquet_part(source, target, name, model=model, text=text)
        return
    if "://" in source or "://" in target:
        raise TableError("text parts are read from and to folders only; make them parquet")
    Path(target).mkdir(parents=True, exist_ok=True)
    options = TableOptions(partial(_load_columns, model), text_column=text, quiet=True)
    predict_table(Path(source, name), Path(target, _made_name(name)), options)


def _load_columns(model: str | None) -> Classify:
    return _classifier(model).columns


def _made_name(name: str) -> str:
    return name if name.endswith(_PARQUET) else name + _PARQUET


def _predict_parquet_part(
    source: str, target: str, name: str, *, model: str | None, text: str | None
) -> None:
    """Read, classify, write beside the target, move into place."""
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet

    filesystem, folder = open_folder(source)
    with filesystem.open_input_file(f"{folder}/{name}") as opened:
        file = parquet.ParquetFile(opened)
        fields = list(file.schema_arrow)
        frames = (
            batch.to_pandas(types_mapper=pd.ArrowDtype)
            for batch in file.iter_batches(batch_size=ROWS_A_CHUNK)
        )
        schema: Any = None
        with written(target, name) as out:
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
