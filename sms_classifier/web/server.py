"""A server with bounded threads, connections and bodies, on one address."""

from __future__ import annotations

import ipaddress
import logging
import socket
from typing import Any

from flask import Flask
from waitress import create_server

from sms_classifier.errors import SmsClassifierError
from sms_classifier.web.bounds import MAX_UPLOAD_BYTES

__all__ = ["is_loopback", "open_server", "port_of"]

_THREADS = 8  # a slow upload and readers of static pages beside the two that work
_CONNECTIONS = 100  # each holds at most one request; further ones wait in the system's backlog
_BACKLOG = 256
_IDLE_SECONDS = 30
_HEADER_BYTES = 16 * 2**10
_LARGEST_BODY = 2 * MAX_UPLOAD_BYTES  # read in order to be refused on a page, not by a reset


def open_server(app: Flask, host: str, port: int) -> Any:
    """Bind an address; the server's ``run`` then serves until it is interrupted.

    Parameters
    ----------
    app : Flask
    host : str
    port : int
        0 takes any free port; see `port_of`.

    Raises
    ------
    SmsClassifierError
        If the address cannot be bound.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one line a request in a flood
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            backlog=_BACKLOG,
            channel_timeout=_IDLE_SECONDS,
            cleanup_interval=_IDLE_SECONDS // 3,
            max_request_header_size=_HEADER_BYTES,
            max_request_body_size=_LARGEST_BODY,
            ident=None,
        )
    except (OSError, ValueError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SmsClassifierError(
            f"{host}:{port}: cannot be served ({reason}); choose another --host or --port"
        ) from error


def port_of(server: Any) -> int:
    """Port that a server listens on; a name such as localhost may stand for two addresses."""
    listened = getattr(server, "effective_listen", None)
    return int(listened[0][1] if listened else server.effective_port)


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found)
