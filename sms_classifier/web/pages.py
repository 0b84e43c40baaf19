"""The pages: one message, a table, and what to learn; the same in both languages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from sms_classifier import __version__
from sms_classifier.advice import dated_rules, situations
from sms_classifier.classifier import SmsClassifier
from sms_classifier.errors import TableError
from sms_classifier.limits import MAX_CHARACTERS, status_of
from sms_classifier.web.bounds import MAX_CELLS, MAX_LINES, MAX_UPLOAD_BYTES, Gate
from sms_classifier.web.sender import describe_sender
from sms_classifier.web.shelf import MINUTES_KEPT, Shelf
from sms_classifier.web.upload import (
    SUFFIXES,
    TooLargeError,
    Upload,
    WrongSuffixError,
    classify_upload,
)
from sms_classifier.web.verdict import in_words
from sms_classifier.web.words import LANGUAGES, checks, marks, traps, words

__all__ = ["build_pages", "language", "page_context"]

_UNPROCESSABLE = 422
_SENDER_SHOWN = 40


def language() -> str:
    """Language of the page that was asked for: English below ``/en``, else Chinese."""
    return "en" if request.path == "/en" or request.path.startswith("/en/") else "zh"


def page_context() -> dict[str, Any]:
    """What every page needs: words, and the same page in the other language."""
    lang = language()
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    page = (request.endpoint or "").partition(".")[2]
    known = page and (request.blueprint in LANGUAGES)
    return {
        "lang": lang,
        "t": words(lang),
        "marks": marks(lang),
        "here": page if known else "",
        "version": __version__,
        "home_url": url_for(f"{lang}.home"),
        "table_url": url_for(f"{lang}.table"),
        "learn_url": url_for(f"{lang}.learn"),
        "other_lang": other,
        "other_url": url_for(f"{other}.{page}" if known else f"{other}.home", **_view_args()),
    }


def _view_args() -> dict[str, Any]:
    return request.view_args or {} if request.blueprint in LANGUAGES else {}


def build_pages(
    classifier: SmsClassifier, gate: Gate, upload_gate: Gate, shelf: Shelf
) -> Blueprint:
    """Build the pages; registered once for each language.

    Parameters
    ----------
    classifier : SmsClassifier
    gate, upload_gate : Gate
        What messages and uploads have to pass.
    shelf : Shelf
        Where results of uploads are kept.
    """
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> str:
        return render_template("home.html", text="", sender="", error="", verdict=None)

    @pages.post("/")
    def check() -> tuple[str, int]:
        text = request.form.get("text", "").replace("\r\n", "\n").strip("\n")
        sender = request.form.get("sender", "").strip()[:_SENDER_SHOWN]
        if error := _wrong_with(text):
            page = render_template("home.html", text=text, sender=sender, error=error, verdict=None)
            return page, _UNPROCESSABLE
        with gate.place():
            verdict = in_words(classifier.explain(text), language())
        note = describe_sender(sender) if sender else None
        return render_template(
            "home.html", text=text, sender=sender, error="", verdict=verdict, note=note
        ), 200

    @pages.get("/table")
    def table() -> str:
        return _table_page()

    @pages.post("/table")
    def table_upload() -> Any:
        upload = _upload()
        if upload is None:
            return _table_page("error_no_file"), _UNPROCESSABLE
        try:
            with upload_gate.place():
                result = classify_upload(upload, classifier)
        except WrongSuffixError:
            return _table_page("error_suffix"), _UNPROCESSABLE
        except TooLargeError as error:
            return _table_page("error_lines", lines=error.lines, columns=error.columns), 413
        except TableError as error:
            return _table_page("error_table", reason=str(error)), _UNPROCESSABLE
        token = shelf.put(result)
        return redirect(url_for(".table_result", token=token), 303)

    @pages.get("/table/<token>")
    def table_result(token: str) -> str:
        result = shelf.get(token) or abort(404)
        return render_template("result.html", result=result, token=token, minutes=MINUTES_KEPT)

    @pages.get("/table/<token>/download")
    def table_download(token: str) -> Response:
        result = shelf.get(token) or abort(404)
        return send_file(BytesIO(result.content), as_attachment=True, download_name=result.name)

    @pages.post("/table/<token>/clear")
    def table_clear(token: str) -> Any:
        shelf.drop(token)
        return redirect(url_for(".table"), 303)

    @pages.get("/learn")
    def learn() -> str:
        lang = language()
        return render_template(
            "learn.html",
            checks=checks(lang),
            traps=traps(lang),
            rules=[rule for rule in dated_rules() if rule.verified],
            situations=situations(),
        )

    return pages


def _wrong_with(text: str) -> str:
    status = status_of(text)
    if status == "ok":
        return ""
    key = "error_empty" if status == "empty" else "error_long"
    return words(language())[key].format(n=f"{len(text):,}")


def _upload() -> Upload | None:
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    return Upload(
        name=file.filename,
        content=file.read(),
        text_column=request.form.get("column", "").strip(),
        excel="excel" in request.form,
        masked="mask" in request.form,
    )


def _table_page(error: str = "", reason: str = "", lines: int = 0, columns: int = 0) -> str:
    t = words(language())
    facts = {"most": f"{MAX_LINES:,}", "cells": f"{MAX_CELLS:,}", "lines": f"{lines:,}"}
    return render_template(
        "table.html",
        error=t[error].format(columns=f"{columns:,}", **facts) if error else "",
        reason=reason,
        suffixes=",".join(SUFFIXES),
        hint=t["table_file_hint"].format(mb=MAX_UPLOAD_BYTES // 2**20, lines=f"{MAX_LINES:,}"),
        minutes=MINUTES_KEPT,
        most_characters=MAX_CHARACTERS,
    )
