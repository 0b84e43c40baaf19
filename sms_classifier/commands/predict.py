"""``predict``: a table in, the same table out with the verdicts behind it."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sms_classifier.commands import add_table_options, optional_path, positive

if TYPE_CHECKING:
    from sms_classifier.tables.tally import Summary

__all__ = ["add_parser", "run"]

_OBJECTS_A_COLLECTION = 50_000  # readings hold no cycles; Python's 700 cost a tenth of a run


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("predict", help="classify every message of a table")
    parser.add_argument("input", nargs="?", metavar="INPUT", help="table; - or nothing: stdin")
    parser.add_argument("-o", "--output", help="table to write (default: CSV on stdout)")
    parser.add_argument("--model", help="model folder (default: the shipped one)")
    parser.add_argument("--jobs", type=positive, default=1, metavar="N", help="processes")
    parser.add_argument("--resume", action="store_true", help="go on where a run was cut off")
    parser.add_argument("--prefix", default="", metavar="P", help="put before added columns")
    parser.add_argument("--strict", action="store_true", help="exit 3 when a row is not ok")
    parser.add_argument("--excel", action="store_true", help="for Excel: BOM, defused formulas")
    parser.add_argument("--mask", action="store_true", help="hide numbers and names in the text")
    add_table_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Classify a table; 3 when rows were not ok and ``--strict`` was given."""
    from sms_classifier.model.folder import default_folder, read_card
    from sms_classifier.tables import TableOptions, predict_table
    from sms_classifier.text.mask import mask

    card = read_card(Path(args.model) if args.model else default_folder())
    options = TableOptions(
        load=partial(_load_columns, args.model),
        identity=card["files"]["scorer.npz"],
        text_column=args.text_column,
        encoding=args.encoding,
        prefix=args.prefix,
        mask=mask if args.mask else None,
        excel=args.excel,
        resume=args.resume,
        quiet=args.quiet,
        jobs=args.jobs,
    )
    summary = predict_table(optional_path(args.input), optional_path(args.output), options)
    if not args.quiet:
        print(_closing(summary), file=sys.stderr)
    return 3 if args.strict and not summary.is_clean else 0


def _load_columns(model: str | None) -> Callable[..., dict[str, list[str]]]:
    from sms_classifier.classifier import load

    columns = load(model).columns
    gc.freeze()  # what is loaded stays: no use looking through it for garbage
    gc.set_threshold(_OBJECTS_A_COLLECTION)
    return columns


def _closing(summary: Summary) -> str:
    labels = ", ".join(f"{label} {n}" for label, n in sorted(summary.labels.items()))
    statuses = ", ".join(f"{status} {n}" for status, n in sorted(summary.statuses.items()))
    share = summary.review / summary.rows if summary.rows else 0.0
    return (
        f"{summary.rows} rows ({statuses}); {labels}; for review {summary.review} ({share:.0%}); "
        f"{summary.seconds:.1f} s; read as {summary.encoding}"
    )
