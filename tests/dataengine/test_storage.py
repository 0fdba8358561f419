"""A file is whole or absent, whatever happens; and a folder has one job at a time."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.errors import StorageError
from dataengine.storage import LOCK, PARTIAL, Storage, storage_errors


@pytest.fixture(params=["disk", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A storage on a disk and one in a store."""
    if request.param == "disk":
        return Storage(tmp_path / "out")
    return Storage(f"memory://{tmp_path.name}-{os.getpid()}")


NAMES = st.lists(st.sampled_from(["a", "b.c", "文"]), min_size=1, max_size=3).map("/".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES.map(lambda name: f"{name}/file"), data=st.binary(max_size=99))
def test_what_is_written_is_read_back(storage, name, data):
    storage.write_bytes(name, data)
    assert storage.read_bytes(name) == data
    assert storage.size(name) == len(data)
    assert storage.exists(name)
    with storage.open(name) as stream:
        assert stream.read() == data


def test_names_below_a_folder_are_sorted_and_relative(storage):
    for name in ("data/b.x", "data/a/c.x", "data/a.y", "other.x"):
        storage.write_text(name, "")
    assert storage.names("data", ".x") == ["data/a/c.x", "data/b.x"]
    assert storage.names("nowhere") == []


def test_what_is_not_there_has_no_size(storage):
    assert storage.size("nothing") is None
    assert not storage.exists("nothing")
    with pytest.raises(FileNotFoundError):
        storage.read_bytes("nothing")


def test_removing_is_fine_twice(storage):
    storage.write_text("a/b", "x")
    for _ in range(2):
        storage.remove("a")
        assert not storage.exists("a/b")


def test_block_that_fails_leaves_nothing(storage):
    storage.write_text("kept", "old")

    def write(name: str) -> None:
        with storage.staged(name) as path:
            path.write_text("new")
            raise ZeroDivisionError

    for name in ("kept", "fresh"):
        with pytest.raises(ZeroDivisionError):
            write(name)
    assert storage.read_bytes("kept") == b"old"
    assert not storage.exists("fresh")
    assert storage.sweep() == 0


def test_scratch_that_is_not_published_is_gone(storage):
    with storage.scratch("data/x") as path:
        path.write_bytes(b"half")
    assert not path.exists()
    assert not storage.exists("data/x")


def test_two_scratch_files_of_one_name_do_not_meet(storage):
    with storage.scratch("data/x") as one, storage.scratch("data/x") as two:
        assert one != two


def test_long_part_name_is_no_long_file_name(tmp_path):
    storage = Storage(tmp_path)
    name = "/".join(["x" * 200, "y" * 200])
    storage.write_text(name, "fine")
    assert storage.read_bytes(name) == b"fine"


def test_root_of_a_store_may_be_an_address():
    fs = fsspec.filesystem("memory")
    fs.pipe("/top", b"x")
    assert Storage("memory://").read_bytes("top") == b"x"
    assert Storage("http://127.0.0.1:9/a/").path("b") == "http://127.0.0.1:9/a/b"


@pytest.mark.parametrize("url", ["nosuch://x/y", "s3://bucket/x"])
def test_store_that_cannot_be_opened_is_named(url):
    if url.startswith("s3") and _installed("s3fs"):
        pytest.skip("s3fs is installed")
    with pytest.raises(StorageError, match=rf"cannot open {url}: .*(not known|[Ii]nstall)"):
        Storage(url)


def _installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def test_local_path_of_a_store_is_refused():
    with pytest.raises(StorageError, match="memory://x is not on this machine's disk"):
        Storage("memory://x").local_path("y")


WRITER = """
import sys
from dataengine.storage import Storage
storage = Storage(sys.argv[1])
print("ready", flush=True)
step = 0
while True:
    step += 1
    storage.write_bytes("data/file", (b"%08d" % step) * 50_000)
"""


