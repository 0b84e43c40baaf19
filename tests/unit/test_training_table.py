"""`train` on anybody's table: odd labels, few rows, repetitions, contradictions, noise."""

import csv
import json
import random

import numpy as np
import pytest

import sms_classifier as sms
from sms_classifier.cli import main
from sms_classifier.errors import DatasetError
from sms_classifier.training.corpus import read_labelled
from sms_classifier.training.noise import unlikely_labels
from sms_classifier.training.table import crossing_share, prepare, random_folds

DEBT = ("{a}，您的借款{n}元已逾期，请尽快归还", "【{a}】账单{n}元今日到期，请按时还款", "{a}提醒：贷款欠款{n}元，逾期{m}天")
CHAT = ("{a}，晚上{m}点一起吃饭吗", "快递{n}到了，{a}帮你放门口了", "{a}说明天开会改到{m}点，别迟到")
NAMES = ["张伟", "李娜", "王芳", "赵磊", "孙静", "周强", "吴敏", "郑凯", "冯雪", "陈晨", "褚亮", "卫红", "蒋涛", "沈洁", "韩冰", "杨柳"]


def write(path, rows, header="text,label"):
    path.write_text(header + "\n" + "".join(f"{','.join(row)}\n" for row in rows), "utf-8")
    return path


def filled(patterns, label, n, seed=0):
    draw = random.Random(seed)
    return [
        (draw.choice(patterns).format(a=draw.choice(NAMES) + str(i), n=draw.randint(100, 9999), m=i % 12 + 1), label)
        for i in range(n)
    ]


def problems(folder):
    return list(csv.DictReader((folder / "label_problems.csv").read_text("utf-8").splitlines()))


def train(tmp_path, rows, header="text,label", **options):
    table = write(tmp_path / "mine.csv", rows, header)
    return sms.train(table, model=tmp_path / "m", **{"compare": False, **options})


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        pytest.param([("还款", "催收"), ("欠款逾期", "催收"), ("吃饭吗", "闲聊"), ("开会了", "闲聊")], {"催收", "闲聊"}, id="four-rows"),
        pytest.param(filled(DEBT, "1", 60) + filled(CHAT, "0", 4), {"0", "1"}, id="imbalance"),
        pytest.param(filled(DEBT, "legitimate", 20) + filled(CHAT, "other", 20) + filled(("转{n}元到{a}的卡",), "fraudulent", 20), {"legitimate", "other", "fraudulent"}, id="one-class-missing"),
        pytest.param([(f"还款提醒{i}", label) for i in range(6) for label in ("a",)] + [(f"吃饭提醒{i}", "b") for i in range(6)], {"a", "b"}, id="one-cluster-a-label"),
        pytest.param([("还款提醒1", "a"), ("还款提醒2", "a"), ("还款提醒3", "b"), ("还款提醒4", "b")], {"a", "b"}, id="one-cluster"),
    ],
)
@pytest.mark.parametrize("compare", [True, False])
def test_trains_on_any_table(tmp_path, rows, labels, compare):
    report = train(tmp_path, rows, compare=compare)
    classifier = sms.load(tmp_path / "m")
    assert set(classifier.classes_) == labels
    assert np.allclose(classifier.predict_proba([rows[0][0]]).sum(), 1)
    assert set(report.card["cross_validation"]["labels"]) == labels
    assert ("peers" in report.card["cross_validation"]) == compare


def test_rare_label_is_seen_and_its_luck_is_told(tmp_path):
    report = train(tmp_path, filled(DEBT, "debt", 150) + filled(CHAT, "chat", 10))
    assert any("'chat'" in line and "luck" in line for line in report.lines)
    assert sms.load(tmp_path / "m").predict([CHAT[0].format(a="小明", m=7, n=1)]).tolist() == ["chat"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param([("还款", "a"), ("欠款", "a")], "at least two labels", id="one-label"),
        pytest.param([("还款", "a"), ("欠款", "a"), ("吃饭", "b")], "row 3: the only message labelled 'b'", id="single"),
        pytest.param([("还款", "a"), ("欠款", "a"), ("吃饭", "b"), ("吃饭", "b")], "only message labelled 'b'", id="single-repeated"),
    ],
)
def test_too_little_is_refused_with_the_row(tmp_path, rows, told):
    with pytest.raises(DatasetError, match=told):
        train(tmp_path, rows)


