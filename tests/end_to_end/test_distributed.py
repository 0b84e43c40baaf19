"""Parts on Dask: nothing lost, nothing repeated, whatever dies; a batch function as Spark calls it."""

import os
import signal
import threading
import time

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import sms_classifier as sms
from sms_classifier.distributed import batch_function, predict_parquet
from sms_classifier.errors import TableError

distributed = pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # distributed's own, when workers come and go
]
TEXTS = [
    "【招商银行】您尾号{n:04}的信用卡应还1,{n:03}.50元，请于8月15日前还款，详询95555",
    "再不还钱就上门找你家人，转账到个人账户62220000{n:04}",
    "您的借款已逾期{n}天\n请尽快处理",
    "",
]


def write_part(folder, name, start, count):
    rows = range(start, start + count)
    table = pa.table(
        {
            "id": pa.array([f"{n:09}" for n in rows]),
            "n": pa.array([n if n % 7 else None for n in rows], pa.int64()),
            "text": pa.array([TEXTS[n % 4].format(n=n) if n % 11 else None for n in rows]),
        }
    )
    parquet.write_table(table, folder / name)


def write_parts(folder, parts, rows):
    folder.mkdir()
    for part in range(parts):
        write_part(folder, f"part-{part:03}.parquet", part * rows, rows)


@pytest.fixture
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as own,
    ):
        yield own


def ids(folder):
    return [
        row
        for path in sorted(folder.glob("*.parquet"))
        for row in parquet.read_table(path).column("id").to_pylist()
    ]


def test_parts_come_back_whole_in_order_and_typed(tmp_path, client):
    write_parts(tmp_path / "in", 3, 50)
    parquet.write_table(
        parquet.read_table(tmp_path / "in" / "part-000.parquet").slice(0, 0),
        tmp_path / "in" / "part-empty.parquet",
    )
    summary = predict_parquet(tmp_path / "in", tmp_path / "out", client=client)
    assert summary.rows == 150
    assert summary.statuses == {"ok": 103, "empty": 47}
    given = parquet.read_table(tmp_path / "in" / "part-001.parquet")
    made = parquet.read_table(tmp_path / "out" / "part-001.parquet")
    assert made.select(given.column_names).equals(given)
    assert made.schema.field("review").type == pa.bool_()
    alone = sms.load().predict_frame(given.to_pandas())
    assert made.column("label").to_pylist() == alone["label"].tolist()
    assert parquet.read_table(tmp_path / "out" / "part-empty.parquet").schema == made.schema


def test_a_run_that_was_cut_off_goes_on(tmp_path, client):
    write_parts(tmp_path / "in", 2, 20)
    predict_parquet(tmp_path / "in", tmp_path / "out", client=client)
    first = tmp_path / "out" / "part-000.parquet"
    kept = first.stat().st_mtime_ns
    (tmp_path / "out" / "part-001.parquet").unlink()
    summary = predict_parquet(tmp_path / "in", tmp_path / "out", client=client)
    assert (summary.rows, summary.resumed) == (40, 20)
    assert first.stat().st_mtime_ns == kept


def test_a_bad_part_is_named(tmp_path, client):
    (tmp_path / "in").mkdir()
    parquet.write_table(pa.table({"nothing": ["您好"]}), tmp_path / "in" / "part-0.parquet")
    with pytest.raises(TableError, match=r"part-0\.parquet: .*no column"):
        predict_parquet(tmp_path / "in", tmp_path / "out", client=client)
    assert not list((tmp_path / "out").glob("*"))


def test_no_parts(tmp_path):
    with pytest.raises(TableError, match="no parts there"):
        predict_parquet(tmp_path, tmp_path / "out")


def test_text_parts_are_read_whole_with_their_malformed_rows(tmp_path, client):
    (tmp_path / "in").mkdir()
    table = 'id,text\n007,"您的借款\n已逾期3天"\n8,"a,b\n9,好\n'
    (tmp_path / "in" / "a.csv").write_text(table, encoding="gb18030")
    summary = predict_parquet(tmp_path / "in", tmp_path / "out", client=client)
    assert summary.statuses == {"ok": 2, "malformed": 1}
    made = parquet.read_table(tmp_path / "out" / "a.csv.parquet")
    assert made.column("id").to_pylist() == ["007", "", "9"]
    assert made.column("text").to_pylist()[:2] == ["您的借款\n已逾期3天", '8,"a,b']
    assert predict_parquet(tmp_path / "in", tmp_path / "out", client=client).resumed == 3


@pytest.mark.reliability
def test_a_killed_worker_loses_and_repeats_nothing(tmp_path, client):
    write_parts(tmp_path / "in", 12, 1500)
    failures = []

    def run():
        try:
            predict_parquet(tmp_path / "in", tmp_path / "out", client=client)
        except BaseException as error:
            failures.append(error)

    workers = list(client.run(os.getpid).values())
    running = threading.Thread(target=run)
    running.start()
    while running.is_alive() and len(list((tmp_path / "out").glob("*.parquet"))) < 2:
        time.sleep(0.02)
    assert running.is_alive(), "the run was over before a worker could be killed"
    os.kill(workers[0], signal.SIGKILL)
    running.join(300)
    assert not failures
    assert ids(tmp_path / "out") == [f"{n:09}" for n in range(18_000)]
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix != ".parquet"]


def test_batch_function_as_spark_calls_it():
    frames = [pd.DataFrame({"id": [n], "text": [TEXTS[n].format(n=n)]}) for n in range(4)]
    made = list(batch_function(text="text")(iter(frames)))
    assert [frame["id"][0] for frame in made] == [0, 1, 2, 3]
    assert [frame["status"][0] for frame in made] == ["ok", "ok", "ok", "empty"]
