"""What is declared of tables that are brought up to date fits the models: a part is made of what belongs to it."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.arrivals import updates
from pipelines.models import is_check, load_models
from pipelines.rebuilding import Model
from pipelines.tables import loaded_tables
from pipelines.updating import order_of

OF_CASES = {"core.counted_cases", "core.counted_enquiries"}
WITHOUT_A_QUARTER = "core.case_times"


@pytest.fixture(scope="module")
def every() -> dict[str, Model]:
    with duckdb.connect() as connection:
        return {model.name: model for model in load_models(connection)}


@pytest.fixture(scope="module")
def models(every: dict[str, Model]) -> dict[str, Model]:
    return {name: model for name, model in every.items() if not is_check(name)}


@pytest.fixture(scope="module")
def checks(every: dict[str, Model]) -> dict[str, Model]:
    return {name: model for name, model in every.items() if is_check(name)}


def _parts() -> set[str]:
    declared = updates()
    return {*declared.by_case, *declared.by_period, *declared.by_file, *declared.by_client}


def test_every_table_that_is_named_is_there(models: dict[str, Model], checks: dict[str, Model]) -> None:
    declared = updates()
    assert {*_parts(), *declared.settled, *declared.compared} <= set(models)
    assert set(declared.checked_by_case) <= set(checks)
    assert {*declared.keys, *declared.follows} <= set(loaded_tables())
    assert set(declared.made_again) <= set(declared.keys)
    columns = {**declared.keys, **{table: [column] for table, column in declared.loaded_by_case.items()}}
    for table, named in columns.items():
        assert set(named) <= set(loaded_tables()[table])


def test_no_table_is_kept_in_two_ways() -> None:
    declared = updates()
    ways = (
        declared.by_case,
        declared.by_period,
        declared.by_file,
        declared.by_client,
        declared.settled,
        declared.compared,
    )
    named = [name for each in (*ways, declared.keys, declared.follows) for name in each]
    assert len(named) == len(set(named))


def test_a_part_by_case_is_made_of_parts_by_case_and_of_what_is_settled(models: dict[str, Model]) -> None:
    may_read = {*loaded_tables(), *updates().by_case, *updates().settled}
    assert {name: models[name].reads - may_read for name in updates().by_case if models[name].reads - may_read} == {}


def test_a_part_by_period_is_made_of_cases_that_count_and_of_parts_by_period(models: dict[str, Model]) -> None:
    """Nothing of `raw` and `staging`: a period does not tell which of their rows belong to it."""
    counted = {name for name, column in updates().by_case.items() if column != "record_id"}
    reference = {name for name in loaded_tables() if name.startswith("reference.")}
    may_read = {*reference, *counted, *updates().by_period, *updates().settled, *updates().compared}
    assert {name: models[name].reads - may_read for name in updates().by_period if models[name].reads - may_read} == {}


def test_a_part_by_period_reads_no_case_that_may_not_count(models: dict[str, Model]) -> None:
    """What is read by the cases of a period is kept apart by them: `core.cases` has a quarter of its own."""
    read = {table for name in updates().by_period for table in models[name].reads} & set(updates().by_case)
    of_counted = {name for name in updates().by_case if name.startswith(("core.counted_", "core.enquiry_"))}
    assert read - OF_CASES - {WITHOUT_A_QUARTER} <= of_counted


def test_a_part_by_file_is_made_of_records_and_one_by_client_of_cases(models: dict[str, Model]) -> None:
    """By the record it is known of which file a row is, and `core.cases` alone tells of which client."""
    records = {name for name, column in updates().by_case.items() if column == "record_id"} | {"raw.records"}
    reference = {name for name in loaded_tables() if name.startswith("reference.")}
    assert all(models[name].reads <= records | reference for name in updates().by_file)
    assert all(models[name].reads == {"core.cases"} for name in updates().by_client)


def test_a_check_by_case_asks_about_nothing_but_cases(checks: dict[str, Model]) -> None:
    kept = {*updates().by_case, *updates().loaded_by_case, *updates().settled, "reference.codes"}
    assert {name: checks[name].reads - kept for name in updates().checked_by_case if checks[name].reads - kept} == {}


def test_what_has_an_order_keeps_it(models: dict[str, Model]) -> None:
    """A table that ends with an order is put together in it, so it has to be one that can be read there."""
    ordered = [name for name in updates().by_period if "\norder by" in models[name].sql]
    assert len(ordered) > 40
    assert [name for name in ordered if not order_of(models[name])] == []
