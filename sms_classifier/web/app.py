"""The application: pages in two languages, the API, bounds and security headers."""

from __future__ import annotations

from flask import Flask, Response, request
from jinja2 import StrictUndefined

from sms_classifier.advice.reasons import in_chinese
from sms_classifier.classifier import SmsClassifier
from sms_classifier.web.api import build_api
from sms_classifier.web.bounds import MAX_API_BYTES, MAX_FORM_BYTES, MAX_UPLOAD_BYTES, Gate
from sms_classifier.web.faults import register_faults
from sms_classifier.web.marking import group_of
from sms_classifier.web.pages import build_pages, page_context
from sms_classifier.web.shelf import Shelf
from sms_classifier.web.verdict import dial

__all__ = ["SECURITY_HEADERS", "create_app"]

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_WORKING = 2  # one message takes about 1 ms and holds the interpreter's lock: more gains nothing
_PATIENCE = 3.0  # seconds; a reader would have pressed the button again
_STATIC_SECONDS = 3600
_LARGEST = {  # by endpoint, without its blueprint
    "table_upload": MAX_UPLOAD_BYTES,
    "classify": MAX_API_BYTES,
}


def create_app(classifier: SmsClassifier) -> Flask:
    """Build the application around a classifier.

    Parameters
    ----------
    classifier : SmsClassifier
        Used by all requests; explains one message at once, so that the first visitor does not
        wait for dictionaries.

    Examples
    --------
    >>> from sms_classifier import load
    >>> app = create_app(load())
    >>> answer = app.test_client().post("/api/classify", json={"text": "请把钱转到我个人账户"})
    >>> answer.status_code, answer.json["findings"][0]["kind"]
    (200, 'private_payment')
    """
    classifier.explain("您好")
    app = Flask(__name__)
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_BYTES
    app.config["MAX_FORM_PARTS"] = 16
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _STATIC_SECONDS
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"dial": dial, "group": group_of, "chinese": in_chinese}
    gate = Gate(_WORKING, _PATIENCE)
    pages = build_pages(classifier, gate, Gate(1, _PATIENCE), Shelf())
    app.register_blueprint(pages, name="zh")  # at the root: Chinese first
    app.register_blueprint(pages, name="en", url_prefix="/en")
    app.register_blueprint(build_api(classifier, gate))
    app.context_processor(page_context)
    app.before_request(_bound)
    app.after_request(_secure)
    register_faults(app)
    return app


def _bound() -> None:
    """Allow a large body only where one is meant."""
    name = (request.endpoint or "").rpartition(".")[2]
    request.max_content_length = _LARGEST.get(name, MAX_FORM_BYTES)


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
