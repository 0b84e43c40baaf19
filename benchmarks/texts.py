"""Distinct messages that no run has seen: the corpus's families under another seed.

    python benchmarks/texts.py 200000 artifacts/bench/messages.csv

Caches and lazy automata flatter repeated text, so no text stands twice, none is one of
data/messages.csv, and each round of a benchmark takes rows that the round before did not.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "data"), str(ROOT)]

from corpus.families import Family, family_files, read_families  # noqa: E402
from corpus.messages import EVADED_SHARE, draft  # noqa: E402
from corpus.seeds import seeded  # noqa: E402

from sms_classifier.training.evasion import evade  # noqa: E402

SEED = "benchmark-2026"
HEADER = ("id", "sent", "text")
BATCH = 20_000  # rows shuffled together, so that neighbours are not of one family


def corpus_texts() -> list[str]:
    """Texts that the shipped model may have been trained on."""
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


def distinct_texts(seed: str = SEED) -> Iterator[str]:
    """Yield messages without end, none twice."""
    for _, text in distinct_messages(seed):
        yield text


def distinct_messages(seed: str = SEED) -> Iterator[tuple[Family, str]]:
    """Yield messages with their families, without end, none twice."""
    seen = {hash(text) for text in corpus_texts()}
    for number in itertools.count():
        for family in _families():
            text = _realise(family, f"{family.name}/{seed}/{number}")
            if hash(text) not in seen:
                seen.add(hash(text))
                yield family, text


def _families() -> list[Family]:
    if not _CACHE:
        _CACHE.extend(read_families(family_files(ROOT / "data"))[0])
    return _CACHE


_CACHE: list[Family] = []


def _realise(family: Family, name: str) -> str:
    rng = seeded(name)
    text = draft(family, rng, habit=True).text
    return evade(text, rng)[0] if rng.random() < EVADED_SHARE else text


def write_table(target: Path, rows: int, seed: str = SEED) -> None:
    """Write a CSV table of distinct messages."""
    texts = distinct_texts(seed)
    rng = random.Random(seed)
    partial = target.with_suffix(".part")
    with partial.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(HEADER)
        for start in range(0, rows, BATCH):
            batch = list(itertools.islice(texts, min(BATCH, rows - start)))
            rng.shuffle(batch)
            writer.writerows(
                (f"{start + place:09}", f"2026-11-{place % 28 + 1:02}", text)
                for place, text in enumerate(batch)
            )
    partial.rename(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", default=SEED)
    args = parser.parse_args()
    args.target.parent.mkdir(parents=True, exist_ok=True)
    write_table(args.target, args.rows, args.seed)


if __name__ == "__main__":
    main()
