"""A table in, the same table out with the classifier's columns behind it.

Each input row gives exactly one output row, in order, whatever happens; what a run needs to be
continued after a kill lies beside its output.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sms_classifier.errors import TableError
from sms_classifier.tables.chunk import ROWS_A_CHUNK, Chunk, Table
from sms_classifier.tables.delivery import Part, Stream, check_target, explain_faults
from sms_classifier.tables.formats import TEXT_FORMATS, Format, format_of
from sms_classifier.tables.ledger import InputFaultError, Ledger
from sms_classifier.tables.progress import show_progress
from sms_classifier.tables.read import open_table
from sms_classifier.tables.tally import Summary, Tally, summarize
from sms_classifier.tables.workers import Added, Load, Workers, open_workers
from sms_classifier.tables.write import Layout, Sink, open_sink, type_of

__all__ = ["TableOptions", "predict_table"]

_OUTPUT_VERSION = 1  # raise when the same input and options give other bytes: old parts are stale


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What a user can choose about a run.

    Attributes
    ----------
    load : callable
        Returns the function that maps texts to added columns, already spelt as strings:
        ``label``, ``confidence``, ``p_*``, ``review`` … in order; for no texts, empty columns.
        Must be picklable for ``jobs`` over 1.
    identity : str
        Hash or name of model and options that decide the added columns; a resume refuses a
        part that was made with another.
    text_column, encoding : str, optional
    prefix : str
        Put before the names of all added columns.
    mask : callable, optional
        Applied to the text column of the output, malformed rows included.
    excel, resume, quiet : bool
    jobs : int
        Number of processes that classify.
    rows_a_chunk : int
    checkpoint_seconds : float
        Work that a kill may cost, at most, beside the chunk at hand.
    """

    load: Load
    identity: str = ""
    text_column: str | None = None
    encoding: str | None = None
    prefix: str = ""
    mask: Callable[[str], str] | None = None
    excel: bool = False
    resume: bool = False
    quiet: bool = False
    jobs: int = 1
    rows_a_chunk: int = ROWS_A_CHUNK
    checkpoint_seconds: float = 2.0


def predict_table(source: Path | None, target: Path | None, options: TableOptions) -> Summary:
    r"""Classify a table's messages.

    Parameters
    ----------
    source : Path or None
        None reads CSV from standard input.
    target : Path or None
        Format by suffix; None writes CSV to standard output.
    options : TableOptions

    Returns
    -------
    Summary

    Raises
    ------
    TableError
        If input or output cannot be used; the target is then as it was.
    KeyboardInterrupt
        After Ctrl-C, with a message that says whether the run can be continued.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.csv").write_text("id,text\n007,您好\n8,\n", encoding="utf-8")
    >>> def load():
    ...     return lambda texts: {"label": ["vague" for _ in texts]}
    >>> summary = predict_table(folder / "in.csv", folder / "out.csv", TableOptions(load))
    >>> print((folder / "out.csv").read_text(encoding="utf-8"), end="")
    id,text,label,status
    007,您好,vague,ok
    8,,,empty
    >>> summary.rows, summary.labels, summary.statuses
    (2, {'vague': 1}, {'ok': 1, 'empty': 1})
    """
    started = time.monotonic()
    form = format_of(target)
    real = None if target is None else check_target(target, source)
    with (
        open_table(
            source,
            text_column=options.text_column,
            encoding=options.encoding,
            rows_a_chunk=options.rows_a_chunk,
        ) as table,
        open_workers(options.load, options.jobs) as workers,
    ):
        layout = _lay_out(table, workers.columns, form, options)
        job = _Job(table, layout, form, options)
        resumed = job.run(real, workers)
        encoding = table.origin.encoding
    return summarize(
        job.tally, seconds=time.monotonic() - started, resumed=resumed, encoding=encoding
    )


