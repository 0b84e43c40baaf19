"""Build data/messages.csv and data/demo.csv from the message families.

    python data/build.py

The same families give the same bytes. A malformed family ends the build with file, line and
reason; a family too close to an earlier one of another group is left out and listed in
data/dropped.csv.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parent
sys.path[:0] = [str(DATA), str(DATA.parent)]

from corpus.checks import near_duplicates  # noqa: E402
from corpus.families import Family, family_files, read_families  # noqa: E402
from corpus.messages import COLUMNS, draft, realise  # noqa: E402
from corpus.seeds import number_of, seeded  # noqa: E402

DEMO_ROWS = 30
DEMO_LABELS = ("legitimate", "vague", "fraudulent", "other")


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table with line feeds, whatever the platform."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def settle(families: list[Family], path: Path) -> list[Family]:
    """Families with the labels that were settled after the second reading."""
    if not path.exists():
        return families
    with path.open(encoding="utf-8", newline="") as lines:
        settled = {row["family"]: row["settled_label"] for row in csv.DictReader(lines)}
    return [family.relabelled(settled.get(family.name, family.label)) for family in families]


def demo(families: Sequence[Family]) -> list[tuple[str, str, str, str]]:
    """Rows that look like an export, from values that messages.csv does not use."""
    rows = []
    for number in range(DEMO_ROWS):
        label = DEMO_LABELS[number % len(DEMO_LABELS)]
        pool = [family for family in families if family.label == label and "-" in family.name]
        family = pool[number_of(f"demo/{number}") % len(pool)]
        rng = seeded(f"demo/{family.name}")
        sender = f"1069{rng.randrange(10**7, 10**8)}"
        day, hour, minute = rng.randint(1, 28), rng.randint(8, 21), rng.randint(0, 59)
        text = draft(family, rng, habit=False).text.replace("\n", " ")
        rows.append(
            (f"{number + 1:05d}", f"2026-10-{day:02d} {hour:02d}:{minute:02d}", sender, text)
        )
    return rows


def main() -> int:
    """Build everything; the exit code is 1 when a family is malformed."""
    families, problems = read_families(family_files(DATA))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    dropped = near_duplicates(families)
    write(DATA / "dropped.csv", ("family", "close_to", "similarity"), dropped)
    left_out = {row[0] for row in dropped}
    kept = settle([f for f in families if f.name not in left_out], DATA / "settled.csv")
    messages = [message.row() for family in kept for message in realise(family)]
    write(DATA / "messages.csv", COLUMNS, messages)
    write(DATA / "demo.csv", ("编号", "接收时间", "发送号码", "短信内容"), demo(kept))
    print(f"{len(messages)} messages of {len(kept)} families; {len(dropped)} left out as too close")
    return 0


if __name__ == "__main__":
    sys.exit(main())