def test_unknown_kind_is_refused_with_the_row(tmp_path):
    table = write(tmp_path / "mine.csv", [("还款", "a", "amount"), ("吃饭", "b", "amuont")], "text,label,kinds")
    with pytest.raises(DatasetError, match="row 2: 'amuont'"):
        read_labelled(table)


def test_repeated_rows_count_once(tmp_path):
    rows = [("还款 提醒", "a"), ("还款提醒", "a"), ("欠款", "a"), ("吃饭", "b"), ("开会", "b")]
    table = prepare(read_labelled(write(tmp_path / "t.csv", rows)))
    assert (table.n_rows, table.messages.rows) == (5, (1, 3, 4, 5))


def test_contradictions_are_listed_by_row_and_never_by_text(tmp_path):
    rows = [*filled(DEBT, "a", 9), *filled(CHAT, "b", 9), ("请还款", "a"), ("请还款", "b"), ("到期了", "a"), ("到期了", "a"), ("到期了", "b")]
    train(tmp_path, rows)
    found = [row for row in problems(tmp_path / "m") if row["problem"] == "contradiction"]
    assert [(row["row"], row["label"], row["instead"], row["beside"]) for row in found] == [
        ("19", "a", "b", "20"),
        ("20", "b", "a", "19"),
        ("21", "a", "b", "22|23"),
        ("22", "a", "b", "21|23"),
        ("23", "b", "a", "21|22"),
    ]
    written = (tmp_path / "m" / "label_problems.csv").read_text("utf-8")
    assert not any(text in written for text, _ in rows)


def test_a_tie_is_left_out_and_a_majority_is_kept(tmp_path):
    rows = [("请还款", "a"), ("请还款", "b"), ("到期", "a"), ("到期", "a"), ("到期", "b"), ("欠款", "a"), ("吃饭", "b"), ("开会", "b")]
    messages = prepare(read_labelled(write(tmp_path / "t.csv", rows))).messages
    assert dict(zip(messages.texts, messages.labels, strict=True)) == {"到期": "a", "欠款": "a", "吃饭": "b", "开会": "b"}


def test_planted_noise_is_found(tmp_path):
    rows = filled(DEBT, "debt", 60) + filled(CHAT, "chat", 60)
    planted = {3, 70, 100}
    rows = [(text, {"debt": "chat", "chat": "debt"}[label]) if i in planted else (text, label) for i, (text, label) in enumerate(rows)]
    train(tmp_path, [(*row, f"g{i}") for i, row in enumerate(rows)], "text,label,group")
    found = {int(row["row"]) - 1 for row in problems(tmp_path / "m") if row["problem"] == "unlikely"}
    assert planted <= found
    assert len(found) <= 2 * len(planted)


def test_confident_learning_asks_for_the_usual_probability(tmp_path):
    rows = [("一", "a"), ("二", "a"), ("三", "b"), ("四", "b")]
    messages = read_labelled(write(tmp_path / "t.csv", rows))
    shares = np.array([[0.9, 0.1], [0.1, 0.9], [0.45, 0.55], [0.2, 0.8]])
    assert [(p.row, p.instead, p.probability) for p in unlikely_labels(messages, shares, ["a", "b"])] == [(2, "b", "0.1000")]


def test_leakage_of_a_random_split():
    clusters = [f"g{i // 10}" for i in range(100)]
    assert crossing_share(clusters, random_folds(100)) > 0.95
    assert crossing_share([f"g{i}" for i in range(100)], random_folds(100)) == 0


