"""What several test files share: a small labelled table."""

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def labelled_rows():
    """Every fortieth message of the corpus: small enough to train on in a test, all labels."""
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))[::40]


@pytest.fixture
def labelled_table(tmp_path, labelled_rows):
    """A labelled table ``mine.csv`` with the columns that a user would have."""
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, ["text", "label", "group"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(labelled_rows)
    return path
