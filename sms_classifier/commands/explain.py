"""``explain``: one message, its verdict and its reasons."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sms_classifier.classifier import Explanation

__all__ = ["add_parser", "run"]

_WORDS = {
    "zh": {
        "confidence": "把握",
        "review": "建议人工复核",
        "found": "看到的依据",
        "nothing": "没有",
        "missing": "缺少",
        "comma": "、",
        "advice": "接下来",
        "limit": "仅凭文字无法证明是谁发的。",
    },
    "en": {
        "confidence": "confidence",
        "review": "a person should look",
        "found": "evidence",
        "nothing": "none",
        "missing": "missing",
        "comma": ", ",
        "advice": "what to do",
        "limit": "Text alone cannot prove who sent it.",
    },
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("explain", help="explain the verdict on one message")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the message (default: stdin)")
    parser.add_argument("--model", help="model folder (default: the shipped one)")
    parser.add_argument("--encoding", help="encoding of standard input (default: found out)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain one message."""
    from sms_classifier.classifier import load
    from sms_classifier.errors import SmsClassifierError
    from sms_classifier.limits import MAX_CHARACTERS, status_of

    text = args.text if args.text is not None else _from_stdin(args.encoding)
    if (status := status_of(text)) != "ok":
        raise SmsClassifierError(
            f"the message is {status.replace('_', ' ')}; give 1 to {MAX_CHARACTERS:,} characters"
        )
    explanation = load(args.model).explain(text)
    if args.json:
        print(json.dumps(explanation.to_dict(), ensure_ascii=False))
    else:
        print(_in_words(explanation, args.lang))
    return 0


def _from_stdin(encoding: str | None) -> str:
    """Decode standard input as tables are decoded: a wrong guess would be a wrong verdict."""
    from sms_classifier.tables.encoding import decode
    from sms_classifier.tables.origin import open_origin

    with open_origin(None) as origin:
        return "".join(decode(origin, encoding)).strip("\r\n")


def _in_words(explanation: Explanation, lang: str) -> str:
    from sms_classifier.advice import verdict_words
    from sms_classifier.advice.reasons import in_chinese
    from sms_classifier.reports.names import gap_name, name_of

    words = _WORDS[lang]
    kinds = {finding.kind for finding in explanation.findings}
    why = in_chinese if lang == "zh" else str
    heading = explanation.label
    meaning = ""
    if explanation.label in ("legitimate", "vague", "fraudulent", "other"):
        verdict = verdict_words(explanation.label, kinds)
        heading = verdict.zh if lang == "zh" else verdict.en
        meaning = verdict.meaning_zh if lang == "zh" else verdict.meaning_en
    lines = [f"{heading}  ({words['confidence']} {explanation.percent}%)"]
    lines += [meaning] if meaning else []
    lines += [words["review"]] if explanation.review else []
    lines += ["", _marked(explanation), "", words["found"] + ":"]
    lines += [
        f"  〔{finding.text}〕 {name_of(finding.kind, lang)} — {why(finding.reason)}"
        for finding in explanation.findings
    ] or [f"  {words['nothing']}"]
    if explanation.missing:
        gaps = words["comma"].join(gap_name(kind, lang) for kind in explanation.missing)
        lines.append(f"{words['missing']}: {gaps}")
    lines += ["", words["advice"] + ":"]
    lines += [f"  - {item.zh if lang == 'zh' else item.en}" for item in explanation.advice]
    return "\n".join([*lines, "", words["limit"]])


def _marked(explanation: Explanation) -> str:
    return "".join(f"〔{piece}〕" if found else piece for piece, found in explanation.pieces)
