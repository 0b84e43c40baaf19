"""Lint of sender's templates: what each discloses, what it lacks against which rule, a score.

Judged is the evidence in the wording alone, without a model, so that a gate decides the same
today and tomorrow. A template without remarks is not thereby in line with any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sms_classifier.advice import DatedRule, dated_rules, rules_for
from sms_classifier.evidence import Finding, collect, locate
from sms_classifier.evidence.institutions import named_in, speaks_as
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import Kind
from sms_classifier.lexicons import institutions
from sms_classifier.reports.placeholders import Filled, fill, in_style_of
from sms_classifier.reports.wording import BETTER, ITEMS, Item
from sms_classifier.text.normalize import normalize

__all__ = ["PENALTY", "Avoid", "Disclosed", "Linted", "Mark", "lint"]

PENALTY = 25  # two kinds of wording to avoid outweigh half of the disclosures; our yardstick
_SHORTEST, _LONGEST = 2, 16  # characters of a signature; FACTS A1, S19-S22
_NO_TYPE = frozenset({"brand", "telecom", "credit_card"})  # do not tell what the lender is
_KIND_OF = {
    "institution": (Kind.INSTITUTION,),
    "amount": (Kind.AMOUNT,),
    "time": (Kind.DATE, Kind.DAYS_OVERDUE),
    "account": (Kind.ACCOUNT,),
    "official_channel": (Kind.OFFICIAL_CHANNEL,),
    "dispute_path": (Kind.DISPUTE_PATH,),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of the template, ``template[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure, where it stands (nowhere: missing), and a wording that would supply it."""

    name: str
    marks: tuple[Mark, ...]
    suggestion: str

    @property
    def item(self) -> Item:
        """Names and rules of the disclosure."""
        return ITEMS[self.name]

    @property
    def rules(self) -> tuple[DatedRule, ...]:
        """Rules it is compared with."""
        return tuple(rule for rule in dated_rules() if rule.id in self.item.rules)


@dataclass(frozen=True, slots=True)
class Avoid:
    """Wording of a kind that named rules speak about, and what to write in its place."""

    kind: str
    marks: tuple[Mark, ...]
    rules: tuple[DatedRule, ...]
    better_zh: str
    better_en: str


@dataclass(frozen=True, slots=True)
class Linted:
    """What one template shows."""

    template: str
    score: int
    disclosed: tuple[Disclosed, ...]
    avoid: tuple[Avoid, ...]
    remarks: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the disclosures that are not there."""
        return tuple(found.name for found in self.disclosed if not found.marks)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the template itself."""
        return {
            "score": self.score,
            "missing": list(self.missing),
            "disclosed": [
                {
                    "name": found.name,
                    "marks": [asdict(mark) for mark in found.marks],
                    "compared_with": list(found.item.rules),
                    "suggestion": found.suggestion,
                }
                for found in self.disclosed
            ],
            "avoid": [
                {
                    "kind": found.kind,
                    "marks": [asdict(mark) for mark in found.marks],
                    "compared_with": [rule.id for rule in found.rules],
                    "better": found.better_zh,
                }
                for found in self.avoid
            ],
            "remarks": [zh for zh, _ in self.remarks],
        }


def lint(template: str) -> Linted:
    """Judge one template.

    Parameters
    ----------
    template : str
        With placeholders as `placeholders.fill` understands them, or none.

    Returns
    -------
    Linted

    Examples
    --------
    >>> found = lint("【招商银行】您尾号{tail}账单应还${amount}元，{date}到期，请登录手机银行")
    >>> found.score, found.missing
    (86, ('dispute_path',))
    >>> [kind.kind for kind in lint("【还款提醒】再不还款就通知您家人").avoid]
    ['third_party_pressure']

    References
    ----------
    docs/rules.md; ``resources/dated_rules.csv``.
    """
    filled = fill(template)
    message = normalize(filled.text)
    scan, hits = collect(message)
    findings = locate(message, hits)
    disclosed = tuple(_disclosures(filled, scan, findings))
    avoid = tuple(_to_avoid(filled, findings, _lender_types(scan)))
    present = sum(bool(found.marks) for found in disclosed)
    score = max(0, round(100 * present / len(disclosed)) - PENALTY * len(avoid))
    remarks = tuple(_remarks(filled, scan, findings))
    return Linted(template, score, disclosed, avoid, remarks)


