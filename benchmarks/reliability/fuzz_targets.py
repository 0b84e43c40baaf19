"""What the fuzzer calls: each target takes bytes and fails when a promise is broken."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from record import ROOT

import sms_classifier as sms
from sms_classifier.errors import SmsClassifierError
from sms_classifier.evidence import find_evidence
from sms_classifier.limits import MAX_CHARACTERS
from sms_classifier.tables import TableOptions, predict_table
from sms_classifier.tables.read import open_table
from sms_classifier.text.mask import mask
from sms_classifier.text.normalize import normalize

__all__ = ["TARGETS", "starters"]

_SUFFIXES = (".csv", ".tsv", ".jsonl", ".csv.gz", ".xlsx", ".parquet")


class BrokenPromiseError(Exception):
    """An answer that the program promises never to give."""


def _promise(kept: bool, what: str) -> None:
    if not kept:
        raise BrokenPromiseError(what)


def _text(data: bytes) -> str:
    """Half of the inputs as UTF-8, lone surrogates included, half as UTF-16: more of Chinese."""
    if data[:1] < b"\x80":
        return data[1:].decode("utf-8", "surrogateescape")
    return data[1:].decode("utf-16-le", "surrogatepass" if len(data) % 2 else "replace")


def normalise(data: bytes) -> None:
    """Every plain character has a place in the text as given; masking moves nothing."""
    text = _text(data)
    message = normalize(text)
    last = 0
    for place in range(len(message.plain)):
        start, end = message.span(place, place + 1)
        _promise(last <= start < end <= len(text), "a plain character without a place")
        last = start
    for rewrite in message.rewrites:
        _promise(text[rewrite.start : rewrite.end] == rewrite.written or not rewrite.meant,
                 "a rewrite that the text does not show")  # fmt: skip
    _promise(len(mask(text)) == len(text), "masking moved the text")


def evidence(data: bytes) -> None:
    """Findings lie inside the message and quote it."""
    text = _text(data)
    for found in find_evidence(text):
        _promise(0 <= found.start < found.end <= len(text), "a finding outside the message")
        _promise(text[found.start : found.end] == found.text, "a finding that misquotes")


@cache
def _classifier() -> sms.SmsClassifier:
    return sms.load()


def explain(data: bytes) -> None:
    """Any message of 1 to 10,000 characters has a verdict; any other a ValueError."""
    text = _text(data)
    fit = bool(text.strip()) and len(text) <= MAX_CHARACTERS
    try:
        found = _classifier().explain(text)
    except ValueError:
        _promise(not fit or text.isspace(), "a sound message was refused")
        return
    _promise(fit, "an empty or long message was explained")
    _promise(abs(sum(found.probabilities.values()) - 1) < 1e-6, "probabilities do not add up")
    _promise(found.confidence == max(found.probabilities.values()), "the label is not the argmax")
    str(found.to_dict()).encode("utf-8", "surrogatepass")


def tables(data: bytes) -> None:
    """Any bytes under any suffix: one output row for each input row, or one line of error."""
    if not data:
        return
    suffix = _SUFFIXES[data[0] % len(_SUFFIXES)]
    target = _folder() / ("out.jsonl" if data[0] & 64 else "out.tsv")
    source = _folder() / f"in{suffix}"
    source.write_bytes(data[1:])
    options = TableOptions(_load, quiet=True, rows_a_chunk=3, text_column=None, prefix="fuzz_")
    try:
        summary = predict_table(source, target, options)
    except SmsClassifierError as error:
        _promise(len(str(error).splitlines()) == 1, f"more than one line: {error}")
        return
    finally:
        source.unlink()
    if summary.rows == 0 and target.suffix == ".jsonl":  # which has no header to say so
        _promise(target.read_bytes() == b"", "rows out, none in")
        return
    try:
        with open_table(target, text_column="fuzz_status", encoding="utf-8") as table:
            rows = sum(len(chunk) for chunk in table.chunks)
    except SmsClassifierError as error:
        raise BrokenPromiseError(f"the output cannot be read: {error}") from error
    target.unlink()
    _promise(rows == summary.rows, f"{summary.rows} rows in, {rows} out")


def _load() -> Callable[..., dict[str, list[str]]]:
    return lambda texts: {"label": ["vague" for _ in texts]}


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix=f"fuzz-{os.getpid()}-"))


def web_form(data: bytes) -> None:
    """Whatever is sent to the page or the API is answered, and never with a server error."""
    head, _, body = data.partition(b"\n")
    language = "/en" if len(head) % 2 else ""
    ways = {
        b"j": ("/api/classify", {"data": body, "content_type": "application/json"}),
        b"m": (
            f"{language}/table",
            {"data": body, "content_type": "multipart/form-data; boundary=x"},
        ),
        b"t": (f"{language}/", {"data": {"text": body.decode("utf-8", "replace")}}),
        b"u": (f"{language}/table", {"data": {"file": (io.BytesIO(body), _name(head))}}),
    }
    form = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    path, request = ways.get(head[:1], (f"{language}/", form))
    answer = _client().post(path, **request)
    _promise(answer.status_code < 500, f"{answer.status_code} from {path}")
    _promise(b"Traceback" not in answer.data, "a traceback was shown")


def _name(head: bytes) -> str:
    return f"in{_SUFFIXES[len(head) % len(_SUFFIXES)]}"


@cache
def _client() -> Any:
    from sms_classifier.web.app import create_app

    return create_app(_classifier()).test_client()


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (normalise, evidence, explain, tables, web_form)
}


def starters(name: str) -> Iterator[bytes]:
    """Inputs to mutate: sound messages and tables of every format."""
    with (ROOT / "tests" / "golden.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    table = "id,text\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts[:5]))
    if name == "tables":
        yield from (bytes([mark]) + content for mark, content in _tables(table))
    elif name == "web_form":
        yield b"j\n" + json.dumps({"text": texts[0]}).encode()
        yield b"t\n" + texts[0].encode()
        yield from (b"u" * (mark or 6) + b"\n" + content for mark, content in _tables(table))
        part = 'Content-Disposition: form-data; name="file"; filename="in.csv"'
        yield f"m\n--x\r\n{part}\r\n\r\n{table}\r\n--x--\r\n".encode()
    else:
        yield from (b"\0" + text.encode() for text in texts)
        yield from (b"\x81" + text.encode("utf-16-le") for text in texts)


def _tables(table: str) -> Iterator[tuple[int, bytes]]:
    """The same small table in each format, with its place among the suffixes."""
    plain = _folder() / "starter.csv"
    plain.write_text(table, encoding="utf-8")
    for place, suffix in enumerate(_SUFFIXES):
        made = _folder() / f"starter-made{suffix}"
        predict_table(plain, made, TableOptions(_load, quiet=True))
        yield place, made.read_bytes()
        made.unlink()