def test_killed_writer_leaves_a_whole_file_or_none(tmp_path):
    storage = Storage(tmp_path)
    for wait_s in (0.0, 0.003, 0.01, 0.02, 0.04, 0.06):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as job:
            assert job.stdout is not None
            job.stdout.readline()
            time.sleep(wait_s)
            job.kill()
        if storage.exists("data/file"):
            data = storage.read_bytes("data/file")
            assert data == data[:8] * 50_000
        storage.sweep()
        assert not (tmp_path / PARTIAL).exists()


def test_sweep_counts_and_removes_leftovers(tmp_path):
    storage = Storage(tmp_path)
    for name in "abc":
        (tmp_path / PARTIAL / name).mkdir(parents=True)
        (tmp_path / PARTIAL / name / "half").write_bytes(b"x")
    storage.write_text("data/whole", "x")
    assert storage.sweep() == 3
    assert storage.sweep() == 0
    assert storage.names("") == ["data/whole"]


def test_sweep_of_a_store_has_nothing_to_do():
    assert Storage("memory://unswept").sweep() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_full_disk_is_named_with_its_remedy(small_disk):
    storage = Storage(small_disk)
    storage.write_bytes("kept", b"x" * 1000)
    with pytest.raises(StorageError, match=r"disk/data/large: .*\(the disk is full; free some"):
        storage.write_bytes("data/large", bytes(2 << 20))
    assert not storage.exists("data/large")
    assert storage.read_bytes("kept") == b"x" * 1000
    storage.write_bytes("data/large", bytes(1 << 16))


def test_full_disk_under_a_parquet_writer_is_named_with_its_remedy(small_disk):
    noise = np.random.Generator(np.random.PCG64(1)).bytes(4 << 20)
    with (
        pytest.raises(StorageError, match="the disk is full"),
        Storage(small_disk).staged("data/x.parquet") as path,
    ):
        pq.write_table(pa.table({"noise": [noise]}), path)


def test_read_only_disk_is_named_with_its_remedy(small_disk):
    storage = Storage(small_disk)
    storage.write_text("kept", "x")
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    if subprocess.run(remount, capture_output=True).returncode:
        pytest.skip("this user may not make a disk read-only")
    with pytest.raises(StorageError, match=r"the file system is read-only; choose another folder"):
        storage.write_text("fresh", "x")
    with pytest.raises(StorageError, match="read-only"), storage.locked():
        pass
    with pytest.raises(StorageError, match="read-only"):
        storage.remove("kept")
    assert storage.read_bytes("kept") == b"x"


def test_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("a file")
    storage = Storage(tmp_path / "out")
    with pytest.raises(StorageError, match=r"is a file|file stands where a folder should be"):
        storage.write_text("x", "x")
    with pytest.raises(StorageError, match=r"is a file|file stands where a folder should be"):
        storage.locked().__enter__()


def test_name_too_long_for_the_disk_says_so(tmp_path):
    with pytest.raises(StorageError, match="the name is too long for the file system"):
        Storage(tmp_path).write_text("x" * 300, "x")


def test_unknown_error_of_writing_keeps_its_words():
    words = r"cannot write there: .*odd.*run the same command"
    with pytest.raises(StorageError, match=words), storage_errors("there"):
        raise OSError(9999, "odd")


HOLDER = """
import sys, time
from dataengine.storage import Storage
with Storage(sys.argv[1]).locked():
    print("locked", flush=True)
    time.sleep(600)
"""


def test_second_job_is_refused_until_the_first_is_killed(tmp_path):
    storage = Storage(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE
    ) as job:
        assert job.stdout is not None
        job.stdout.readline()
        with pytest.raises(StorageError, match=r"another job is working in .*dataengine status"):
            storage.locked().__enter__()
        job.send_signal(signal.SIGKILL)
    with storage.locked():
        assert (tmp_path / LOCK).exists()


def test_lock_is_free_after_its_block(tmp_path):
    storage = Storage(tmp_path / "new")
    for _ in range(2):
        with storage.locked():
            pass


def test_error_under_the_lock_is_not_taken_for_one_of_the_lock(tmp_path):
    with pytest.raises(BlockingIOError), Storage(tmp_path).locked():
        raise BlockingIOError
