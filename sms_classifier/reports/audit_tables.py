"""The tables behind the plots of an audit: rows of text, the first of them the names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sms_classifier.errors import SmsClassifierError
from sms_classifier.labels import MISCONDUCT, MISSABLE
from sms_classifier.reports.audit import Audit, Counts
from sms_classifier.tables.write import defuse, format_rows
from sms_classifier.text.mask import mask
from sms_classifier.training.drift import Drift
from sms_classifier.training.measures import BINS, interval

__all__ = ["audit_tables", "csv_text", "write_tables"]

Rows = list[list[str]]


def audit_tables(
    audit: Audit,
    drift: Drift,
    labels: Sequence[str],
    *,
    reference_bins: Sequence[float] | None,
    mask_senders: bool,
) -> dict[str, Rows]:
    """Tables by name.

    Parameters
    ----------
    audit : Audit
    drift : Drift
    labels : sequence of str
        Labels of the model.
    reference_bins : sequence of float or None
        Confidence of training, from the card.
    mask_senders : bool
        Whether senders are signatures, which may hold a name or number.
    """
    named: Callable[[str], str] = mask if mask_senders else str
    growths = audit.growths()
    return {
        "senders": _counted(
            "sender", [(named(name), counts) for name, counts in audit.ordered_senders()], labels
        ),
        "days": _counted("day", sorted(audit.days.items()), labels),
        "disclosures": _disclosures(audit.all),
        "traps": [
            ["trap", "messages", "recent", "earlier", "senders", "example"],
            *(
                [
                    str(place + 1),
                    str(growth.trap.n),
                    str(growth.recent),
                    str(growth.earlier),
                    str(len(growth.trap.senders)),
                    growth.trap.example,
                ]
                for place, growth in enumerate(growths)
            ),
        ],
        "trap_days": [
            ["trap", "day", "messages"],
            *(
                [str(place + 1), day, str(n)]
                for place, growth in enumerate(growths)
                for day, n in sorted(growth.trap.days.items())
            ),
        ],
        "drift": _drift(audit, drift, reference_bins),
    }


def _counted(name: str, rows: Iterable[tuple[str, Counts]], labels: Sequence[str]) -> Rows:
    shares = [f"{label}{part}" for label in labels for part in ("", "_share", "_low", "_high")]
    missing = [f"missing_{kind}" for kind in MISSABLE]
    head = [name, "messages", *shares, *missing, *MISCONDUCT, "review", "unknown_share"]
    return [head, *([key, *_cells(counts, labels)] for key, counts in rows)]


def _cells(counts: Counts, labels: Sequence[str]) -> list[str]:
    cells = [str(counts.n)]
    for label in labels:
        n = counts.labels[label]
        cells += [str(n), *(f"{share:.4f}" for share in (n / counts.n, *interval(n, counts.n)))]
    cells += [str(counts.missing[kind]) for kind in MISSABLE]
    cells += [str(counts.misconduct[kind]) for kind in MISCONDUCT]
    return [*cells, str(counts.review), f"{counts.unknown / counts.n:.4f}"]


def _disclosures(counts: Counts) -> Rows:
    rows = [["what", "kind", "messages", "of", "share", "low", "high"]]
    for what, counter, kinds, total in (
        ("missing", counts.missing, MISSABLE, counts.in_scope),
        ("misconduct", counts.misconduct, MISCONDUCT, counts.n),
    ):
        for kind in kinds:
            n = counter[kind]
            figures = (n / total if total else 0.0, *interval(n, total))
            rows.append([what, kind, str(n), str(total), *(f"{x:.4f}" for x in figures)])
    return rows


def _drift(audit: Audit, drift: Drift, reference_bins: Sequence[float] | None) -> Rows:
    rows = [["what", "key", "now", "training"]]
    rows.append(["unknown_share", "all", _figure(drift.unknown), _figure(drift.reference)])
    rows.append(["confidence_shift", "all", _figure(drift.shift), ""])
    for day, counts in sorted(audit.days.items()):
        rows.append(["unknown_share", day, _figure(counts.unknown / counts.n), ""])
    total = max(1, sum(audit.bins))
    for place, n in enumerate(audit.bins):
        before = _figure(reference_bins[place]) if reference_bins else ""
        rows.append(["confidence", f"{place / BINS:.1f}", f"{n / total:.4f}", before])
    return rows


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def csv_text(rows: Rows) -> str:
    """Spell a table as CSV that a spreadsheet program opens as text, not as formulas."""
    return "\ufeff" + format_rows([list(map(defuse, row)) for row in rows], ",")


def write_tables(folder: str | Path, tables: dict[str, Rows]) -> None:
    """Write each table as ``NAME.csv`` into a folder.

    Raises
    ------
    SmsClassifierError
        If it cannot be written.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            (Path(folder) / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    except OSError as error:
        raise SmsClassifierError(
            f"{folder}: cannot be written ({error.strerror}); name another --csv"
        ) from error
