"""Ways to hide something from a design: families, authors, scenarios, registered names."""

from __future__ import annotations

import csv
import random
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sms_classifier import lexicons
from sms_classifier.training.corpus import LabelledMessages
from sms_classifier.training.pipeline import cut_folds

FOLDS = 3
_SYLLABLES = "云汐澄霁岚樾栩翊珩沐芮昀晗溪宸霖玥潼骁皓"
_KEPT = (
    "消费金融",
    "村镇银行",
    "农商行",
    "农信社",
    "信用社",
    "银行",
    "小贷",
    "金融",
    "租赁",
    "担保",
)


@dataclass(frozen=True)
class Split:
    """Folds, and whether the names of the registry are replaced in what is tested."""

    name: str
    folds: list[tuple[Any, Any]]
    hides_names: bool = False


def splits(messages: LabelledMessages, table: Path) -> list[Split]:
    """All splits; hidden names reuse the models of the ordinary one."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    grouped = cut_folds(messages.labels, messages.groups, FOLDS)
    return [
        Split("families", grouped),
        Split("names", grouped, hides_names=True),
        *(
            Split(
                f"{column}s",
                cut_folds(messages.labels, [rows[r - 1][column] for r in messages.rows], FOLDS),
            )
            for column in ("author", "scenario")
        ),
    ]


def hide_names(text: str) -> str:
    """Put an invented name for every one that the registry knows, its sort kept."""
    return _names().sub(lambda found: _invented(found[0]), text)


@cache
def _names() -> re.Pattern[str]:
    names = {name for lender in lexicons.institutions() for name in lender.names if len(name) > 1}
    return re.compile("|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name)))))


def _invented(name: str) -> str:
    draw = random.Random(zlib.crc32(name.encode()))
    ending = next((word for word in _KEPT if name.endswith(word)), "花")
    return "".join(draw.sample(_SYLLABLES, 2)) + ending
