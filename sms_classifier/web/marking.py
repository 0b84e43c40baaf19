"""A message cut into stretches, each with the evidence that lies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sms_classifier.evidence.finding import Finding, join_touching
from sms_classifier.labels import CONDUCT, DISCLOSURE, RISK

__all__ = ["Noted", "Stretch", "group_of", "noted", "stretches"]

_STRENGTH = ("risk", "conduct", "disclosure", "mark")  # where marks overlap, the first shows
_GROUPS = {
    str(kind): group
    for group, kinds in (("risk", RISK), ("conduct", CONDUCT), ("disclosure", DISCLOSURE))
    for kind in kinds
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a message.

    Attributes
    ----------
    text : str
    group : str
        ``risk``, ``conduct``, ``disclosure``, ``mark``, or empty where nothing was found.
    ends : tuple of str
        Kinds whose evidence ends with this stretch.
    """

    text: str
    group: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A kind of evidence with all that was found of it in a message."""

    kind: str
    group: str
    texts: tuple[str, ...]
    reasons: tuple[str, ...]


def group_of(kind: str) -> str:
    """Group of a kind of evidence.

    Examples
    --------
    >>> group_of("amount"), group_of("threat"), group_of("contact")
    ('disclosure', 'conduct', 'mark')
    """
    return _GROUPS.get(kind, "mark")


def stretches(text: str, findings: Sequence[Finding]) -> list[Stretch]:
    """Cut a message where evidence begins or ends.

    Parameters
    ----------
    text : str
    findings : sequence of Finding
        May overlap.

    Returns
    -------
    list of Stretch
        Their texts joined are the message.

    Examples
    --------
    >>> found = [Finding("amount", 1, 3, "9元", "…")]
    >>> [(s.text, s.group, s.ends) for s in stretches("还9元吧", found)]
    [('还', '', ()), ('9元', 'disclosure', ('amount',)), ('吧', '', ())]
    """
    begins: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for kind, start, end in _merged(findings):
        begins.setdefault(start, []).append(kind)
        ends.setdefault(end, []).append(kind)
    found = []
    open_kinds: set[str] = set()
    for start, end in pairwise(sorted({0, len(text), *begins, *ends})):
        open_kinds.update(begins.get(start, ()))
        groups = {group_of(kind) for kind in open_kinds}
        group = next((name for name in _STRENGTH if name in groups), "")
        ending = tuple(ends.get(end, ()))
        found.append(Stretch(text[start:end], group, ending))
        open_kinds.difference_update(ending)
    return found


def noted(text: str, findings: Sequence[Finding]) -> list[Noted]:
    """Gather evidence by kind, the strongest group first.

    Examples
    --------
    >>> found = [Finding("amount", 0, 2, "9元", "a"), Finding("threat", 2, 4, "坐牢", "b")]
    >>> [(note.kind, note.texts) for note in noted("9元坐牢", found)]
    [('threat', ('坐牢',)), ('amount', ('9元',))]
    """
    texts: dict[str, list[str]] = {finding.kind: [] for finding in findings}
    for kind, start, end in _merged(findings):
        texts[kind].append(text[start:end])
    notes = [
        Noted(
            kind,
            group_of(kind),
            tuple(dict.fromkeys(quoted)),
            tuple(dict.fromkeys(f.reason for f in findings if f.kind == kind)),
        )
        for kind, quoted in texts.items()
    ]
    return sorted(notes, key=lambda note: _STRENGTH.index(note.group))


def _merged(findings: Sequence[Finding]) -> list[tuple[str, int, int]]:
    """Spans by kind; rewrites stand side by side, and are shown as one."""
    spans = ((f.kind, f.start, f.end, f.reason) for f in findings)
    return [(kind, start, end) for kind, start, end, _ in join_touching(spans)]
