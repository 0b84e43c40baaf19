"""A table of any length whose rows are all kinds of sound and unsound."""

import csv
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

from record import ROOT

ODD = (
    '"{id}","您好，\n请还款"\n',  # a line break inside a cell
    '"{id}",\n',  # empty
    "{id},a,b\n",  # too many fields
    '{id},"从不闭合\n',  # a quote that never closes
    '{id},"他说""还款"""\n',
    "{id}," + "长" * 10_001 + "\n",  # too long
)
EVERY = 97  # rows between two odd ones: a prime, so they fall anywhere in a chunk


def write_table(path: Path, rows: int) -> None:
    """Write `rows` records of id and text; an id tells the place."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("id,text\n")
        for place, line in zip(range(rows), _lines(), strict=False):
            file.write(line.replace("{id}", f"{place:07d}"))


def _lines() -> Iterator[str]:
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
        texts = cycle([row["text"].replace('"', '""') for row in csv.DictReader(lines)])
    odd = cycle(ODD)
    for place in count():
        yield next(odd) if place % EVERY == EVERY - 1 else f'{{id}},"{next(texts)}"\n'
