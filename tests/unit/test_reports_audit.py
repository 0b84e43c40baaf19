"""Counts add up, growing traps are found, memory is bounded, drift is told from no drift."""

import numpy as np
import pytest

import sms_classifier as sms
from sms_classifier.evidence.scan import scan
from sms_classifier.reports import audit as module
from sms_classifier.reports.audit import REST, Audit, day_of
from sms_classifier.reports.audit_tables import audit_tables
from sms_classifier.reports.observe import load_observer, signature_of
from sms_classifier.text.normalize import normalize
from sms_classifier.training.copies import NearCopies
from sms_classifier.training.corpus import read_labelled
from sms_classifier.training.drift import compare_drift, drift_reference, unknown_shares

TRAP = "【假银行】您的征信已失信，请转账{}元到个人账户{}消除记录"


def row(label="fraudulent", shape="", **cells):
    return {
        "label": label,
        "confidence": "0.9",
        "review": "false",
        "missing": "amount|date",
        "misconduct": "threat",
        "unknown": "0.25",
        "shape": shape,
    } | cells


@pytest.fixture(scope="module")
def observed(labelled_rows):
    texts = [r["text"] for r in labelled_rows]
    return texts, load_observer(None)(texts)


def test_observer_says_what_predict_says(observed):
    texts, columns = observed
    assert columns["label"] == sms.load().predict(texts).tolist()
    for label, shape in zip(columns["label"], columns["shape"], strict=True):
        assert bool(shape) == (label == "fraudulent")
    assert load_observer(None)([]).keys() == columns.keys()


def test_unknown_shares_are_those_counted_by_hand(observed):
    texts, columns = observed
    known = {c for c in sms.load().vectorizer.chars_}
    from sms_classifier.model.features import read

    for text, share in list(zip(texts, columns["unknown"], strict=True))[::25]:
        plain = read(text).delexicalised
        grams = {plain[i : i + n] for n in (1, 2, 3) for i in range(len(plain) - n + 1)}
        assert float(share) == pytest.approx(len(grams - known) / len(grams), abs=1e-4)


def test_unknown_share_of_what_holds_nothing_known():
    shares = []
    classifier = sms.load()
    texts = ["您的借款已逾期", "\u0b85\u0b86\u0b87", "您的借款已逾期"]
    classifier.columns(
        texts, observe=lambda r, s: shares.extend(unknown_shares(r, s, classifier.vectorizer))
    )
    assert shares[1] > 0.5
    assert shares[0] == shares[2] < shares[1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("(1/2)您的账单", ""),
        ("【招商银行】您好", "招商银行"),
        ("您好【花呗】", "花呗"),
        ("您好", ""),
    ],
)
def test_signature(text, name):
    assert signature_of(scan(normalize(text))) == name


@pytest.mark.parametrize("cell", ["2026-02-30", "", "12/3", "20261301", "1790000000"])
def test_what_is_no_day(cell):
    assert day_of(cell) == ""


def test_counts_add_up():
    audit = Audit()
    for place in range(10):
        audit.add(
            row("other" if place % 2 else "vague"),
            text="x",
            sender=f"s{place % 3}",
            day=f"2026-01-0{place % 4 + 1}",
        )
    assert audit.all.n == sum(counts.n for counts in audit.senders.values()) == 10
    assert sum(counts.n for counts in audit.days.values()) == 10
    assert audit.all.in_scope == 5
    assert audit.ordered_senders()[0][0] == "s0"


def test_senders_beyond_the_bound_are_counted_together(monkeypatch):
    monkeypatch.setattr(module, "_MOST_SENDERS", 3)
    audit = Audit()
    for place in range(9):
        audit.add(row(), text="x", sender=f"s{place}", day="")
    assert len(audit.senders) == 4
    assert audit.senders[REST].n == 6


def grown():
    audit = Audit()
    for day in range(1, 21):
        shape = TRAP.format("0", "")
        for copy in range(day - 12 if day > 13 else 1):
            audit.add(
                row(shape=shape),
                text=TRAP.format(copy, "6222021234567890123"),
                sender="a",
                day=f"2026-03-{day:02}",
            )
        audit.add(
            row(shape="您的快递单号已过期请重新登记地址信息"),
            text="快递",
            sender="b",
            day=f"2026-03-{day:02}",
        )
    return audit


