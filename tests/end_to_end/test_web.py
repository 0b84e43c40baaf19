"""The page and its API as browsers and programs use them, through Flask's test client."""

import csv
import io
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import jsonschema
import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import sms_classifier as sms
from sms_classifier.cli import main
from sms_classifier.web import bounds, create_app

TRAP = "【平安普惠】您的贷款已获批，请先缴纳保证金2000元到个人账户，联系13800001234"
BILL = "【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期"
PAYLOADS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "javascript:alert(1)",
    "'-alert(1)-'",
]


@pytest.fixture(scope="module")
def app():
    return create_app(sms.load())


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="module")
def description(app):
    return app.test_client().get("/api/openapi.json").json


def upload(client, content, name="短信.csv", **fields):
    if isinstance(content, str):
        content = content.encode()
    file = FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"file": file, **fields})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/table", data=body, content_type=kind)


PAGES = ["/", "/table", "/learn"]


@pytest.mark.parametrize("page", PAGES + [f"/en{page}" for page in PAGES])
def test_page_in_its_language(client, page):
    answer = client.get(page)
    assert answer.status_code == 200
    english = page.startswith("/en")
    assert f'<html lang="{"en" if english else "zh-CN"}">' in answer.text
    other = page.removeprefix("/en") if english else f"/en{page}"
    assert f'href="{other}"' in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_english_page_has_chinese_only_where_it_quotes(client, page):
    text = client.get(f"/en{page}").text
    for quoted in (r'<blockquote lang="zh-CN">.*?</blockquote>', r'value="[^"]*"', r"<a class=.switch.*?</a>"):
        text = re.sub(quoted, "", text, flags=re.S)
    allowed = {"短信", "短信内容", "内容", "正文", "逾期"}  # column names, and the word trap 27 is about
    found = set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<span class=.small.>.*?</span>", "", text)))
    assert found - allowed == set()


@pytest.mark.parametrize(
    ("prefix", "heading", "said"),
    [("", "有诈骗特征", "先别做"), ("/en", "Has the marks of a scam", "Do not")],
)
def test_verdict(client, prefix, heading, said):
    page = client.post(f"{prefix}/", data={"text": TRAP, "sender": "95588"}).text
    assert re.search(r"\b9\d%", page)
    for words in (heading, said, 'href="tel:96110"', 'id="limits"', 'id="missing"', 'id="sender-note"'):
        assert words in page
    shown = re.search(r'<p class="message">(.*?)</p>', page, re.S)[1]
    shown = re.sub(r'<a class="tag.*?</a>', "", shown)
    assert re.sub(r"<.*?>", "", shown) == TRAP
    for kind in set(re.findall(r'href="#why-(\w+)"', page)):
        assert f'id="why-{kind}"' in page


def test_switch_keeps_the_message(client):
    page = client.post("/", data={"text": TRAP}).text
    assert '<form class="switch" method="post" action="/en/">' in page
    assert f'name="text" value="{TRAP}"' in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_message_becomes_markup(client, payload):
    for fields in ({"text": payload + TRAP}, {"text": TRAP, "sender": payload}, {"text": "a" * 10_001 + payload}):
        page = client.post("/", data=fields).text
        assert "<script" not in page
        assert "<img" not in page
        assert not re.search(r"(?<![\d.])49(?!\d)", page)


@pytest.mark.parametrize("text", ["", "  \r\n ", "好" * 10_001])
def test_bad_messages_are_told_on_the_page(client, text):
    answer = client.post("/en/", data={"text": text})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_longest_message_passes(client):
    assert client.post("/", data={"text": "𠀀" * 10_000}).status_code == 200


def test_line_breaks_of_a_form_count_once(client):
    assert client.post("/", data={"text": "好\r\n" * 5_000}).status_code == 200


def test_security_headers_everywhere(client):
    for path in ("/", "/learn", "/static/style.css", "/nope", "/api/openapi.json", "/api/nope"):
        with client.get(path) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers
    assert client.get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["/", "/table", "/learn", "/nope"])
