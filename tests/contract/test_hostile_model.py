"""A model folder is data: nothing in it runs, and whatever is wrong with it is one line."""

import io
import json
import os
import pickle
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import joblib
import numpy as np
import pytest

import sms_classifier as sms
from sms_classifier.cli import main
from sms_classifier.errors import ModelError
from sms_classifier.model.archive import pack, unpack
from sms_classifier.model.arrays import ARRAYS
from sms_classifier.model.folder import FORMAT_VERSION, read_pipeline, seal, write_folder

ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT = ROOT / "models" / "default"
TEXT = "您的借款已逾期，请尽快处理"
STEP = 1_000  # bytes between flipped bits


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "m"
    shutil.copytree(DEFAULT, made)
    return made


@pytest.fixture(scope="module")
def state():
    return unpack((DEFAULT / "scorer.npz").read_bytes())


def vouch(folder, **changes):
    """Write a card that vouches for the files as they are: what a forger can do."""
    card = json.loads((DEFAULT / "card.json").read_text("utf-8")) | changes
    for name in card["files"]:
        card["files"][name] = sha256((folder / name).read_bytes()).hexdigest()
    card["card_sha256"] = seal(card)
    (folder / "card.json").write_text(json.dumps(card), "utf-8")


def refused(folder):
    with pytest.raises(ModelError) as caught:
        sms.load(folder)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def npz(**members):
    buffer = io.BytesIO()
    np.savez(buffer, **members)
    return buffer.getvalue()


