"""Write docs/reliability.md from what the runs left in ``results``."""

import json

from record import RESULTS, ROOT

HEAD = """# Reliability

Figures from runs, not promises. `make reliability` makes them again; this page is written by
`benchmarks/reliability/table.py` from `benchmarks/reliability/results`.

*Lost*: rows that are missing afterwards. *Wrong*: rows or answers other than the expected ones, or
a limit that was passed. *Crashed*: an end other than success or one clear line.

| fault or input | tries | lost | wrong | crashed | |
|---|---:|---:|---:|---:|---|
"""
COUNTS = ("tries", "lost", "wrong", "crashed")
ORDER = ("kills", "memory", "cases", "flips", "linear", "fuzz")


def main() -> None:
    """Write the table."""
    rows, made = [], []
    for name in ORDER:
        path = RESULTS / f"{name}.json"
        if not path.exists():
            made.append(f"- {name}: not run yet")
            continue
        found = json.loads(path.read_text("utf-8"))
        made.append(
            f"- {name}: {found['date']}, commit {found['commit']}, Python {found['python']}"
        )
        for row in found["outcomes"]:
            counts = " | ".join(
                f"{int(row[key]):,}" for key in ("tries", "lost", "wrong", "crashed")
            )
            rows.append(f"| {row['fault']} | {counts} | {row['note']} |")
    text = HEAD + "\n".join(rows) + "\n\nRuns:\n\n" + "\n".join(made) + "\n"
    (ROOT / "docs" / "reliability.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