def test_nothing_is_fetched_from_elsewhere_and_no_script(client, page):
    with client.get("/static/style.css") as style:
        text = client.get(page).text + style.text
    assert re.findall(r'(?:src|href|action)="(?!/|#|tel:)[^"]*"', text) == []
    assert re.findall(r"<script|\son\w+=|style=|url\(|@import", text) == []


def test_table_up_and_down(client):
    sent = f"编号,短信内容\n007,\"{TRAP}\"\n008,\n009,\"{BILL}\"\n"
    answer = upload(client, sent, name="我的 短信.csv", excel="on", mask="on")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "3 行" in page
    assert "33.3%" in page
    link = re.search(r'href="(\S+/download)"', page)[1]
    got = client.get(link)
    kept = "filename*=UTF-8''%E6%88%91%E7%9A%84%20%E7%9F%AD%E4%BF%A1-checked.csv"
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert kept in got.headers["Content-Disposition"]
    assert got.headers["Cache-Control"] == "no-store"
    assert got.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(got.data.decode("utf-8-sig"))))
    assert [(row["编号"], row["label"], row["status"]) for row in rows] == [
        ("007", "fraudulent", "ok"), ("008", "", "empty"), ("009", "legitimate", "ok"),
    ]
    assert "13800001234" not in rows[0]["短信内容"]
    assert client.get(f"/en{answer.location}").status_code == 200
    assert client.post(f"{answer.location}/clear").status_code == 303
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "status", "says"),
    [
        pytest.param(b"", "a.csv", 422, "is empty", id="empty"),
        pytest.param("id,name\n1,2\n", "a.csv", 422, "no column named", id="no-column"),
        pytest.param("text,label\n1,2\n", "a.csv", 422, "has a column", id="taken-column"),
        pytest.param(b"text\n\xff\xff\xff\n", "a.csv", 422, "a.csv", id="encoding"),
        pytest.param(b"PK\x03\x04....", "a.csv", 422, "CSV UTF-8", id="xlsx-in-disguise"),
        pytest.param("text\n好\n", "a.xlsx", 422, "CSV UTF-8", id="suffix"),
        pytest.param("text\n好\n", "", 422, "选择", id="no-file"),
        pytest.param("text\n" + "a\n" * 50_001, "a.csv", 413, "50,002", id="lines"),
        pytest.param("text," + "," * 999 + "\n" + "a\n" * 2_001, "a.csv", 413, "1,001", id="cells"),
        pytest.param("text\n" + "a" * (10 * 2**20 + 99), "a.csv", 413, "太大", id="bytes"),
    ],
)
def test_bad_tables_are_told_on_the_page(client, content, name, status, says):
    answer = upload(client, content, name=name)
    assert answer.status_code == status
    assert says in answer.text
    assert "sms-classifier-" not in answer.text  # the temporary folder


def test_named_column_and_no_column_of_that_name(client):
    sent = f"a,b\n1,{BILL.replace(',', '')}\n"
    assert upload(client, sent, column="b").status_code == 303
    assert "no column" in upload(client, sent, column="c").text


def test_large_table_within_the_bounds(client):
    row = "好" * 60 + "\n"
    answer = upload(client, "text\n" + row * 30_000)
    assert answer.status_code == 303
    assert "30,000" in client.get(answer.location).text


def test_large_call_within_the_bounds(client):
    assert client.post("/api/classify", json={"texts": ["好" * 300] * 500}).status_code == 200


def test_unknown_result(client):
    assert client.get("/table/guess").status_code == 404
    assert client.get("/table/guess/download").status_code == 404


def answer_schema(description, path, method, answer):
    said = description["paths"][path][method]["responses"][str(answer.status_code)]
    return said["content"][answer.mimetype]["schema"] | {"components": description["components"]}


