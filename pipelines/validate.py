"""Great Expectations: are the tables fit for use?

Answers "which rules of a suite does a table break, how often and how badly". Suites are JSON files kept by hand in
`expectations/`, one per table. A result never holds a value: Great Expectations' own results do, so only counts and the
query for the failing keys are taken from them, here and nowhere else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.deferring import deferred
from pipelines.errors import ModelError
from pipelines.resources import expectations_folder

ACTIONS = ("stop", "quarantine", "note")
ROW_KEYS = {"raw.records": "record_id", "core.cases": "case_key"}


@dataclass(frozen=True)
class RuleCount:
    """What became of one rule, in numbers alone; internal, counts are true.

    `severity` is `critical` or `warning`. `action` says what a failure does: `stop` the run, `quarantine` the rows, or
    `note` it in the brief. A rule about a whole table counts no rows: `n_checked` is 0 then.
    """

    table: str
    rule: str
    column: str
    severity: str
    action: str
    notes: str
    is_met: bool
    n_checked: int
    n_failed: int


@dataclass(frozen=True)
class RuleResult(RuleCount):
    """The same with SQL that lists the row keys that failed; `failing_keys` is empty for a rule about a whole table."""

    failing_keys: str = ""


def run_suite(database: Path, table: str, parameters: Mapping[str, Sequence[str]]) -> tuple[RuleResult, ...]:
    """Check one table against its suite.

    Args:
        database: the warehouse to read.
        table: a qualified name with a suite of that name.
        parameters: the values a suite names with `$PARAMETER`, such as code lists.
    Returns:
        One result per rule, in the suite's order.
    Raises:
        ModelError: a rule could not be evaluated at all.
    """
    # Where another process checks the data, this one needs neither the dialect nor what it is made of.
    from pipelines.duckdb_dialect import SCHEME

    context = _context()
    source = context.data_sources.add_sql("warehouse", connection_string=f"{SCHEME}:///{database}")
    try:
        results = _results(
            _definition(context, _table_asset(source, table), table),
            table,
            expectation_parameters=dict(parameters),
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW_KEYS[table]]},
        )
    finally:
        # A connection that stays open keeps changes out of the database file.
        source.get_execution_engine().close()
        source.get_engine().dispose()
    for result in results:
        require_effect(result)
    return results


def run_suite_on_frame(frame: Any, table: str, parameters: Mapping[str, Sequence[str]]) -> tuple[RuleResult, ...]:
    """Check a table that Spark holds against its suite.

    Args:
        frame: a Spark `DataFrame` with the rows of the table.
        table: a qualified name with a suite of that name.
        parameters: the values a suite names with `$PARAMETER`.
    Returns:
        The same as `run_suite`, without the keys of rows: to name rows is the warehouse's business.
    Raises:
        ModelError: a rule could not be evaluated at all.
    """
    context = _context()
    source = context.data_sources.add_spark("spark", persist=False)
    asset = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all")
    return _results(
        _definition(context, asset, table),
        table,
        batch_parameters={"dataframe": frame},
        expectation_parameters=dict(parameters),
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0},
    )


def load() -> None:
    """Load the library, without the packages that it needs for rules of no suite."""
    with deferred("scipy.stats", "altair"):
        import great_expectations  # noqa: F401 - loaded for those who import it next


def _context() -> Any:
    """Begin with the library, and keep its log silent."""
    load()
    import great_expectations as gx

    _silence("great_expectations")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def _definition(context: Any, asset: Any, table: str) -> Any:
    import great_expectations as gx

    suite = context.suites.add(gx.ExpectationSuite(**load_suite(table)))
    return context.validation_definitions.add(gx.ValidationDefinition(name=table, data=asset, suite=suite))


def _results(definition: Any, table: str, **how: Any) -> tuple[RuleResult, ...]:
    return tuple(_result(table, item) for item in definition.run(**how).results)


def _table_asset(source: Any, table: str) -> Any:
    schema, name = table.split(".")
    return source.add_table_asset(table, table_name=name, schema_name=schema).add_batch_definition_whole_table("all")


def _silence(name: str) -> None:
    """Keep a library's log to itself: it quotes offending values, and some of its loggers set levels of their own."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


@cache
def load_suite(table: str) -> dict[str, Any]:
    """Read the suite of a table as it is kept by hand."""
    path = expectations_folder() / f"{table}.json"
    suite: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return suite


def _result(table: str, item: Any) -> RuleResult:
    """Take counts, names and the key query from one result and leave everything else behind."""
    config = item.expectation_config
    meta = config.meta or {}
    if item.exception_info.get("raised_exception") or any(
        isinstance(info, dict) and info.get("raised_exception") for info in item.exception_info.values()
    ):
        raise ModelError(f"The rule {meta['rule']} of expectations/{table}.json cannot be evaluated on this warehouse.")
    severity = str(getattr(config.severity, "value", config.severity))
    return RuleResult(
        table=table,
        rule=meta["rule"],
        column=str(config.kwargs.get("column", "")),
        severity=severity,
        action=meta["on_failure"],
        notes=str(config.notes),
        is_met=bool(item.success),
        n_checked=int(item.result.get("element_count", 0) or 0),
        n_failed=int(item.result.get("unexpected_count", item.result.get("observed_value", 0)) or 0),
        failing_keys=_failing_keys(table, item),
    )


def require_effect(result: RuleResult) -> None:
    """Refuse a rule whose failure would pass in silence.

    Raises:
        ModelError: what the rule does on failure is unknown, it is critical and would only be noted, or it failed and
            names no rows to quarantine.
    """
    is_only_noted = result.severity == "critical" and result.action == "note"
    has_no_rows = result.action == "quarantine" and not result.is_met and not result.failing_keys
    if result.action not in ACTIONS or is_only_noted or has_no_rows:
        raise ModelError(
            f"The rule {result.rule} of expectations/{result.table}.json would have no effect: on_failure must be one "
            f"of {', '.join(ACTIONS)}, a critical rule must not be noted only, and one that quarantines must give rows."
        )


def _failing_keys(table: str, item: Any) -> str:
    query = str(item.result.get("unexpected_index_query") or "").strip().rstrip(";")
    return f"select distinct {ROW_KEYS[table]} from ({query}) as failing" if query else ""  # noqa: S608 - the rule's own
