"""The parts of the page: words, marks, sender, bounds and the shelf of results."""

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import sms_classifier as sms
from sms_classifier import lexicons
from sms_classifier.advice.reasons import in_chinese
from sms_classifier.evidence import Finding
from sms_classifier.labels import Kind
from sms_classifier.tables import Summary
from sms_classifier.web.bounds import BusyError, Gate
from sms_classifier.web.marking import noted, stretches
from sms_classifier.web.sender import describe_sender
from sms_classifier.web.shelf import MINUTES_KEPT, Result, Shelf
from sms_classifier.web.upload import Upload
from sms_classifier.web.verdict import dial, in_words
from sms_classifier.web.words import LANGUAGES, checks, marks, traps, words

WEB = Path(sms.__file__).parent / "web"
FORBIDDEN = re.compile(r"违法|(?<!会)不会被起诉|假的号码|\billegal\b|won't be sued|will not be sued")
SOURCED = {"FACTS", "RUBRIC", "INTERFACE"}


def test_every_word_is_used_and_every_used_word_is_there():
    files = [*WEB.glob("*.py"), *WEB.glob("templates/*.html")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    keys = set(words("zh"))
    by_prefix = ("label_", "group_", "status_", "error_4", "error_5", "sender_")
    unused = {key for key in keys if not re.search(rf"\b{key}\b", text)}
    assert {key for key in unused if not key.startswith(by_prefix)} == set()
    assert set(re.findall(r"\bt\.([a-z_]+)\b(?!\()", text)) <= keys


def test_both_languages_say_everything_with_the_same_places():
    for key, zh in words("zh").items():
        en = words("en")[key]
        assert zh
        assert en
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key


def test_every_kind_has_a_mark_and_a_check_names_known_ones():
    for lang in LANGUAGES:
        assert list(marks(lang)) == [str(kind) for kind in Kind]
        assert {kind for check in checks(lang) for kind in check.kinds} <= set(Kind)
    assert len(checks("zh")) == 5


@pytest.mark.parametrize("table", ["words", "marks", "checks", "traps"])
def test_tables_are_whole_and_truthful(table):
    for row in lexicons.rows(f"page/{table}"):
        assert None not in row
        assert all(row.values()), row
        assert FORBIDDEN.search(" ".join(row.values())) is None
        assert row.get("source", "FACTS").split()[0] in SOURCED


def test_traps_are_numbered_as_the_facts():
    assert [trap.number for trap in traps("zh")] == list(range(1, 29))
    for trap in traps("en"):
        assert trap.source.startswith(f"FACTS B{trap.number};")


@pytest.fixture(scope="module")
def classifier():
    return sms.load()


@pytest.mark.parametrize("trap", traps("zh"), ids=lambda trap: str(trap.number))
def test_the_tool_sees_the_trap_in_each_example(trap, classifier):
    """By its label, or worded as a scam outside debts; no example may reassure."""
    assert in_words(classifier.explain(trap.example), "zh").tone == "fraudulent"


def test_stretches_join_to_the_message_and_the_strongest_shows():
    text = "请转账到个人账户"
    found = [Finding("amount", 0, 4, "", "a"), Finding("private_payment", 1, 8, "", "b")]
    parts = stretches(text, found)
    assert "".join(part.text for part in parts) == text
    assert [part.group for part in parts] == ["disclosure", "risk", "risk"]
    assert [part.ends for part in parts] == [(), ("amount",), ("private_payment",)]


def test_every_reason_is_said_in_chinese(labelled_rows):
    """As the finders and the readers of wording spell them, on messages of all kinds."""
    texts = [row["text"] for row in labelled_rows] + [trap.example for trap in traps("zh")]
    reasons = {finding.reason for text in texts for finding in sms.find_evidence(text)}
    heads = {in_chinese(f"{reason}; x").split("（")[0] for reason in reasons}
    assert {head for head in heads if re.search(r"[a-z]{3} [a-z]", head)} == set()


def test_overlapping_evidence_of_a_kind_is_one_mark():
    text = "请先缴纳保证金"
    found = [Finding("advance_fee", 0, 7, text, "a"), Finding("advance_fee", 1, 7, text[1:], "b")]
    assert [part.ends for part in stretches(text, found)] == [("advance_fee",)]
    assert [(n.texts, n.reasons) for n in noted(text, found)] == [((text,), ("a", "b"))]


def test_marks_of_a_long_message_take_linear_time():
    text = "9元" * 5_000
    found = [Finding(["amount", "date"][i % 2], 2 * i, 2 * i + 2, "9元", "") for i in range(5_000)]
    assert len(stretches(text, found)) == 5_000


@pytest.mark.parametrize(
    ("written", "key"),
    [
        pytest.param("95588", "sender_listed", id="hotline"),
        pytest.param("96110", "sender_helpline", id="helpline"),
        pytest.param("1069-5588-1234", "sender_port", id="port"),
        pytest.param("+86 138 0000 1234", "sender_mobile", id="mobile-with-code"),
        pytest.param("0085212345678", "sender_foreign", id="abroad"),
        pytest.param("008613800001234", "sender_unlisted", id="own-country-code"),
        pytest.param("12345678", "sender_unlisted", id="unlisted"),
        pytest.param("招商银行", "sender_unread", id="no-digits"),
    ],
)
def test_sender(written, key):
    assert describe_sender(written).key == key
    assert words("en")[key].format(number="1", name="x")


def test_dial_links_public_numbers_only():
    shown = dial("拨12378或400-810-8866，2026-03-16，第15条，13800001234，<b>")
    assert re.findall(r"tel:(\d+)", shown) == ["12378", "4008108866"]
    assert "<b>" not in shown


def test_confidence_never_reads_as_certain(classifier):
    sure = replace(classifier.explain("请把钱转到我个人账户"), confidence=1.0)
    assert in_words(sure, "zh").percent == 99


def test_gate_turns_away_when_full_and_opens_again():
    gate = Gate(places=2, patience=0.01)
    with gate.place(), gate.place(), pytest.raises(BusyError), gate.place():
        pass
    with gate.place():
        pass


def test_gate_gives_a_waiting_one_its_turn():
    gate = Gate(places=1, patience=5)
    entered = threading.Event()

    def wait():
        with gate.place():
            entered.set()

    with gate.place():
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not entered.wait(0.05)
    waiting.join(5)
    assert entered.is_set()


def result(size):
    return Result("a.csv", b"x" * size, Summary(1, {}, {}, 0, 0.0))


def test_shelf_forgets_old_results():
    clock = [0.0]
    shelf = Shelf(now=lambda: clock[0])
    token = shelf.put(result(1))
    clock[0] = MINUTES_KEPT * 60 - 1
    assert shelf.get(token) is not None
    clock[0] += 2
    assert shelf.get(token) is None


def test_shelf_is_bounded_and_keeps_the_newest():
    shelf = Shelf()
    tokens = [shelf.put(result(30 * 2**20)) for _ in range(4)]
    assert [shelf.get(token) is not None for token in tokens] == [False, False, True, True]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("短信.csv", "短信"),
        ("C:\\Users\\王\\a.csv", "a"),
        ("../../etc/passwd.csv", "passwd"),
        ('a"\r\nX: y;<b>.csv', "aX yb"),
        ("???.csv", "table"),
        ("…" * 300 + ".csv", "…" * 60),
    ],
)
def test_upload_names_are_harmless(name, stem):
    assert Upload(name, b"").stem == stem
