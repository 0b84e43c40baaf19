"""Evidence in a message: every kind of data/RUBRIC.md §2, marked on the text as given."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sms_classifier.evidence.amounts import find_accounts, find_amounts, find_payee_cards
from sms_classifier.evidence.asks import find_asks, find_impersonation, find_soft_relief
from sms_classifier.evidence.conduct import find_conduct
from sms_classifier.evidence.contacts import find_contacts, find_links
from sms_classifier.evidence.dates import find_dates, find_days_overdue
from sms_classifier.evidence.finding import Finding, Hit, join_touching
from sms_classifier.evidence.institutions import find_institutions, named_institutions
from sms_classifier.evidence.scan import Scan, scan
from sms_classifier.labels import Kind
from sms_classifier.text.message import Message
from sms_classifier.text.normalize import normalize

__all__ = ["Finding", "collect", "collect_many", "find_evidence", "locate"]

_INDEPENDENT = (
    find_amounts,
    find_dates,
    find_days_overdue,
    find_accounts,
    find_payee_cards,
    find_asks,
    find_conduct,
)
_ORDER = {kind: place for place, kind in enumerate(Kind)}


def collect(message: Message) -> tuple[Scan, list[Hit]]:
    """All evidence of a message in its plain text, before it is led back to the text as given."""
    return collect_many([message])[0]


def collect_many(messages: Sequence[Message]) -> list[tuple[Scan, list[Hit]]]:
    """All evidence of each message.

    One finder after the other goes over all messages: what a finder needs stays in the
    processor's cache, which makes it a third faster than message by message.
    """
    scans = [scan(message) for message in messages]
    names = [named_institutions(found) for found in scans]
    hits = [[*find_institutions(*pair)] for pair in zip(scans, names, strict=True)]
    for found, named, own in zip(scans, names, hits, strict=True):
        own += find_contacts(found, named)
    for find in _INDEPENDENT:
        for found, own in zip(scans, hits, strict=True):
            own += find(found)
    return [
        (found, _with_dependents(found, named, own))
        for found, named, own in zip(scans, names, hits, strict=True)
    ]


def _with_dependents(found: Scan, named: Collection[str], hits: list[Hit]) -> list[Hit]:
    """Add what depends on the kinds found so far, and drop what does not stand beside them."""
    kinds = {hit.kind for hit in hits}
    for hit in find_links(found, kinds, named):
        hits.append(hit)
        kinds.add(hit.kind)
    for dependent in (find_soft_relief, find_impersonation):
        for hit in dependent(found, kinds):
            hits.append(hit)
            kinds.add(hit.kind)
    if Kind.INSTITUTION in kinds:
        return hits
    return [hit for hit in hits if hit.kind != Kind.OFFICIAL_CHANNEL]  # nobody's own channel


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
