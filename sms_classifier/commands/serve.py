"""``serve``: the page and its API, on this machine only unless told otherwise."""

from __future__ import annotations

import argparse
import sys

from sms_classifier.commands import port

__all__ = ["add_parser", "run"]

_EXTRA = {"flask", "jinja2", "markupsafe", "waitress", "werkzeug"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("serve", help="serve the web page and POST /api/classify")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: this machine only)")
    parser.add_argument("--port", type=port, default=8000, help="0: any free one (default: 8000)")
    parser.add_argument("--model", help="model folder (default: the shipped one)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from sms_classifier.classifier import load
    from sms_classifier.errors import MissingExtraError

    try:
        from sms_classifier.web import create_app
        from sms_classifier.web.server import is_loopback, open_server, port_of
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise MissingExtraError("the page and its API", "web") from error
    server = open_server(create_app(load(args.model)), args.host, args.port)
    if not args.quiet:
        text = _greeting(args.host, port_of(server), private=is_loopback(args.host))
        print(text, file=sys.stderr, flush=True)
    server.run()
    raise KeyboardInterrupt("stopped")  # the server takes Ctrl-C as its end, and returns


def _greeting(host: str, port: int, *, private: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    lines = [f"http://{shown}:{port}/ - stop with Ctrl-C"]
    if private:
        lines.append("only programs on this machine can reach it")
    else:
        lines.append(
            "whoever reaches this address can use it: there is no password and no encryption; "
            "put a reverse proxy with TLS before it, or leave --host out"
        )
    return "\n".join(lines)
