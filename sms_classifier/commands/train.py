"""``train``: a labelled table in, a model folder out."""

from __future__ import annotations

import argparse
from pathlib import Path

from sms_classifier.commands import add_table_options

__all__ = ["add_parser", "run"]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("train", help="train a model on a labelled table")
    parser.add_argument("data", metavar="DATA", help="table with the columns text and label")
    parser.add_argument("--model", default="models/mine", help="model folder to write")
    parser.add_argument("--add", metavar="LABELLED", help="a second labelled table")
    parser.add_argument("--no-compare", action="store_true", help="leave the peers out")
    add_table_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train and print the figures."""
    from sms_classifier.errors import ModelError
    from sms_classifier.training.fit import train

    try:
        Path(args.model).mkdir(parents=True, exist_ok=True)  # minutes before it is needed
    except OSError as error:
        raise ModelError(
            f"{args.model}: cannot be a model folder ({error.strerror}); name another --model"
        ) from error
    report = train(
        args.data,
        model=args.model,
        add=args.add,
        compare=not args.no_compare,
        text_column=args.text_column,
        encoding=args.encoding,
    )
    print("\n".join(report.lines))
    return 0
