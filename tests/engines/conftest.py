"""Spark for the tests of this folder: one Java process for all, and the reason where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from contacts import recording
from enquiries import enquiry_rows, with_enquiries
from sparks import CHOICE, OPTIONS, with_more
from workspaces import Workspace, make_rows, write_workspace

from pipelines import engines
from pipelines.engines import Engine

PROFILE = "profiles/export.toml"
WORDS = """[values.barrier]
"Language" = "LANGUAGE"
"Digital" = "DIGITAL"
"None" = "NONE"
[values.residence_area]
"Leeds" = "E08000035"
"York" = "E06000014"

[values.gender]
"""


@pytest.fixture(scope="session")
def _java() -> None:
    for name in ("pyspark", "sqlglot"):
        pytest.importorskip(name, reason=f"{name} is not installed: make spark")
    if not shutil.which("java"):
        pytest.skip("there is no Java; Spark needs 17 or later")


@pytest.fixture(scope="module")
def spark(_java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give Spark; it starts when it is first asked for something."""
    with engines.opened(CHOICE, tmp_path_factory.mktemp("spark") / "any.duckdb") as engine:
        yield engine


@pytest.fixture(scope="session")
def both(_java: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    """Give one workspace twice, by the engine it is set up for: words in many spellings, and some that nobody knows."""
    return {name: _workspace(tmp_path_factory.mktemp(name) / "workspace", name) for name in ("duckdb", "spark")}


# It shares the references of riverside and belongs to the other law centre.
OUTREACH = """
[sources.outreach]
name = "Outreach, case export"
profile = "export"
centre = "harbour"
project = "settled"
funder = "bridge"
case_register = "riverside"
client_register = "riverside"
"""


def _workspace(folder: Path, engine: str) -> Workspace:
    made = _with_more_fields(write_workspace(folder))
    text = "".join(f'"{name}" = "{value}"\n' for name, value in OPTIONS.items())
    with (folder / "caseload.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'{OUTREACH}\n[engine]\nname = "{engine}"\n[engine.options]\n{text}')
    # Rows without a date wait; here they are wanted.
    made.variables["CASELOAD_LIMITS__QUARANTINED_SHARE"] = "0.5"
    dated = {"opened": ("02/05/2026", "03/06/2026", ""), "gender": ("F", "Male", "")}
    differing = [*make_rows(2, first=90, gender="Female"), *make_rows(2, first=90, gender="Male")]
    repeated = make_rows(50, first=20, nationality_2=("", "Irish", ""), closed=("", "30/09/2026"), age=("34", "", "71"))
    returning = make_rows(30, first=300, client_ref=[f"K{1 + at // 2:04}" for at in range(30)])
    for name, rows in {
        "2026-Q2.csv": make_rows(60, first=500, **dated),
        "2026-Q3.csv": make_rows(60),
        "2026-Q3b.csv": [*repeated, *repeated[:5], *differing],
        "2026-Q3d.csv": returning,
    }.items():
        made.put(name, with_more(rows))
    # Cases of riverside that moved to the other law centre, and clients who came there as well.
    moved = [*make_rows(4, first=20), *make_rows(4, first=900, client_ref=[f"K{at:04}" for at in range(1, 5)])]
    made.put("2026-Q3.csv", with_more(moved), source="outreach")
    return with_enquiries(made, enquiry_rows(40, first=700))


def _with_more_fields(made: Workspace) -> Workspace:
    """Let the source with dates record what every table is made of."""
    recording(made)
    made.edit(PROFILE, 'closed = "Closed"\n', 'closed = "Closed"\nbarrier = "Barriers"\nresidence_area = "Area"\n')
    made.edit(PROFILE, 'fields = ["barrier", "residence_area", ', "fields = [")
    made.edit(PROFILE, 'advice_type = [";"]\n', 'advice_type = [";"]\nbarrier = [";"]\n')
    made.edit(PROFILE, "[values.gender]\n", WORDS)
    return made
