"""One measurement in a process of its own; prints one line of JSON. `run.py` starts it.

python benchmarks/worker.py table ours IN.csv OUT.csv
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
MESSAGE = "【招商银行】您尾号1234的信用卡应还1,280.50元，请于8月15日前还款，详询95555"


def timed(action: Callable[[], Any]) -> dict[str, float]:
    """Seconds by the wall and of the processors, children included."""
    wall, cpu = time.perf_counter(), _cpu()
    action()
    return {"wall": time.perf_counter() - wall, "cpu": _cpu() - cpu}


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak_mb() -> dict[str, float]:
    """Peak memory of this process and of the largest child."""
    return {
        name: resource.getrusage(who).ru_maxrss / 1024
        for name, who in (("rss", resource.RUSAGE_SELF), ("rss_child", resource.RUSAGE_CHILDREN))
    }


def table(who: str, source: Path, target: Path, jobs: int) -> dict[str, float]:
    """CSV in, CSV out, after a first small table that loads whatever is loaded once."""
    warm = target.with_suffix(".warm.csv")
    _head(source, warm, 50)
    run = _ours(jobs) if who == "ours" else _peer()
    run(warm, target)
    warm.unlink()
    return timed(lambda: run(source, target)) | peak_mb()


def _ours(jobs: int) -> Callable[[Path, Path], Any]:
    from sms_classifier.cli import main

    return lambda source, target: main(
        ["predict", "-q", str(source), "-o", str(target), "--jobs", str(jobs)]
    )


def _peer() -> Callable[[Path, Path], Any]:
    import peer

    return peer.load().predict_table


def _head(source: Path, target: Path, rows: int) -> None:
    with (
        source.open(encoding="utf-8", newline="") as lines,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        csv.writer(out).writerows(islice(csv.reader(lines), rows + 1))


def latency(who: str, source: Path) -> dict[str, float]:
    """One message after the other through the path that a caller would use."""
    texts = _texts(source)
    answer = _answer(who)
    for text in texts[:100]:
        answer(text)
    seconds = []
    for text in texts[100:]:
        started = time.perf_counter()
        answer(text)
        seconds.append(time.perf_counter() - started)
    seconds.sort()
    return {
        "p50": seconds[len(seconds) // 2] * 1e3,
        "p99": seconds[len(seconds) * 99 // 100] * 1e3,
    }


def _answer(who: str) -> Callable[[str], Any]:
    if who == "ours":
        from sms_classifier import load

        classifier = load()
        return lambda text: classifier.columns([text])
    import peer

    fitted = peer.load()
    return lambda text: fitted.verdicts([text])


def cold(who: str) -> None:
    """What a first verdict costs; `run.py` times the whole process."""
    if who == "ours":
        from sms_classifier.cli import main

        main(["explain", MESSAGE])
    else:
        print(_answer(who)(MESSAGE))


def fasttext(source: Path) -> dict[str, float]:
    """FastText on jieba's words: labels only, no evidence, no CSV out. For the record."""
    import fasttext as library
    import peer

    peer.cut("预热")
    model = str(HERE.parent / "artifacts" / "bench" / "fasttext.bin")
    if not Path(model).exists():
        _train_fasttext(library, peer.cut, model)
    fitted = library.load_model(model)
    texts = _texts(source)

    def run() -> None:
        fitted.predict([" ".join(peer.cut(text.replace("\n", " "))) for text in texts])

    return timed(run) | peak_mb()


def _train_fasttext(library: Any, cut: Callable[[str], list[str]], model: str) -> None:
    rows = HERE.parent / "data" / "messages.csv"
    training = Path(model).with_suffix(".txt")
    with rows.open(encoding="utf-8", newline="") as lines, training.open("w") as out:
        for row in csv.DictReader(lines):
            words = " ".join(cut(row["text"].replace("\n", " ")))
            out.write(f"__label__{row['label']} {words}\n")
    library.train_supervised(str(training), epoch=10, wordNgrams=2, verbose=0).save_model(model)


def _texts(source: Path) -> list[str]:
    with source.open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=("table", "latency", "cold", "fasttext"))
    parser.add_argument("who", choices=("ours", "peer"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument(
        "--without", default="", help="packages to hide, or `kernels`, joined by commas"
    )
    args = parser.parse_args(argv)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.cores])
    for name in filter(None, args.without.split(",")):
        if name == "kernels":
            os.environ["SMS_CLASSIFIER_PYTHON_ONLY"] = "1"
        else:
            sys.modules[name] = None  # type: ignore[assignment]
    tasks: dict[str, Callable[[], Any]] = {
        "table": lambda: table(args.who, *args.files, args.jobs),
        "latency": lambda: latency(args.who, *args.files),
        "cold": lambda: cold(args.who),
        "fasttext": lambda: fasttext(*args.files),
    }
    result = tasks[args.task]()
    if result is not None:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
