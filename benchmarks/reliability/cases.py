"""Hostile inputs with exact outcomes, counted from the tests that hold them.

``python benchmarks/reliability/cases.py`` runs these tests and keeps how many cases passed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from record import ROOT, Outcome, save

GROUPS = {
    "Hostile tables: newlines, NUL, quotes, ragged, truncated, links, read-only…":
        "tests/end_to_end/test_torture.py",
    "Hostile model folders: pickles, lying archives, altered arrays, swapped, truncated":
        "tests/contract/test_hostile_model.py",
    "Files written anywhere but where the user said": "tests/end_to_end/test_privacy.py",
    "Dask: workers killed, parts damaged": "tests/end_to_end/test_distributed.py",
}  # fmt: skip


def run(fault: str, path: str) -> Outcome:
    """Run the tests of a file; a failed one is a wrong outcome, an error a crash."""
    with tempfile.TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "", path, f"--junitxml={report}"],
            cwd=ROOT,
            check=False,
        )
        suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314
    counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    tries = counts["tests"] - counts["skipped"]
    return Outcome(fault, tries, 0, counts["failures"], counts["errors"], f"`{path}`")


def main() -> None:
    """Run all groups and keep the outcomes."""
    save("cases", [run(fault, path) for fault, path in GROUPS.items() if (ROOT / path).exists()])


if __name__ == "__main__":
    main()