def _disclosures(filled: Filled, scan: Scan, findings: Sequence[Finding]) -> Iterator[Disclosed]:
    signed = _signatures(filled, scan)
    yield _disclosed(filled, "signature", [mark for mark, role in signed if role != "generic"])
    if any(role == "agency" for _, role in signed):
        named = [find for find in findings if find.kind == Kind.INSTITUTION]
        yield _disclosed(filled, "principal", [_mark(filled, find) for find in named])
    for name, kinds in _KIND_OF.items():
        marks = [_mark(filled, find) for find in findings if find.kind in kinds]
        yield _disclosed(filled, name, marks)


def _disclosed(filled: Filled, name: str, marks: Sequence[Mark]) -> Disclosed:
    return Disclosed(
        name, tuple(marks), "" if marks else _styled(ITEMS[name].wording, filled.template)
    )


def _styled(wording: str, template: str) -> str:
    """Write the placeholders of a wording as the template writes its own."""
    for name in ("institution", "amount", "days", "tail"):
        wording = wording.replace(f"{{{name}}}", in_style_of(template, name))
    return wording


def _signatures(filled: Filled, scan: Scan) -> list[tuple[Mark, str]]:
    """Signatures in brackets, and as whom each speaks."""
    found = []
    for start, end in scan.signatures:
        if start and scan.plain[start - 1] in "【[":
            given = scan.message.span(start, end)
            found.append((_at(filled, *given), speaks_as(scan.plain[start:end])))
    return found


def _mark(filled: Filled, finding: Finding) -> Mark:
    return _at(filled, finding.start, finding.end)


def _at(filled: Filled, start: int, end: int) -> Mark:
    start, end = filled.span(start, end)
    return Mark(start, end, filled.template[start:end])


def _to_avoid(filled: Filled, findings: Sequence[Finding], types: set[str]) -> Iterator[Avoid]:
    for kind, (zh, en) in BETTER.items():
        marks = tuple(_mark(filled, find) for find in findings if find.kind == kind)
        if marks:
            yield Avoid(str(kind), marks, _fitting(kind, types), zh, en)


def _fitting(kind: str, types: set[str]) -> tuple[DatedRule, ...]:
    """Rules about a kind; those for other types of lender than the named ones are left out."""
    return tuple(
        rule
        for rule in rules_for(kind)
        if rule.status != "ended" and not (types and rule.binds and not types & set(rule.binds))
    )


def _lender_types(scan: Scan) -> set[str]:
    named = named_in(scan)
    return {known.kind for known in institutions() if known.name in named} - _NO_TYPE


def _remarks(filled: Filled, scan: Scan, findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    kinds = {find.kind for find in findings}
    if not scan.has("scope_word"):
        yield (
            "没有看到债务字样：以下按债务通知对照，可能不适用。",
            "No word about a debt: it is compared as a debt notice, which may not fit.",
        )
    yield from _signature_remarks(filled, scan)
    if Kind.LAWFUL_CONSEQUENCE in kinds:
        rule = next(rule for rule in dated_rules() if rule.id == "credit_art15")
        yield (
            f"提到征信或法律后果。可对照：{rule.dated_zh}——{rule.what_it_says_zh}。",
            f"It speaks of credit records or legal steps. Compared with: {rule.dated_en}: "
            f"{rule.what_it_says_en}.",
        )
    if Kind.OBFUSCATION in kinds:
        yield (
            "有改写、夹字或繁简混写，收信人和运营商容易把它当成可疑短信。",
            "Rewritten or mixed characters: readers and carriers may take it for a suspect one.",
        )
    if filled.places:
        yield (
            "占位符按示例值检查；实际填入的值是否属实、是否为官方渠道，这里看不到。",
            "Placeholders were checked with sample values; what is really sent was not seen.",
        )


def _signature_remarks(filled: Filled, scan: Scan) -> Iterator[tuple[str, str]]:
    signed = _signatures(filled, scan)
    rule = next(rule for rule in dated_rules() if rule.id == "signature_2023")
    for mark, role in signed:
        if role == "generic":
            yield (
                f"签名“{mark.text}”是中性词，看不出是谁。可对照：{rule.dated_zh}。",
                f"The signature {mark.text!r} names nobody. Compared with: {rule.dated_en}.",
            )
        elif not _SHORTEST <= len(mark.text) <= _LONGEST and not filled.places:
            yield (
                f"签名有{len(mark.text)}个字；登记的签名为2至16个字。可对照：{rule.dated_zh}。",
                f"The signature has {len(mark.text)} characters; registered ones have 2 to 16. "
                f"Compared with: {rule.dated_en}.",
            )
    if len(signed) > 1:
        yield (
            f"出现多对签名括号；模板正文里不放【】。可对照：{rule.dated_zh}。",
            f"More than one pair of brackets; the body carries none. Compared with: "
            f"{rule.dated_en}.",
        )
