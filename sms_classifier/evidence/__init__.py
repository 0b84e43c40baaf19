"""Evidence in a message: every kind of data/RUBRIC.md §2, marked on the text as given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sms_classifier.evidence.amounts import find_accounts, find_amounts, find_payee_cards
from sms_classifier.evidence.asks import (
    find_asks,
    find_impersonation,
    find_soft_relief,
    sequences,
)
from sms_classifier.evidence.conduct import (
    find_disputes,
    find_lawful,
    find_third_parties,
    find_threats,
)
from sms_classifier.evidence.contacts import CONTACT_EXPRESSIONS, find_contacts, find_links
from sms_classifier.evidence.dates import find_dates, find_days_overdue
from sms_classifier.evidence.finding import Finding, Hit, join_touching
from sms_classifier.evidence.institutions import (
    NAME_EXPRESSIONS,
    find_institutions,
    named_institutions,
)
from sms_classifier.evidence.scan import Scan, Span, scan_many
from sms_classifier.labels import Kind
from sms_classifier.text.message import Message
from sms_classifier.text.normalize import normalize

__all__ = ["Finding", "collect", "collect_many", "find_evidence", "locate"]


class _Finder(NamedTuple):
    """A finder, and the expressions and concepts without any of which it finds nothing."""

    find: Callable[[Scan], Iterable[Hit]]
    expressions: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


_FINDERS = (
    _Finder(find_amounts, ("amount", "bare_amount")),
    _Finder(find_dates, ("date", "relative_date")),
    _Finder(find_days_overdue, ("overdue",)),
    _Finder(find_accounts, ("account",)),
    _Finder(find_payee_cards, ("whole_card", "to_person")),
    _Finder(find_threats, concepts=("grave", "hint")),
    _Finder(find_third_parties, concepts=("relative_address", "debtor_third")),
    _Finder(find_lawful, concepts=("lawful",)),
    _Finder(find_disputes, concepts=("dispute",)),
)
_ORDER = {kind: place for place, kind in enumerate(Kind)}


def collect(message: Message) -> tuple[Scan, list[Hit]]:
    """All evidence of a message in its plain text, before it is led back to the text as given."""
    return collect_many([message])[0]


def collect_many(messages: Sequence[Message]) -> list[tuple[Scan, list[Hit]]]:
    """All evidence of each message.

    Words and expressions are looked for in all messages at once; each finder then sees only
    messages that show something of what it looks for.
    """
    if not messages:
        return []
    scans = scan_many(messages)
    places = scans[0].places
    named: list[dict[str, list[Span]]] = [{} for _ in scans]
    for place in np.flatnonzero(places.names_institution).tolist():
        named[place] = named_institutions(scans[place])
    hits: list[list[Hit]] = [[] for _ in scans]
    has_name = places.names_institution | places.matching(NAME_EXPRESSIONS)
    for place in np.flatnonzero(has_name).tolist():
        hits[place] += find_institutions(scans[place], named[place])
    for place in np.flatnonzero(places.matching(CONTACT_EXPRESSIONS)).tolist():
        hits[place] += find_contacts(scans[place], named[place])
    for find, expressions, concepts in _FINDERS:
        shown = places.matching(expressions) | places.shows(concepts)
        for place in np.flatnonzero(shown).tolist():
            hits[place] += find(scans[place])
    for rule, place, spans in sequences(places):
        hits[place] += find_asks(scans[place], rule, spans)
    depends = places.matching(["link"]) | places.shows(("relief_soft", "authority"))
    for place in np.flatnonzero(depends).tolist():
        _add_dependents(scans[place], named[place], hits[place])
    return [(found, _of_somebody(own)) for found, own in zip(scans, hits, strict=True)]


def _add_dependents(found: Scan, named: Collection[str], hits: list[Hit]) -> None:
    """Add what depends on the kinds found so far."""
    kinds = {hit.kind for hit in hits}
    for hit in find_links(found, kinds, named):
        hits.append(hit)
        kinds.add(hit.kind)
    for dependent in (find_soft_relief, find_impersonation):
        for hit in dependent(found, kinds):
            hits.append(hit)
            kinds.add(hit.kind)


def _of_somebody(hits: list[Hit]) -> list[Hit]:
    """Drop what would be nobody's own channel: no institution is named."""
    kinds = {hit.kind for hit in hits}
    if Kind.OFFICIAL_CHANNEL not in kinds or Kind.INSTITUTION in kinds:
        return hits
    return [hit for hit in hits if hit.kind != Kind.OFFICIAL_CHANNEL]


def find_evidence(text: str) -> list[Finding]:
    """Find every piece of evidence in a message; needs no model.

    Parameters
    ----------
    text : str
        The message as given, of any length and content.

    Returns
    -------
    list of Finding
        In text order, offsets into `text`.

    Raises
    ------
    TypeError
        If `text` is not a ``str``.

    Examples
    --------
    >>> for finding in find_evidence("【招商银行】您尾号1234的信用卡应还1,280.50元，请于8月15日前还款"):
    ...     print(finding.kind, finding.text)
    institution 招商银行
    account 1234
    amount 1,280.50元
    date 8月15日

    References
    ----------
    data/RUBRIC.md §2.
    """
    message = normalize(text)
    return locate(message, collect(message)[1])


def locate(message: Message, hits: Sequence[Hit]) -> list[Finding]:
    """Lead evidence back to the text as given, with the rewrites that were undone."""
    findings = [
        _finding(message, kind, start, end, reason)
        for kind, start, end, reason in join_touching(
            (hit.kind, *message.span(hit.start, hit.end), hit.reason) for hit in hits
        )
    ]
    findings += [
        _finding(
            message,
            Kind.OBFUSCATION,
            rewrite.start,
            rewrite.end,
            f"{rewrite.written}→{rewrite.meant or '∅'}; FACTS C2",
        )
        for rewrite in message.rewrites
    ]
    unique = {(f.kind, f.start, f.end): f for f in reversed(findings)}
    return sorted(unique.values(), key=lambda f: (f.start, f.end, _ORDER[Kind(f.kind)]))


def _finding(message: Message, kind: str, start: int, end: int, reason: str) -> Finding:
    return Finding(str(kind), start, end, message.given[start:end], reason)