def test_growing_trap_comes_first_with_a_masked_example():
    first, second = grown().growths()
    assert (first.trap.n, first.recent, first.earlier) == (13 + 35, 35, 7)
    assert (second.recent, second.earlier) == (7, 7)
    assert "6222021234567890123" not in first.trap.example
    assert "0123" in first.trap.example


def test_without_days_the_largest_trap_comes_first():
    audit = Audit()
    for shape, n in (("您的征信已失信请消除记录", 2), ("贷款没还账户将失效找经理", 5)):
        for _ in range(n):
            audit.add(row(shape=shape), text=shape, sender="a", day="")
    assert [growth.trap.n for growth in audit.growths()] == [5, 2]
    assert audit.windows() == (set(), set())


def test_traps_are_bounded_and_large_ones_stay(monkeypatch):
    monkeypatch.setattr(module, "_MOST_TRAPS", 10)
    audit = Audit()
    letters = [chr(0x4E00 + place) for place in range(400)]
    for place in range(0, 300, 5):
        audit.add(
            row(shape="".join(letters[place : place + 20 : 1]) if place else TRAP),
            text="x",
            sender="a",
            day="",
        )
        audit.add(row(shape=TRAP), text="x", sender="a", day="")
    assert len(audit.traps) <= 10
    assert audit.forgot_traps
    assert audit.growths()[0].trap.n == 61


def test_near_copies_forget():
    copies = NearCopies(leaders_only=True)
    first = copies.group(TRAP)
    other = copies.group("贷款没还账户将失效找经理")
    copies.keep({other})
    assert copies.group(TRAP) not in (first, other)
    assert copies.group("贷款没还账户将失效找经理") == other


@pytest.mark.parametrize(
    ("groups", "unknown"),
    [
        pytest.param(["g"] * 20 + ["h"] * 20, 1.0, id="the-other-family-shows-nothing"),
        pytest.param([f"g{place}" for place in range(40)], 0.0, id="copies-in-other-families"),
    ],
)
def test_reference_knows_only_other_families(tmp_path, groups, unknown):
    texts = ["您的借款已逾期请还款"] * 20 + ["明天一起吃饭好吗"] * 20
    path = tmp_path / "mine.csv"
    rows = [
        f"{text},{'ab'[n % 2]},{group}"
        for n, (text, group) in enumerate(zip(texts, groups, strict=True))
    ]
    path.write_text("\n".join(["text,label,group", *rows]), encoding="utf-8")
    reference = drift_reference(read_labelled(path), np.full(40, 0.95), min_count=2)
    assert reference["unknown_share"] == unknown
    assert reference["confidence_bins"][9] == 1.0


@pytest.mark.parametrize(
    ("n", "unknown", "bins", "advice"),
    [
        pytest.param(1000, 0.30, [0] * 8 + [200, 800], "fine", id="as-in-training"),
        pytest.param(1000, 0.38, [0] * 8 + [200, 800], "watch", id="somewhat-unknown"),
        pytest.param(1000, 0.60, [0] * 8 + [200, 800], "retrain", id="unknown"),
        pytest.param(1000, 0.30, [0] * 5 + [500, 0, 0, 200, 300], "retrain", id="confidence-fell"),
        pytest.param(20, 0.60, [0] * 9 + [20], "too_few", id="few"),
    ],
)
def test_drift_advice(n, unknown, bins, advice):
    reference = {"unknown_share": 0.30, "confidence_bins": [0] * 8 + [0.2, 0.8]}
    assert compare_drift(reference, n=n, unknown_sum=unknown * n, bins=bins).advice == advice


def test_card_without_reference_says_so():
    drift = compare_drift(None, n=1000, unknown_sum=300, bins=[100] * 10)
    assert (drift.advice, drift.reference, drift.shift) == ("no_reference", None, None)


def test_tables_agree_with_the_counts():
    audit = grown()
    drift = compare_drift(None, n=audit.all.n, unknown_sum=audit.all.unknown, bins=audit.bins)
    tables = audit_tables(
        audit, drift, ["fraudulent", "other"], reference_bins=None, mask_senders=True
    )
    for name, rows in tables.items():
        assert {len(cells) for cells in rows} == {len(rows[0])}, name
    assert sum(int(cells[1]) for cells in tables["days"][1:]) == audit.all.n
    assert sum(int(cells[2]) for cells in tables["trap_days"][1:]) == sum(
        g.trap.n for g in audit.growths()
    )
