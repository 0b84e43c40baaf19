"""An audit as lines for a terminal and as one page."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from sms_classifier.labels import Label
from sms_classifier.reports import charts
from sms_classifier.reports.audit import Audit, Counts
from sms_classifier.reports.audit_tables import Rows, csv_text
from sms_classifier.reports.names import gap_name, in_order, name_of
from sms_classifier.reports.page import render
from sms_classifier.training.drift import Drift
from sms_classifier.training.measures import BINS, interval

__all__ = ["audit_lines", "audit_page"]

_SENDERS = 20  # on the page; all of them are in the table behind it
_TRAPS = 10
_LINES = 5  # traps in the plot
_EMBEDDED = 2_000  # rows of a table inside the page; `--csv` writes all
_ADVICE = {
    "no_reference": (
        "模型卡里没有训练时的参照数字，无法比较；用本版本重新训练一次（train）就会有。",
        "The model's card holds no figures of training to compare with; train it once with this "
        "version (sms-classifier train) to get them.",
    ),
    "too_few": (
        "短信太少（不到200条），不作判断。",
        "Too few messages (under 200) to tell.",
    ),
    "fine": (
        "与训练时相近，看不出需要重新训练。",
        "Much as in training; nothing here asks for another training.",
    ),
    "watch": (
        "与训练时有些不同：标注一两百条新短信，用 evaluate 看准确率，并过一段时间再比。",
        "Somewhat unlike training: label one or two hundred new messages, see the figures with "
        "evaluate, and compare again in a while.",
    ),
    "retrain": (
        "与训练时明显不同：标注几百条新短信，用 evaluate 核对，"
        "准确率下降就用 train --add 重新训练。",
        "Clearly unlike training: label some hundred new messages, check with evaluate, and where "
        "the figures fell train again with train --add.",
    ),
}


def _shown(name: str, lang: str) -> str:
    return name or ("（无签名）" if lang == "zh" else "(no signature)")


def audit_lines(audit: Audit, drift: Drift, tables: Mapping[str, Rows], *, lang: str) -> list[str]:
    """Lines for a person."""
    zh = lang == "zh"
    counts = audit.all
    statuses = ", ".join(f"{status} {n}" for status, n in sorted(audit.statuses.items()))
    lines = [f"{audit.statuses.total()} {'行' if zh else 'rows'} ({statuses})"]
    if not counts.n:
        return lines
    lines += [
        f"  {name_of(label, lang)} {_share(counts, label)}" for label in in_order(counts.labels)
    ]
    for what, kind, n, of, *_ in tables["disclosures"][1:]:
        lines.append(f"  {_disclosure(what, kind, lang)}: {n}/{of}")
    lines.append(("发送方（短信最多的10个）" if zh else "senders with most messages") + ":")
    fraud = name_of(Label.FRAUDULENT, lang)
    for (name, *_), (_, sender) in zip(
        tables["senders"][1:11], audit.ordered_senders(), strict=False
    ):
        lines.append(
            f"  {_shown(name, lang)}: {sender.n}; {fraud} {sender.labels[Label.FRAUDULENT]}"
        )
    lines.append(("增长最快的骗局" if zh else "fastest-growing traps") + ":")
    for place, growth in enumerate(audit.growths()[:_LINES]):
        lines.append(
            f"  {place + 1}. {growth.trap.n} ({growth.earlier} → {growth.recent}) "
            f"{growth.trap.example[:60]}"
        )
    return [*lines, _drift_line(drift, lang)]


def _disclosure(what: str, kind: str, lang: str) -> str:
    if what == "missing":
        return ("缺 " if lang == "zh" else "lacks ") + gap_name(kind, lang)
    return name_of(kind, lang)


def _share(counts: Counts, label: str) -> str:
    n = counts.labels[label]
    low, high = interval(n, counts.n)
    return f"{n} ({n / counts.n:.1%}, {low:.1%}-{high:.1%})"


def _drift_line(drift: Drift, lang: str) -> str:
    zh = lang == "zh"
    parts = []
    if drift.unknown is not None:
        usual = (
            ""
            if drift.reference is None
            else f" ({'训练时' if zh else 'training'} {drift.reference:.1%})"
        )
        parts.append(f"{'未见过的字词' if zh else 'unknown features'} {drift.unknown:.1%}{usual}")
    if drift.shift is not None:
        parts.append(f"{'把握的偏移' if zh else 'confidence shift'} {drift.shift:.3f}")
    head = "与训练数据相比" if zh else "drift"
    return f"{head}: {', '.join(parts)}. {_ADVICE[drift.advice][not zh]}"


def audit_page(
    audit: Audit,
    drift: Drift,
    tables: Mapping[str, Rows],
    *,
    name: str,
    by: str | None,
    lang: str,
) -> str:
    """Page about an audit.

    Parameters
    ----------
    audit : Audit
    drift : Drift
    tables : mapping of str to rows
        As `audit_tables.audit_tables` gives them; each plot draws from one and links it.
    name : str
        Of the table of messages.
    by : str or None
        Column of senders; None: signatures.
    lang : {"zh", "en"}
    """
    labels = in_order(label for label in audit.all.labels)
    senders = audit.ordered_senders()[:_SENDERS]
    names = [_shown(row[0], lang) for row in tables["senders"][1 : _SENDERS + 1]]
    shares = {label: [counts.labels[label] / counts.n for _, counts in senders] for label in labels}
    parts = [(name_of(label, lang), charts.colour_of(label, labels)) for label in labels]
    return render(
        "audit",
        lang=lang,
        audit=audit,
        drift=drift,
        advice=_ADVICE[drift.advice][lang != "zh"],
        name=name,
        by=by,
        labels=[(name_of(label, lang), _share(audit.all, label)) for label in labels],
        legend=parts,
        senders=list(zip(names, [counts for _, counts in senders], strict=True)),
        share=_share,
        fraudulent=str(Label.FRAUDULENT),
        growths=audit.growths()[:_TRAPS],
        windows=tuple(map(len, audit.windows())),
        plots=_plots(audit, drift, tables, names, shares, lang) if audit.all.n else {},
        trap_legend=[
            (str(place + 1), charts.colour_of(str(place + 1), _numbers(audit)))
            for place in range(len(_numbers(audit)))
        ],
        downloads=[
            (f"{key}.csv", _link(rows), len(rows) - 1 > _EMBEDDED) for key, rows in tables.items()
        ],
    )


def _numbers(audit: Audit) -> list[str]:
    return [str(place + 1) for place in range(min(_LINES, len(audit.growths())))]


def _plots(
    audit: Audit,
    drift: Drift,
    tables: Mapping[str, Rows],
    names: Sequence[str],
    shares: Mapping[str, Sequence[float]],
    lang: str,
) -> dict[str, Any]:
    zh = lang == "zh"
    days = sorted(audit.days)
    plots = {
        "senders": charts.stacked_chart(
            names, shares, x="各判定所占比例" if zh else "share of each label"
        ),
        "disclosures": charts.interval_chart(
            [_disclosure(what, kind, lang) for what, kind, *_ in tables["disclosures"][1:]],
            [
                (float(share), (float(low), float(high)))
                for *_, share, low, high in tables["disclosures"][1:]
            ],
            x="比例与95%区间" if zh else "share with 95% interval",
        ),
        "confidence": _confidence(tables["drift"], zh=zh),
    }
    if days:
        plots["days"] = charts.line_chart(
            days,
            {
                label: [audit.days[day].labels[label] / audit.days[day].n for day in days]
                for label in shares
            },
            y="比例" if zh else "share",
        )
        plots["unknown"] = charts.line_chart(
            days,
            {"now": [audit.days[day].unknown / audit.days[day].n for day in days]},
            y="未见过的字词" if zh else "unknown features",
            level=drift.reference,
        )
    if days and audit.growths():
        traps = [growth.trap for growth in audit.growths()[:_LINES]]
        plots["traps"] = charts.line_chart(
            days,
            {str(place + 1): [trap.days[day] for day in days] for place, trap in enumerate(traps)},
            y="条/天" if zh else "messages a day",
        )
    return plots


def _confidence(rows: Rows, *, zh: bool) -> str:
    bins = [row for row in rows[1:] if row[0] == "confidence"]
    series = {"now": [float(row[2]) for row in bins]}
    if all(row[3] for row in bins):
        series["training"] = [float(row[3]) for row in bins]
    names = [f"{int(100 * place / BINS)}–{int(100 * (place + 1) / BINS)}%" for place in range(BINS)]
    return charts.line_chart(names, series, y="短信比例" if zh else "share of messages")


def _link(rows: Rows) -> str:
    data = csv_text(rows[: _EMBEDDED + 1]).encode()
    return f"data:text/csv;charset=utf-8;base64,{base64.b64encode(data).decode()}"
