"""jieba and its fast twin cut alike; neither reads or leaves a file."""

import csv
import marshal
import subprocess
import sys
from pathlib import Path

from sms_classifier.text.segment import _jieba_cut, cut

ROOT = Path(__file__).resolve().parent.parent.parent


def test_jieba_and_its_fast_twin_cut_alike():
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    slow = _jieba_cut()
    assert [text for text in texts if slow(text) != cut(text)] == []


def test_planted_cache_of_jieba_is_not_read(tmp_path):
    """Whoever can write the shared temporary folder could otherwise decide how words are cut."""
    cache = tmp_path / "jieba.cache"
    cache.write_bytes(marshal.dumps(({"请于": 10**9}, 10**9)))
    before = cache.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", "from sms_classifier.text.segment import _jieba_cut;print(*_jieba_cut()('请于明日还款'))"],
        env={"TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.split() == ["请", "于", "明日", "还款"]
    assert done.stderr == ""
    assert cache.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]
