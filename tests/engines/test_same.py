"""Two engines, one truth: the same tables, findings, refusals and released bytes from DuckDB and from Spark."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from enquiries import enquiry_rows, with_enquiries
from sparks import with_more
from workspaces import HARBOUR, Workspace, make_rows

from pipelines import warehouse
from pipelines.engines import Engine, InProcess
from pipelines.errors import CaseloadError, ModelError
from pipelines.reports import RunReport

pytestmark = [pytest.mark.slow, pytest.mark.spark, pytest.mark.usefixtures("runs")]
# What DuckDB notes for itself, to leave out what it need not make again; Spark makes everything each time.
NOTES_OF_DUCKDB = ("reference.built_tables", "reference.built_keys")
SUITES = {
    "raw.records": {"sources": ["riverside", "harbour", "outreach", "desk"]},
    "core.cases": {
        "genders": ["F", "M", "X"],
        "age_groups": ["Y18T24", "Y25T34"],
        "nationality_classes": ["EU8", "EU2"],
        "plausible_quarters": ["2026-Q2", "2026-Q3"],
    },
    "core.case_contacts": {},
    "core.enquiries": {
        "plausible_quarters": ["2026-Q3"],
        "enquiry_responses": ["TAKEN_ON", "SIGNPOSTED", "TURNED_AWAY", "WAITING", "not_recorded"],
    },
}
DAMAGE = {
    "nothing": (),
    "records": (
        "update raw.records set source_id = 'nowhere' where record_id % 7 = 0",
        "update raw.records set nationality = 'Pol\ufffdsh' where record_id % 5 = 0",
        "update raw.records set row_number = null where record_id % 11 = 0",
        "insert into raw.records from raw.records where record_id % 3 = 0",
    ),
    "cases": (
        "update core.cases set gender_code = 'unknown', age_low = 200 where opened_on < date '2026-07-10'",
        "update core.cases set period = '2026-13' where opened_on > date '2026-09-01'",
        "update core.cases set client_key = null where age_low > 50",
        "insert into core.cases from core.cases where age_low > 60",
        "update core.case_contacts set days_to_opening = -days_to_opening where days_to_opening > 5",
        "update core.enquiries set enquiry_response_code = 'unknown' where age_low > 60",
    ),
}
# What stops a run; the cases are held against too few codes, so they always do.
STOPPED = {("raw.records", "records"), *(("core.cases", damage) for damage in DAMAGE), ("core.enquiries", "cases")}


@pytest.fixture(scope="module")
def runs(both: dict[str, Workspace]) -> dict[str, RunReport]:
    """Publish a quarter with each engine, then let late cases wait: what was published and what came since differ."""
    reports = {}
    for name, workspace in both.items():
        reports[name] = workspace.run()
        late = make_rows(9, first=30, gender="Male", advice_type=("Benefits", "Housing"))
        workspace.put("2026-Q3c.csv", with_more(late))
        workspace.put("2026-Q3.csv", make_rows(21, source=HARBOUR), source=HARBOUR)
        with_enquiries(workspace, enquiry_rows(5, first=720, age="71"), "2026-Q3b.csv")
        workspace.store()
    return reports


def _rows(database: Path, query: str) -> list[tuple]:
    with warehouse.reading(database) as connection:
        return connection.execute(query).fetchall()


def _tables(database: Path) -> list[str]:
    return [
        name for (name,) in _rows(database, "select schema_name || '.' || table_name from duckdb_tables() order by all")
    ]


def test_every_table_is_the_same_to_the_last_row(both: dict[str, Workspace]) -> None:
    here, there = (both[name].database for name in ("duckdb", "spark"))
    assert _tables(here) == _tables(there)
    differing = []
    for name in (name for name in _tables(here) if name not in NOTES_OF_DUCKDB):
        # Only a mart is in an order of its own; elsewhere rows may stand in any.
        order = "" if name.startswith("marts.") else " order by all"
        if _rows(here, f"from {name}{order}") != _rows(there, f"from {name}{order}"):
            differing.append(name)
    assert differing == []


def test_what_was_compared_is_not_empty(both: dict[str, Workspace]) -> None:
    empty = [
        name for name in _tables(both["spark"].database) if not _rows(both["spark"].database, f"from {name} limit 1")
    ]
    assert [name for name in empty if name.startswith(("staging.", "core.", "marts."))] == []
    assert _rows(both["spark"].database, "select sum(n_changed) > 0 from core.waiting_changes") == [(True,)]


def test_types_and_comments_are_the_same(both: dict[str, Workspace]) -> None:
    columns = "schema_name, table_name, column_name, data_type, comment"
    query = f"select {columns} from duckdb_columns() where not internal order by all"  # noqa: S608 - our own
    here, there = (_rows(both[name].database, query) for name in ("duckdb", "spark"))
    assert here == there


def test_released_bytes_are_the_same(both: dict[str, Workspace]) -> None:
    here, there = (_digests(both[name].settings.release_root) for name in ("duckdb", "spark"))
    assert here == there
    assert any(name.endswith("brief.pdf") for name in here)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_rules_and_accounting_of_the_run_are_the_same(runs: dict[str, RunReport]) -> None:
    here, there = (runs[name].refreshed for name in ("duckdb", "spark"))
    assert here.rules == there.rules
    assert len(here.rules) > 10
    assert here.accounts == there.accounts


@pytest.fixture
def database(both: dict[str, Workspace], tmp_path: Path) -> Path:
    """Give a copy of the warehouse that a test may damage."""
    return Path(shutil.copy(both["duckdb"].database, tmp_path / "copy.duckdb"))


def _damage(database: Path, statements: Sequence[str]) -> None:
    with warehouse.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("table", SUITES)
def test_great_expectations_finds_the_same(spark: Engine, database: Path, table: str, damage: str) -> None:
    _damage(database, DAMAGE[damage])
    here, there = (engine.run_suite(database, table, SUITES[table]) for engine in (InProcess(), spark))
    assert [_found(result) for result in there] == [_found(result) for result in here]
    if table == "core.case_contacts":
        assert all(result.n_failed for result in there)
    stopped = [result for result in there if result.action == "stop" and not result.is_met]
    assert bool(stopped) == ((table, damage) in STOPPED)
    for result in stopped:
        with warehouse.connect(database) as connection:
            assert not result.failing_keys or connection.execute(result.failing_keys).fetchall()


def _found(result: object) -> dict:
    """Leave out what only the warehouse is asked for, where a rule that stops is broken."""
    return {name: value for name, value in vars(result).items() if name != "failing_keys"}


@pytest.mark.parametrize(
    "statements",
    [
        ("update raw.files set rows_read = rows_read + 1", "delete from reference.codes where code_list = 'genders'"),
        ("insert into raw.published_cases from raw.published_cases",),
    ],
)
def test_checks_refuse_the_same(spark: Engine, database: Path, statements: Sequence[str]) -> None:
    _damage(database, statements)
    before = {name: _rows(database, f"from {name} order by all") for name in ("core.cases", "marts.by_gender")}
    refusals = []
    for engine in (InProcess(), spark):
        with pytest.raises(CaseloadError) as told:
            engine.build(database)
        refusals.append((type(told.value), str(told.value)))
    assert refusals[0] == refusals[1]
    assert refusals[0][0] is ModelError
    assert {name: _rows(database, f"from {name} order by all") for name in before} == before
