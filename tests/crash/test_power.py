"""A power cut keeps no order: nothing may lead to a file whose bytes, or whose name, are not on the disk yet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import faults
import pytest
from faults import Writes
from workspaces import QUARTER, Workspace

from pipelines import disk, promises, warehouse
from pipelines.errors import CaseloadError, DisclosureError, ModelError, SettingsError, WarehouseBusy
from pipelines.keys import network_key
from pipelines.ledger import added, read_ledger
from pipelines.periods import Period
from pipelines.publish.shelf import newest_edition, stage_edition, stand_or_clear

GONE = 4_194_300  # above the highest number that Linux gives a process by default


@contextmanager
def watched(root: Path, at: int = 0, kind: str = faults.FULL) -> Iterator[Writes]:
    """Count the writes below a folder, or fail one, for as long as the block takes."""
    watch, flush = Writes((root,), at, kind), os.fsync
    watch.install()
    try:
        yield watch
    finally:
        watch.roots = ()
        os.fsync = flush


def released(workspace: Workspace) -> dict[str, str]:
    return {path: digest for path, digest in workspace.snapshot().items() if path.startswith("outputs")}


def each_failure(root: Path, work: Callable[[], object], again: Callable[[], None]) -> int:
    """Fail every write of something in turn, as a full disk does, and look after each; give how many there were."""
    for number in range(1, 1000):
        with watched(root, number) as watch, suppress(OSError, CaseloadError):
            work()
        if len(watch.seen) < number:
            return number - 1
        again()
    raise AssertionError("there is no end to the writes")


def test_nothing_leads_to_what_is_not_on_the_disk(workspace: Workspace) -> None:
    with watched(workspace.folder) as watch:
        workspace.run()
    require_flushed_around_renames(watch, workspace)
    names = [seen.replace(f"{workspace.folder}/", "") for seen in watch.seen]
    order = [
        "flush warehouse/caseload-000002.duckdb",
        "rename warehouse/promised.json",
        "flush outputs/internal/ledger.jsonl",
        "flush outputs/internal",
        f"rename outputs/release/{QUARTER}/1",
        "rename outputs/release/index.html",
    ]
    places = [names.index(each) for each in order]
    assert places == sorted(places)


def require_flushed_around_renames(watch: Writes, workspace: Workspace) -> None:
    """What is renamed is on the disk before, and its new name is afterwards."""
    release = workspace.folder / "outputs/release"
    renamed = {
        workspace.folder / "warehouse/current": workspace.folder / "warehouse/.current.part",
        workspace.folder / "warehouse/promised.json": workspace.folder / "warehouse/.promised.json.part",
        release / "index.html": release / ".index.html.part",
        release / "catalog.jsonld": release / ".catalog.jsonld.part",
    }
    for target, source in renamed.items():
        for place in (n for n, seen in enumerate(watch.seen) if seen == f"rename {target}"):
            assert watch.seen[place - 1] == f"flush {source}"
            assert f"flush {target.parent}" in watch.seen[place:]
    edition = watch.seen.index(f"rename {release / QUARTER / '1'}")
    staged = [
        seen.removeprefix("open ") for seen in watch.seen[:edition] if seen.startswith(f"open {release / QUARTER}/.1-")
    ]
    assert len(staged) > 20
    assert {f"flush {path}" for path in staged} <= set(watch.seen[:edition])
    assert watch.seen[edition + 1] == f"flush {release / QUARTER}"


def test_a_promise_is_kept_when_the_ledger_was_written_and_dropped_when_not(published: Workspace) -> None:
    folder, ledger = published.folder / "warehouse", published.folder / "outputs/internal/ledger.jsonl"
    digest = read_ledger(ledger.parent, published.folder / "outputs/release").last_digest
    for told, is_kept in ((digest, True), ("0" * 64, False)):
        former = published.database
        candidate = folder / "caseload-000009.duckdb"
        candidate.write_bytes(former.read_bytes())
        promises.promise(candidate, ledger, told)
        with warehouse.writing(folder, keep=False):
            pass
        assert published.database == (candidate if is_kept else former)
        assert sorted(path.name for path in folder.iterdir() if path.name[0] != ".") == sorted(
            ["current", published.database.name]
        )
        promises.put_in_force(published.database.rename(folder / "caseload-000003.duckdb"))


def test_an_edition_that_readers_were_promised_is_put_in_place_and_any_other_cleared_away(published: Workspace) -> None:
    settings = published.settings
    shelf = settings.release_root
    before = released(published)
    (shelf / QUARTER / "1").rename(shelf / QUARTER / ".1-killed")
    stage_edition(shelf, Period.parse(QUARTER), 2, {"public": {"manifest.json": b"{}"}})
    stage_edition(shelf, Period.parse("2027-Q1"), 1, {"public": {"data/a.csv": b""}})
    published.run()
    assert released(published) == before
    assert list(shelf.glob("*/.*")) == []
    assert newest_edition(shelf, Period.parse("2027-Q1")) is None


def test_a_folder_that_stands_is_not_replaced_by_a_staged_one(tmp_path: Path) -> None:
    (tmp_path / QUARTER / "1").mkdir(parents=True)
    staged = tmp_path / QUARTER / ".1-left"
    (staged / "public").mkdir(parents=True)
    (staged / "public/manifest.json").write_bytes(b"{}")
    stand_or_clear(
        tmp_path, {(QUARTER, 1, "public"): "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}
    )
    assert list((tmp_path / QUARTER / "1").iterdir()) == []
    assert not staged.exists()


def test_a_ledger_that_cannot_be_written_is_as_it_was(published: Workspace) -> None:
    folder = published.folder / "outputs/internal"
    before = (folder / "ledger.jsonl").read_bytes()
    ledger = read_ledger(folder, published.folder / "outputs/release")
    with watched(folder, 2), pytest.raises(OSError, match="No space left"):
        added(ledger, [ledger.entries[0]])
    assert (folder / "ledger.jsonl").read_bytes() == before


def test_a_key_is_there_whole_or_not_at_all(workspace: Workspace) -> None:
    home = Path(workspace.variables["XDG_CONFIG_HOME"])
    settings, made = workspace.settings, home / "caseload"
    for path in made.iterdir():
        path.unlink()  # one is to be made

    def remake() -> None:
        found = list(made.glob("*")) if made.is_dir() else []
        assert all(len(path.read_text("ascii").strip()) == 64 for path in found if path.suffix == ".key")
        first = network_key(settings, workspace.variables)
        assert network_key(settings, workspace.variables) == first
        assert [path.suffix for path in made.iterdir()] == [".key"]
        next(made.iterdir()).unlink()

    assert each_failure(home, lambda: network_key(settings, workspace.variables), remake) >= 3


@pytest.mark.sampled(2)
@pytest.mark.parametrize("content", ["", "../elsewhere.duckdb\n", "caseload-2.duckdb\n", None])
def test_a_pointer_that_names_nothing_stops_before_anything_is_thrown_away(
    published: Workspace, content: str | None
) -> None:
    pointer = published.folder / "warehouse/current"
    database = published.database
    pointer.write_text(content) if content is not None else pointer.unlink()
    with pytest.raises(ModelError, match="does not name the database in force"):
        published.run()
    assert database.is_file()
    pointer.write_text(f"{database.name}\n")
    published.check()


@pytest.mark.parametrize("noted", [str(GONE), "", "no number", "9" * 40])
def test_a_holder_that_is_gone_is_not_named(tmp_path: Path, noted: str) -> None:
    with warehouse.writing(tmp_path):
        (tmp_path / ".holder").write_text(noted)
        with pytest.raises(WarehouseBusy, match=r"^Another run is writing"), warehouse.writing(tmp_path):
            pass
    with warehouse.writing(tmp_path):
        pass


@pytest.mark.parametrize("kind", [faults.FULL, faults.READ_ONLY, faults.REFUSED])
def test_a_writer_that_is_refused_anything_leaves_the_former_warehouse(tmp_path: Path, kind: str) -> None:
    with warehouse.writing(tmp_path) as database, warehouse.connect(database) as connection:
        connection.execute("insert into raw.drift values (1, '', '', '')")

    def write() -> None:
        with warehouse.writing(tmp_path) as database, warehouse.connect(database) as connection:
            connection.execute("insert into raw.drift values (2, '', '', '')")

    for number in range(1, 100):
        with watched(tmp_path, number, kind) as watch, suppress(disk.DiskError):
            write()
        if len(watch.seen) < number:
            break
        database = warehouse.current_database(tmp_path)
        assert database is not None
        with warehouse.reading(database) as connection:
            ((first, second),) = connection.execute(
                "select count(*) filter (file_id = 1), count(*) filter (file_id = 2) from raw.drift"
            ).fetchall()
        assert first == 1
        assert second < number
    with warehouse.writing(tmp_path):
        pass
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {".lock", ".holder", "current", warehouse.current_database(tmp_path).name}


@pytest.mark.parametrize(
    ("kind", "words"), [(faults.FULL, "the disk is full"), (faults.READ_ONLY, "the disk may only be read")]
)
def test_a_disk_that_refuses_is_named_with_what_to_do(published: Workspace, kind: str, words: str) -> None:
    before = published.snapshot()
    with watched(published.folder / "warehouse", 1, kind), pytest.raises(disk.DiskError) as stop:
        published.run()
    assert stop.value.exit_code == 16
    assert words in str(stop.value)
    assert "MB free" in str(stop.value)
    assert "Nothing was lost." in str(stop.value)
    assert published.snapshot() == before
    record = max((published.folder / "outputs/internal").glob("2*"))
    assert words in (record / "run.json").read_text()


def test_a_damaged_ledger_stops_a_run_before_anything_is_tidied(published: Workspace) -> None:
    ledger = published.folder / "outputs/internal/ledger.jsonl"
    ledger.write_bytes(b"{}\n" + ledger.read_bytes())
    staged = published.folder / f"outputs/release/{QUARTER}/.2-left"
    staged.mkdir()
    with pytest.raises(DisclosureError, match="damaged"):
        published.run()
    assert staged.is_dir()


def test_a_missing_named_key_is_no_reason_to_make_one(published: Workspace) -> None:
    published.edit("caseload.toml", "[network]\n", '[privacy]\nkey_file = "elsewhere.key"\n\n[network]\n')
    with pytest.raises(SettingsError, match="does not exist"):
        published.run()
    assert not (published.folder / "elsewhere.key").exists()
