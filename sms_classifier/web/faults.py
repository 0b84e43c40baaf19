"""Every fault as an answer: a page for people, problem+json for programs, no message in a log."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from sms_classifier.web.bounds import RETRY_SECONDS, BusyError

__all__ = ["PROBLEM_TYPE", "ProblemError", "register_faults"]

PROBLEM_TYPE = "application/problem+json"  # RFC 9457
API = "/api/"
_LOG = logging.getLogger(__name__)
_EXPLAINED = (400, 404, 405, 413, 415, 500, 503)


class ProblemError(Exception):
    """A fault of a call of the API.

    Parameters
    ----------
    status : int
    detail : str
        What is wrong and what to do; never the message itself.
    errors : sequence of dict
        ``pointer`` (RFC 6901) and ``detail`` of each part that is wrong.
    """

    def __init__(self, status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)


def register_faults(app: Flask) -> None:
    """Answer the faults of an application."""
    app.register_error_handler(ProblemError, _of_problem)
    app.register_error_handler(BusyError, _of_busy)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_bug)


def _of_problem(fault: ProblemError) -> Response:
    return _problem(fault.status, fault.detail, fault.errors)


def _of_busy(_: BusyError) -> Response:
    response = _answer(503, f"all places are taken; try again in {RETRY_SECONDS} s")
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _of_http(fault: HTTPException) -> Response:
    response = _answer(fault.code or 500, fault.description or "")
    allowed = dict(fault.get_headers()).get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _of_bug(fault: Exception) -> Response:
    """Log where it happened and what kind it is; what it says may hold a message."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    _LOG.error("%s at %s:%s", type(fault).__name__, place.filename, place.lineno)
    return _answer(500, "a fault of the program; the message was not recorded")


def _answer(status: int, detail: str) -> Response:
    if request.path.startswith(API):
        return _problem(status, detail)
    shown = status if status in _EXPLAINED else 400
    page = render_template("error.html", key=f"error_{shown}", status=status)
    return Response(page, status=status, mimetype="text/html")


def _problem(status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body), status=status, mimetype=PROBLEM_TYPE)
