"""The demonstration on a fixed seed, compared with committed text: figures, manifest, and what the brief says.

A change here is a change of published figures or words: read the difference, then `make golden` writes it anew.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipelines.periods import Period
from pipelines.reports import executed
from pipelines.run import Request
from pipelines.synthetic import SyntheticSummary, write_workspace

CASES, SEED = 2500, 2026
# A centre's own figures are exact; its tables set the rounded ones beside them.
CENTRE = "centre-riverside"
GOLDEN = Path(__file__).parent / "demo"
LARGEST = 320_000
REWRITE = "CASELOAD_REWRITE_GOLDEN"
# What changes with every version of the product, or only with bytes that are compared elsewhere.
NOT_KEPT = ("outputs", "product")
SILENT = {"script", "style", "svg", "head"}
BLOCKS = {
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "li",
    "tr",
    "td",
    "th",
    "caption",
    "summary",
    "figcaption",
    "dt",
    "dd",
    "div",
    "section",
}


class _Visible(HTMLParser):
    """Collect the words a reader sees, one line per block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - inherited
        self._hidden += tag in SILENT
        if tag in ("td", "th"):
            self.lines[-1] += " | " if self.lines[-1].strip() else ""
        elif tag in BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in SILENT
        if tag in BLOCKS and tag not in ("td", "th"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.lines[-1] += data


def visible_text(page: str) -> str:
    parser = _Visible()
    parser.feed(page)
    lines = [" ".join(line.split()) for line in parser.lines]
    return "\n".join(line for line in lines if line) + "\n"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[SyntheticSummary, Path]:
    """Give the demonstration and the folder of its one edition."""
    made = write_workspace(tmp_path_factory.mktemp("golden") / "demo", cases=CASES, seed=SEED)
    return made, publish(made)


def publish(made: SyntheticSummary) -> Path:
    audiences = ("network", "public", CENTRE)
    request = Request(made.folder, made.as_of, {}, Period.parse(made.last_quarter), audiences)
    return executed(request, now=datetime(2026, 12, 1, tzinfo=UTC)).published[0].folder


def texts_of(edition: Path) -> dict[str, str]:
    """Give the texts to compare: each table of network and public once, as they are alike, and everybody's words."""
    texts = {
        f"{name}/{path.name}": path.read_text(encoding="utf-8")
        for name, audience in (("data", "public"), ("centre", CENTRE))
        for path in (edition / audience / "data").glob("*.csv")
    }
    for audience in ("network", "public", CENTRE):
        page = (edition / audience / "brief.html").read_text(encoding="utf-8")
        version = manifest_of(edition, audience)["product"]["version"]
        texts[f"{audience}.txt"] = visible_text(page).replace(f"caseload {version}", "caseload VERSION")
    manifest = manifest_of(edition, "network")
    kept = {name: value for name, value in manifest.items() if name not in NOT_KEPT}
    kept["inputs"] = f"{len(manifest['inputs'])} files"
    texts["network.manifest.json"] = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return texts


def manifest_of(edition: Path, audience: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((edition / audience / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_the_demonstration_says_what_it_said(demo: tuple[SyntheticSummary, Path]) -> None:
    found = texts_of(demo[1])
    if os.environ.get(REWRITE):
        rewrite(found)
    kept = {path.relative_to(GOLDEN).as_posix(): path.read_text(encoding="utf-8") for path in GOLDEN.rglob("*.*")}
    assert sorted(found) == sorted(kept)
    for name, text in found.items():
        assert text.splitlines() == kept[name].splitlines(), f"{name} has changed; make golden writes it anew"


def rewrite(texts: dict[str, str]) -> None:
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for name, text in texts.items():
        (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")


def test_the_kept_files_are_small_enough_to_read() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*.*")) < LARGEST


def test_both_audiences_get_the_same_tables(demo: tuple[SyntheticSummary, Path]) -> None:
    for path in (demo[1] / "public/data").glob("*.csv"):
        assert path.read_bytes() == (demo[1] / "network/data" / path.name).read_bytes()
    network, public = (manifest_of(demo[1], audience) for audience in ("network", "public"))
    assert {name for name in network if network[name] != public[name]} == {"audience", "outputs"}


def test_a_centre_is_shown_its_own_figures_beside_those_of_the_network(demo: tuple[SyntheticSummary, Path]) -> None:
    for path in (demo[1] / CENTRE / "data").glob("by_*.csv"):
        network, own = (read_rows(demo[1] / audience / "data" / path.name) for audience in ("network", CENTRE))
        shown = {address(row): row["n"] for row in network}
        assert own
        assert [row for row in own if row["network_n"] != shown[address(row)]] == []
        assert [row for row in own if row["n"] in {"1", "2", "3", "4"}] == []


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def address(row: dict[str, str]) -> tuple[str, ...]:
    figures = {"n", "share", "network_n", "network_share", "status", "provisional"}
    return tuple(value for name, value in row.items() if name not in figures)


@pytest.mark.slow
def test_a_second_run_and_a_second_workspace_give_the_same_bytes(
    demo: tuple[SyntheticSummary, Path], tmp_path: Path
) -> None:
    before = digests(demo[1].parents[1])
    publish(demo[0])
    assert digests(demo[1].parents[1]) == before
    elsewhere = write_workspace(tmp_path / "elsewhere", cases=CASES, seed=SEED)
    assert digests(publish(elsewhere).parents[1]) == before


def digests(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
