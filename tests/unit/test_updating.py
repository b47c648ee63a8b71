"""A table that is brought up to date holds what it would hold if it were made from nothing, whatever came."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from arriving import (
    OF_PUBLISHED_CASES,
    bring_back,
    build_both_ways,
    change,
    correct,
    frozen_later,
    last_published,
    send_later_versions,
    take_away,
    take_away_files,
    take_away_published,
)
from conftest import Demo

from pipelines import arrivals, freezing, models, updating, warehouse
from pipelines.arrivals import updates
from pipelines.errors import ModelError


@pytest.fixture(scope="module")
def template(demo_workspace: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a network's database, built with one quarter published."""
    path = Path(shutil.copyfile(demo_workspace.workspace.database, tmp_path_factory.mktemp("built") / "built.duckdb"))
    models.build(path)
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    """Give a copy of that database, to be changed."""
    return Path(shutil.copyfile(template, tmp_path / "built.duckdb"))


@pytest.mark.parametrize(
    ("n_files", "seed"), [(1, 1), *(pytest.param(*each, marks=pytest.mark.slow) for each in ((2, 3), (8, 5)))]
)
def test_files_that_come_change_what_they_tell_of(database: Path, made: list[str], n_files: int, seed: int) -> None:
    let_come = take_away_files(database, n_files, seed)
    assert "core.cases" in build_both_ways(database, made)
    let_come()
    as_a_whole = build_both_ways(database, made)
    assert as_a_whole.isdisjoint(updates().by_case)
    if n_files == 1:
        assert as_a_whole.isdisjoint(updates().by_period)
    assert {"core.client_kinds", "core.file_reaches"} <= as_a_whole


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_later_versions_replace_cases_wherever_they_stand(database: Path, made: list[str], seed: int) -> None:
    """Of published quarters and others, in the same quarter or another, with other words and of another client."""
    send_later_versions(database, seed)
    assert "core.cases" not in build_both_ways(database, made)


