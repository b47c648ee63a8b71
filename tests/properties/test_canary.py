"""Values planted in every cell are found nowhere but in the inbox, the profile that explains them and the warehouse."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from canary import FILE_MARK, FLOWS, MARK, Found, Watch, n_planted, planted, planted_rows, search, write_canary
from workspaces import QUARTER, Rows, Workspace, as_text

AS_OF = ("--as-of", "2026-12-15")
# Where records belong: files as received, what a person wrote about them, and the warehouse with its quarantine.
BELONGS = ("inbox", "profiles", "warehouse")


def places_of(workspace: Workspace) -> list[Path]:
    """Name where planted values belong; words that nobody explained are listed for their owner alone."""
    lists = sorted(workspace.folder.glob("outputs/internal/*/unknown_words.csv"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in lists)
    return [workspace.folder / name for name in BELONGS] + lists


def at(workspace: Workspace) -> tuple[str, ...]:
    return ("--workspace", str(workspace.folder), *AS_OF)


def clean(found: Found, least_files: int) -> None:
    assert found.places == []
    assert found.n_files >= least_files


def test_a_run_leaves_planted_values_nowhere_else(tmp_path: Path) -> None:
    canary, watch = write_canary(tmp_path / "canary"), Watch(tmp_path / "watch")
    told = watch.run("run", *at(canary), "--period", QUARTER, "--audience", "centres", "--audience", "network", code=0)
    assert "90 accepted, 3 quarantined" in told
    # The search can see: the same values stand where they belong, and in the workbook's own words.
    assert len(search([canary.folder / "inbox"], planted()).places) == 2
    assert search([canary.folder / "warehouse"], planted()).places
    assert any("!" in name for name in search([canary.folder / "outputs"], re.compile(b"women|female")).places)
    clean(search([canary.folder, watch.folder], planted(), left_out=places_of(canary)), 40)


def put(workspace: Workspace, content: bytes | Rows | str) -> None:
    workspace.put(f"{FILE_MARK}2.csv", content)


def late(n: int = 9, **overrides: tuple[str, ...]) -> Rows:
    return planted_rows(n, first=700, **overrides)


BROKEN = {
    "words that stop": (13, lambda w: strict(w)),  # noqa: PLW0108 - defined below
    "an address of a person": (12, lambda w: put(w, late(advice_type=(f"{MARK}@{MARK}.org",)))),
    "cut off": (11, lambda w: put(w, as_text(late())[:-40])),
    "a new column": (10, lambda w: put(w, [row | {"Extra": f"{MARK}extra"} for row in late()])),
    "no headings": (10, lambda w: put(w, as_text(late()).split("\n", 1)[1])),
    "a misread date": (13, lambda w: put(w, late(opened=("01/08/2062",), closed=("",)))),
    "another encoding": (11, lambda w: put(w, as_text(late(notes=(f"{MARK}\u00e9",))).encode("cp1252"))),
}


def strict(workspace: Workspace) -> None:
    path = workspace.folder / "profiles/export.toml"
    path.write_text(path.read_text("utf-8").replace('unknown_values = "quarantine"', ""), encoding="utf-8")


def look_after(canary: Workspace, watch: Watch, key: Path) -> None:
    """Back a workspace up, and ask how it fares."""
    watch.run("backup", "--make-key", "--key-file", str(key), code=0)
    watch.run("backup", "--workspace", str(canary.folder), "--key-file", str(key), code=0)
    assert list((canary.folder / "backups").glob("*.age"))
    for command in ("runs", "doctor"):
        watch.run(command, "--workspace", str(canary.folder), "--json", code=0)


@pytest.mark.slow
def test_every_way_of_working_leaves_planted_values_nowhere_else(tmp_path: Path) -> None:
    """Every command that reads records, every way a file stops a run, and the flows with Prefect's own database."""
    canary, watch = write_canary(tmp_path / "canary"), Watch(tmp_path / "watch")
    broken = []
    for number, (code, change) in enumerate(BROKEN.values()):
        made = write_canary(tmp_path / f"broken{number}")
        change(made)
        watch.run("run", *at(made), "--json", code=code)
        broken.append(made)
    file = str(canary.folder / f"inbox/riverside/{FILE_MARK}.csv")
    # Words that many rows share are shown, to be explained; what belongs to one person is not.
    shown = watch.run("inspect", file) + watch.run("inspect", file, "--json", "--workspace", str(canary.folder))
    assert not re.search(rf"{MARK}(case|client|note|unexplained)|\b\d\d/0[89]/2026\b", shown)
    inspected = [watch.folder / "screens" / f"{watch.n_commands - n:02}.txt" for n in (0, 1)]
    everybody = ("--audience", "network", "--audience", "public", "--audience", "centres")
    watch.run("check", *at(canary), code=0)
    watch.run("run", *at(canary), "--dry-run", code=0)
    watch.run("run", *at(canary), "--json", "--period", QUARTER, *everybody, code=0)
    watch.run("run", *at(canary), code=0)
    watch.run("audit", str(canary.folder / "outputs/release"), code=0)
    watch.run(
        "erase", *at(canary), "--reference-file", "-", "--source", "riverside", code=0, typed=f"{MARK}client0007\n"
    )
    watch.run("erase", *at(canary), "--reference-file", "-", "--source", "riverside", code=2, typed=f"{MARK}nobody\n")
    watch.run("run", *at(canary), code=0)
    look_after(canary, watch, tmp_path / "backup.key")
    shutil.copytree(canary.folder, tmp_path / "flowing")
    flowing = Workspace(tmp_path / "flowing")
    workspaces = [flowing, *broken[:3]]
    watch.python("-c", FLOWS, str(watch.folder / "kept"), *(str(each.folder) for each in workspaces))
    assert any(path.name == "prefect-test.db" for path in (watch.folder / "kept").iterdir())
    assert search([watch.folder / "kept"], re.compile(b"refresh-source")).places
    everything = [canary, flowing, *broken]
    left_out = [*inspected, *(place for each in everything for place in places_of(each))]
    found = search([*(each.folder for each in everything), watch.folder], planted(), left_out=left_out)
    print(f"{n_planted(canary)} planted values, {found.n_files} files, {found.n_bytes:,} bytes unpacked")
    clean(found, 200)
    released = [each.folder / "outputs/release" for each in everything]
    assert search([*released, watch.folder / "home"], re.compile(FILE_MARK.encode())).places == []
