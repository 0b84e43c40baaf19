"""The datasheet: counts, agreement, coverage and checks put into the prose of `datasheet.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from corpus.agreement import Agreement, Settled
from corpus.checks import Twin
from corpus.families import Family
from corpus.giveaway import BOUNDED
from corpus.lenders import POOL_SIZES
from corpus.messages import Message
from sms_classifier.labels import Label
from sms_classifier.training.evasion import TRICKS

__all__ = ["Corpus", "write_datasheet"]

_TEMPLATE = Path(__file__).with_name("datasheet.md")
_LENGTHS = ((20, "under 20"), (60, "20-59"), (120, "60-119"))
_SHOWN = 40  # characters of a family quoted in a list
_SLOT_NAMES = {
    "odd_lender": "app lenders",
    "p2p_lender": "P2P platforms",
    "car_lender": "car and lease companies",
    "small_lender": "micro-loan companies",
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that the datasheet speaks of."""

    families: Sequence[Family]
    messages: Sequence[Message]
    dropped: Sequence[Twin]
    settled: Sequence[Settled]
    agreement: Agreement | None
    giveaway: Mapping[str, float]


def write_datasheet(path: Path, corpus: Corpus) -> None:
    """Fill the template and write it."""
    text = Template(_TEMPLATE.read_text("utf-8")).substitute(_figures(corpus))
    path.write_text(text, encoding="utf-8", newline="\n")


def _figures(corpus: Corpus) -> dict[str, str]:
    families, messages = corpus.families, corpus.messages
    evaded = sum(bool(message.evasion) for message in messages)
    written = set(families)
    sets = {family.group for family in families if family.pair_set}
    return {
        "families": f"{len(families):,}",
        "messages": f"{len(messages):,}",
        "pair_sets": str(len(sets)),
        "counterparts": f"{len(messages) - sum(m.family in written for m in messages):,}",
        "authors": str(len({family.author for family in families})),
        "pools": ", ".join(f"{POOL_SIZES[slot]} {name}" for slot, name in _SLOT_NAMES.items()),
        "labels": _labels(families, messages),
        "by_author": _table("author", families, lambda family: family.author),
        "evasion_share": f"{100 * evaded / len(messages):.1f}",
        "evasion": _evasion(messages),
        "exceptions": str(sum(family.label != family.rubric_label for family in families)),
        "agreement": _agreement(corpus.agreement),
        "differing": _differing(corpus.agreement),
        "settled": _settled(corpus.settled),
        "dropped": _bullets(f"`{' '.join(twin.row())}`" for twin in corpus.dropped),
        "giveaway": _giveaway(corpus.giveaway),
        "coverage_scenario": _table("scenario", families, lambda family: family.scenario),
        "coverage_form": _forms(messages),
    }


def _rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in lines)


def _bullets(lines: Iterable[str]) -> str:
    found = list(lines)
    return "\n\n" + "\n".join(f"- {line}" for line in found) if found else "none."


def _table(title: str, families: Sequence[Family], key: Callable[[Family], str]) -> str:
    """Families by a key and by label."""
    counts = Counter((key(family), family.label) for family in families)
    keys = sorted({found for found, _ in counts})
    rows = [[k, *(counts[k, str(label)] or "·" for label in Label)] for k in keys]
    return _rows([title, *Label], rows)


def _labels(families: Sequence[Family], messages: Sequence[Message]) -> str:
    written = Counter(family.label for family in families)
    made = Counter(message.family.label for message in messages)
    rows = [[label, written[str(label)], made[str(label)]] for label in Label]
    return _rows(["label", "families", "messages"], rows)


def _evasion(messages: Sequence[Message]) -> str:
    made = Counter(message.family.label for message in messages)
    counts = Counter((message.evasion, message.family.label) for message in messages)
    rows: list[list[object]] = [
        [trick, *(f"{100 * counts[trick, str(label)] / made[str(label)]:.1f} %" for label in Label)]
        for trick in TRICKS
    ]
    total = [f"{100 * (1 - counts['', str(label)] / made[str(label)]):.1f} %" for label in Label]
    return _rows(["trick", *Label], [*rows, ["all", *total]])


def _agreement(agreement: Agreement | None) -> str:
    if agreement is None:
        return "Nobody has read the families a second time yet."
    same = 1 - len(agreement.differing) / agreement.read
    return (
        f"{agreement.read:,} families were labelled by a second reader who did not see the first "
        f"label: {100 * same:.1f} % the same, Cohen's κ {agreement.kappa:.3f}. Where they differed:"
    )


def _differing(agreement: Agreement | None) -> str:
    if agreement is None or not agreement.differing:
        return "nowhere."
    rows = [
        [family.name, family.label, reader, family.text[:_SHOWN].replace("|", "\\|")]
        for family, reader in agreement.differing
    ]
    return _rows(["family", "author", "reader", "begins"], rows)


def _settled(settled: Sequence[Settled]) -> str:
    return _bullets(
        f"`{case.family}`: {case.author_label} / {case.reader_label} → {case.settled_label}; "
        f"{case.reason}"
        for case in settled
    )


def _giveaway(scores: Mapping[str, float]) -> str:
    rows = [
        [name, f"{score:.3f}", "≤ 0.40" if name in BOUNDED else "reported"]
        for name, score in scores.items()
    ]
    return _rows(["sees only", "macro-F1", "bound"], rows)


def _forms(messages: Sequence[Message]) -> str:
    """Families by era, signature and length, one column a label."""
    firsts = {message.family.name: message for message in reversed(messages)}.values()
    counts = Counter((*_form(message), message.family.label) for message in firsts)
    forms = sorted({cells[:3] for cells in counts})
    rows = [[*form, *(counts[(*form, str(label))] or "·" for label in Label)] for form in forms]
    return _rows(["era", "signature", "characters", *Label], rows)


def _form(message: Message) -> tuple[str, str, str]:
    length = len(message.text)
    size = next((name for most, name in _LENGTHS if length < most), "120 and more")
    return message.family.era, _signature(message.family.text.strip()), size


def _signature(text: str) -> str:
    if text.startswith("【"):
        return "【】 in front"
    if text.endswith("】"):
        return "【】 at the end"
    return "[ ]" if text.startswith("[") or text.endswith("]") else "none"
