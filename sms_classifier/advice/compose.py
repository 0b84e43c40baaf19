"""Choose and fill the advice for one message: most important first, at most eight items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from sms_classifier.advice.case import STRONGEST_FIRST, Case, hotline_of, written_numbers
from sms_classifier.advice.rules import ALERT, DatedRule, cite, cite_titles, rules_for
from sms_classifier.advice.words import Advice, join_names, phrase
from sms_classifier.evidence.finding import Finding
from sms_classifier.labels import MISCONDUCT, Kind, Label, judge
from sms_classifier.lexicons import Hotline

__all__ = ["advise"]

MOST = 8  # more than a screen of advice is read by nobody
_SPARE = (  # what gives way first when there is more
    "turn_to.never_borrowed",
    "turn_to.hotline_unanswered",
    "why.lawful",
    "why.alert",
    "why.no_institution",
    "turn_to.court",
)
_MOST_RULES = 2
_AREA_CODE_OF_THREE = ("010", "02")
Places = dict[str, tuple[str, str]]


def advise(
    *,
    label: str,
    kinds: Collection[str],
    findings: Sequence[Finding],
    missing: Sequence[str],
    misconduct: Sequence[str],
    institutions: Sequence[str],
) -> tuple[Advice, ...]:
    """Say what a message shows and does not show, how to check it, and where to turn.

    Parameters
    ----------
    label : str
        Verdict; for a model with its own labels the rubric's verdict on `kinds` takes its place.
    kinds : collection of str
        Kinds of evidence found.
    findings : sequence of Finding
        The evidence; read for authorities and for the message's own contacts, never repeated.
    missing, misconduct : sequence of str
        As in the columns of the same names.
    institutions : sequence of str
        Names as the registry spells them, most prominent first; others are passed over.

    Returns
    -------
    tuple of Advice
        Most important first, at most eight. No number but those of ``resources/helplines.csv``,
        of well sourced current hotlines, and the credit reference centre's.

    Examples
    --------
    >>> advice = advise(label="vague", kinds={"contact"}, findings=[], missing=["institution"],
    ...                 misconduct=[], institutions=[])
    >>> [item.role for item in advice][:4]
    ['shows', 'unknown', 'why', 'verify']

    References
    ----------
    docs/rules.md.
    """
    conduct = tuple(kind for kind in MISCONDUCT if kind in misconduct)
    case = Case(
        label=label if label in set(Label) else judge(kinds),
        kinds=frozenset(kinds) | frozenset(conduct),
        findings=tuple(findings),
        missing=tuple(missing),
        misconduct=conduct,
        institutions=tuple(institutions),
    )
    return tuple(_filled(key, case) for key in _shortened(list(_keys(case))))


def _shortened(keys: list[str]) -> list[str]:
    for spare in _SPARE:
        if len(keys) > MOST and spare in keys:
            keys.remove(spare)
    return keys


def _keys(case: Case) -> Iterator[str]:
    """Keys in the order in which they are read."""
    if case.is_trap:
        yield from _keys_of_trap(case)
    elif case.is_debt:
        yield from _keys_of_debt(case)
    else:
        yield from ("shows.other", "unknown.other")
        if case.misconduct:
            yield "turn_to.fraud"


def _keys_of_trap(case: Case) -> Iterator[str]:
    yield _shows_trap(case)
    yield _do_not(case)
    yield _verify(case)
    yield "turn_to.already"
    pressed = Kind.THIRD_PARTY_PRESSURE in case.misconduct
    yield "turn_to.fraud_third_parties" if pressed else "turn_to.fraud"
    if not case.is_debt:
        yield "unknown.other"
        return
    if case.misconduct:
        yield "why.misconduct"
    if case.mentions_court and case.authority != "court":
        yield "turn_to.court"
    if _alerts(case):
        yield "why.alert"
    if not case.is_named:
        yield "why.no_institution"
    if case.gaps:
        yield "missing.trap"
    yield "turn_to.never_borrowed"
    yield "unknown.sender"


def _keys_of_debt(case: Case) -> Iterator[str]:
    yield _shows_debt(case)
    yield "unknown.sender"
    if not case.is_named:
        yield "why.no_institution"
    verify = _verify(case)
    yield verify
    yield _do_not(case)
    if case.gaps:
        yield "missing.items"
    yield _turn_to(case)
    if case.misconduct:
        yield "why.misconduct"
    if case.mentions_court:
        yield "turn_to.court"
    elif Kind.LAWFUL_CONSEQUENCE in case.kinds:
        yield "why.lawful"
    if verify in {"verify.hotline", "verify.matched"}:
        yield "turn_to.hotline_unanswered"
    yield "turn_to.never_borrowed"


def _shows_trap(case: Case) -> str:
    if not case.signs:
        return "shows.trap_bare"
    if not case.is_debt:
        return "shows.other_trap"
    return "shows.mixed_trap" if case.label == Label.LEGITIMATE and case.items else "shows.trap"


def _shows_debt(case: Case) -> str:
    if not case.items:
        return "shows.vague_bare"
    return "shows.regular" if case.label == Label.LEGITIMATE else "shows.vague"


def _do_not(case: Case) -> str:
    for kind in (*STRONGEST_FIRST, *case.misconduct):
        if kind in case.kinds:
            return f"do_not.{kind}"
    return "do_not.regular" if case.label == Label.LEGITIMATE else "do_not.unverified"


def _turn_to(case: Case) -> str:
    for kind, key in (
        (Kind.THIRD_PARTY_PRESSURE, "turn_to.third_parties"),
        (Kind.THREAT, "turn_to.threat"),
    ):
        if kind in case.misconduct:
            return key
    if not case.is_named:
        return "turn_to.unnamed"
    return "turn_to.platform" if case.is_platform else "turn_to.debt"


def _verify(case: Case) -> str:
    if case.authority:
        return f"verify.{case.authority}"
    line = _line(case)
    if line is not None:
        own = line.number in written_numbers(case.findings)
        return "verify.matched" if own else "verify.hotline"
    if not case.is_debt:
        return "verify.other"
    return "verify.named" if case.is_named else "verify.unnamed"


def _line(case: Case) -> Hotline | None:
    """Hotline of the first named lender that has one."""
    return next((line for name in case.lenders if (line := hotline_of(name))), None)


def _filled(key: str, case: Case) -> Advice:
    """Row with its places filled; the rules it cites join its sources."""
    row = phrase(key)
    if "{" not in row.zh:
        return row
    rules, line = _rules_cited(key, case), _line(case)
    places = _places(case) | (_places_of_line(line) if line else {})
    places["rules"] = cite(rules) if key == "why.misconduct" else cite_titles(rules)
    sources = [row.source, *(f"{rule.id}: {rule.source}" for rule in rules)]
    if line and key.startswith("verify."):
        sources.append(f"{', '.join(line.source.split('|'))} of resources/sources.csv")
    return replace(
        row,
        zh=row.zh.format(**{name: words[0] for name, words in places.items()}),
        en=row.en.format(**{name: words[1] for name, words in places.items()}),
        source="; ".join(sources),
    )


def _places(case: Case) -> Places:
    return {
        "signs": join_names("kind", case.signs),
        "items": join_names("kind", case.items),
        "conduct": join_names("kind", case.misconduct),
        "missing": join_names("gap", case.gaps),
    }


def _places_of_line(line: Hotline) -> Places:
    return {
        "institution": (line.institution, line.institution),
        "number": (_spoken(line.number),) * 2,
        "lists": (str(len(line.source.split("|"))),) * 2,
        "confidence": (str(line.confidence),) * 2,
    }


def _spoken(number: str) -> str:
    """Digits of a hotline grouped as people read them.

    Examples
    --------
    >>> _spoken("4008205555"), _spoken("073196500"), _spoken("95588")
    ('400-820-5555', '0731-96500', '95588')
    """
    if number.startswith("400"):
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    if number.startswith("0"):
        cut = 3 if number.startswith(_AREA_CODE_OF_THREE) else 4
        return f"{number[:cut]}-{number[cut:]}"
    return number


def _rules_cited(key: str, case: Case) -> tuple[DatedRule, ...]:
    if key == "why.misconduct":
        share = _MOST_RULES // len(case.misconduct)
        found = [rule for kind in case.misconduct for rule in _fitting(kind, case)[:share]]
    elif key.startswith("missing."):
        found = [_benchmark(kind) for kind in case.gaps]
    else:
        found = _alerts(case) if key == "why.alert" else []
    return tuple(dict.fromkeys(found))


def _fitting(kind: str, case: Case) -> list[DatedRule]:
    """Rules about a kind that fit the lender; for an unknown one those with a wider scope."""
    types = case.lender_types
    return [
        rule
        for rule in rules_for(kind)
        if not rule.binds or (types & set(rule.binds) if types else len(rule.binds) > 1)
    ]


def _benchmark(kind: str) -> DatedRule:
    """Rule that a missing disclosure is compared with: one that binds every sender, if any."""
    found = rules_for(kind)
    return next((rule for rule in found if not rule.binds), found[0])


def _alerts(case: Case) -> list[DatedRule]:
    alerts = [rule for kind in case.signs for rule in rules_for(kind) if rule.status == ALERT]
    return list(dict.fromkeys(alerts))[:_MOST_RULES]
