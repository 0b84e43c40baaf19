"""The figures of an evaluation as one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sms_classifier.reports.charts import coverage_chart, interval_chart, reliability_chart
from sms_classifier.reports.names import in_order, name_of
from sms_classifier.reports.page import render
from sms_classifier.text.mask import mask

__all__ = ["evaluation_page"]


def evaluation_page(
    figures: Mapping[str, Any],
    *,
    texts: Mapping[int, str],
    name: str,
    model: Mapping[str, Any],
    lang: str,
) -> str:
    """Page about an evaluation.

    Parameters
    ----------
    figures : mapping
        As `training.evaluation.evaluate` gives them.
    texts : mapping of int to str
        Messages by row, for the mistakes; shown masked.
    name : str
        Of the table.
    model : mapping
        The model's card.
    lang : {"zh", "en"}
    """
    zh = lang == "zh"

    def named(key: str) -> str:
        return name_of(key, lang)

    labels = in_order(figures["labels"])
    return render(
        "evaluation",
        lang=lang,
        figures=figures,
        labels=labels,
        name=name,
        model=model,
        named=named,
        confusion=_confusion(figures["confusion"], labels),
        mistakes=[(row, mask(texts[row["row"]])) for row in figures["mistakes"]],
        recalls=interval_chart(
            [named(label) for label in labels],
            [
                (row["recall"], row["recall_interval"])
                for row in (figures["labels"][label] for label in labels)
            ],
            x="召回率与95%区间" if zh else "recall with 95% interval",
        ),
        reliability=reliability_chart(
            figures["reliability"],
            x="把握" if zh else "confidence",
            y="实际对的比例" if zh else "share right",
        ),
        coverage=coverage_chart(
            figures["coverage"],
            x="不送复核的比例（从最有把握的算起）" if zh else "share kept, most confident first",
            y="其中对的比例" if zh else "share right",
            passed=(figures["unreviewed_coverage"], figures["unreviewed_accuracy"]),
        ),
        tricks=interval_chart(
            [named(trick) for trick in figures["tricks"]],
            [(row["right"], row["interval"]) for row in figures["tricks"].values()],
            x="改写后仍判对的比例" if zh else "share right after the rewrite",
        )
        if figures["tricks"]
        else "",
    )


def _confusion(cells: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> dict[str, Any]:
    """Counts and row shares: a row a true label, a column a label given."""
    guesses = in_order({cell["guess"] for cell in cells} | set(labels))
    counts = {(cell["truth"], cell["guess"]): cell["n"] for cell in cells}
    totals = {label: sum(counts.get((label, guess), 0) for guess in guesses) for label in labels}
    rows = [
        (
            label,
            [(guess, n := counts.get((label, guess), 0), n / totals[label]) for guess in guesses],
        )
        for label in labels
    ]
    return {"guesses": guesses, "rows": rows}
