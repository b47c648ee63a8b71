"""The same breakdowns twice: by the SQL of the project, and here by Polars from the definitions alone.

Nothing below is taken from the SQL. The rules are those of the contract and of `docs/`: a client counts once in a
period, as recorded on the latest case; whoever has several nationalities is in the row of dual nationals; every kind of
missing is "not known"; an issue is one advice type of one case.
"""

from __future__ import annotations

import polars as pl
import pytest
from conftest import Demo
from workspaces import Workspace, make_rows

from pipelines.analysis.breakdowns import table_definitions
from pipelines.codelists import codelist
from pipelines.periods import Period
from tests.properties.adding_up import assert_rows_add_up
from tests.properties.barriers import TABLES as OF_BARRIERS
from tests.properties.barriers import counted_barriers, with_barriers
from tests.properties.contacts import counted_contacts, with_contacts
from tests.properties.enquired import counted_enquiries
from tests.properties.times import MISSING, with_times

Counts = dict[tuple[str, ...], int]
ONE_COLUMN = {
    "source": "source_id",
    "centre": "centre_id",
    "project": "project_id",
    "nationality_class": "nationality_class_code",
    "gender": "gender_code",
    "age_group": "age_group_code",
}


def known(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_in(MISSING)).then(pl.lit("_U")).otherwise(pl.col(column))


def membership(yes: pl.Expr, no: pl.Expr) -> pl.Expr:
    return pl.when(yes).then(pl.lit("Y")).when(no).then(pl.lit("N")).otherwise(pl.lit("_U"))


def counted(frame: pl.DataFrame, unit: str, *prefix: str, by: pl.Expr | str, n: pl.Expr | None = None) -> Counts:
    """Count rows (or n) by a code, with the total."""
    n = n if n is not None else pl.len()
    rows = frame.group_by(pl.col(by) if isinstance(by, str) else by).agg(n.alias("n")).rows()
    return {(*prefix, code, unit): count for code, count in rows} | {(*prefix, "_T", unit): frame.select(n).item()}


def breakdowns(workspace: Workspace, period: Period) -> dict[str, Counts]:
    """Count every table of a period from the case tables."""
    every = workspace.table("core.cases")
    cases = with_times(workspace, every.filter(pl.col("period").is_in(list(map(str, period.quarters)))))
    cases = with_contacts(workspace, cases)
    clients = latest_cases(workspace, cases)
    issues = workspace.table("core.case_advice_types").join(cases, on="case_key")
    advice = {"by": known("advice_type_code")}
    n_clients = pl.col("client_key").n_unique()
    return {f"by_{name}": counted(clients, "clients", by=known(column)) for name, column in ONE_COLUMN.items()} | {
        "by_nationality": counted_nationalities(workspace, clients),
        "by_group_of_interest": counted_groups(clients),
        "by_advice_type": counted(issues, "issues", **advice) | counted(issues, "clients", n=n_clients, **advice),
        "by_period": counted_quarters(every, period),
        "by_gender_age_group": counted_twice(clients, "gender_code", known("age_group_code")),
        "by_source_recorded": counted_recorded(clients, issues),
        "by_residence_area": counted_areas(clients, cases),
        **counted_times(clients),
        **counted_contacts(workspace, clients, (counted, counted_twice, memberships())),
        **counted_enquiries(workspace, period, memberships()),
        **counted_barriers(with_barriers(workspace, clients), memberships(), counted_twice),
        **counted_advice(clients, issues, [*codelist("advice_types").codes, *workspace.settings.advice_types]),
    }


def recorded(code: pl.Expr) -> pl.Expr:
    missing = code.is_in([*MISSING, "not_recognised"])
    return pl.when(code == "not_collected").then(pl.lit("Z")).when(missing).then(pl.lit("N")).otherwise(pl.lit("Y"))


def counted_recorded(clients: pl.DataFrame, issues: pl.DataFrame) -> Counts:
    """Count clients by source and whether each field is recorded; an advice type may be on any case of the period."""
    types = issues.group_by("case_key").agg(pl.col("advice_type_code").min().alias("type_code"))
    known_types = issues.filter(~pl.col("advice_type_code").is_in([*MISSING, "not_recognised"]))["client_key"].unique()
    told = clients.join(types, on="case_key", how="left")
    columns = {"nationality": "nationality_class_code", "gender": "gender_code", "age": "age_group_code",
               "client_role": "client_role_code"}  # fmt: skip
    codes = {field: recorded(pl.col(column)) for field, column in columns.items()}
    is_advised = pl.col("client_key").is_in(known_types.implode())
    codes["advice_type"] = pl.when(is_advised).then(pl.lit("Y")).otherwise(recorded(pl.col("type_code")))
    return {
        (field, *key): n
        for field, code in codes.items()
        for key, n in counted_twice(told.with_columns(code.alias("recorded")), "source_id", pl.col("recorded")).items()
    }


