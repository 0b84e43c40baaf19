"""The command line: parse, call, print; the only place that knows exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback

from sms_classifier import __version__
from sms_classifier.commands import (
    audit,
    evaluate,
    explain,
    info,
    lint,
    predict,
    review,
    serve,
    train,
)
from sms_classifier.errors import SmsClassifierError

__all__ = ["build_parser", "main"]

USER_CAN_FIX = 2
INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="sms-classifier",
        description="Tell Chinese debt-collection SMS apart: legitimate, vague, fraudulent.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no summary")
    parser.add_argument("-v", "--verbose", action="store_true", help="keep tracebacks of faults")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (train, predict, explain, evaluate, lint, audit, review, serve, info):
        command.add_parser(commands)
    for command_parser in commands.choices.values():
        command_parser.add_argument(
            "-q", "--quiet", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )
        command_parser.add_argument(
            "-v",
            "--verbose",
            action="store_true",
            default=argparse.SUPPRESS,
            help=argparse.SUPPRESS,
        )
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    args = build_parser().parse_args(argv)
    try:
        code = int(args.run(args))
        sys.stdout.flush()  # a reader that has gone is noticed here, not at the interpreter's end
        return code
    except SmsClassifierError as error:
        if args.verbose:
            traceback.print_exc()
        print(f"sms-classifier: {error}", file=sys.stderr)
        return USER_CAN_FIX
    except KeyboardInterrupt as stop:
        print(f"sms-classifier: {str(stop) or 'interrupted'}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return 0


if __name__ == "__main__":
    sys.exit(main())
