"""``lint``: a sender's templates in, what each discloses and lacks out; a gate with ``--min``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sms_classifier.commands import add_table_options, optional_path

if TYPE_CHECKING:
    from sms_classifier.reports.lint_page import LintedRow

__all__ = ["add_parser", "run"]

BELOW = 3  # the same exit code as `predict --strict`: done, but not everything was in order


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("lint", help="check a sender's templates before they go out")
    parser.add_argument("templates", nargs="?", metavar="TEMPLATES", help="table; -: stdin")
    parser.add_argument("--report", metavar="FILE.html", help="write a page for people")
    parser.add_argument(
        "--min", type=_score, metavar="SCORE", help="exit 3 when a template scores less (0-100)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a template")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    add_table_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check every template; 3 when one stays below ``--min``."""
    from sms_classifier.reports.lint_page import lint_lines, lint_page
    from sms_classifier.reports.page import check_report, write_page

    check_report(args.report)
    rows = list(_linted(args))
    name = "standard input" if optional_path(args.templates) is None else args.templates
    if args.report:
        write_page(args.report, lint_page(rows, name=name, least=args.min, lang=args.lang))
    lines = map(_json, rows) if args.json else lint_lines(rows, lang=args.lang)
    print("\n".join(lines))
    below = [] if args.min is None else [row.number for row in rows if row.is_below(args.min)]
    if below:
        shown = ", ".join(map(str, below[:20])) + (", …" if len(below) > 20 else "")
        print(f"{name}: {len(below)} below --min {args.min}: rows {shown}", file=sys.stderr)
    return BELOW if below else 0


def _score(value: str) -> int:
    if not value.isdecimal() or int(value) > 100:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to 100, not {value!r}")
    return int(value)


def _linted(args: argparse.Namespace) -> Iterator[LintedRow]:
    from sms_classifier.reports.lint import lint
    from sms_classifier.reports.lint_page import LintedRow
    from sms_classifier.tables import open_table

    path = optional_path(args.templates)
    number = 0
    with open_table(path, text_column=args.text_column, encoding=args.encoding) as table:
        for chunk in table.chunks:
            for text, status in zip(chunk.texts, chunk.statuses, strict=True):
                number += 1
                yield LintedRow(number, status, lint(text) if status == "ok" else None)


def _json(row: LintedRow) -> str:
    values = {"row": row.number, "status": row.status}
    if row.linted:
        values |= row.linted.to_dict()
    return json.dumps(values, ensure_ascii=False)
