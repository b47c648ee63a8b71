"""The ledger: what was ever released is never forgotten, and a changed or missing line stops everything."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from workspaces import QUARTER, Workspace

from pipelines.disclosure.system import CellName
from pipelines.errors import DisclosureError
from pipelines.ledger import Entry, Ledger, added, read_ledger
from pipelines.periods import Period

Call = Callable[..., object]
FIGURE = CellName("by_gender", ("F",), "clients")


def entry(period: str, audience: str = "network", edition: int = 1, n: int | None = 10) -> Entry:
    return Entry(
        Period.parse(period), edition, audience, "2026-11-28", "controlled_rounding", "0" * 16, "", {FIGURE: n}
    )


def written(folder: Path, *entries: Entry) -> Ledger:
    return added(read_ledger(folder, folder / "release"), entries)


def test_entries_come_back_as_they_were_written(tmp_path: Path) -> None:
    written(tmp_path, entry("2026-Q1"), entry("2026-Q1", "centre-a", n=None))
    written(tmp_path, entry("2026-Q2", edition=2, n=15))
    found = read_ledger(tmp_path, tmp_path / "release")
    assert [(str(e.period), e.audience, e.edition, dict(e.shown)) for e in found.entries] == [
        ("2026-Q1", "network", 1, {FIGURE: 10}),
        ("2026-Q1", "centre-a", 1, {FIGURE: None}),
        ("2026-Q2", "network", 2, {FIGURE: 15}),
    ]
    assert found.newest_edition(Period.parse("2026-Q2")) == 2
    assert found.newest(Period.parse("2026-Q2"), "public") is None
    assert found.rounded(Period.parse("2026-Q1")).audience == "network"


@pytest.mark.parametrize(
    "harm",
    [
        lambda lines: [lines[0].replace(b"10]", b"15]"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [b"{}", *lines[1:]],
        lambda lines: [lines[0][:40], *lines[1:]],
    ],
)
def test_a_changed_missing_or_moved_line_is_seen(tmp_path: Path, harm: Callable[[list[bytes]], list[bytes]]) -> None:
    ledger = written(tmp_path, entry("2026-Q1"), entry("2026-Q2"), entry("2026-Q3"))
    ledger.path.write_bytes(b"\n".join(harm(ledger.path.read_bytes().splitlines())) + b"\n")
    with pytest.raises(DisclosureError, match="Nothing was released"):
        read_ledger(tmp_path, tmp_path / "release")


def test_a_line_that_was_being_written_when_a_run_was_killed_is_no_edition(tmp_path: Path) -> None:
    ledger = written(tmp_path, entry("2026-Q1"))
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + b'{"edition": 1, "peri')
    found = read_ledger(tmp_path, tmp_path / "release")
    assert len(found.entries) == 1
    added(found, [entry("2026-Q2")])
    assert len(read_ledger(tmp_path, tmp_path / "release").entries) == 2


def test_an_edition_on_the_shelf_that_the_ledger_does_not_know_stops_everything(
    published: Workspace, caseload: Call
) -> None:
    ledger = published.folder / "outputs/internal/ledger.jsonl"
    ledger.unlink()
    before = published.snapshot()
    outcome = caseload(published, "run", "--period", QUARTER)
    assert outcome.code == 14
    assert "not in the ledger" in outcome.err
    assert published.snapshot() == before


def test_a_manifest_that_was_changed_on_the_shelf_stops_everything(published: Workspace, caseload: Call) -> None:
    manifest = published.folder / f"outputs/release/{QUARTER}/1/public/manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    outcome = caseload(published, "run", "--period", QUARTER)
    assert outcome.code == 14
    assert "not the manifest that was released" in outcome.err


def test_every_released_figure_stands_in_the_ledger(published_template: Workspace) -> None:
    settings = published_template.settings
    ledger = read_ledger(settings.internal_root, settings.release_root)
    (network,) = [each for each in ledger.entries if each.audience == "network"]
    rows = published_template.released("by_gender", audience="network")
    assert {row["gender_code"]: int(row["n"]) for row in rows} == {
        name.codes[0]: n for name, n in network.shown.items() if name.table_id == "by_gender"
    }
    manifest = settings.release_root / QUARTER / "1" / "network" / "manifest.json"
    assert network.manifest == sha256(manifest.read_bytes()).hexdigest()


def test_the_ledger_holds_no_key(published_template: Workspace) -> None:
    text = (published_template.folder / "outputs/internal/ledger.jsonl").read_text(encoding="utf-8")
    keys = list(Path(published_template.variables["XDG_CONFIG_HOME"]).rglob("*.key"))
    assert keys
    assert all(key.read_text(encoding="ascii").strip() not in text for key in keys)


def test_an_edition_that_is_gone_from_the_shelf_is_made_again_under_its_number(published: Workspace) -> None:
    import shutil

    before = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    shutil.rmtree(published.folder / f"outputs/release/{QUARTER}")
    (edition,) = published.run().published
    assert (edition.edition, edition.is_new) == (1, True)
    after = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    assert after == before
