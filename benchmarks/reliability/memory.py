"""Memory of a long run: five million rows must take no more than a hundred thousand do.

``python benchmarks/reliability/memory.py --rows 5000000``
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from big_table import write_table
from record import Outcome, save

FEW = 100_000
ALLOWED = 1.25  # times the memory of the short run


def peak_megabytes(folder: Path, rows: int) -> tuple[float, int, int]:
    """Greatest resident memory, rows written, and exit code of one run."""
    source, target = folder / "in.csv", folder / "out.csv"
    write_table(source, rows)
    command = [sys.executable, "-m", "sms_classifier", "predict", str(source), "-o", str(target)]
    process = subprocess.Popen([*command, "-q"])
    _, status, usage = os.wait4(process.pid, 0)
    written = _records(target) if target.exists() else 0
    source.unlink()
    target.unlink(missing_ok=True)
    return usage.ru_maxrss / 1024, written, os.waitstatus_to_exitcode(status)


def _records(path: Path) -> int:
    """Rows of an output, by its own reader: cells may hold line breaks."""
    from sms_classifier.tables.read import open_table

    with open_table(path, text_column="status") as table:
        return sum(len(chunk) for chunk in table.chunks)


def main() -> None:
    """Run it and keep the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        short, _, first = peak_megabytes(Path(made), FEW)
        long, written, second = peak_megabytes(Path(made), args.rows)
    note = f"at most {long:.0f} MB, {short:.0f} MB for {FEW:,} rows"
    wrong = int(long > ALLOWED * short)
    crashed = int(first != 0) + int(second != 0)
    fault = f"{args.rows:,} rows in one run"
    save("memory", [Outcome(fault, 1, args.rows - written, wrong, crashed, note)])


if __name__ == "__main__":
    main()
