"""What a reliability run found, kept as JSON beside this file until `table.py` prints it."""

import json
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Outcome:
    """One line of docs/reliability.md.

    Attributes
    ----------
    fault : str
        Fault or input.
    tries : int
    lost : int
        Rows that are missing afterwards, or refusals that did not come.
    wrong : int
        Rows that differ, or answers other than the expected one.
    crashed : int
        Ends other than success or one clear line.
    note : str
        Measurements that belong to it.
    """

    fault: str
    tries: int
    lost: int
    wrong: int
    crashed: int
    note: str = ""


def save(name: str, outcomes: list[Outcome]) -> None:
    """Keep the outcomes of one run, with the code and the machine that gave them."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    found = {
        "date": datetime.now(tz=UTC).date().isoformat(),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for outcome in outcomes:
        print(outcome)
