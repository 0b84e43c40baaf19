"""Compare designs on the same folds; writes the table of docs/model.md and the card's sets.

    make compare
    python benchmarks/compare --only fastText rubric      # some designs, figures to stdout
    python benchmarks/compare --every 10                  # a tenth of the families, a quick look

What was computed is kept in artifacts/compare under a key of data, features and design, so a
second run computes only what has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import pickle
import shutil
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import designs as room
import shared_eval
from designs import OURS, PEERS, Design, Model
from splits import Split, hide_names, splits
from table import write_table
from threadpoolctl import threadpool_limits

import sms_classifier as sms
from sms_classifier.model.folder import seal
from sms_classifier.training import fit
from sms_classifier.training.card import write_page
from sms_classifier.training.corpus import LabelledMessages, read_labelled, thin
from sms_classifier.training.figures import macro_f1_interval
from sms_classifier.training.fingerprint import feature_fingerprint
from sms_classifier.training.measures import class_figures, macro_f1
from sms_classifier.training.table import prepare

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "messages.csv"
TRAINING = sorted((ROOT / "sms_classifier" / "training").glob("*.py"))
KEPT = ROOT / "artifacts" / "compare"


class Bench:
    """Messages and the splits; fits and predictions are kept on disk."""

    def __init__(self, every: int) -> None:
        messages = thin(prepare(read_labelled(DATA)).messages, per_group=fit.PER_GROUP)
        chosen = set(sorted(set(messages.groups))[::every])
        self.messages = messages.take(
            [place for place, group in enumerate(messages.groups) if group in chosen]
        )
        self.splits = splits(self.messages, DATA)
        self.hidden = [hide_names(text) for text in self.messages.texts]

    def guesses(self, name: str, design: Design, split: Split, setting: Any) -> list[str]:
        """Label of every message by the model that did not see its part."""
        guesses = [""] * len(self.messages.texts)
        texts = self.hidden if split.hides_names else list(self.messages.texts)
        for number, (train, test) in enumerate(split.folds):
            part = self.messages.take([int(i) for i in train])
            key = self.key(name, split.name, setting, number)
            said = kept(
                f"{key}.json",
                lambda part=part, test=test: self.model(name, design, part, setting).predict(
                    [texts[i] for i in test]
                ),
            )
            for place, label in zip(test, said, strict=True):
                guesses[place] = label
        return guesses

    def model(self, name: str, design: Design, part: LabelledMessages, setting: Any) -> Model:
        """Fit, or take the fit of the same messages from before."""
        seen = hashlib.sha256("".join(part.texts).encode()).hexdigest()[:16]
        path = KEPT / f"{self.key(name, 'model', setting, seen)}.pickle"
        if path.exists() and not name.startswith("c:"):
            return pickle.loads(path.read_bytes())  # noqa: S301 - written below
        fitted = design.fit(part, setting)
        if not name.startswith("c:"):  # fastText's models cannot be pickled
            path.write_bytes(pickle.dumps(fitted))
        return fitted

    def key(self, name: str, *parts: Any) -> str:
        """A name for a file that changes with whatever the result depends on."""
        code = [path.read_text("utf-8") for path in TRAINING] if name == OURS else []
        texts = "".join(self.messages.texts)
        marks = [texts, name, inspect.getsource(room), *code, *map(str, parts)]
        if not name.startswith(PEERS):
            marks.append(feature_fingerprint())
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:24]

    def best_setting(self, name: str, design: Design) -> Any:
        """The setting of the highest macro-F1 on unseen families."""
        if len(design.grid) == 1:
            return design.grid[0]
        return max(
            design.grid,
            key=lambda s: self.score(self.guesses(name, design, self.splits[0], s))["macro_f1"],
        )

    def score(self, guesses: list[str]) -> dict[str, Any]:
        truth = list(self.messages.labels)
        table = class_figures(truth, guesses)
        return {
            "macro_f1": macro_f1(table),
            "interval": macro_f1_interval(truth, guesses, self.messages.groups),
            "fraud_recall": table["fraudulent"]["recall"],
            "fraud_precision": table["fraudulent"]["precision"],
        }


def kept(name: str, make: Any) -> Any:
    """JSON from before, or made now and kept."""
    path = KEPT / name
    if not path.exists():
        path.write_text(json.dumps(make(), ensure_ascii=False), "utf-8")
    return json.loads(path.read_text("utf-8"))


def measure(bench: Bench, name: str, design: Design) -> dict[str, Any]:
    """All figures of one design."""
    started = time.monotonic()
    setting = bench.best_setting(name, design)
    row: dict[str, Any] = {"design": name, "setting": setting}
    for split in bench.splits:
        row[split.name] = bench.score(bench.guesses(name, design, split, setting))
    if name == OURS:
        row["eval"] = shared_eval.evaluation(sms.load().columns)
    else:
        key = f"{bench.key(name, 'eval', setting)}.json"
        row["eval"] = kept(key, lambda: _evaluated(bench, name, design, setting))
    print(
        f"{name}: {row['families']['macro_f1']:.3f} ({time.monotonic() - started:.0f} s)",
        flush=True,
    )
    return row


def _evaluated(bench: Bench, name: str, design: Design, setting: Any) -> list[dict[str, Any]]:
    model = bench.model(name, design, bench.messages, setting)
    return shared_eval.evaluation(lambda texts: {"label": model.predict(texts)})


def write_card(folder: Path, rows: list[dict[str, Any]], bench: Bench) -> None:
    """Put figures on other sets into the shipped model's card."""
    ours = next(row for row in rows if row["design"] == OURS)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["sets"] = [
        {
            "set": f"unseen {split.name}" if not split.hides_names else "hidden registry names",
            "n": len(bench.messages.texts),
            "figures": {"macro-F1": (ours[split.name]["macro_f1"], *ours[split.name]["interval"])},
        }
        for split in bench.splits
    ] + shared_eval.card_sets(ours["eval"])
    card["card_sha256"] = seal(card)
    (folder / "card.json").write_text(
        json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    write_page(folder)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="*", help="designs whose name holds one of these words")
    parser.add_argument("--every", type=int, default=1, help="one family in so many")
    args = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    bench = Bench(args.every)
    with threadpool_limits(1):  # more threads wait for one another on a machine that is shared
        rows = [
            measure(bench, name, design)
            for name, design in room.designs().items()
            if not args.only or any(word in name for word in args.only)
        ]
    if args.only or args.every > 1:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    if not args.only:
        page = ROOT / "docs" / "model.md"
        if args.every > 1:
            page = shutil.copy(page, KEPT / "quick_look.md")
        else:
            write_card(ROOT / "models" / "default", rows, bench)
        write_table(page, rows, bench.messages)


if __name__ == "__main__":
    main()
