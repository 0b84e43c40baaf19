"""``info``: the card of a model."""

from __future__ import annotations

import argparse
import json

__all__ = ["add_parser", "run"]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("info", help="show a model's card")
    parser.add_argument("--model", help="model folder (default: the shipped one)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the card as JSON."""
    from sms_classifier.classifier import load

    print(json.dumps(load(args.model).card, ensure_ascii=False, indent=1))
    return 0