@pytest.mark.parametrize("has_moved", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_quarter_that_is_frozen_as_it_counted_counts_on(database: Path, made: list[str], has_moved: bool) -> None:
    """Its cases are not gone through again; those that are not among it, as they were published elsewhere, wait."""
    freeze = frozen_later(database)
    if has_moved:
        send_later_versions(database, 5)
        models.build(database)
    freeze()
    assert build_both_ways(database, made).isdisjoint({*updates().by_case, *updates().by_period})
    assert build_both_ways(database, made) == set()


@pytest.mark.parametrize("is_before", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_file_that_comes_as_a_quarter_is_frozen_changes_what_it_tells_of(
    database: Path, made: list[str], is_before: bool
) -> None:  # fmt: skip
    let_come = take_away_files(database, 1, 1)
    steps = [let_come, frozen_later(database)]
    for step in steps if is_before else steps[::-1]:
        step()
    assert "core.cases" not in build_both_ways(database, made)


@pytest.mark.parametrize("share_kept", [0.8, pytest.param(1, marks=pytest.mark.slow)])
def test_a_quarter_that_was_published_without_a_note_is_made_as_a_whole(
    database: Path, made: list[str], share_kept: float
) -> None:  # fmt: skip
    """Nobody knows whether its rows are those that counted; those of its cases that are not among it wait."""
    publish = take_away_published(database, last_published(database), share_kept=share_kept)
    build_both_ways(database, made)
    publish()
    assert "core.counted_cases" in build_both_ways(database, made)


@pytest.mark.parametrize(
    "tables",
    [
        (*OF_PUBLISHED_CASES, "raw.published_cases"),
        *(pytest.param((table,), marks=pytest.mark.slow) for table in OF_PUBLISHED_CASES),
    ],
    ids=len,
)
def test_what_was_kept_and_is_gone_is_noticed(database: Path, made: list[str], tables: tuple[str, ...]) -> None:
    """A case, or what it was about alone."""
    quarter = last_published(database)
    frozen_later(database)()
    of_quarter = f"case_key in (select case_key from raw.published_cases where period = '{quarter}')"  # noqa: S608
    gone = f"case_key = (select min(case_key) from {tables[0]} where {of_quarter})"  # noqa: S608 - own names
    change(database, *(f"delete from {table} where {gone}" for table in tables))  # noqa: S608 - own names
    assert "core.counted_cases" in build_both_ways(database, made)


def test_what_is_noted_of_a_publication_is_what_stands_there(database: Path) -> None:
    """Else the next build would find a difference where there is none, and make everything as a whole."""
    frozen_later(database)()
    with warehouse.connect(database) as connection:
        arrivals.look(connection, freezing.KEPT)
        names = ", ".join(f"'{name}'" for name in freezing.KEPT)
        noted, there = (
            set(connection.execute(f"from {table} where loaded_table in ({names})").fetchall())
            for table in (arrivals.KEPT, "present_keys")
        )
    assert noted == there != set()


def test_a_last_quarter_goes_behind_the_others(
    database: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """A table whose quarters stand in order need not be written anew where the last of them changes."""
    goes_last, found = updating._comes_last, {}
    monkeypatch.setattr(updating, "_comes_last", lambda *told: found.setdefault(told[1].name, goes_last(*told)))
    frozen_later(database)
    change(
        database,
        "insert into reference.corrected_records by name select record_id, 'Female' as gender from core.counted_cases "
        "where period = (select max(period) from core.counted_cases)",
    )
    build_both_ways(database, made)
    assert found["marts.cases_by_centre"] is True
    assert set(found.values()) == {True, False}


def test_corrections_change_the_cases_that_they_name(database: Path, made: list[str]) -> None:
    """They come, change and go."""
    for every in (50, 100, 10_000):
        correct(database, every)
        assert "core.cases" not in build_both_ways(database, made)


def test_words_that_are_explained_let_their_records_in(database: Path, made: list[str]) -> None:
    """A word that nobody could read waits; once it has a meaning its old records count."""
    chosen = "(select min(value) from reference.meanings where field = 'nationality' and position = 1 and value <> '')"
    word = take_away(database, {"reference.meanings": f"field = 'nationality' and value = {chosen}"})
    build_both_ways(database, made)
    bring_back(database, word)
    assert "staging.record_nationalities" not in build_both_ways(database, made)


def test_where_the_last_day_of_a_file_goes_back_all_times_are_waited_anew(database: Path, made: list[str]) -> None:
    """The case that told of that day moved to a later file: open cases of its file were not followed as long."""
    last = """arrived.file_id = (select file_id from core.file_reaches order by last_on desc, file_id limit 1)
        and exists (
            select 1 from core.cases as cases join core.file_reaches as reaches on reaches.file_id = arrived.file_id
            where cases.case_key = arrived.case_key
                and greatest(coalesce(cases.opened_on, cases.closed_on), coalesce(cases.closed_on, cases.opened_on))
                    = reaches.last_on
        )"""
    send_later_versions(database, 1, which=last)
    as_a_whole = build_both_ways(database, made)
    assert "marts.waiting_times" in as_a_whole
    assert "core.case_times" not in as_a_whole


def test_a_check_finds_what_came_beside_what_stood(database: Path) -> None:
    """It is asked of the cases that changed alone, and a code that is in no list stands on one of these."""
    word = take_away(database, {"reference.meanings": "field = 'gender' and code = 'F'"})
    models.build(database)
    unlisted = {name: frame.with_columns(code=pl.lit("NOBODY")) for name, frame in word.items()}
    bring_back(database, unlisted)
    with pytest.raises(ModelError, match="codes_are_listed"):
        models.build(database)


# What is no arrival: everything that comes of it is made as a whole.
OTHERWISE = {
    "a record changed": "update raw.records set gender = 'Male' where row_number < 3",
    "a record lost its reference": "update raw.records set case_key = null where row_number < 3",
    "a word means something else": "update reference.meanings set code = 'M' where field = 'gender' and code = 'F'",
    "a published case changed": "update raw.published_cases set gender_code = 'M' where gender_code <> 'M'",
    "what a published case was about changed": "update raw.published_case_advice_types set advice_type_code = "
    "(select min(code) from reference.codes where code_list = 'advice_types')",
    "a code was added": "insert into reference.codes values ('genders', 'Q')",
    "a quarter is revised": "insert into reference.revised_quarters "
    "select max(quarter), true from raw.published_quarters",
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("what", OTHERWISE)
def test_where_anything_but_rows_came_all_is_made_as_a_whole(database: Path, made: list[str], what: str) -> None:
    change(database, OTHERWISE[what])
    whole = build_both_ways(database, made) & {*updates().by_case, *updates().by_period}
    assert {"core.counted_case_advice_types", "core.client_families"} <= whole


def test_nothing_of_a_part_is_left_in_the_warehouse(database: Path) -> None:
    let_come = take_away_files(database, 1, 9)
    models.build(database)
    let_come()
    with warehouse.connect(database, configuration=warehouse.IN_ANY_ORDER) as connection:
        models.build(database)
        names = connection.execute("select distinct schema_name, temporary from duckdb_tables()").fetchall()
    assert {name for name, _ in names} == {"raw", "reference", "staging", "core", "marts"}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("forgotten", ["reference.built_keys", "reference.built_tables"])
def test_without_what_the_last_build_noted_all_is_made_as_a_whole(
    database: Path, made: list[str], forgotten: str
) -> None:  # fmt: skip
    let_come = take_away_files(database, 1, 9)
    models.build(database)
    let_come()
    change(database, f"delete from {forgotten}")  # noqa: S608 - own name
    assert "core.cases" in build_both_ways(database, made)


def test_where_most_periods_have_changed_what_is_made_of_them_is_made_as_a_whole(
    database: Path, made: list[str]
) -> None:  # fmt: skip
    let_come = take_away_files(database, 1, 9)
    models.build(database)
    let_come()
    change(database, "update reference.publication_quarters set is_within = true")
    as_a_whole = build_both_ways(database, made)
    assert "core.clients" in as_a_whole
    assert "core.cases" not in as_a_whole


def test_where_most_has_changed_all_is_made_as_a_whole(database: Path, made: list[str]) -> None:
    let_come = take_away_files(database, 60, 9)
    models.build(database)
    let_come()
    assert "core.cases" in build_both_ways(database, made)
