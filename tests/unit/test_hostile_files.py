"""Files with deceiving names, that are no files, or that change while they are read: refused, whatever they hold."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sheet_files import (
    ROW,
    pack,
    xlsx_parts,
)

from pipelines.errors import ReadError
from pipelines.ingest.reading.files import check_name, file_digest, open_checked, snapshot
from pipelines.ingest.reading.kinds import kind_of
from pipelines.ingest.reading.opening import open_rows
from pipelines.ingest.reading.rows import Layout

pytestmark = pytest.mark.usefixtures("soon")


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.csv",
        "a\x1b[31m.csv",
        "report\u202evsc.exe",
        "a\u200bb.csv",
        " a.csv",
        "a.csv ",
        "..\\..\\a.csv",
        "..\u2215a.csv",
        "\uff0fetc\uff0fpasswd.csv",
        "x" * 201,
        os.fsdecode(b"caf\xe9.csv"),
    ],
)
def test_a_name_that_deceives_is_refused_and_shown_escaped(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError) as caught:
        check_name(tmp_path / name)
    message = str(caught.value)
    assert message.isprintable()
    assert message.isascii()


@pytest.mark.parametrize("name", ["Export (2).csv", "Café Łódź 2026-Q3.xlsx", "a.b_c-d.tsv", "x" * 200])
def test_an_ordinary_name_is_taken(tmp_path: Path, name: str) -> None:
    check_name(tmp_path / name)


def special(path: Path, kind: str) -> Path:
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        target = path.with_name("target.csv")
        target.write_text("a,b\n")
        path.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    return path


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "device", "nothing"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_only_a_file_is_opened(tmp_path: Path, kind: str, suffix: str) -> None:
    with pytest.raises(ReadError, match=r"not a file|cannot be opened"):
        kind_of(special(tmp_path / f"x.{suffix}", kind))


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    path.chmod(0)
    # An administrator may read everything, so the look is taken as nobody.
    was = os.geteuid()
    os.seteuid(65_534 if was == 0 else was)
    try:
        with pytest.raises(ReadError, match="cannot be opened: Permission denied"):
            kind_of(path)
    finally:
        os.seteuid(was)


def grown(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def rewritten(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content)
    later = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later, later))


def replaced(path: Path) -> None:
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


CHANGES = [grown, rewritten, replaced, cut, Path.unlink]


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: Callable[[Path], object]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" * 1000)

    def use() -> None:
        with open_checked(path) as file:
            file.read(10)
            change(path)

    with pytest.raises(ReadError, match="changed while it was read"):
        use()


def test_a_change_is_told_instead_of_the_failure_it_causes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n")

    def use() -> None:
        with open_checked(path):
            grown(path)
            raise ReadError("the last row is cut off")

    with pytest.raises(ReadError, match="changed while it was read"):
        use()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("file_format", ["xlsx", "parquet"])
def test_a_change_between_two_chunks_is_refused(
    tmp_path: Path, change: Callable[[Path], object], file_format: str
) -> None:
    path = tmp_path / f"x.{file_format}"
    if file_format == "xlsx":
        pack(path, xlsx_parts(ROW))
    else:
        pq.write_table(pa.table({"Ref": [str(number) for number in range(100_000)]}), path)

    def use() -> None:
        with open_rows(path, Layout(format=file_format)) as rows:
            next(rows.chunks)
            change(path)
            for _ in rows.chunks:
                pass

    with pytest.raises(ReadError, match="changed while it was read"):
        use()


def test_a_file_that_another_thread_goes_on_writing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" * 1000)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            grown(path)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(ReadError, match=r"changed while it was read|was replaced while"):
            file_digest_slowly(path)
    finally:
        stop.set()
        writer.join()


def file_digest_slowly(path: Path) -> None:
    with open_checked(path) as file:
        file.read(1)
        time.sleep(0.2)


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    content = b"abc"
    path.write_bytes(content)
    assert file_digest(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert snapshot(path, 3) == content
    with pytest.raises(ReadError, match="is larger than"):
        snapshot(path, 2)
