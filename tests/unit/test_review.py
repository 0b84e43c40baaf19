"""`review`: which messages to label next, and the way back through `train --add`."""

import csv

import pytest

from sms_classifier.cli import main
from sms_classifier.training.corpus import near_copy_groups

HEADER = "text,label,confidence,p_legitimate,p_vague,p_fraudulent,p_other,review,kinds,status"
UNLIKE = ["今天", "昨日", "张三", "利息", "银行", "房租", "快递", "水果", "电影", "开会", "车险", "学费", "旅行", "体检", "毕业"]


def predictions(path, rows, header=HEADER):
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def row(text, shares, *, label="vague", review="false", kinds=""):
    return ",".join([text, label, max(shares), *shares, review, kinds, "ok"])


def chosen(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


SURE, UNSURE = ("0.01", "0.97", "0.01", "0.01"), ("0.01", "0.50", "0.48", "0.01")


def test_the_least_sure_come_first_and_contradictions_are_among_them(tmp_path):
    rows = [row(f"{word * 6}", SURE) for word in UNLIKE[:10]]
    rows += [row(f"{word * 6}", UNSURE, review="true") for word in UNLIKE[10:13]]
    rows += [row("转到个人账户即可结清全部欠款", SURE, review="true", kinds="private_payment")]
    rows += [",,,,,,,,,empty"]
    target = tmp_path / "to_label.csv"
    assert main(["review", str(predictions(tmp_path / "p.csv", rows)), "-o", str(target), "--n", "5"]) == 0
    found = chosen(target)
    assert [r["row"] for r in found if r["why"] == "contradiction"] == ["14"]
    assert {r["row"] for r in found if r["why"] == "unsure"} >= {"11", "12", "13"} - {r["row"] for r in found if r["why"] == "lot"}
    assert len(found) == 5
    assert {r["label"] for r in found} == {""}


def test_near_copies_are_chosen_once(tmp_path):
    rows = [row(f"【瞬瞬花】张先生，您的借款{100 + i}元已逾期{i}天，请尽快处理", UNSURE) for i in range(30)]
    rows += [row(word * 6, SURE) for word in UNLIKE]
    target = tmp_path / "to_label.csv"
    assert main(["review", str(predictions(tmp_path / "p.csv", rows)), "-o", str(target), "--n", "10"]) == 0
    texts = [r["text"] for r in chosen(target)]
    assert len(texts) == 10
    assert len(set(near_copy_groups(texts))) == 10


def test_it_needs_what_predict_wrote(tmp_path, capsys):
    table = predictions(tmp_path / "p.csv", ["您好,1"], "text,x")
    assert main(["review", str(table), "-o", str(tmp_path / "o.csv")]) == 2
    assert "no column 'label'" in capsys.readouterr().err
    table = predictions(tmp_path / "p.csv", [row("您好", ("0.1", "much", "0.1", "0.1"))])
    assert main(["review", str(table), "-o", str(tmp_path / "o.csv")]) == 2
    assert "row 1: 'much'" in capsys.readouterr().err
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize("prefix", ["", "sms_"])
def test_round_trip_predict_review_train(tmp_path, labelled_table, labelled_rows, prefix):
    predicted, to_label = tmp_path / "predicted.csv", tmp_path / "to_label.csv"
    messages = tmp_path / "messages.csv"
    messages.write_text("短信\n" + "".join(f'"{r["text"]}"\n' for r in labelled_rows if '"' not in r["text"]), "utf-8")
    assert main(["-q", "predict", str(messages), "-o", str(predicted), "--prefix", prefix]) == 0
    assert main(["review", str(predicted), "-o", str(to_label), "--n", "20", "--prefix", prefix]) == 0
    found = chosen(to_label)
    assert len(found) == 20
    for place, candidate in enumerate(found):
        candidate["label"] = "vague" if place % 2 else ""
    with to_label.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    assert main(["train", str(labelled_table), "--add", str(to_label), "--no-compare", "--model", str(tmp_path / "m")]) == 0
