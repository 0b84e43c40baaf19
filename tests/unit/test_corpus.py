"""What the corpus promises: schema, labels by the rubric, no near-copies, no group in two folds."""

import csv
import io
import sys
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent.parent / "data"
sys.path.insert(0, str(DATA))

from corpus import agreement, demo, giveaway  # noqa: E402
from corpus.checks import (  # noqa: E402
    MAX_SIMILARITY,
    fold_of,
    grams,
    label_problems,
    near_duplicates,
    similar_pairs,
)
from corpus.families import family_files, read_families, slot_type  # noqa: E402
from corpus.lenders import POOL_SIZES, pool  # noqa: E402
from corpus.messages import COLUMNS, EVADED_SHARE, realise  # noqa: E402
from corpus.schema import SLOTS  # noqa: E402
from corpus.seeds import seeded  # noqa: E402
from corpus.values import fill  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from sms_classifier.labels import Kind, Label  # noqa: E402
from sms_classifier.training.evasion import TRICKS, evade  # noqa: E402

FAMILIES, PROBLEMS = read_families(family_files(DATA))
MESSAGES = list(
    csv.DictReader((DATA / "messages.csv").read_text("utf-8").splitlines(keepends=True))
)
DROPPED = {
    row["family"] for row in csv.DictReader((DATA / "dropped.csv").read_text("utf-8").splitlines())
}
SETTLED = agreement.read_settled(DATA / "settled.csv")
KEPT = [f for f in agreement.settle(FAMILIES, SETTLED) if f.name not in DROPPED]
HEADER = "id\tlabel\tkinds\tscenario\tera\tgroup\ttext\n"
MOST_EXCEPTIONS = 0.03  # issue "The corpus": labels that differ from RUBRIC §5


def test_families_are_well_formed():
    assert [str(problem) for problem in PROBLEMS] == []


def test_size():
    counts = Counter(family.label for family in FAMILIES)
    wanted = {"legitimate": 800, "vague": 650, "fraudulent": 800, "other": 450}
    assert all(counts[label] >= least for label, least in wanted.items()), counts


def test_each_fraud_type_has_twenty_families():
    counts = Counter(family.scenario for family in FAMILIES)
    assert [n for n in range(1, 29) if counts[f"fraud{n:02d}"] < 20] == []


def test_minimal_pairs():
    assert len({family.group for family in FAMILIES if family.pair_set}) >= 150


def test_labels_follow_the_rubric():
    in_scope = [family for family in FAMILIES if family.label != Label.OTHER]
    differing = [family.name for family in in_scope if family.label != family.rubric_label]
    assert len(differing) <= MOST_EXCEPTIONS * len(in_scope), differing


def test_no_near_copies_between_groups():
    assert near_duplicates(KEPT) == []
    texts, groups = [row["text"] for row in MESSAGES], [row["group"] for row in MESSAGES]
    assert [(texts[i], texts[j]) for i, j, _ in similar_pairs(texts, groups)] == []


def test_few_families_are_dropped_and_each_is_one_of_ours():
    assert {family.name for family in FAMILIES} >= DROPPED
    assert len(DROPPED) <= 0.01 * len(FAMILIES), sorted(DROPPED)


def test_messages_are_what_the_families_make():
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(message.row() for family in KEPT for message in realise(family))
    assert table.getvalue().encode() == (DATA / "messages.csv").read_bytes()


