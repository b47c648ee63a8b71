"""Each file in `sql/` is one readable select on the layers below it; each suite fits a real table."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import checks
import duckdb
import pytest
import sql_checks
from checks import ROOT

from pipelines.publish.area_data import COLUMNS as AREA_COLUMNS
from pipelines.publish.findings_data import COLUMNS
from pipelines.publish.opendata import MEASURES
from pipelines.publish.policy_data import COLUMNS as POLICY_COLUMNS

RULES = checks.read_data("sql.toml")
MODELS = {path.relative_to(ROOT / "sql"): path.read_text("utf-8") for path in sorted((ROOT / "sql").rglob("*.sql"))}
SUITES = sorted((ROOT / "expectations").glob("*.json"))

GOOD = """-- One row per quarter.
with cases as (
    select * from core.cases
)

select period, count(*) as n
from cases
group by period
order by period
"""


def test_there_are_models_in_every_layer_and_suites():
    assert {path.parent.name for path in MODELS} == {"staging", "core", "marts", "checks"}
    assert SUITES


@pytest.mark.parametrize("path", MODELS, ids=str)
def test_model(path: Path):
    assert sql_checks.wrong_model(path, MODELS[path], RULES) == []


def test_every_table_read_is_made():
    reads = {path.as_posix(): sql_checks.read_tables(sql) for path, sql in MODELS.items()}
    made = {f"{path.parent.name}.{path.stem}" for path in MODELS}
    assert sql_checks.missing_models(reads, made) == []


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Give the columns of every table of a small warehouse, built by the product itself, by qualified name."""
    out = tmp_path_factory.mktemp("warehouse")
    command = [sys.executable, "-m", "pipelines", "demo", "--out", str(out / "demo"), "--cases", "400", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    warehouse = out / "demo" / "warehouse"
    in_force = warehouse / (warehouse / "current").read_text("utf-8").strip()
    with duckdb.connect(in_force, read_only=True) as connection:
        rows = connection.sql("select schema_name || '.' || table_name, column_name from duckdb_columns()").fetchall()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def test_suites_fit_the_tables(columns: dict[str, list[str]]):
    suites = {path.stem: json.loads(path.read_text("utf-8")) for path in SUITES}
    assert [problem for name, suite in suites.items() for problem in sql_checks.wrong_suite(name, suite, columns)] == []


def test_every_model_is_built(columns: dict[str, list[str]]):
    made = {f"{path.parent.name}.{path.stem}" for path in MODELS if path.parent.name != "checks"}
    assert made - set(columns) == set()


def test_the_contract_s_columns_are_there(columns: dict[str, list[str]]):
    contract = checks.read_data("contract.toml")["tables"]
    assert {table: columns.get(table) for table in contract} == contract


def test_every_column_has_one_meaning_and_every_meaning_is_used(columns: dict[str, list[str]]):
    layers = ("raw.", "reference.", "staging.", "core.", "marts.")
    built = {name for table, names in columns.items() if table.startswith(layers) for name in names}
    meanings = tomllib.loads((ROOT / "pipelines/reference/columns.toml").read_text("utf-8"))["columns"]
    assert built - set(meanings) == set()
    released = {"network_n", "network_share", *MEASURES, *COLUMNS, *POLICY_COLUMNS, *AREA_COLUMNS}
    assert set(meanings) - built - released == set()
    assert released - set(meanings) == set()


def test_a_good_model_passes():
    assert sql_checks.wrong_model(Path("marts/cases_by_period.sql"), GOOD, RULES) == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("marts/Cases.sql", "", ""),
        ("elsewhere/cases.sql", "", ""),
        ("core/deep/cases.sql", "", ""),
        ("marts/a.sql", "-- One row per quarter.", "-- Cases."),
        ("marts/a.sql", "order by period\n", ""),
        ("marts/a.sql", "core.cases", "cases"),
        ("marts/a.sql", "core.cases", "main.cases"),
        ("staging/a.sql", "core.cases", "marts.cases_by_gender"),
        ("core/a.sql", "core.cases", "read_csv('cases.csv')"),
        ("core/a.sql", "with cases", "create table core.a as with cases"),
        ("core/a.sql", "order by period\n", "order by period;\nselect 1"),
        ("core/a.sql", "order by period\n", "order by period\n" + "\n" * 80),
        ("core/a.sql", "core.cases", "{{ ref('cases') }}"),
        ("core/a.sql", "group by period", "group by 1"),
    ],
)
def test_a_wrong_model_is_seen(path: str, before: str, after: str):
    assert sql_checks.wrong_model(Path(path), GOOD.replace(before, after), RULES)


