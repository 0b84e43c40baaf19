"""Peer and ours side by side, in turn, on distinct messages; prints the tables of RESULTS.md.

    python benchmarks/run.py                 # everything, 200,000 messages, about an hour
    python benchmarks/run.py --rows 20000    # a quick look
    python benchmarks/run.py --write         # also writes benchmarks/RESULTS.md

Every measurement is a process of its own on one pinned core, except where two are the question.
Peer and ours take turns, each round on rows that no round had before, so that what else the
machine does falls on both. Shown is the median of the rounds, with the lowest and highest.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / "artifacts" / "bench"
RESULTS = HERE / "RESULTS.md"
ROUNDS = 5
SCALING_ROUNDS = 3
LENGTHS = (20, 70, 200, 1000, 5000)


def worker(task: str, who: str, *files: Path, **options: object) -> dict[str, float]:
    """Measure in a fresh process."""
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, str(HERE / "worker.py"), task, who, *map(str, files), *flags]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def read_texts(rows: int) -> list[list[str]]:
    """Rows of distinct messages, made on first use."""
    table = WORK / f"messages-{rows}.csv"
    if not table.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(HERE / "texts.py"), str(rows), str(table)], check=True)
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def write_slice(rows: Sequence[Sequence[str]], start: int, stop: int) -> Path:
    """Write a table of some of the messages."""
    path = WORK / f"slice-{start}-{stop}.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([rows[0], *rows[1 + start : 1 + stop]])
    return path


def middle(values: Sequence[float], form: str = ",.0f") -> str:
    """Median, with the lowest and highest."""
    return f"{statistics.median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


def throughput(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """CSV in, CSV out with all columns of evidence, peer and ours in turn."""
    size = (len(rows) - 1) // ROUNDS
    variants: dict[str, tuple[str, str, dict[str, object]]] = {
        "peer, batched": ("table", "peer", {}),
        "ours": ("table", "ours", {}),
        "ours without a C compiler": ("table", "ours", {"without": "kernels"}),
        "ours without that and `fast`": ("table", "ours", {"without": "kernels,rjieba"}),
        "fastText on jieba's words (labels only)": ("fasttext", "ours", {}),
    }
    wall: dict[str, list[float]] = {name: [] for name in variants}
    cpu: dict[str, list[float]] = {name: [] for name in variants}
    memory: dict[str, float] = dict.fromkeys(variants, 0.0)
    for turn in range(ROUNDS):
        source = write_slice(rows, turn * size, (turn + 1) * size)
        target = WORK / "out.csv"
        for name, (task, who, options) in variants.items():
            files = (source, target) if task == "table" else (source,)
            found = worker(task, who, *files, **options)
            wall[name].append(size / found["wall"])
            cpu[name].append(found["cpu"] / size * 1e6)
            memory[name] = max(memory[name], found["rss"], found["rss_child"])
        source.unlink()
    yield f"## Throughput: {ROUNDS} rounds of {size:,} distinct messages, CSV in and out"
    yield "| | messages a second | × peer | µs of processor a message | × peer | peak MB |"
    yield "|---|---|---|---|---|---|"
    for name in variants:
        faster = [own / other for own, other in zip(wall[name], wall["peer, batched"], strict=True)]
        lighter = [other / own for own, other in zip(cpu[name], cpu["peer, batched"], strict=True)]
        yield (
            f"| {name} | {middle(wall[name])} | {middle(faster, '.1f')} | {middle(cpu[name])} "
            f"| {middle(lighter, '.1f')} | {memory[name]:.0f} |"
        )


def second_core(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The whole table by one process on one core and by two workers on two, in turn."""
    total = len(rows) - 1
    source = write_slice(rows, 0, total)
    wall: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(SCALING_ROUNDS):
        for jobs, seconds in wall.items():
            found = worker("table", "ours", source, WORK / "out.csv", jobs=jobs, cores=jobs)
            seconds.append(found["wall"])
    source.unlink()
    yield f"## Second core: {total:,} messages, {SCALING_ROUNDS} rounds, start of workers included"
    yield "| processes | seconds | × one |"
    yield "|---|---|---|"
    for jobs, seconds in wall.items():
        faster = [one / own for one, own in zip(wall[1], seconds, strict=True)]
        yield f"| {jobs} | {middle(seconds, '.1f')} | {middle(faster, '.2f')} |"


