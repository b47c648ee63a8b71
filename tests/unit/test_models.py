"""SQL models: built all or nothing, in the order of what they read, and never with a record's value in a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces import Workspace

from pipelines import models, warehouse
from pipelines.errors import ModelError

CASES = {
    "a model reads a column that is not there": (
        "marts/by_gender.sql",
        "-- One row per gender.\nselect gendre_code from core.clients",
        ("sql/marts/by_gender.sql", "cannot be built", "BinderException"),
    ),
    "a model stumbles over a record": (
        "marts/by_gender.sql",
        "-- One row per client.\nselect cast(gender_code as integer) as n from core.clients",
        ("sql/marts/by_gender.sql", "ConversionException"),
    ),
    "a model is not SQL": (
        "marts/by_gender.sql",
        "-- One row.\nselct 1",
        ("sql/marts/by_gender.sql", "cannot be read as SQL"),
    ),
    "a model makes a column nobody described": (
        "marts/by_gender.sql",
        "-- One row per gender.\nselect gender_code as gendre_code from core.clients",
        ("sql/marts/by_gender.sql", "gendre_code", "columns.toml"),
    ),
    "models read each other": (
        "core/case_barriers.sql",
        "-- One row.\nselect * from marts.by_gender, core.case_barriers",
        ("circle",),
    ),
    "a check finds offenders": (
        "checks/cases_are_unique.sql",
        "-- One row per case. No case may exist.\nselect case_key from core.cases",
        ("sql/checks/cases_are_unique.sql found 60", "No case may exist"),
    ),
    "a check reads a column that is not there": (
        "checks/cases_are_unique.sql",
        "-- One row per case.\nselect case_kee from core.cases",
        ("sql/checks/cases_are_unique.sql", "BinderException"),
    ),
    "a check is not SQL": (
        "checks/cases_are_unique.sql",
        "-- One row.\nselct",
        ("cases_are_unique.sql", "cannot be read as SQL"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_broken_sql_is_named_and_leaves_the_warehouse_as_it_was(
    published: Workspace, own_sql: Path, caseload: Callable[..., object], name: str
) -> None:
    file, text, says = CASES[name]
    (own_sql / file).write_text(text, encoding="utf-8")
    before = published.snapshot()
    outcome = caseload(published, "run")
    assert (outcome.code, outcome.out) == (16, ""), outcome.err
    assert [part for part in says if part not in outcome.err] == [], outcome.err
    assert not {"Female", "'F'", "R-0001"} & set(outcome.err.split())
    assert published.snapshot() == before


def test_every_failing_check_is_told_at_once(published: Workspace, own_sql: Path) -> None:
    for name in ("cases_are_unique", "codes_are_listed"):
        text = "-- One row per case. No case may exist.\nselect case_key from core.cases"
        (own_sql / "checks" / f"{name}.sql").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"(?s)cases_are_unique.sql found 60.*codes_are_listed.sql found 60"):
        published.check()


def test_a_table_is_made_after_those_it_reads(tmp_path: Path) -> None:
    """The names say nothing about the order: the first in the alphabet reads the last."""
    for path, sql in {
        "core/a.sql": "select n from core.z as alias",
        "core/z.sql": "with b as (select 1 as n) select n from b",
        "marts/b.sql": "select n from core.a",
        "checks/a.sql": "select n from marts.b where n <> 1",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(sql, encoding="utf-8")
    with warehouse.connect(tmp_path / "empty.duckdb") as connection:
        names = [model.name for model in models.load_models(connection, tmp_path)]
    assert [name for name in names if not name.startswith("checks")] == ["core.z", "core.a", "marts.b"]


def test_every_column_of_a_built_table_says_what_it_means(published: Workspace) -> None:
    where = "schema_name in ('core', 'marts') and comment is null"
    query = f"select table_name, column_name from duckdb_columns() where {where}"  # noqa: S608 - no value of anybody's
    with warehouse.connect(published.database) as connection:
        assert connection.execute(query).fetchall() == []


def test_models_cannot_read_files_of_the_machine(published: Workspace, own_sql: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    sql = f"-- One row.\nselect a as n from read_csv('{tmp_path / 'secret.csv'}')"
    (own_sql / "marts/by_gender.sql").write_text(sql, encoding="utf-8")
    with pytest.raises(ModelError, match=r"by_gender.sql cannot be read as SQL \(PermissionException\)"):
        published.check()