class _Job:
    """One run: an open table, the layout of its output, and what is done so far."""

    def __init__(self, table: Table, layout: Layout, form: Format, options: TableOptions) -> None:
        self.tally = Tally()
        self._table = table
        self._layout = layout
        self._form = form
        self._options = options

    def run(self, target: Path | None, workers: Workers) -> int:
        """Write the whole output and move it to its place; how many rows were done already."""
        self._check_resumable(target)
        output = Stream() if target is None else Part(target)
        name = "standard output" if target is None else str(target)
        ledger = Ledger(output, self._identity(target), self._options.checkpoint_seconds)
        try:
            self.tally = ledger.begin(resume=self._options.resume)
        except BaseException:
            output.close()
            raise
        skipped = self.tally.rows
        with ledger.tidied():
            with explain_faults(name):
                sink = open_sink(self._form, output.file, self._layout, name)
            with _finished(sink, name):
                if not skipped:
                    with explain_faults(name):
                        sink.begin()
                self._fill(sink, ledger, workers.run(self._chunks(skipped)), name)
            ledger.finish()
        return skipped

    def _fill(
        self, sink: Sink, ledger: Ledger, results: Iterator[tuple[Chunk, Added]], name: str
    ) -> None:
        """Write all rows that are still to do."""
        with show_progress(self._table, quiet=self._options.quiet) as progress:
            for chunk, added in results:
                cells = _cells(chunk, added)
                self._mask(chunk)
                with explain_faults(name):
                    sink.add(chunk, cells)
                self.tally.add(chunk.statuses, added)
                ledger.note(self.tally)
                progress(self.tally.rows)

    def _chunks(self, skipped: int) -> Iterator[Chunk]:
        """Read the rows that are still to do; at the end, see that the input stood still."""
        try:
            for chunk in self._table.chunks:
                if skipped < len(chunk):
                    yield chunk.after(skipped) if skipped else chunk
                skipped = max(0, skipped - len(chunk))
            self._table.origin.check_unchanged()
        except TableError as error:
            raise InputFaultError from error

    def _mask(self, chunk: Chunk) -> None:
        """Mask the text cells in place."""
        if self._options.mask is None:
            return
        index = self._layout.text_index
        for row in chunk.rows:
            masked = self._options.mask(row[index])
            if masked != row[index]:  # an unchanged cell keeps its JSON type
                row[index] = masked

    def _check_resumable(self, target: Path | None) -> None:
        """Refuse ``--resume`` where a run leaves nothing to go on from."""
        if self._options.resume and not self._appends(target):
            suffixes = " ".join(f".{name}" for name in TEXT_FORMATS)
            raise TableError(
                f"--resume: only from a file to a file, written as {suffixes} without .gz; "
                "leave it out"
            )

    def _appends(self, target: Path | None) -> bool:
        """Whether an unfinished output can be continued."""
        plain_text = self._form.is_text and not self._form.gzipped
        return target is not None and plain_text and self._table.origin.is_file

    def _identity(self, target: Path | None) -> str:
        """Hash all that decides the output's bytes; empty if it cannot be continued."""
        if not self._appends(target):
            return ""
        chosen = self._options
        parts = [_OUTPUT_VERSION, self._table.origin.fingerprint(), chosen.identity, self._form]
        parts += [chosen.text_column, chosen.encoding, chosen.mask is not None, self._layout]
        return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _lay_out(table: Table, added: Sequence[str], form: Format, options: TableOptions) -> Layout:
    """Lay out the output's columns, and refuse a name that would stand twice."""
    types = {options.prefix + name: type_of(name) for name in (*added, "status")}
    taken = next((column for column in table.columns if column in types), None)
    if taken is not None:
        raise TableError(
            f"{table.origin.name}: has a column {taken!r} already, as the result will; "
            "put a prefix before the new ones with --prefix, such as --prefix sms_"
        )
    delimiter = "\t" if form.name == "tsv" else table.delimiter or ","
    masked = options.mask is not None
    return Layout(table.columns, table.text_index, types, delimiter, options.excel, masked)


@contextmanager
def _finished(sink: Sink, name: str) -> Iterator[None]:
    """Finish a sink, after a fault too: archives complain when they are merely dropped."""
    try:
        yield
        with explain_faults(name):
            sink.finish()
    except BaseException:
        with suppress(Exception):
            sink.finish()
        raise


def _cells(chunk: Chunk, added: Added) -> list[Sequence[str]]:
    """Spread the added columns over all rows, and put the status behind them."""
    sound = chunk.statuses.count("ok")
    wrong = next((name for name, cells in added.items() if len(cells) != sound), None)
    if wrong is not None:
        raise ValueError(f"column {wrong!r} has {len(added[wrong])} cells for {sound} texts")
    if sound == len(chunk):
        return [*added.values(), chunk.statuses]
    return [*(_spread(cells, chunk.statuses) for cells in added.values()), chunk.statuses]


def _spread(cells: Sequence[str], statuses: Sequence[str]) -> list[str]:
    """Leave the cell of each row empty whose status is not ``ok``."""
    rest = iter(cells)
    return [next(rest) if status == "ok" else "" for status in statuses]
