"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sms_classifier.tables.chunk import Table

__all__ = ["show_progress"]


@contextmanager
def show_progress(table: Table, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show how far a table is read, with rate and time left.

    Yields
    ------
    callable
        To be told the number of rows done.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda rows: None
        return
    from tqdm import tqdm

    origin, by_row = table.origin, table.row_total is not None
    total = table.row_total if by_row else origin.size or None
    unit = "row" if by_row else "B"
    with tqdm(total=total, unit=unit, unit_scale=True, file=sys.stderr, dynamic_ncols=True) as bar:

        def update(rows: int) -> None:
            done = rows if by_row else origin.position()
            rate = rows / bar.format_dict["elapsed"] if bar.format_dict["elapsed"] else 0
            bar.set_postfix_str(f"{rows:,} rows, {rate:,.0f} rows/s", refresh=False)
            bar.update(done - bar.n)

        yield update