def zipped(content, name="bias.npy", *, times=1):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for _ in range(times):
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(header):
    """A member that says what it likes about itself."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(64)


def run_every_command(folder, table):
    for command in (
        ["explain", TEXT],
        ["info"],
        ["predict", str(table), "-o", str(table.with_name("out.csv")), "--prefix", "sms_"],
        ["evaluate", str(table)],
    ):
        yield main([*command, "--model", str(folder)])


def test_no_command_opens_a_vouched_for_pickle(folder, tmp_path, labelled_table):
    trace = tmp_path / "ran"
    joblib.dump(Bomb(trace), folder / "model.joblib")
    vouch(folder)
    assert set(run_every_command(folder, labelled_table)) == {0}
    sms.load(folder).predict([TEXT])
    assert not trace.exists()
    read_pipeline(folder)
    assert trace.exists(), "the bomb is live: only the explicit request set it off"


def test_pipeline_is_not_opened_when_its_hash_differs(folder, tmp_path):
    trace = tmp_path / "ran"
    joblib.dump(Bomb(trace), folder / "model.joblib")
    with pytest.raises(ModelError, match=r"model\.joblib is not the file its card describes"):
        read_pipeline(folder)
    assert not trace.exists()


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(lambda bomb: pickle.dumps(bomb), id="pickle"),
        pytest.param(lambda bomb: npz(bias=np.array([bomb], dtype=object)), id="npz"),
        pytest.param(lambda bomb: zipped(pickle.dumps(bomb)), id="pickle-in-zip"),
        pytest.param(lambda bomb: zipped(pickle.dumps(bomb), "bias.pkl"), id="other-member"),
    ],
)
def test_nothing_in_a_vouched_for_scorer_runs(folder, tmp_path, labelled_table, hostile):
    trace = tmp_path / "ran"
    (folder / "scorer.npz").write_bytes(hostile(Bomb(trace)))
    vouch(folder)
    assert set(run_every_command(folder, labelled_table)) == {2}
    assert "is not a scorer" in refused(folder)
    assert not trace.exists()


HEADER = "{{'descr': {}, 'fortran_order': False, 'shape': {}, }}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b"\x93NUMPY\x01\x00v\x00", "damaged", id="npy"),
        pytest.param(zipped(bytes(2**29 + 1)), "unpacks to more", id="zip-bomb"),
        pytest.param(zipped(npy(HEADER.format("'<f8'", "(10**12,)"))), "damaged", id="code-as-shape"),
        pytest.param(zipped(npy(HEADER.format("'<f8'", "(1000000000000,)"))), "shape", id="huge-claim"),
        pytest.param(zipped(npy(HEADER.format("'<f8'", "(-8,)"))), "shape", id="negative-claim"),
        pytest.param(zipped(npy(HEADER.format("'<U0'", "(9,)"))), "not plain", id="no-size"),
        pytest.param(zipped(npy(HEADER.format("'|O'", "(8,)"))), "not plain", id="objects"),
        pytest.param(zipped(npy(HEADER.format("[('a', '<f8')]", "(8,)"))), "not plain", id="records"),
        pytest.param(zipped(npy("(" * 900)), "damaged", id="nested-header"),
        pytest.param(zipped(npy("{" + " " * 5_000)), "damaged", id="long-header"),
        pytest.param(zipped(b"\x93NUMPY\x09\x00"), "newer numpy", id="newer-npy"),
    ],
)  # fmt: skip
def test_archive_that_lies(folder, content, says):
    (folder / "scorer.npz").write_bytes(content)
    vouch(folder)
    assert says in refused(folder)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archive_with_a_name_twice(folder):
    (folder / "scorer.npz").write_bytes(zipped(b"", times=2))
    vouch(folder)
    assert "twice" in refused(folder)


def changed(array, place, value):
    copy = array.copy()
    copy[(place,) * copy.ndim] = value
    return copy


def joined(ngrams):
    return np.frombuffer("\n".join(ngrams).encode(), np.uint8)


ALTERED = [
    *(pytest.param(name, lambda a: changed(a, 0, np.nan), "outside", id=f"{name}-nan")
      for name, row in ARRAYS.items() if row.kind == "f"),
    *(pytest.param(name, lambda a: changed(a, -1, 5e4), "outside", id=f"{name}-huge")
      for name, row in ARRAYS.items() if row.kind == "f"),
    *(pytest.param(name, lambda a: a[:-1], name if name != "evidence_names" else "features",
                   id=f"{name}-short") for name in ARRAYS if name not in ("ngrams_words", "ngrams_chars")),
    *(pytest.param(name, lambda a: a[None], name, id=f"{name}-dimension")
      for name in ARRAYS if name != "evidence_names"),
    *(pytest.param(name, lambda a: np.zeros(a.shape, np.int64), name, id=f"{name}-type")
      for name in ARRAYS if name != "evidence_names"),
    pytest.param("ngrams_idf", lambda a: changed(a, 0, 0.5), "outside", id="idf-below-1"),
    pytest.param("thresholds", lambda a: changed(a, 0, 1.5), "outside", id="threshold-over-1"),
    pytest.param("ngrams_words", lambda a: a[:-40], "ngrams", id="fewer-words"),
    pytest.param("ngrams_words", lambda a: joined(["还款"] * 9), "no vocabulary", id="double-words"),
    pytest.param("ngrams_chars", lambda a: joined(["还款逾期"]), "no vocabulary", id="long-ngram"),
    pytest.param("ngrams_chars", lambda a: joined(["", "期"]), "no vocabulary", id="empty-ngram"),
    pytest.param("ngrams_chars", lambda a: np.full(9, 255, np.uint8), "no UTF-8", id="no-utf-8"),
    pytest.param("classes", lambda a: a[::-1], "other labels", id="labels-reversed"),
    pytest.param("classes", lambda a: changed(a, 0, "\x1b[2J"), "no list of names", id="terminal-code"),
    pytest.param("outputs", lambda a: changed(a, -1, "read:thoughts"), "reader", id="unknown-reader"),
    pytest.param("outputs", lambda a: changed(a, -1, a[-2]), "no list", id="reader-twice"),
    pytest.param("evidence_names", lambda a: a[::-1], "other evidence features", id="other-features"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), ALTERED)
def test_array_that_no_training_writes(folder, state, name, change, says):
    (folder / "scorer.npz").write_bytes(pack(state | {name: change(state[name])}))
    vouch(folder)
    assert says in refused(folder)


def test_code_points_beyond_unicode(folder, state):
    broken = np.frombuffer(np.full(4 * 10, 0x7FFFFFFF, np.uint32).tobytes(), "<U10")
    (folder / "scorer.npz").write_bytes(pack(state | {"classes": broken}))
    vouch(folder)
    assert "is not a scorer" in refused(folder)


@pytest.mark.parametrize("name", ARRAYS)
def test_missing_and_unknown_arrays(folder, state, name):
    kept = {other: array for other, array in state.items() if other != name}
    (folder / "scorer.npz").write_bytes(pack(kept | {f"{name}_2": state[name]}))
    vouch(folder)
    assert name in refused(folder)


def test_training_never_writes_what_loading_refuses(tmp_path, state):
    class Odd:
        def state(self):
            return state | {"bias": np.full(4, np.nan)}

    with pytest.raises(ModelError, match="'bias' has values outside"):
        write_folder(tmp_path / "new", Odd(), None, {})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["scorer.npz", "card.json", "model.joblib"])
@pytest.mark.parametrize("kept", [0, 1, 1_000, -2])
def test_truncated(folder, name, kept):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:kept])
    with pytest.raises(ModelError) as caught:
        sms.load(folder)
        read_pipeline(folder)
    assert name in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_swapped(folder):
    first, second = folder / "scorer.npz", folder / "model.joblib"
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    assert "scorer.npz is not the file its card describes" in refused(folder)
    vouch(folder)
    assert "is not a scorer" in refused(folder)


@pytest.mark.parametrize(
    ("name", "step"), [("scorer.npz", STEP), ("model.joblib", STEP), ("card.json", 10)]
)
def test_bit_flips(folder, name, step):
    """Every one is refused, whatever the byte meant; but for a last digit that no number keeps."""
    path = folder / name
    sound = path.read_bytes()
    read = read_pipeline if name == "model.joblib" else sms.load
    passed = []
    with path.open("r+b", buffering=0) as file:
        for place in range(0, len(sound), step):
            file.seek(place)
            file.write(bytes([sound[place] ^ (1 << place // step % 8)]))
            try:
                read(folder)
                if name != "card.json" or json.loads(path.read_bytes()) != json.loads(sound):
                    passed.append(place)
            except ModelError as error:
                assert len(str(error).splitlines()) == 1
            file.seek(place)
            file.write(sound[place : place + 1])
    assert passed == []


def test_vouched_for_bit_flips_are_refused_or_harmless(folder):
    """Each member has a checksum; what it does not cover (dates) changes no array."""
    sound = (DEFAULT / "scorer.npz").read_bytes()
    expected = sms.load(DEFAULT).predict_proba([TEXT])
    for place in range(STEP // 2, len(sound), len(sound) // 60):
        data = bytearray(sound)
        data[place] ^= 1
        (folder / "scorer.npz").write_bytes(data)
        vouch(folder)
        try:
            found = sms.load(folder).predict_proba([TEXT])
        except ModelError as error:
            assert len(str(error).splitlines()) == 1
        else:
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("[]", "not a model card", id="list"),
        pytest.param("{}", "not a model card", id="nothing"),
        pytest.param("[" * 100_000, "not JSON", id="nested"),
        pytest.param('{"files": {}, "format": 99}', "format 99.*upgrade", id="newer-format"),
        pytest.param('{"files": {}, "format": "x\\ny"}', "format", id="line-break-in-format"),
        pytest.param(
            json.dumps({"files": {}, "format": FORMAT_VERSION}),
            "altered after training",
            id="unsealed",
        ),
        pytest.param("x" * (2**20 + 1), "no file of a model", id="large"),
    ],
)
def test_foreign_card(folder, content, says):
    (folder / "card.json").write_text(content, "utf-8")
    with pytest.raises(ModelError, match=says):
        sms.load(folder)
    assert refused(folder)


@pytest.mark.parametrize("threshold", [None, "0.5", -0.1, 1.1, float("nan"), [0.5]])
def test_review_threshold_out_of_range(folder, threshold):
    vouch(folder, review_threshold=threshold)
    assert "no review threshold" in refused(folder)


def test_card_of_other_labels(folder):
    vouch(folder, labels=["legitimate", "fraudulent"])
    assert "other labels" in refused(folder)


@pytest.mark.parametrize("name", ["scorer.npz", "card.json"])
def test_folder_or_pipe_in_place_of_a_file(folder, name):
    (folder / name).unlink()
    (folder / name).mkdir()
    assert "no file of a model" in refused(folder)
    (folder / name).rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / name)
        assert "no file of a model" in refused(folder)


def test_foreign_folders(tmp_path):
    (tmp_path / "model.joblib").write_bytes(b"not even a pickle")
    assert "no model at" in refused(tmp_path)
    assert "no model at" in refused(ROOT / "data")