def counted_areas(clients: pl.DataFrame, cases: pl.DataFrame) -> Counts:
    """Count clients by area, where a source with cases in the period has the field."""
    is_collected = (cases["residence_area_code"] != "not_collected").any()
    return counted(clients, "clients", by=known("residence_area_code")) if is_collected else {}


def counted_times(clients: pl.DataFrame) -> dict[str, Counts]:
    """Count clients by the time to an outcome, where of somebody it is known."""
    if not (clients["time"] != "_U").any():
        return {"by_time_to_outcome": {}, "by_group_of_interest_time": {}}
    told = {group: clients.with_columns(code.alias("membership")) for group, code in memberships().items()}
    found = {group: counted_twice(own, "membership", pl.col("time")) for group, own in told.items()}
    groups = {(group, *codes): n for group, own in found.items() for codes, n in own.items()}
    return {"by_time_to_outcome": counted(clients, "clients", by="time"), "by_group_of_interest_time": groups}


def counted_twice(clients: pl.DataFrame, first: str, second: pl.Expr) -> Counts:
    """Count clients by two codes, with totals; a client in several rows of the second counts once in its total."""
    codes = [second.alias("code"), pl.lit("_T").alias("code")]
    every = pl.concat([clients.select("client_key", known(first).alias(first), code) for code in codes]).unique()
    every = pl.concat([every, every.with_columns(pl.lit("_T").alias(first))])
    return {(*row[:2], "clients"): row[2] for row in every.group_by(first, "code").len().iter_rows()}


def counted_advice(clients: pl.DataFrame, issues: pl.DataFrame, types: list[str]) -> dict[str, Counts]:
    """Count clients by another code and the families of their advice types; "_U" is for those with no known type."""
    told = issues.filter(~pl.col("advice_type_code").is_in([*MISSING, "not_recognised"]))
    first = pl.col("advice_type_code").str.split("_").list.first()
    family = pl.when(first.is_in(types)).then(first).otherwise(pl.col("advice_type_code"))
    families = told.select("client_key", family=family).unique()
    advised = clients.join(families, on="client_key", how="left").with_columns(pl.col("family").fill_null("_U"))
    family = pl.col("family")
    tables = {
        f"by_{name}_advice": counted_twice(advised, ONE_COLUMN[name], family)
        for name in ("gender", "age_group", "nationality_class")
    }
    groups: Counts = {}
    for group, membership_code in memberships().items():
        found = counted_twice(advised.with_columns(membership_code.alias("membership")), "membership", family)
        groups |= {(group, *codes): n for codes, n in found.items()}
    return tables | {"by_group_of_interest_advice": groups}


def latest_cases(workspace: Workspace, cases: pl.DataFrame) -> pl.DataFrame:
    """Give one row per client: the case opened last; among equal ones, the one that arrived last."""
    arrived = cases.join(workspace.table("core.case_keys").select("case_key", "record_id"), on="case_key")
    ordered = arrived.sort("record_id").sort("period", "opened_on", nulls_last=False, maintain_order=True)
    return ordered.group_by("client_key", maintain_order=True).last()


def counted_nationalities(workspace: Workspace, clients: pl.DataFrame) -> Counts:
    alone = workspace.table("core.case_nationalities").filter(pl.len().over("case_key") == 1)
    named = clients.join(alone.select("case_key", "nationality_code"), on="case_key", how="left")
    one = pl.col("nationality_code").fill_null(pl.lit("_U"))
    return counted(named, "clients", by=pl.when("is_dual_national").then(pl.lit("DUAL")).otherwise(one))


def memberships() -> dict[str, pl.Expr]:
    """Say of each group of interest who belongs to it."""
    is_family = pl.col("family_evidence_code").is_in(["RELATIONSHIP", "LINKED_CASE", "ADVICE_TYPE"])
    return {
        "AGED_55_PLUS": membership(pl.col("age_low") >= 55, pl.col("age_high") < 55),
        "DUAL_NATIONAL": membership(pl.col("is_dual_national"), ~pl.col("is_dual_national")),
        "FAMILY_MEMBER": membership(is_family, pl.col("client_role_code") == "MAIN"),
    }


def counted_groups(clients: pl.DataFrame) -> Counts:
    told = memberships().items()
    return {key: n for group, code in told for key, n in counted(clients, "clients", group, by=code).items()}