@pytest.mark.parametrize(
    "idiom",
    [
        "try_strptime(opened, '%d')",
        "arg_max(a, b)",
        "list(a)",
        "date_diff('month', a, b)",
        "quantile_cont(a, 0.5)",
        "hash(a)",
        "columns('n_.*')",
        "name[1:3]",
        "range(3)",
        "map {'a': 1}",
        "{'a': 1}",
        "$as_of",
        "try(1 // 0)",
        "getvariable('as_of')",
        "row_number() over ()",
        "row_number() over (partition by coalesce(a, b))",
        "case when a not in (select b from core.c) then 1 end",
        "case when x then 1 when a = 2 and b not in ( select b from core.c) then 1 end",
        "any_value(a)",
        "string_agg(a, ' ')",
        "string_agg(distinct coalesce(a, 'b'), ' ')",
        "current_date",
        "random()",
        "approx_count_distinct(a)",
        "rowid",
        "opened_on + interval 1 day",
    ],
)
def test_an_idiom_to_avoid_is_seen(idiom: str):
    assert sql_checks.wrong_idioms(f"select {idiom}", RULES)


@pytest.mark.parametrize(
    "idiom",
    [
        "try_cast(substring(a, 1, 4) as integer)",
        "cast(opened_on + interval 1 day as date)",
        "(opened_on + interval (1) day)::date",
        "'create {a} $b list('",
        "replace(a, 'x', 'y')",
        "date_diff('day', a, b)",
        "row_number() over (partition by coalesce(a, b) order by c)",
        "sum(a) over (partition by b)",
        "case when a is null or a in (select b from core.c) then 0 else 1 end",
        "case when a then 1 end from core.c where a not in (select b from core.d)",
        "string_agg(distinct coalesce(a, 'b'), ' ' order by a)",
        "first_quarter",
        "updated_on",
        "1 -- drop it",
    ],
)
def test_a_safe_idiom_passes(idiom: str):
    assert sql_checks.wrong_idioms(f"select {idiom}", RULES) == []


def test_a_table_that_no_file_makes_is_seen():
    assert sql_checks.missing_models({"marts/a.sql": {"core.cases", "raw.rows"}}, {"marts.a"}) == [
        "marts/a.sql: reads core.cases, which no file makes"
    ]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("core.nothing", {}),
        ("core.cases", {"name": "cases"}),
        ("core.cases", {"expectations": []}),
        ("core.cases", {"rule": {"severity": "serious"}}),
        ("core.cases", {"rule": {"notes": ""}}),
        ("core.cases", {"rule": {"kwargs": {"column": "genders"}}}),
        ("core.cases", {"rule": {"kwargs": {"column_list": ["case_key", "no"]}}}),
    ],
)
def test_a_wrong_suite_is_seen(table: str, change: dict):
    rule = {"type": "x", "kwargs": {"column": "case_key"}, "severity": "critical", "notes": "why"}
    good = {"name": "core.cases", "expectations": [rule]}
    wrong = good | {key: value for key, value in change.items() if key != "rule"}
    if "rule" in change:
        wrong["expectations"] = [rule | change["rule"]]
    assert sql_checks.wrong_suite("core.cases", good, {"core.cases": ["case_key"]}) == []
    assert sql_checks.wrong_suite(table, wrong, {"core.cases": ["case_key"]})