CALLS = [
    pytest.param({"json": {"text": TRAP}}, 200, id="one"),
    pytest.param({"json": {"text": BILL}}, 200, id="one-legitimate"),
    pytest.param({"json": {"text": "\ud800 还款 \x00 <b>"}}, 200, id="odd-characters"),
    pytest.param({"json": {"texts": [TRAP, BILL, "晚上吃什么"]}}, 200, id="many"),
    pytest.param({"json": {"texts": []}}, 200, id="none"),
    pytest.param({"json": {"texts": ["好"] * 501}}, 422, id="too-many"),
    pytest.param({"json": {"texts": [TRAP, "", 3, None, "好" * 10_001]}}, 422, id="bad-ones"),
    pytest.param({"json": {"text": ""}}, 422, id="empty"),
    pytest.param({"json": {"text": ["好"]}}, 422, id="list-as-text"),
    pytest.param({"json": {"texts": "好"}}, 422, id="text-as-list"),
    pytest.param({"json": {"text": "好", "texts": []}}, 422, id="both"),
    pytest.param({"json": {"text": "好", "model": "x"}}, 422, id="unknown-field"),
    pytest.param({"json": [1]}, 422, id="list"),
    pytest.param({"data": "null", "content_type": "application/json"}, 422, id="null"),
    pytest.param({"data": "{", "content_type": "application/json"}, 400, id="not-json"),
    pytest.param({"data": b"\xff\xfe{", "content_type": "application/json"}, 400, id="not-utf-8"),
    pytest.param({"data": "[" * 100_000, "content_type": "application/json"}, 400, id="deep"),
    pytest.param({"data": '{"text":' + "1" * 9_999 + "}", "content_type": "application/json"}, 400, id="huge-number"),
    pytest.param({"data": {"text": TRAP}}, 415, id="form"),
    pytest.param({"data": TRAP.encode(), "content_type": "text/plain"}, 415, id="plain"),
    pytest.param({"data": b" " * (2**20 + 1), "content_type": "application/json"}, 413, id="too-large"),
]


@pytest.mark.parametrize(("call", "status"), CALLS)
def test_api_answers_as_described(client, description, call, status):
    answer = client.post("/api/classify", **call)
    assert answer.status_code == status
    schema = answer_schema(description, "/api/classify", "post", answer)
    jsonschema.Draft202012Validator(schema).validate(answer.json)


def test_description_is_strict(client, description):
    """A validator that lets everything pass would make the test above worthless."""
    answer = client.post("/api/classify", json={"text": TRAP})
    checker = jsonschema.Draft202012Validator(answer_schema(description, "/api/classify", "post", answer))
    for broken in (answer.json | {"extra": 1}, answer.json | {"label": "spam"}, {k: v for k, v in answer.json.items() if k != "review"}):
        assert not checker.is_valid(broken)


def test_description_lists_every_route(app, description):
    routes = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, m) for path, methods in description["paths"].items() for m in methods}


def test_api_is_the_library(client):
    answer = client.post("/api/classify", json={"texts": [TRAP, BILL]}).json["results"]
    assert answer == [json.loads(json.dumps(sms.load().explain(text).to_dict())) for text in (TRAP, BILL)]


def test_api_names_each_bad_text(client):
    answer = client.post("/api/classify", json={"texts": [TRAP, " ", 3]})
    assert [error["pointer"] for error in answer.json["errors"]] == ["/texts/1", "/texts/2"]
    assert TRAP not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/api/classify", 405), ("get", "/api/nope", 404)])
def test_api_faults_are_problems(client, method, path, status):
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status


def test_wrong_method_names_the_right_one(client):
    assert "POST" in client.get("/api/classify").headers["Allow"]


def test_form_larger_than_any_message(client):
    assert client.post("/", data={"text": "好" * 100_000}).status_code == 413


class Failing:
    """A classifier with a bug that quotes the message."""

    classes_ = sms.load().classes_

    def explain(self, text):
        if text != "您好":
            raise RuntimeError(f"cannot read {text}")

    columns = explain