def test_groups_are_near_copy_clusters_where_none_are_given(tmp_path):
    rows = [(f"【瞬瞬花】张先生，您的借款{100 + i}元已逾期{i}天，请尽快处理", "a") for i in range(5)]
    rows += filled(CHAT, "b", 6)
    messages = prepare(read_labelled(write(tmp_path / "t.csv", rows))).messages
    assert len(set(messages.groups[:5])) == 1
    assert set(messages.groups[:5]).isdisjoint(messages.groups[5:])


def test_figures_say_when_they_are_not_by_group(tmp_path):
    rows = [(f"还款提醒{i}", "a") for i in range(6)] + [(f"晚饭吃什么{i}", "b") for i in range(6)]
    report = train(tmp_path, rows)
    assert report.card["cross_validation"]["by_group"] is False
    assert any("by label alone" in line for line in report.lines)


def test_a_rare_label_of_two_groups_is_still_split_by_group(tmp_path):
    rows = [(text, label, f"d{i}") for i, (text, label) in enumerate(filled(DEBT, "debt", 30))]
    rows += [(text, label, f"c{i % 2}") for i, (text, label) in enumerate(filled(CHAT, "chat", 8))]
    assert train(tmp_path, rows, "text,label,group").card["cross_validation"]["by_group"] is True


def test_added_rows_join_overrule_and_may_lack_labels_and_kinds(tmp_path):
    data = write(tmp_path / "t.csv", [("请还款", "vague", "", "g"), ("欠款5元", "vague", "amount", "g"), ("欠债", "vague", "", "j"), ("吃饭", "other", "", "h"), ("开会", "other", "", "i")], "text,label,kinds,group")
    extra = write(tmp_path / "add.csv", [("请还款", "other"), ("", ""), ("欠款7元", "legitimate"), ("还钱还钱", "legitimate")])
    table = prepare(read_labelled(data), read_labelled(extra, skip_unlabelled=True))
    shown = {text: (label, group, kinds) for text, label, group, kinds in zip(table.messages.texts, table.messages.labels, table.messages.groups, table.messages.kinds, strict=True)}
    assert shown["请还款"][0] == "other"
    assert shown["欠款7元"] == ("legitimate", "g", None)
    assert shown["欠款5元"] == ("vague", "g", "amount")
    assert shown["还钱还钱"][1] not in "ghi"
    assert [(p.table, p.row, p.beside) for p in table.contradictions] == [("t.csv", 1, "add.csv:1"), ("add.csv", 1, "t.csv:1")]


def test_added_label_must_be_known(tmp_path):
    data = write(tmp_path / "t.csv", [("请还款", "vague"), ("欠款", "vague"), ("吃饭", "other"), ("开会", "other")])
    extra = write(tmp_path / "add.csv", [("还", "vague"), ("还钱", "legit")])
    with pytest.raises(DatasetError, match=r"add\.csv, row 2: label 'legit'.*legitimate"):
        prepare(read_labelled(data), read_labelled(extra))


def test_kinds_stay_learnt_when_added_rows_have_none(tmp_path, labelled_rows):
    table = tmp_path / "t.csv"
    with table.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, ["text", "label", "kinds", "group"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(labelled_rows)
    extra = write(tmp_path / "add.csv", filled(DEBT, "vague", 5))
    sms.train(table, model=tmp_path / "m", add=extra, compare=False)
    assert "institution" in sms.load(tmp_path / "m").columns(["【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期"])["kinds"][0]
    card = json.loads((tmp_path / "m" / "card.json").read_text("utf-8"))
    assert card["data"]["messages"] == len(labelled_rows) + 5


def test_train_prints_leakage_beside_the_grouped_score(tmp_path, labelled_table, capsys):
    assert main(["train", str(labelled_table), "--model", str(tmp_path / "m")]) == 0
    out = capsys.readouterr().out
    assert "A random split would test" in out
    assert "macro-F1" in out
    assert "character TF-IDF + linear SVC" in out
    assert "## Known failures" in (tmp_path / "m" / "CARD.md").read_text("utf-8")
