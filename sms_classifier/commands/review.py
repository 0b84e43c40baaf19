"""``review``: predictions in, the messages most worth labelling next out."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from sms_classifier.commands import add_table_options, positive

__all__ = ["add_parser", "run"]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("review", help="choose the messages most worth labelling next")
    parser.add_argument("predictions", metavar="PREDICTIONS", help="table that predict wrote")
    parser.add_argument("-o", "--output", required=True, help="table to label")
    parser.add_argument("--n", type=positive, default=200, metavar="N", help="messages at most")
    parser.add_argument("--prefix", default="", metavar="P", help="as it was given to predict")
    parser.add_argument("--excel", action="store_true", help="for Excel: BOM, defused formulas")
    add_table_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Choose and write."""
    from sms_classifier.tables.delivery import check_target
    from sms_classifier.training.selection import select, write_candidates

    source, target = Path(args.predictions), Path(args.output)
    check_target(target, source)
    chosen = select(
        source,
        args.n,
        prefix=args.prefix,
        text_column=args.text_column,
        encoding=args.encoding,
    )
    write_candidates(target, chosen, excel=args.excel)
    if not args.quiet:
        counts = Counter(candidate.why for candidate in chosen)
        reasons = ", ".join(f"{why} {n}" for why, n in sorted(counts.items()))
        print(
            f"{len(chosen)} messages to label ({reasons or 'none classified'}): fill in the column "
            f"'label' of {target}, then `sms-classifier train DATA --add {target}`",
            file=sys.stderr,
        )
    return 0
