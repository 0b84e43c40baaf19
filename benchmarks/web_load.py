"""Load on the page over loopback: requests a second and latency, up to and beyond its bounds.

    python benchmarks/web_load.py

Starts ``sms-classifier serve`` on a free port and keeps N connections asking it, each as fast as
it is answered. Server and clients share the machine, so the figures are a lower bound.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

TEXT = (
    "【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期，请登录掌上生活App还款，如已还请忽略"
)
FORM = urlencode({"text": TEXT}).encode()
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
CALLS = {
    "GET /": ("GET", "/", None, {}),
    "POST / (verdict)": ("POST", "/", FORM, FORM_TYPE),
    "POST /api/classify": (
        "POST",
        "/api/classify",
        json.dumps({"text": TEXT}).encode(),
        {"Content-Type": "application/json"},
    ),
}
CONNECTIONS = (1, 4, 16, 64, 100, 300)
SECONDS = float(os.environ.get("SECONDS", "5"))
PATIENCE = 30.0  # seconds a client waits


class Client(threading.Thread):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, port: int, call: tuple, until: float) -> None:
        super().__init__()
        self.port, self.call, self.until = port, call, until
        self.seconds: list[float] = []
        self.outcomes: Counter[str] = Counter()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        method, path, body, headers = self.call
        while time.monotonic() < self.until:
            started = time.monotonic()
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                self.outcomes[str(answer.status)] += 1
                self.seconds.append(time.monotonic() - started)
            except OSError as error:
                self.outcomes[type(error).__name__] += 1
                connection.close()
        connection.close()


def load(port: int, call: tuple, connections: int) -> dict[str, object]:
    until = time.monotonic() + SECONDS
    started = time.monotonic()
    clients = [Client(port, call, until) for _ in range(connections)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    spent = time.monotonic() - started
    seconds = sorted(second for client in clients for second in client.seconds)
    outcomes = sum((client.outcomes for client in clients), Counter())
    return {
        "rps": len(seconds) / spent,
        "p50": 1000 * seconds[len(seconds) // 2] if seconds else float("nan"),
        "p99": 1000 * seconds[int(len(seconds) * 0.99)] if seconds else float("nan"),
        "max": 1000 * seconds[-1] if seconds else float("nan"),
        "outcomes": dict(outcomes),
    }


def memory_and_threads(pid: int) -> tuple[float, int]:
    status = Path(f"/proc/{pid}/status").read_text()
    found = {key: int(re.search(rf"{key}:\s+(\d+)", status)[1]) for key in ("VmRSS", "Threads")}
    return found["VmRSS"] / 1024, found["Threads"]


def time_start(port: int, started: float) -> None:
    method, path, body, headers = CALLS["POST / (verdict)"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, body, headers)
    connection.getresponse().read()
    print(f"first verdict {time.monotonic() - started:.2f} s after the command")
    for page in ("/", "/en/", "/table", "/learn", "/static/style.css", "/static/icon.svg"):
        connection.request("GET", page)
        print(f"{page}: {len(connection.getresponse().read()):,} bytes")
    many = json.dumps({"texts": [TEXT] * 500}).encode()
    rows = "text\n" + f'"{TEXT}"\n' * 49_999
    table = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        + rows.encode()
        + b"\r\n--x--\r\n"
    )
    for name, path, body, kind in (
        ("500 texts in one call", "/api/classify", many, "application/json"),
        ("a table of 49,999 rows", "/table", table, "multipart/form-data; boundary=x"),
    ):
        begun = time.monotonic()
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        print(f"{name}: {answer.status} in {time.monotonic() - begun:.2f} s, {len(body):,} bytes")
    connection.close()


def main() -> None:
    command = [sys.executable, "-m", "sms_classifier", "serve", "--port", "0"]
    started = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as server:
        try:
            port = int(re.search(r":(\d+)/", server.stderr.readline())[1])
            print(f"listens after {time.monotonic() - started:.2f} s")
            time_start(port, started)
            columns = (
                "request, connections, a second, p50 ms, p99 ms, max ms, outcomes, MB, threads"
            )
            print("| " + columns.replace(", ", " | ") + " |")
            print("|---" * len(columns.split(", ")) + "|")
            for name, call in CALLS.items():
                for connections in CONNECTIONS:
                    row = load(port, call, connections)
                    times = " | ".join(f"{row[key]:.0f}" for key in ("rps", "p50", "p99", "max"))
                    rss, threads = memory_and_threads(server.pid)
                    print(
                        f"| {name} | {connections} | {times} | {row['outcomes']} "
                        f"| {rss:.0f} | {threads} |",
                        flush=True,
                    )
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
