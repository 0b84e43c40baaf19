"""The kernel, jieba and its fast twin cut alike; none of them reads or leaves a file."""

import csv
import io
import marshal
import math
import subprocess
import sys
from ctypes import c_double
from itertools import islice
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.native import kernels
from sms_classifier.text import segment
from sms_classifier.text.dictionary import Dictionary, default_dictionary
from sms_classifier.text.segment import _jieba_cut, _rjieba_cut, cut_joined, is_fast

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / "artifacts" / "bench" / "messages-200000.csv"
DICTIONARY = Path(jieba.__file__).with_name("dict.txt")
HOSTILE = [
    "", "\n", "\r\n", "\r\r\n\n", "还\r\n款", "\r", " \t\u3000\x85\u2028\x1c", "\0", "\ud800\udc00",
    "中\ud83d国", chr(0x10FFFF), "𠀀中国𠀁", "\u4dff\u4e00\u9fd5\u9fd6", "a-b_c.d%e&f#g+h", "C++", "c#",
    "AT&T", "B超", "T恤", "3.14%", "１２ab", "abc1中2d国3", "还款a", "a" * 10_000, "1" * 9_999 + "元",
    "中" * 10_000, "中华人民共和国" * 1_500, "\r\n" * 5_000, "不" * 9_999 + "\ud800", "卡尔·马克思",
]  # fmt: skip
ODD = st.text(st.sampled_from("中国人民共和还款逾期不一 \r\n\t\u3000a1Z9+#&._%-·,。\ud800𠀀\u9fd6"), max_size=60)  # fmt: skip
ENTRIES = st.dictionaries(
    st.text("中国人a1+", min_size=1, max_size=4), st.integers(0, 4), min_size=1, max_size=20
)
compiled = pytest.mark.skipif(kernels() is None, reason="no kernels")


@pytest.fixture(scope="module")
def slow():
    return _jieba_cut()


@pytest.fixture(scope="module")
def messages():
    """Messages of the corpus, and of the large table where it was made; 20,000 at most."""
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in islice(csv.DictReader(lines), 10_000)]
    if BENCH.exists():
        with BENCH.open(encoding="utf-8", newline="") as lines:
            texts += [row["text"] for row in islice(csv.DictReader(lines), 20_000 - len(texts))]
    return texts


def test_all_segmenters_cut_messages_alike(slow, messages):
    fast = [_rjieba_cut()] if is_fast() else []
    native = default_dictionary()
    segmenters = [*fast, native.cut] if native else fast
    for text in messages:
        expected = slow(text)
        for segmenter in segmenters:
            assert segmenter(text) == expected, text


@compiled
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_kernel_cuts_hostile_strings_as_jieba(text, slow):
    assert default_dictionary().cut(text) == slow(text)


@compiled
@settings(deadline=None)
@given(st.one_of(ODD, st.text(max_size=60)))
def test_kernel_cuts_any_string_as_jieba(slow, text):
    assert default_dictionary().cut(text) == slow(text)


@compiled
@settings(deadline=None, max_examples=300)
@given(ENTRIES, ENTRIES, st.text("中国人a1+ ", max_size=20))
def test_kernel_cuts_by_any_dictionary_as_jieba(entries, more, text):
    """Ties, frequencies of 0, and words that stand twice."""
    rows = [*entries.items(), *more.items()]
    if not any(frequency for _, frequency in rows):
        return
    lines = "".join(f"{word} {frequency} n\n" for word, frequency in rows).encode()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(io.BytesIO(lines))
    tokenizer.initialized = True
    assert Dictionary(kernels(), lines).cut(text) == tokenizer.lcut(text, HMM=False)


@compiled
@pytest.mark.parametrize(
    "lines",
    [
        b"", b"\n", b"x", b"x \n", b"x y\n", b"x -3\n", b"x 1\n\ny 2\n", b"x  3\n", b"x 0\n", b"x 3y\n",
        b"\xff 3\n", b"\xe4\xb8 3\n", b"\xed\xa0\x80 3\n", b"\xc0\x80 3\n", b"\xf4\x90\x80\x80 3\n",
        b"x 99999999999999999999\n",
    ],
)  # fmt: skip
def test_what_is_no_dictionary_is_refused(lines):
    with pytest.raises(ValueError, match="not a dictionary"):
        Dictionary(kernels(), lines)


@compiled
@pytest.mark.parametrize("lines", ["还款 3\n请 1", "还款 3 v\r\n请 1 x\r\n", " 还款 3\n请 1 a b "])
def test_dictionary_may_end_its_lines_in_any_way(lines):
    assert Dictionary(kernels(), lines.encode()).cut("请还款") == ["请", "还款"]


@compiled
def test_logarithms_are_those_of_python():
    """Weights, and so ties, come out the same only if they are."""
    library = kernels()
    library.log.restype, library.log.argtypes = c_double, [c_double]
    frequencies = {int(line.split()[1]) for line in DICTIONARY.read_bytes().splitlines()}
    frequencies.add(sum(int(line.split()[1]) for line in DICTIONARY.read_bytes().splitlines()))
    assert [n for n in frequencies if n and library.log(n) != math.log(n)] == []


@compiled
def test_kernel_needs_no_segmenter():
    program = "import sys; from sms_classifier.text.segment import cut; cut('请还款'); print({'jieba', 'rjieba'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == [b"set()"]


def test_without_kernels_the_segmenters_of_python_cut(monkeypatch):
    monkeypatch.setattr(segment, "default_dictionary", lambda: None)
    segment._cut.cache_clear()
    assert cut_joined(["请还款", "还款"]) == ["请", "还款", "\n", "还款"]
    monkeypatch.setattr(segment, "is_fast", lambda: False)
    segment._cut.cache_clear()
    assert cut_joined(["请还款", "还款"]) == ["请", "还款", "\n", "还款"]
    segment._cut.cache_clear()


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