def test_a_family_makes_the_same_messages_in_any_company():
    alone = KEPT[len(KEPT) // 2]
    ids = [row["id"] for row in MESSAGES if row["family"] == alone.name]
    assert [message.id for message in realise(alone)] == ids


def test_schema():
    assert set(MESSAGES[0]) == set(COLUMNS)
    kinds = {str(kind) for kind in Kind}
    for row in MESSAGES:
        assert row["text"].strip()
        assert row["label"] in set(Label)
        assert set(filter(None, row["kinds"].split("|"))) <= kinds
    assert len({row["id"] for row in MESSAGES}) == len(MESSAGES)


def test_no_group_in_two_folds():
    folds: dict[str, set[int]] = {}
    for row in MESSAGES:
        folds.setdefault(row["group"], set()).add(fold_of(row["group"]))
    assert all(len(found) == 1 for found in folds.values())


def test_evasion_has_the_same_share_in_every_label():
    made, evaded = Counter(), Counter()
    for row in MESSAGES:
        made[row["label"]] += 1
        evaded[row["label"]] += bool(row["evasion"])
    shares = {label: evaded[label] / made[label] for label in made}
    assert all(abs(share - EVADED_SHARE) < 0.02 for share in shares.values()), shares


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_every_trick_is_used(trick):
    assert any(row["evasion"] == trick for row in MESSAGES)


@given(st.text(alphabet="您的贷款已逾期请还款139123456780 ,.元", max_size=60), st.integers(0, 99))
def test_evasion_is_named_when_and_only_when_it_changes_something(text, seed):
    rewritten, trick = evade(text, seeded(str(seed)))
    assert bool(trick) == (rewritten != text)


def test_nothing_but_meaning_tells_the_label():
    messages = [message for family in KEPT for message in realise(family)]
    scores = giveaway.measure(messages)
    assert {name: scores[name] for name in giveaway.BOUNDED if scores[name] > giveaway.LIMIT} == {}


@given(st.lists(st.text(alphabet="欠款请还1元,贷", max_size=12), max_size=12))
def test_similar_pairs_are_exactly_those_over_the_limit(texts):
    sets = [grams(text) for text in texts]
    expected = {
        (i, j)
        for j in range(len(sets))
        for i in range(j)
        if len(sets[i] & sets[j]) > MAX_SIMILARITY * len(sets[i] | sets[j])
    }
    groups = [str(number) for number in range(len(texts))]
    assert {(i, j) for i, j, _ in similar_pairs(texts, groups)} == expected


@pytest.mark.parametrize("slot", sorted(SLOTS))
def test_every_slot_has_varied_values_and_repeats_within_a_text(slot):
    template = f"甲{{{slot}}}乙{{bank}}丙{{{slot}}}"
    made = [
        fill(template, rng=seeded(f"{slot}/{n}"), era="2026", scenario="bill").text
        for n in range(40)
    ]
    pairs = [(text[1:].split("乙")[0], text.rsplit("丙", 1)[1]) for text in made]
    assert all(first == second and first for first, second in pairs)
    assert len({first for first, _ in pairs}) > 3
    assert slot_type(f"{slot}2") == slot


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        pytest.param(["001\tvague\t-\tchat\t2020\t-\t{sum}"], 2, "unknown slot", id="slot"),
        pytest.param(["001\tspam\t-\tchat\t2020\t-\t你好"], 2, "label 'spam'", id="label"),
        pytest.param(["001\tother\tamout\tchat\t2020\t-\t你好"], 2, "unknown kinds", id="kind"),
        pytest.param(["001\tother\t-\tcaht\t2020\t-\t你好"], 2, "scenario", id="scenario"),
        pytest.param(["001\tother\t-\tchat\t1999\t-\t你好"], 2, "era", id="era"),
        pytest.param(["001\tother\t-\tchat\t2020\t你好"], 2, "6 cells", id="cells"),
        pytest.param(["001\tother\t-\tchat\t2020\t-\t{name"], 2, "brace", id="brace"),
        pytest.param(["1\tother\t-\tchat\t2020\t-\t你好"], 2, "three digits", id="id"),
        pytest.param(
            ["001\tother\t-\tchat\t2020\t-\t你好", "001\tother\t-\tchat\t2020\t-\t在吗"],
            3,
            "line 2 too",
            id="id-twice",
        ),
        pytest.param(
            ["001\tother\t-\tchat\t2020\t-\t你好", "002\tother\t-\tchat\t2020\t-\t你好"],
            3,
            "same text as line 2",
            id="text-twice",
        ),
        pytest.param(["001\tother\t-\tchat\t2020\tp01\t你好"], 2, "only label", id="lonely-pair"),
        pytest.param(
            ["001\tlegitimate\tinstitution|amount|threat\tbill\t2020\t-\t{bank}欠{amount}打断腿"],
            2,
            "real institution {bank}",
            id="abusive-real-name",
        ),
    ],
)
def test_a_malformed_family_is_told_with_line_and_reason(tmp_path, rows, line, reason):
    path = tmp_path / "author.tsv"
    path.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    _, problems = read_families([path])
    assert [problem.line for problem in problems] == [line]
    assert str(problems[0]).startswith(f"{path}:{line}: ") and reason in str(problems[0])


def test_a_label_against_the_rubric_needs_a_listed_reason(tmp_path):
    path = tmp_path / "author.tsv"
    right = [f"{n:03d}\tvague\tamount\tbill\t2020\t-\t欠{{amount}}第{n}次" for n in range(50)]
    wrong = "050\tlegitimate\tamount\tbill\t2020\t-\t欠{amount}"
    path.write_text(HEADER + "\n".join([*right, wrong]) + "\n", "utf-8")
    families, _ = read_families([path])
    assert [problem.line for problem in label_problems(families, set())] == [52]
    assert list(label_problems(families, {"author-050"})) == []


@pytest.mark.parametrize("slot", sorted(POOL_SIZES))
def test_invented_lenders_are_many_and_not_real(slot):
    names = pool(slot)
    assert len(set(names)) == len(names) == POOL_SIZES[slot]


def test_kappa_is_one_for_twins_and_lower_for_doubters(tmp_path):
    path = tmp_path / "reader.csv"
    some = [f for f in KEPT if f.label != Label.VAGUE][:50] + KEPT[-50:]
    path.write_text("family,label\n" + "".join(f"{f.name},{f.label}\n" for f in some), "utf-8")
    same = agreement.compare(KEPT, path)
    assert same is not None and same.kappa == pytest.approx(1) and not same.differing
    path.write_text("family,label\n" + "".join(f"{f.name},vague\n" for f in some), "utf-8")
    blind = agreement.compare(KEPT, path)
    assert blind is not None and blind.kappa == pytest.approx(0)
    assert agreement.compare(KEPT, tmp_path / "missing.csv") is None


def test_demo_is_an_export_of_texts_that_the_corpus_lacks():
    rows = list(csv.reader(io.StringIO((DATA / "demo.csv").read_text("utf-8"))))
    assert tuple(rows[0]) == demo.COLUMNS and len(rows) == 31
    assert rows[1][0] == "00001"
    assert [row[1] for row in rows[1:]] == sorted(row[1] for row in rows[1:])
    assert not {row[3] for row in rows[1:]} & {row["text"] for row in MESSAGES}
