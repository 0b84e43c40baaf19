"""A real server, a real Chromium, and a record of every request that the page makes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOTS = Path(__file__).resolve().parent.parent.parent / "artifacts" / "e2e"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1100, "height": 900}


@pytest.fixture(scope="session")
def address():
    """Address of a server on a free port, without the last slash."""
    command = [sys.executable, "-m", "sms_classifier", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as server:
        yield re.search(r"http://[\d.:]+", server.stderr.readline())[0]
        server.terminate()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or pytest.fail("no chromium; run `make e2e`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, address):
    """Open pages; at the end see that nothing was fetched elsewhere, and nothing complained."""
    contexts, outside, complaints = [], [], []

    def note(request):
        if not request.url.startswith(address):
            outside.append(request.url)

    def open_(path="/", *, viewport=DESKTOP, scripts=True):
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts, locale="zh-CN")
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("request", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: complaints.append(said.text) if _matters(said) else None)
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert outside == []
    assert complaints == []


def _matters(said):
    """A 422 is told to the console as an error; it is what the test asked for."""
    return said.type in ("error", "warning") and "status of 4" not in said.text


@pytest.fixture
def shoot():
    """Keep a screenshot of the whole page in artifacts/e2e."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def shoot_(page, name):
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    return shoot_
