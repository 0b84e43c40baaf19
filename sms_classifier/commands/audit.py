"""``audit``: many messages in, what a supervisor asks of them out."""

from __future__ import annotations

import argparse
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING

from sms_classifier.commands import add_table_options, optional_path, positive

if TYPE_CHECKING:
    from sms_classifier.reports.audit import Audit
    from sms_classifier.tables import Table

__all__ = ["add_parser", "run"]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("audit", help="what many messages show, by sender and day")
    parser.add_argument("messages", nargs="?", metavar="MESSAGES", help="table; -: stdin")
    parser.add_argument("--by", metavar="COLUMN", help="column of senders (default: signature)")
    parser.add_argument("--day", metavar="COLUMN", help="column of dates (default: found by name)")
    parser.add_argument("--report", metavar="FILE.html", help="write a page for people")
    parser.add_argument("--csv", metavar="FOLDER", help="write the tables behind the plots")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--model", help="model folder (default: the shipped one)")
    parser.add_argument("--jobs", type=positive, default=1, metavar="N", help="processes")
    add_table_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Count the messages and tell what they show."""
    from sms_classifier.classifier import load
    from sms_classifier.reports.audit_page import audit_lines, audit_page
    from sms_classifier.reports.audit_tables import audit_tables, write_tables
    from sms_classifier.reports.names import in_order
    from sms_classifier.reports.page import check_report, write_page
    from sms_classifier.tables import open_table
    from sms_classifier.training.drift import compare_drift

    check_report(args.report)
    classifier = load(args.model)
    path = optional_path(args.messages)
    with open_table(path, text_column=args.text_column, encoding=args.encoding) as table:
        audit = _counted(table, args)
    reference = classifier.card.get("drift_reference")
    drift = compare_drift(reference, n=audit.all.n, unknown_sum=audit.all.unknown, bins=audit.bins)
    tables = audit_tables(
        audit,
        drift,
        in_order(classifier.classes_.tolist()),
        reference_bins=reference and reference["confidence_bins"],
        mask_senders=args.by is None,
    )
    if args.csv:
        write_tables(args.csv, tables)
    if args.report:
        name = "standard input" if path is None else args.messages
        page = audit_page(audit, drift, tables, name=name, by=args.by, lang=args.lang)
        write_page(args.report, page)
    print("\n".join(audit_lines(audit, drift, tables, lang=args.lang)))
    return 0


def _counted(table: Table, args: argparse.Namespace) -> Audit:
    from sms_classifier.reports.audit import Audit, day_of
    from sms_classifier.reports.observe import load_observer
    from sms_classifier.tables.progress import show_progress
    from sms_classifier.tables.workers import open_workers

    by, day = _columns(table, args)
    audit = Audit()
    with (
        open_workers(partial(load_observer, args.model), args.jobs) as workers,
        show_progress(table, quiet=args.quiet) as progress,
    ):
        for chunk, added in workers.run(table.chunks):
            audit.statuses.update(chunk.statuses)
            sound = [status == "ok" for status in chunk.statuses]
            inputs = compress(zip(chunk.rows, chunk.texts, strict=True), sound)
            verdicts = zip(*added.values(), strict=True)
            for (cells, text), values in zip(inputs, verdicts, strict=True):
                row = dict(zip(added, values, strict=True))
                sender = row["signature"] if by is None else cells[by]
                audit.add(
                    row, text=text, sender=sender, day="" if day is None else day_of(cells[day])
                )
            progress(audit.statuses.total())
    return audit


def _columns(table: Table, args: argparse.Namespace) -> tuple[int | None, int | None]:
    """Positions of the columns of senders and days."""
    from sms_classifier.errors import TableError
    from sms_classifier.reports.audit import DAY_COLUMNS

    names = list(table.columns)
    for option, wanted in (("--by", args.by), ("--day", args.day)):
        if wanted is not None and wanted not in names:
            raise TableError(
                f"{table.origin.name}: no column {wanted!r} for {option}; "
                f"it has {len(names)} columns, the first of them {names[0][:24]!r}"
            )
    found = [names.index(name) for name in DAY_COLUMNS if name in names]
    day = names.index(args.day) if args.day else next(iter(found), None)
    return names.index(args.by) if args.by else None, day
