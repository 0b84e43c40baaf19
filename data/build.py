"""Build the corpus from the message families.

    python data/build.py

Writes messages.csv, dropped.csv, demo.csv and DATASHEET.md; the same families give the same bytes.
A malformed family, a label against the rubric without a reason, or a model that guesses labels
from what should not tell them ends the build with file, line and reason, and nothing is written.
A family too close to an earlier one of another group is left out and listed in dropped.csv.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parent
sys.path[:0] = [str(DATA), str(DATA.parent)]

from corpus import agreement, demo, giveaway  # noqa: E402
from corpus.checks import Twin, label_problems, template_of, twins  # noqa: E402
from corpus.datasheet import Corpus, write_datasheet  # noqa: E402
from corpus.families import Family, family_files, read_families  # noqa: E402
from corpus.messages import COLUMNS, Message, realise  # noqa: E402


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table with line feeds, whatever the platform."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def excused(settled: Sequence[agreement.Settled]) -> set[str]:
    """Families that may differ from the rubric: listed with a reason, or settled with one."""
    listed = agreement.read_table(DATA / "exceptions.csv", ("family", "reason"))
    reasons = {row["family"]: row["reason"] for row in listed}
    reasons |= {case.family: case.reason for case in settled}
    return {name for name, reason in reasons.items() if reason.strip()}


def without_twins(families: list[Family]) -> tuple[list[Family], list[Message], list[Twin]]:
    """Leave out later twins: of templates first, then of the messages made from the rest."""
    dropped = twins(families, [template_of(family) for family in families], families)
    gone = {twin.family.name for twin in dropped}
    kept = [family for family in families if family.name not in gone]
    messages = [message for family in kept for message in realise(family)]
    owners = [message.family for message in messages]
    later = twins(kept, [message.text for message in messages], owners)
    gone = {twin.family.name for twin in later}
    return (
        [family for family in kept if family.name not in gone],
        [message for message in messages if message.family.name not in gone],
        dropped + later,
    )


def main() -> int:
    """Build everything; the exit code is 1 when something is wrong."""
    read, problems = read_families(family_files(DATA))
    settled = agreement.read_settled(DATA / "settled.csv")
    families = agreement.settle(read, settled)
    problems += label_problems(families, excused(settled))
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    kept, messages, dropped = without_twins(families)
    scores = giveaway.measure(messages)
    if told := [name for name in giveaway.BOUNDED if scores[name] > giveaway.LIMIT]:
        for name in told:
            print(f"labels can be guessed: {name} {scores[name]:.2f}", file=sys.stderr)
        return 1
    read_twice = agreement.compare(read, DATA / "second_reader.csv")
    corpus = Corpus(kept, messages, dropped, settled, read_twice, scores)
    write(DATA / "messages.csv", COLUMNS, (message.row() for message in messages))
    write(
        DATA / "demo.csv", demo.COLUMNS, demo.export(kept, {message.text for message in messages})
    )
    write(
        DATA / "dropped.csv", ("family", "close_to", "similarity"), [twin.row() for twin in dropped]
    )
    write_datasheet(DATA / "DATASHEET.md", corpus)
    print(*dropped, f"{len(messages)} messages of {len(kept)} families", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
