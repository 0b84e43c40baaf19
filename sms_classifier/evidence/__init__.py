"""Evidence in a message: every kind of data/RUBRIC.md §2, marked on the text as given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from sms_classifier.evidence.amounts import find_accounts, find_amounts, find_payee_cards
from sms_classifier.evidence.asks import find_asks, find_impersonation, find_soft_relief
from sms_classifier.evidence.conduct import find_conduct
from sms_classifier.evidence.contacts import find_contacts, find_links
from sms_classifier.evidence.dates import find_dates, find_days_overdue
from sms_classifier.evidence.finding import Finding, Found, Hit, join_touching
from sms_classifier.evidence.institutions import find_institutions, named_institutions
from sms_classifier.evidence.scan import Scan, scan_many
from sms_classifier.evidence.spans import Flags
from sms_classifier.labels import DETAIL, Kind
from sms_classifier.text.message import Message
from sms_classifier.text.normalize import normalize

__all__ = ["Finding", "collect", "collect_many", "find_evidence", "locate"]


_ORDER = {kind: place for place, kind in enumerate(Kind)}
_FINDERS = (
    find_amounts,
    find_dates,
    find_days_overdue,
    find_accounts,
    find_payee_cards,
    find_conduct,
    find_asks,
)


class _Collection:
    """Evidence of some messages as it is found, finder after finder."""

    def __init__(self, size: int) -> None:
        self.hits: list[list[Hit]] = [[] for _ in range(size)]
        self._flags: dict[str, Flags] = {str(kind): np.zeros(size, dtype=bool) for kind in Kind}

    def add(self, found: Iterable[Found]) -> None:
        """Add what a finder found."""
        for kind, reason, rows in found:
            flags = self._flags[kind]
            for text, start, end in rows:
                self.hits[text].append(Hit(kind, start, end, reason))
                flags[text] = True

    def shown(self, kinds: Collection[str]) -> Flags:
        """Which messages show any of some kinds so far."""
        shown: Flags = np.logical_or.reduce([self._flags[kind] for kind in kinds])
        return shown

    def drop(self, kind: str, where: Flags) -> None:
        """Forget a kind of evidence in some messages."""
        for text in np.flatnonzero(where & self._flags[kind]).tolist():
            self.hits[text] = [hit for hit in self.hits[text] if hit.kind != kind]


def collect(message: Message) -> tuple[Scan, list[Hit]]:
    """All evidence of a message in its plain text, before it is led back to the text as given."""
    return collect_many([message])[0]


def collect_many(messages: Sequence[Message]) -> list[tuple[Scan, list[Hit]]]:
    """All evidence of each message; each finder looks at all messages at once."""
    scans = scan_many(messages)
    if not scans:
        return []
    places = scans[0].places
    named = named_institutions(places)
    collected = _Collection(len(scans))
    collected.add(find_institutions(places, named))
    collected.add(find_contacts(places, named))
    for find in _FINDERS:
        collected.add(find(places))
    collected.add(find_links(places, named, collected.shown(DETAIL)))
    collected.add(find_soft_relief(places, collected.shown))
    collected.add(find_impersonation(places, collected.shown))
    nobodys = ~collected.shown((Kind.INSTITUTION,))
    collected.drop(Kind.OFFICIAL_CHANNEL, nobodys)
    return list(zip(scans, collected.hits, strict=True))


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
