"""``evaluate``: a labelled table in, figures out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sms_classifier.commands import add_table_options

__all__ = ["add_parser", "run"]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("evaluate", help="score a labelled table")
    parser.add_argument("data", metavar="DATA", help="table with the columns text and label")
    parser.add_argument("--model", help="model folder (default: the shipped one)")
    parser.add_argument("--report", metavar="FILE.html", help="write a page for people")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the page")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    add_table_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Score and print."""
    from sms_classifier.classifier import load
    from sms_classifier.errors import SmsClassifierError
    from sms_classifier.reports.page import check_report, write_page
    from sms_classifier.training.corpus import read_labelled
    from sms_classifier.training.evaluation import evaluate, format_evaluation

    check_report(args.report)
    messages = read_labelled(Path(args.data), text_column=args.text_column, encoding=args.encoding)
    classifier = load(args.model)
    figures = evaluate(classifier, messages)
    if args.report:
        from sms_classifier.reports.evaluation_page import evaluation_page

        page = evaluation_page(
            figures,
            texts=dict(zip(messages.rows, messages.texts, strict=True)),
            name=args.data,
            model=classifier.card,
            lang=args.lang,
        )
        write_page(args.report, page)
    if args.json:
        lines = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
        try:
            Path(args.json).write_text(lines, encoding="utf-8")
        except OSError as error:
            raise SmsClassifierError(
                f"{args.json}: cannot be written ({error.strerror}); name another --json"
            ) from error
    print(format_evaluation(figures))
    return 0
