"""Thirty messages that look like the export of a phone, from values that the corpus lacks."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import count

from corpus.contacts import CONTACTS
from corpus.families import Family
from corpus.messages import draft
from corpus.schema import ERAS
from corpus.seeds import number_of, seeded
from sms_classifier.labels import Label

__all__ = ["COLUMNS", "export"]

COLUMNS = ("编号", "接收时间", "发送号码", "短信内容")
_SHARES = {Label.LEGITIMATE: 9, Label.VAGUE: 7, Label.FRAUDULENT: 8, Label.OTHER: 6}
_FROM_PHONES = {"chat", "chat_money", "private_lending", "wrong_number", "fraud23", "fraud_threat"}
_PORTS = ("1069", "1068", "10655", "10657", "10659")
_START = datetime(2026, 9, 28, 8, 12, 40)


def export(families: Sequence[Family], taken: Collection[str]) -> list[tuple[str, str, str, str]]:
    """Rows of the export, oldest first; ``taken`` are the texts of the corpus."""
    drawn = sorted(_draw(families), key=lambda family: number_of(f"demo order/{family.name}"))
    rows = []
    for number, (family, when) in enumerate(zip(drawn, _times(len(drawn)), strict=True), 1):
        sender = _sender(family, seeded(f"demo sender/{family.name}"))
        rows.append((f"{number:05d}", f"{when:%Y-%m-%d %H:%M:%S}", sender, _text(family, taken)))
    return rows


def _text(family: Family, taken: Collection[str]) -> str:
    """First draft that the corpus does not have; families of few values need several."""
    drafts = (draft(family, seeded(f"demo/{family.name}/{n}"), habit=False).text for n in count())
    return next(text for text in drafts if text not in taken)


def _times(number: int) -> list[datetime]:
    """Times of day when people get messages, in order."""
    rng = seeded("demo times")
    days = (
        timedelta(days=rng.randint(0, 20), seconds=rng.randint(0, 12 * 3600)) for _ in range(number)
    )
    return sorted(_START + offset for offset in days)


def _draw(families: Sequence[Family]) -> list[Family]:
    """Families of today with slots, so that no text of the corpus comes again; no author twice a label."""
    chosen: list[Family] = []
    by_label: dict[str, list[Family]] = defaultdict(list)
    for family in sorted(families, key=lambda family: number_of(f"demo/{family.name}")):
        if family.text.count("{") > 1 and family.era == ERAS[-1]:
            by_label[family.label].append(family)
    for label, share in _SHARES.items():
        authors = {family.author: family for family in reversed(by_label[label])}
        firsts = sorted(authors.values(), key=lambda family: number_of(f"demo/{family.name}"))
        others = [family for family in by_label[label] if family not in firsts]
        chosen.extend((firsts + others)[:share])
    return chosen


def _sender(family: Family, rng: random.Random) -> str:
    if family.scenario in _FROM_PHONES:
        return CONTACTS["mobile"](rng).replace(" ", "").replace("-", "")
    return rng.choice(_PORTS) + "".join(rng.choice("0123456789") for _ in range(rng.randint(6, 11)))
