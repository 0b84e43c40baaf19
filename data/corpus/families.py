"""Message families: read the tables of `families/*.tsv` and say what is wrong with them.

Every fault has a file, a line and a reason. How a family becomes messages is not done here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.schema import CREDITORS, ERAS, HEADER, HINT, KINDS, REAL, SCENARIOS, SLOTS
from sms_classifier.labels import Kind, Label, judge
from sms_classifier.lexicons import institutions

__all__ = [
    "Family",
    "Problem",
    "family_files",
    "read_families",
    "registry_names",
    "slot_type",
    "slots_of",
]

_SLOT = re.compile(r"\{([^{}]*)\}")
_REAL_NAME = 3  # shorter registry names (中行, 众安) are parts of ordinary words


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a family file."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Family:
    """One message written by hand, with typed slots where real messages vary."""

    path: Path
    line: int
    id: str
    label: str
    kinds: tuple[str, ...]
    scenario: str
    era: str
    pair_set: str
    text: str

    @property
    def author(self) -> str:
        """Who wrote it: the name of the file."""
        return self.path.stem

    @property
    def name(self) -> str:
        """Name that is unique in the corpus."""
        return f"{self.author}-{self.id}"

    @property
    def group(self) -> str:
        """What folds are cut by: the family, or its set of minimal pairs."""
        return f"{self.author}-{self.pair_set}" if self.pair_set else self.name

    @property
    def shown_kinds(self) -> tuple[str, ...]:
        """Kinds in the order of `Kind`; a hint is shown as a threat."""
        found = {str(Kind.THREAT) if kind == HINT else kind for kind in self.kinds}
        return tuple(str(kind) for kind in Kind if kind in found)

    @property
    def rubric_label(self) -> str:
        """Label that RUBRIC §5 gives; scope is the author's word."""
        if self.label == Label.OTHER:
            return self.label
        return str(judge(self.shown_kinds, grave_threat=Kind.THREAT in self.kinds))

    def relabelled(self, label: str) -> Family:
        """Give the same family with another label (a settled case)."""
        return replace(self, label=label)


def slot_type(slot: str) -> str:
    """Type of a slot as written: ``amount2`` is an ``amount``, ``n400`` is itself.

    Examples
    --------
    >>> slot_type("amount2"), slot_type("n400")
    ('amount', 'n400')
    """
    return slot if slot in SLOTS else re.sub(r"\d$", "", slot)


def slots_of(text: str) -> list[str]:
    """Slots of a template in order, each once."""
    return list(dict.fromkeys(_SLOT.findall(text)))


def family_files(folder: Path) -> list[Path]:
    """Family tables below a folder, in the order in which the corpus takes them."""
    return sorted((folder / "families").glob("*.tsv"))


def read_families(paths: Iterable[Path]) -> tuple[list[Family], list[Problem]]:
    """Read family tables; families with a fault are left out and told about."""
    families: list[Family] = []
    problems: list[Problem] = []
    for path in paths:
        for found in _read(path):
            (families if isinstance(found, Family) else problems).append(found)  # type: ignore[arg-type]
    problems.extend(_repeated(families))
    problems.extend(_broken_pairs(families))
    return families, problems


def _read(path: Path) -> Iterator[Family | Problem]:
    lines = path.read_text("utf-8").split("\n")
    if lines[0].split("\t") != HEADER:
        yield Problem(path, 1, "header must be " + " ".join(HEADER))
        return
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(HEADER):
            yield Problem(path, number, f"{len(cells)} cells, expected {len(HEADER)}")
            continue
        id_, label, kinds, scenario, era, pair_set, text = cells
        family = Family(
            path=path,
            line=number,
            id=id_,
            label=label,
            kinds=() if kinds == "-" else tuple(kinds.split("|")),
            scenario=scenario,
            era=era,
            pair_set="" if pair_set == "-" else pair_set,
            text=text,
        )
        faults = [Problem(path, number, reason) for reason in _faults(family)]
        yield from faults or [family]


def _faults(family: Family) -> Iterator[str]:
    if not re.fullmatch(r"\d{3}", family.id):
        yield f"id {family.id!r}, expected three digits"
    if family.label not in list(Label):
        yield f"label {family.label!r}, expected one of {', '.join(Label)}"
    if unknown := set(family.kinds) - KINDS:
        yield f"unknown kinds {', '.join(sorted(unknown))}"
    if family.scenario not in SCENARIOS:
        yield f"unknown scenario {family.scenario!r}"
    if family.era not in ERAS:
        yield f"era {family.era!r}, expected one of {', '.join(ERAS)}"
    if not family.text.strip():
        yield "no text"
    slots = slots_of(family.text)
    for slot in slots:
        if slot_type(slot) not in SLOTS:
            yield f"unknown slot {{{slot}}}"
    if "{" in _SLOT.sub("", family.text) or "}" in _SLOT.sub("", family.text):
        yield "a brace that belongs to no slot"
    yield from _misplaced_names(family, {slot_type(slot) for slot in slots})


def _misplaced_names(family: Family, slots: set[str]) -> Iterator[str]:
    """Real names: a hotline needs one, and abusive messages of a lender must not carry one."""
    named = [name for name in registry_names() if name in family.text]
    if "hotline" in slots and not (slots & CREDITORS or named):
        yield "{hotline} without an institution in the text"
    if Kind.THREAT in family.kinds and family.label in (Label.LEGITIMATE, Label.VAGUE):
        for name in (*(f"{{{slot}}}" for slot in sorted(slots & REAL)), *named):
            yield f"real institution {name} on an abusive message; use an invented one"


def registry_names() -> list[str]:
    """Names of real lenders, long enough to be no part of an ordinary word."""
    return [
        name
        for institution in institutions()
        if institution.kind in ("bank", "consumer_finance", "internet_platform", "microloan")
        for name in institution.names
        if len(name) >= _REAL_NAME
    ]


def _repeated(families: list[Family]) -> Iterator[Problem]:
    """Ids and texts that a file has twice; twins between files are left to `checks`."""
    names: dict[str, int] = {}
    texts: dict[tuple[str, str], int] = {}
    for family in families:
        place = (family.author, family.text)
        if family.name in names:
            reason = f"id {family.id} stands on line {names[family.name]} too"
            yield Problem(family.path, family.line, reason)
        if place in texts:
            yield Problem(family.path, family.line, f"same text as line {texts[place]}")
        names.setdefault(family.name, family.line)
        texts.setdefault(place, family.line)


def _broken_pairs(families: list[Family]) -> Iterator[Problem]:
    groups: dict[str, list[Family]] = defaultdict(list)
    for family in families:
        if family.pair_set:
            groups[family.group].append(family)
    for members in groups.values():
        if len({family.label for family in members}) < 2:
            first = members[0]
            yield Problem(
                first.path, first.line, f"set {first.pair_set} has only label {first.label}"
            )
