"""Seconds of processor to train on many messages: the peer's features and fit beside ours.

    python benchmarks/training.py                # 200,000 messages; some minutes
    python benchmarks/training.py --rows 20000   # a quick look
    python benchmarks/training.py --write        # also writes benchmarks/TRAINING.md

Ours are features, readers and decision of all folds (which is what calibrates) and the final fit.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import resource
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import peer  # noqa: E402
from run import WORK, machine  # noqa: E402
from texts import distinct_messages  # noqa: E402

from sms_classifier.training.corpus import LabelledMessages, read_labelled  # noqa: E402
from sms_classifier.training.fit import fit_pipeline  # noqa: E402

RESULTS = HERE / "TRAINING.md"


def messages(rows: int) -> LabelledMessages:
    """Distinct messages of the corpus's families, with labels, kinds and groups."""
    table = WORK / f"labelled-{rows}.csv"
    if not table.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        with table.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(("text", "label", "kinds", "group"))
            for family, text in itertools.islice(distinct_messages(), rows):
                kinds = "|".join(family.kinds).replace("threat_hint", "threat")
                writer.writerow((text, family.label, kinds, family.group))
    return read_labelled(table)


def seconds(action: Any) -> float:
    """Seconds of processor that an action takes."""
    started = time.process_time()
    action()
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--write", action="store_true", help="keep the table in TRAINING.md")
    args = parser.parse_args()
    table = messages(args.rows)
    ours = seconds(lambda: fit_pipeline(table))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    parts = peer.fit(table.texts, table.labels)[1]
    whole = sum(parts.values())
    lines = [
        f"# Training on {args.rows:,} messages\n",
        f"Made by `python benchmarks/training.py`. {machine()}\n",
        "| | seconds of processor | of the peer's |",
        "|---|---|---|",
        f"| peer: features {parts['features']:.0f}, fit {parts['fit']:.0f} | {whole:.0f} | |",
        f"| ours: features, calibration over folds, final fit | {ours:.0f} | {ours / whole:.2f} |",
        f"\nPeak memory of ours, with the table: {peak:.1f} GiB.",
    ]
    print("\n".join(lines))
    if args.write:
        RESULTS.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