def counted_quarters(every: pl.DataFrame, period: Period) -> Counts:
    """Count cases from the first quarter that has one to the end of the period, gaps included."""
    shown = Period.parse(f"{every['period'].min()}_{period.last}").quarters
    quarters = pl.DataFrame({"quarter": [str(quarter) for quarter in shown]})
    opened = quarters.join(every, left_on="quarter", right_on="period", how="left")
    return counted(opened, "cases", by="quarter", n=pl.col("case_key").count())


def in_marts(workspace: Workspace, table_id: str, period: Period) -> Counts:
    frame = workspace.table(f"marts.{table_id}").filter(pl.col("period") == str(period)).drop("period")
    dimensions = [name for name in frame.columns if name not in ("unit", "n")]
    return {tuple(row[:-1]): row[-1] for row in frame.select(*dimensions, "unit", "n").iter_rows()}


# Made only for the periods that a run works on; all other tables are there for every period.
OF_DETAILED_PERIODS = ("by_source_recorded", "by_group_of_interest_time", "by_time_to_opening",
                       "by_group_of_interest_opening", "by_stall_reason", "by_channel", *OF_BARRIERS)  # fmt: skip


def assert_agrees(workspace: Workspace, period: Period) -> None:
    expected = breakdowns(workspace, period)
    assert set(expected) == {definition.table_id for definition in table_definitions()}
    if str(period) not in set(workspace.table("reference.detailed_periods")["publication_period"]):
        expected |= {name: {} for name in OF_DETAILED_PERIODS}
    for table_id, counts in expected.items():
        assert in_marts(workspace, table_id, period) == counts, f"{table_id} of {period}"


def test_sql_and_polars_agree_on_the_demonstration(demo_workspace: Demo) -> None:
    periods = demo_workspace.workspace.table("marts.by_gender")["period"].unique().sort().to_list()
    assert len(periods) > 8
    for text in periods:
        assert_agrees(demo_workspace.workspace, Period.parse(text))
    assert_rows_add_up(demo_workspace.workspace)


def test_sql_and_polars_agree_on_cases_at_the_edges(workspace: Workspace) -> None:
    """Ages around 18 and 55, two nationalities, several cases of one client, and every kind of missing."""
    rows = make_rows(
        96,
        client_ref=[f"K{i % 71}" for i in range(96)],
        age=["17", "18", "54", "55", "50-60", "55+", "16-20", "Not asked", "", "under 18", "65 and over"],
        gender=["Female", "Male", "Unknown", "Prefer not to say", "Not asked", ""],
        nationality=["Polish", "Romanian", "", "Brazilian", "Irish"],
        nationality_2=["", "British", "", "", "Brazilian", ""],
        advice_type=["Settled status", "Benefits; Housing", "", "Benefits; Benefits"],
        client_role=["Main", "Family", "", "Not asked"],
        opened=["06/07/2026", "06/07/2026", "12/05/2026", "21/09/2026"],
    )
    workspace.put("2026-Q3.csv", rows)
    workspace.run("2026-Q2_2026-Q3")
    for text in ("2026-Q2", "2026-Q3", "2026-Q2_2026-Q3"):
        assert_agrees(workspace, Period.parse(text))
    assert_rows_add_up(workspace)


@pytest.mark.parametrize("unit", ["cases", "issues"])
def test_the_demonstration_counts_what_was_planted(demo_workspace: Demo, unit: str) -> None:
    """The generator says what a perfect reader would find, quarter by quarter."""
    workspace, planted = demo_workspace.workspace, demo_workspace.truth["recorded"]
    cases = workspace.table("core.cases")
    tables = {
        ("gender_code", "cases"): cases,
        ("nationality_class_code", "cases"): cases,
        ("age_group_code", "cases"): cases,
        ("advice_type_code", "issues"): workspace.table("core.case_advice_types").join(cases, on="case_key"),
    }
    compared = [(dimension, frame) for (dimension, own), frame in tables.items() if own == unit]
    for dimension, frame in compared:
        said = {
            (row["quarter"], row["source_id"], row["code"]): row["n"]
            for row in planted
            if (row["dimension"], row["unit"]) == (dimension, unit) and row["n"]
        }
        found = frame.group_by("period", "source_id", known(dimension).alias(dimension)).len()
        if unit == "issues":  # the generator counts what was recorded; a case without any type is an issue "_U" here
            found = found.filter(pl.col(dimension) != "_U")
        assert {row[:3]: row[3] for row in found.iter_rows()} == said, dimension
