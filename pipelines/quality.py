"""The two quality gates of a run: records as they arrived, and cases as they will be counted.

Answers "is this fit for use". A critical rule stops the run (exit 13) unless it quarantines its rows; a warning
becomes a note in the brief.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from pipelines import warehouse
from pipelines.codelists import MISSING_KINDS, NOT_RECOGNISED, codelist
from pipelines.errors import ValidationFailed, listed, named_rows
from pipelines.periods import Period, Quarter
from pipelines.settings import Settings
from pipelines.validate import RuleCount, RuleResult, run_suite
from pipelines.warehouse import Connection

RunSuite = Callable[[Path, str, Mapping[str, Sequence[str]]], tuple[RuleResult, ...]]
# No export of advice cases known reaches further back; an earlier date is a misread one.
EARLIEST = Quarter(1990, 1)
CONTACTS, ENQUIRIES = "core.case_contacts", "core.enquiries"


def check_records(settings: Settings, database: Path, run_suite: RunSuite = run_suite) -> tuple[RuleCount, ...]:
    """Check the raw records, and mark those that break a row-level rule for quarantine.

    Args:
        settings: names the sources.
        database: a warehouse whose raw tables are loaded.
        run_suite: how the engine of the run checks a table.
    Returns:
        What became of every rule.
    Raises:
        ValidationFailed: a rule that stops the run is broken.
    """
    results = run_suite(database, "raw.records", {"sources": list(settings.sources)})
    _stop(database, results)
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        connection.execute("delete from raw.rule_failures")
        for result in results:
            if result.action == "quarantine" and result.failing_keys and not result.is_met:
                query = f"insert into raw.rule_failures select record_id, ? from ({result.failing_keys}) as failing"  # noqa: S608
                connection.execute(query, [f"rule_{result.rule}"])
        _keep_notes(connection, "raw.records", results)
    return _counts(results)


def check_cases(database: Path, *, latest: Quarter, run_suite: RunSuite = run_suite) -> tuple[RuleCount, ...]:
    """Check the cases and enquiries that will be counted, and keep what a brief must say about their quality.

    Args:
        database: a warehouse whose core tables are built.
        latest: the quarter of the day the run speaks of; no case can be opened after it, and no enquiry come.
        run_suite: how the engine of the run checks a table.
    Returns:
        What became of every rule.
    Raises:
        ValidationFailed: a critical rule is broken.
    """
    parameters = {
        name: [*codelist(name).codes, *MISSING_KINDS, NOT_RECOGNISED]
        for name in ("genders", "age_groups", "nationality_classes")
    }
    plausible = [str(quarter) for quarter in Period(EARLIEST, latest).quarters]
    parameters["plausible_quarters"] = plausible
    results = run_suite(database, "core.cases", parameters)
    has_contacts, has_enquiries = _are_recorded(database)
    if has_contacts:
        results = (*results, *run_suite(database, CONTACTS, {}))
    if has_enquiries:
        parameters["enquiry_responses"] = [*codelist("enquiry_responses").codes, *MISSING_KINDS, NOT_RECOGNISED]
        results = (*results, *run_suite(database, ENQUIRIES, parameters))
    _stop(database, results)
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        for suite in ("core.cases", CONTACTS, ENQUIRIES):
            _keep_notes(connection, suite, tuple(result for result in results if result.table == suite))
    return _counts(results)


def _are_recorded(database: Path) -> tuple[bool, bool]:
    """Tell whether any source records when people first asked, and whether any records enquiries."""
    with warehouse.reading(database) as connection:
        query = "select first_contact_on from core.case_contacts where first_contact_on is not null limit 1"
        has_contacts = bool(connection.execute(query).fetchall())
        return has_contacts, bool(connection.execute("select * from core.enquiries limit 1").fetchall())


def read_notes(database: Path) -> tuple[str, ...]:
    """Give the sentences about quality that belong in every brief made from this warehouse."""
    return tuple(warehouse.read_table(database, "reference.quality_notes").sort("suite", "note")["note"])


def _counts(results: tuple[RuleResult, ...]) -> tuple[RuleCount, ...]:
    """Leave the queries behind: what is left can stand in the record of a run."""
    return tuple(
        RuleCount(**{field.name: getattr(result, field.name) for field in fields(RuleCount)}) for result in results
    )


def _keep_notes(connection: Connection, suite: str, results: tuple[RuleResult, ...]) -> None:
    connection.execute("delete from reference.quality_notes where suite = ?", [suite])
    for result in results:
        if result.severity == "warning" and not result.is_met:
            connection.execute("insert into reference.quality_notes values (?, ?)", [suite, result.notes])


def _stop(database: Path, results: tuple[RuleResult, ...]) -> None:
    broken = [result for result in results if result.action == "stop" and not result.is_met]
    if broken:
        with warehouse.connect(database) as connection:
            problems = [_problem(connection, result) for result in broken]
        raise ValidationFailed(listed(problems, heading="Validation stopped the run, and nothing was stored:"))


def _problem(connection: Connection, result: RuleResult) -> str:
    column = f", column {result.column}" if result.column else ""
    checked = f" of {result.n_checked}" if result.n_checked else ""
    places = f" {_places(connection, result)}." if result.failing_keys else ""
    return (
        f"{result.table}{column}: rule {result.rule} is broken by {result.n_failed}{checked} rows. "
        f"{result.notes}{places}"
    )


def _places(connection: Connection, result: RuleResult) -> str:
    """Say in which rows of which files the failing records stand."""
    query = f"""
        select files.source_id, files.file_name, list_sort(list(records.row_number))
        from ({result.failing_keys}) as failing
        {"join core.case_keys as keys using (case_key)" if result.table == "core.cases" else ""}
        join raw.records as records using (record_id)
        join raw.files as files on files.file_id = records.file_id
        group by all order by all
    """  # noqa: S608 - the rule's own query and names of our own
    places = connection.execute(query).fetchall()
    return "; ".join(f"source {source}, {name}, {named_rows(numbers)}" for source, name, numbers in places)
