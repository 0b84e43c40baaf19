"""What the corpus promises: schema, labels by the rubric, no near-copies, no group in two folds."""

import csv
import sys
from collections import Counter
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "data"
sys.path.insert(0, str(DATA))

from corpus.checks import fold_of, near_duplicates  # noqa: E402
from corpus.families import family_files, read_families  # noqa: E402
from corpus.messages import COLUMNS, realise  # noqa: E402

from sms_classifier.labels import Kind, Label  # noqa: E402

FAMILIES, PROBLEMS = read_families(family_files(DATA))
MESSAGES = list(csv.DictReader((DATA / "messages.csv").read_text("utf-8").splitlines(keepends=True)))
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
    assert near_duplicates(FAMILIES) == []


def test_messages_are_what_the_families_make():
    names = {row["family"] for row in MESSAGES}
    family = next(f for f in FAMILIES if f.name in names)
    made = [dict(zip(COLUMNS, message.row(), strict=True)) for message in realise(family)]
    stored = [row for row in MESSAGES if row["family"] == family.name]
    assert [(m["id"], m["text"]) for m in made] == [(s["id"], s["text"]) for s in stored]


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
