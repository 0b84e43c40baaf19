"""Do more families still help? Trains on shares of them; writes the table of docs/model.md.

    make curve
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import shared_eval
from table import put_between
from threadpoolctl import threadpool_limits

from sms_classifier.classifier import SmsClassifier
from sms_classifier.training import fit
from sms_classifier.training.corpus import LabelledMessages, read_labelled, thin
from sms_classifier.training.pipeline import compile_scorer
from sms_classifier.training.table import prepare

ROOT = Path(__file__).resolve().parents[2]
SHARES = (0.25, 0.5, 0.75, 1.0)
MARKS = "<!-- curve: begin -->", "<!-- curve: end -->"


def share_of(messages: LabelledMessages, share: float) -> LabelledMessages:
    """The same messages for the same share; those of a smaller share are among them."""
    chosen = [
        place
        for place, group in enumerate(messages.groups)
        if int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) < share * 2**32
    ]
    return messages.take(chosen)


def figures(messages: LabelledMessages) -> list[dict[str, Any]]:
    """Figures on the evaluation files, of a model trained on these and stacked on three folds."""
    scorer = compile_scorer(fit.fit_pipeline(messages, n_folds=3))
    return shared_eval.evaluation(SmsClassifier(scorer, {"review_threshold": 1.0}).columns)


def main() -> None:
    messages = thin(prepare(read_labelled(ROOT / "data" / "messages.csv")).messages, per_group=3)
    lines = []
    with threadpool_limits(1):
        for share in SHARES:
            part = share_of(messages, share)
            results = figures(part)
            if not lines:
                names = [result["file"] for result in results]
                lines = ["| share | families | " + " | ".join(names) + " |"]
                lines.append("|---" * (2 + len(names)) + "|")
            cells = [f"{share:.0%}", f"{len(set(part.groups)):,}"]
            cells += [f"{result['macro_f1']:.3f}" for result in results]
            lines.append("| " + " | ".join(cells) + " |")
            print(lines[-1], flush=True)
    put_between(ROOT / "docs" / "model.md", MARKS, lines)


if __name__ == "__main__":
    main()
