"""One module a command: a parser, a function, nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["add_table_options", "optional_path", "port", "positive"]

_HIGHEST_PORT = 65_535


def add_table_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command on a table has."""
    parser.add_argument("--text-column", metavar="NAME", help="column that holds the messages")
    parser.add_argument("--encoding", help="encoding of the input (default: found out)")


def optional_path(value: str | None) -> Path | None:
    """Path of an argument; none for ``-`` or nothing."""
    return None if value in (None, "-") else Path(str(value))


def positive(value: str) -> int:
    """Read a number of at least 1; argparse names the option when it is not one."""
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of 1 or more, not {value!r}")
    return int(value)


def port(value: str) -> int:
    """Read a port number; argparse names the option when it is not one."""
    if not value.isdecimal() or int(value) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"must be 0 to {_HIGHEST_PORT}, not {value!r}")
    return int(value)