def test_no_message_in_logs_or_answers_of_faults(caplog):
    client = create_app(Failing()).test_client()
    with caplog.at_level(logging.DEBUG):
        for answer in (
            client.post("/", data={"text": TRAP}),
            client.post("/api/classify", json={"text": TRAP}),
            upload(client, f"text\n{TRAP}\n"),
        ):
            assert answer.status_code == 500
            assert TRAP not in answer.text
    assert "RuntimeError at" in caplog.text
    assert "平安普惠" not in caplog.text + json.dumps([str(r.__dict__) for r in caplog.records], ensure_ascii=False)


def test_nothing_is_logged_in_sound_use(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.post("/", data={"text": TRAP})
        client.post("/api/classify", json={"text": TRAP})
        upload(client, f"text\n{TRAP}\n")
    assert caplog.text == ""


def test_busy(monkeypatch):
    def full(self):
        raise bounds.BusyError

    monkeypatch.setattr(bounds.Gate, "place", full)
    client = create_app(sms.load()).test_client()
    for answer in (client.post("/", data={"text": TRAP}), client.post("/api/classify", json={"text": TRAP})):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == str(bounds.RETRY_SECONDS)


def test_own_labels(tmp_path, labelled_table):
    table = tmp_path / "two.csv"
    lines = [f"{text}{i},{label}" for i in range(6) for text, label in (("还款提醒", "debt"), ("晚饭吃什么", "chat"))]
    table.write_text("text,label\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert main(["train", str(table), "--model", str(tmp_path / "m"), "--no-compare"]) == 0
    client = create_app(sms.load(tmp_path / "m")).test_client()
    page = client.post("/", data={"text": "还款提醒9"})
    assert page.status_code == 200
    assert ">debt<" in page.text
    answer = client.post("/api/classify", json={"text": "还款提醒9"})
    schema = answer_schema(client.get("/api/openapi.json").json, "/api/classify", "post", answer)
    jsonschema.Draft202012Validator(schema).validate(answer.json)


@pytest.fixture
def served():
    command = [sys.executable, "-m", "sms_classifier", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, encoding="utf-8", preexec_fn=_heed_interrupts
    ) as process:
        first = process.stderr.readline()
        yield process, re.search(r"http://127\.0\.0\.1:\d+/", first)[0]
        process.kill()


def _heed_interrupts():
    """A job in the background of a shell ignores them, and hands that down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_serve_answers_and_stops(served):
    process, address = served
    assert "only programs on this machine" in process.stderr.readline()
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
        assert "催收短信辨别" in answer.read().decode("utf-8")
        assert "Server" not in answer.headers
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert process.stderr.read() == "sms-classifier: stopped\n"


def test_flood_is_answered_with_bounded_threads(served):
    """More visitors at once than connections are held: they wait, none is refused or lost."""
    process, address = served
    statuses = []

    def visit():
        body = json.dumps({"text": TRAP}).encode()
        call = urllib.request.Request(f"{address}api/classify", body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(call, timeout=60) as answer:  # noqa: S310
            statuses.append(answer.status)

    visitors = [threading.Thread(target=visit) for _ in range(150)]
    for visitor in visitors:
        visitor.start()
    tasks = Path(f"/proc/{process.pid}/task")
    threads = len(list(tasks.iterdir())) if tasks.exists() else 0  # Linux only
    for visitor in visitors:
        visitor.join()
    assert statuses == [200] * 150
    assert threads <= 8 + 4


def test_serve_on_a_taken_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "sms_classifier", "serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_another_address_is_explained(monkeypatch, capsys):
    class Server:
        effective_port = 8000

        def run(self):
            pass

    monkeypatch.setattr("sms_classifier.web.server.create_server", lambda *_, **__: Server())
    assert main(["serve", "--host", "0.0.0.0"]) == 130  # noqa: S104
    assert "no password and no encryption" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_port_must_be_one(capsys, port):
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--port", port])
    assert "--port" in capsys.readouterr().err


def test_without_the_extra(tmp_path):
    """Flask cannot be imported: one line that names the extra."""
    program = (
        "import sys; sys.modules['flask'] = None;"
        "from sms_classifier.cli import main; sys.exit(main(['serve']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "sms-classifier: the page and its API need an extra: pip install 'sms-classifier[web]'\n"
