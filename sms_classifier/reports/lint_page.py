"""The lint of a table of templates as lines for a terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sms_classifier.advice import DatedRule
from sms_classifier.reports.lint import Linted, Mark
from sms_classifier.reports.names import name_of
from sms_classifier.reports.page import render
from sms_classifier.reports.wording import BETTER, ITEMS, SCORE_EN, SCORE_ZH
from sms_classifier.text.mask import mask
from sms_classifier.text.pieces import cut_at

__all__ = ["LintedRow", "lint_lines", "lint_page"]


@dataclass(frozen=True, slots=True)
class LintedRow:
    """A row of the table: its number from 1, and the lint unless its status is not ``ok``."""

    number: int
    status: str
    linted: Linted | None

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """Masked text in pieces, each with the name of its mark or none."""
        if self.linted is None:
            return []
        return cut_at(mask(self.linted.template), [*self._to_avoid(), *self._disclosed()])

    def shown(self, mark: Mark) -> str:
        """Words of a mark as the masked text shows them."""
        return mask(self.linted.template)[mark.start : mark.end] if self.linted else ""

    def _to_avoid(self) -> list[tuple[int, int, str]]:
        found = self.linted.avoid if self.linted else ()
        return [_place(place, item.kind) for item in found for place in item.marks]

    def _disclosed(self) -> list[tuple[int, int, str]]:
        found = self.linted.disclosed if self.linted else ()
        return [_place(place, item.name) for item in found for place in item.marks]

    def is_below(self, least: int) -> bool:
        """Whether the row fails a gate at this score; what cannot be read fails too."""
        return self.linted is None or self.linted.score < least


def _place(mark: Mark, name: str) -> tuple[int, int, str]:
    return mark.start, mark.end, name


def _names(lang: str) -> dict[str, str]:
    names = {str(kind): name_of(kind, lang) for kind in BETTER}
    return names | {key: item.zh if lang == "zh" else item.en for key, item in ITEMS.items()}


def lint_lines(rows: Sequence[LintedRow], *, lang: str) -> list[str]:
    """Lines for a person about all rows; rules are numbered and told once, at the end."""
    zh = lang == "zh"
    numbers: dict[DatedRule, int] = {}
    lines = [line for row in rows for line in _row_lines(row, numbers, zh=zh)]
    if numbers:
        lines += [
            "",
            "对照的规定（不作合规判定）:" if zh else "Compared with (no finding of compliance):",
        ]
    for rule, number in numbers.items():
        title = rule.dated_zh if zh else rule.dated_en
        lines.append(
            f"  [{number}] {title}: {rule.what_it_says_zh if zh else rule.what_it_says_en}"
        )
    return [*lines, "", SCORE_ZH if zh else SCORE_EN]


def _row_lines(row: LintedRow, numbers: dict[DatedRule, int], *, zh: bool) -> Iterator[str]:
    head = f"第{row.number}行" if zh else f"row {row.number}"
    if row.linted is None:
        yield f"{head}: {row.status}"
        return
    names = _names("zh" if zh else "en")
    yield f"{head}: {row.linted.score}" + (" 分" if zh else "")
    for item in row.linted.disclosed:
        words = "".join(f"〔{mark.text}〕" for mark in item.marks)
        advice = item.suggestion if zh else f"{item.suggestion} ({item.item.english})"
        state = ("有" if zh else "has") if words else ("缺" if zh else "lacks")
        said = words or f"{'建议' if zh else 'suggested'}: {advice}"
        yield f"  {state} {names[item.name]} {_cited(item.rules, numbers)} {said}"
    for bad in row.linted.avoid:
        words = "".join(f"〔{mark.text}〕" for mark in bad.marks)
        better = f"改成: {bad.better_zh}" if zh else f"instead: {bad.better_en}"
        cited = _cited(bad.rules, numbers)
        yield f"  {'避免' if zh else 'avoid'} {names[bad.kind]} {cited} {words} {better}"
    for chinese, english in row.linted.remarks:
        yield f"  {chinese if zh else english}"


def _cited(rules: Sequence[DatedRule], numbers: dict[DatedRule, int]) -> str:
    return "".join(f"[{numbers.setdefault(rule, len(numbers) + 1)}]" for rule in rules)


def lint_page(rows: Sequence[LintedRow], *, name: str, least: int | None, lang: str) -> str:
    """Page about all rows.

    Parameters
    ----------
    rows : sequence of LintedRow
    name : str
        Of the table.
    least : int, optional
        Score of the gate.
    lang : {"zh", "en"}
    """
    scores = [row.linted.score for row in rows if row.linted]
    return render(
        "lint",
        lang=lang,
        rows=rows,
        name=name,
        least=least,
        mean=round(sum(scores) / len(scores)) if scores else "–",
        below=sum(row.is_below(least) for row in rows) if least is not None else 0,
        with_avoid=sum(bool(row.linted and row.linted.avoid) for row in rows),
        score_words=SCORE_ZH if lang == "zh" else SCORE_EN,
        names=_names(lang),
        avoidable=set(map(str, BETTER)),
    )
