"""Time per character of every regular expression and matcher, on strings made to hurt.

``python benchmarks/reliability/linear.py`` prints the worst ones and keeps the outcome. What is
linear takes the same time per character whatever the length; what backtracks without bound takes
a hundred times more at a hundred times the length.
"""

import functools
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from record import Outcome, save

import sms_classifier
from sms_classifier.evidence.expressions import EXPRESSIONS
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.patterns import PatternSet

LENGTHS = (100, 1_000, 10_000, 100_000)
ALLOWED = 5.0  # times the time per character at 1,000 characters; quadratic would be 100
SUSPECTS = 4  # strings of each matcher that are tried at full length
NOISE = 2e-8  # seconds a character: below, the clock tells nothing

# Each is repeated up to the length. Digits, marks and blanks feed the counted runs, Chinese
# words the openings of the rules; the last ones nearly match and then fail.
SEEDS = (
    *[
        "1",
        "a",
        "*",
        ".",
        ",",
        "-",
        "/",
        "欠",
        "〇",
        "年",
        "元",
        "【",
        "(",
        '"',
        "@",
        "#",
        "\\",
        "1-",
        "1.",
        "1,",
        "1*",
        "a.",
        "a1",
        "a-",
        "ab.cn/",
        "http://",
        "www.",
        "86",
        "0o",
        "l1",
        "欠.",
        "一百",
        "十万",
        "万元",
        "2024年",
        "8月",
        "逾期",
        "尾号",
        "尊敬的",
        "王",
        "张伟",
        "先生",
        "还款",
        "加微信",
        "加我",
        "转账到",
        "个人账户",
        "律师",
        "银行",
        "法院",
        "有限公司",
        "客服",
        "联系",
        "您好,",
        "请勿",
        "不要",
        "验证码",
        "下载",
        "点击",
        "【银行】",
        "欧阳",
        "(2025)",
        "第12期",
        "1280.50",
        "¥1,",
        "逾期3天",
        "138-1234-",
        "x",
        "x*",
        "1,234,",
        "请勿转账到个人账户",
        "欠款1元",
        "卡号1234",
        "凡",
        "a@",
        "a_1-",
        "名下",
        "借款人",
        "凍",
        "薇信",
        "１",
    ],
    *(" ", "\n", "1 ", "欠 ", "6222 ", "138 ", "\u200b", "\ud800"),
)


_CACHED = type(functools.cache(len))


def modules() -> Iterator[Any]:
    """Every module of the package that is imported without running anything."""
    for module in pkgutil.walk_packages(sms_classifier.__path__, "sms_classifier."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Compiled patterns of the package by the place where they stand."""
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, _CACHED) and value.__module__ == module.__name__:
                value = None if value.__wrapped__.__code__.co_argcount else value()
            for place, pattern in enumerate(_inside(value, depth=3)):
                mark = "" if place == 0 else f"[{place}]"
                found.setdefault(f"{module.__name__}.{name}{mark}", pattern)
    unique = {id(pattern): name for name, pattern in reversed(found.items())}
    return {name: found[name] for name in sorted(unique.values())}


def _inside(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    """Patterns in nested tuples, mappings and records."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif depth and isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from _inside(item, depth - 1)
    elif depth and isinstance(value, dict):
        yield from _inside(list(value.values()), depth - 1)
    elif depth and hasattr(type(value), "__dataclass_fields__"):
        fields = type(value).__dataclass_fields__
        yield from _inside([getattr(value, name) for name in fields], depth - 1)


def matchers() -> dict[str, Callable[[str], object]]:
    """What is run over a whole text: patterns, and the functions that use them together."""
    from sms_classifier.evidence import find_evidence
    from sms_classifier.model.features import read
    from sms_classifier.text.mask import mask
    from sms_classifier.text.normalize import normalize
    from sms_classifier.text.segment import cut

    found: dict[str, Callable[[str], object]] = {
        function.__name__: function for function in (normalize, find_evidence, read, mask)
    }
    found["cut"] = lambda text: cut(normalize(text).plain)
    for name, pattern in patterns().items():
        found[name] = partial(_exhaust, pattern)
    for name, sought in EXPRESSIONS.items():
        found[f"expression {name}"] = partial(_find, PatternSet({name: sought.expression}))
        found[f"{name} in re"] = partial(_exhaust, re.compile(sought.expression.source))
    return found


def _find(patterns: PatternSet, text: str) -> None:
    patterns.find(TextChunk([text]))


def _exhaust(pattern: re.Pattern[str], text: str) -> None:
    for _ in pattern.finditer(text):
        pass


def seconds_a_character(run: Callable[[str], object], seed: str, length: int) -> float:
    """Best of some tries; the processor's time, so that a busy machine does not count."""
    text = (seed * (length // len(seed) + 1))[:length]
    best = float("inf")
    for _ in range(max(1, min(9, 20_000 // length))):
        started = time.process_time_ns()
        run(text)
        best = min(best, time.process_time_ns() - started)
    return max(NOISE, best / 1e9 / length)


def worst_of(run: Callable[[str], object]) -> tuple[float, str, list[float]]:
    """Greatest growth of a matcher, the string it is on, and its seconds per character.

    All strings up to 10,000 characters; the ones that grow most there, up to 100,000.
    """
    short = {seed: [seconds_a_character(run, seed, n) for n in LENGTHS[:-1]] for seed in SEEDS}
    suspects = sorted(SEEDS, key=lambda seed: short[seed][-1] / short[seed][1])[-SUSPECTS:]
    found = []
    for seed in suspects:
        times = short[seed]
        if times[-1] < ALLOWED * times[1]:  # else a hundred thousand may take hours
            times = [*times, seconds_a_character(run, seed, LENGTHS[-1])]
        found.append((times[-1] / times[1], seed, times))
    return max(found)


def main() -> None:
    """Measure all, print the worst, keep the outcome."""
    wrong, rows = 0, []
    for name, run in matchers().items():
        factor, seed, times = worst_of(run)
        wrong += factor > ALLOWED
        rows.append((factor, name, seed, times))
        if factor > ALLOWED:
            print(f"{factor:6.1f} {name} {seed!r} {[f'{t * 1e6:.2f}' for t in times]}", flush=True)
    rows.sort(reverse=True)
    for factor, name, seed, times in rows[:10]:
        print(f"{factor:6.1f} {name} {seed!r} {[f'{t * 1e6:.3f}' for t in times]}")
    factor, name, _, _ = rows[0]
    note = (
        f"{len(rows)} patterns and functions on {len(SEEDS)} strings of 100 to 10,000 characters,"
    )
    note += f" the {SUSPECTS} worst of each also 100,000 long; at most {factor:.1f} times slower"
    note += f" a character than at 1,000 (`{name}`)"
    tries = len(rows) * len(SEEDS)
    save("linear", [Outcome("Adversarial strings: time per character", tries, 0, wrong, 0, note)])


if __name__ == "__main__":
    sys.exit(main())