def growth(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Throughput and memory as the table and its messages grow."""
    total = len(rows) - 1
    yield "## Growth with rows"
    yield "| rows | ours µs of processor a message | peak MB |"
    yield "|---|---|---|"
    for size in (total // 100, total // 10, total):
        source = write_slice(rows, 0, size)
        found = worker("table", "ours", source, WORK / "out.csv")
        yield f"| {size:,} | {found['cpu'] / size * 1e6:.0f} | {found['rss']:.0f} |"
        source.unlink()
    yield ""
    yield "## Growth with length"
    yield "| characters | messages | peer µs a message | ours µs a message | × |"
    yield "|---|---|---|---|---|"
    texts = iter([row[-1] for row in rows[1:]] * 20)
    for length in LENGTHS:
        count = max(200, min(4000, 400_000 // length))
        source = WORK / f"length-{length}.csv"
        with source.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(rows[0])
            writer.writerows(["0", "0", _of_length(texts, length)] for _ in range(count))
        peers, own = (
            worker("table", who, source, WORK / "out.csv")["cpu"] / count * 1e6
            for who in ("peer", "ours")
        )
        yield f"| {length:,} | {count:,} | {peers:,.0f} | {own:,.0f} | {peers / own:.1f} |"
        source.unlink()


def _of_length(texts: Iterator[str], length: int) -> str:
    text = ""
    while len(text) < length:
        text += next(texts)
    return text[:length]


def latency(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """One warm message at a time, and everything that a first verdict waits for."""
    source = write_slice(rows, 0, 2000)
    yield "## One message"
    yield "| | warm p50 ms | warm p99 ms | cold, whole process ms |"
    yield "|---|---|---|---|"
    found: dict[str, list[tuple[float, float, float]]] = {"peer": [], "ours": []}
    for _ in range(ROUNDS):
        for who, rounds in found.items():
            warm = worker("latency", who, source)
            rounds.append((warm["p50"], warm["p99"], _cold(who)))
    for who, rounds in found.items():
        cells = (middle(values, ",.2f") for values in list(zip(*rounds, strict=True))[:2])
        yield f"| {who} | {' | '.join(cells)} | {middle([r[2] for r in rounds])} |"
    source.unlink()
    yield ""
    imports = [_seconds("-c", "import sms_classifier") for _ in range(ROUNDS)]
    nothing = [_seconds("-c", "pass") for _ in range(ROUNDS)]
    gained = statistics.median(imports) - statistics.median(nothing)
    yield f"`import sms_classifier`: {gained * 1e3:.0f} ms above Python's own start."


def _cold(who: str) -> float:
    return _seconds(str(HERE / "worker.py"), "cold", who) * 1e3


def _seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, cwd=ROOT, check=True)
    return time.perf_counter() - started


def machine() -> str:
    """What the figures were taken on."""
    try:
        cpu = next(
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
        load = Path("/proc/loadavg").read_text().split()[0]
    except (OSError, StopIteration):
        cpu, load = platform.processor(), "unknown"
    day = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"{day}; {cpu}, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}; load when it began: {load}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--write", action="store_true", help="keep the tables in RESULTS.md")
    args = parser.parse_args()
    shown = [f"Machine: {machine()}", ""]
    print(*shown, sep="\n", flush=True)
    rows = read_texts(args.rows)
    for section in (throughput, second_core, latency, growth):
        for line in (*section(rows), ""):
            print(line, flush=True)
            shown.append(line)
    if args.write:
        head = "# Results of the day\nMade by `make bench`; what it measures: README.md.\n"
        RESULTS.write_text("\n".join([head, *shown]), encoding="utf-8")


if __name__ == "__main__":
    main()
