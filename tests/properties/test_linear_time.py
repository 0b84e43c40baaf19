"""Time per character is flat: no string makes a matcher go back over what it has read.

`benchmarks/reliability/linear.py` does it for every pattern alone, up to 100,000 characters.
"""

import time

import pytest

from sms_classifier.evidence import find_evidence
from sms_classifier.text.mask import mask
from sms_classifier.text.normalize import normalize

SHORT, LONG = 1_000, 20_000
ALLOWED = 5.0  # times the time per character; quadratic would be 20


def seconds_a_character(run, text):
    times = []
    for _ in range(3):
        started = time.process_time()
        run(text)
        times.append(time.process_time() - started)
    return min(times) / len(text)


@pytest.mark.parametrize("run", [normalize, find_evidence, mask], ids=lambda run: run.__name__)
@pytest.mark.parametrize(
    "seed",
    [
        pytest.param("万元", id="sums"),
        pytest.param("86", id="digits"),
        pytest.param("1,234,", id="grouped-digits"),
        pytest.param("*", id="stars"),
        pytest.param("x", id="letter"),
        pytest.param("尾号", id="words-before-a-number"),
        pytest.param("卡号1234", id="cards"),
        pytest.param("请勿转账到个人账户", id="denials"),
        pytest.param("转账到", id="openings"),
        pytest.param("a.", id="links"),
        pytest.param("凍", id="traditional"),
        pytest.param("欠 ", id="separators"),
        pytest.param("\u200b", id="invisible"),
        pytest.param("王先生", id="names"),
        pytest.param("o", id="letters-for-digits"),
        pytest.param("1oоо", id="letters-behind-digits"),
        pytest.param("五1a", id="numerals"),
    ],
)
def test_time_per_character_is_flat(run, seed):
    short, long = ((seed * length)[:length] for length in (SHORT, LONG))
    run(short)
    for _ in range(3):  # a busy machine gets more than one chance, a quadratic matcher has none
        if seconds_a_character(run, long) < ALLOWED * seconds_a_character(run, short) + 1e-7:
            return
    pytest.fail(f"{run.__name__} takes longer per character, the longer the text")
