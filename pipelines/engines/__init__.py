"""The engines that build and check the tables: DuckDB on this machine, or Apache Spark on any number of them.

One door, `opened`: it gives the engine that the settings choose, and whatever the engine started or wrote is gone when
the block ends. Both run the same files of `sql/` and the same suites of `expectations/`, and everything else reads the
warehouse, so nothing after the tables knows which engine made them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipelines.engine_choice import EngineChoice
from pipelines.standby import by_the_first

if TYPE_CHECKING:
    from pipelines.validate import RuleResult


class Engine(Protocol):
    """What builds and checks the tables of one warehouse."""

    def build(self, database: Path) -> int:
        """Make every table of the SQL folder anew and run every check, all or nothing.

        Args:
            database: a warehouse with its raw and reference tables loaded.
        Returns:
            The number of tables made.
        Raises:
            ModelError: a model cannot be built, or a check found offenders; every failing check is named.
        """

    def run_suite(
        self, database: Path, table: str, parameters: Mapping[str, Sequence[str]]
    ) -> tuple[RuleResult, ...]:  # fmt: skip
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


class InProcess:
    """DuckDB, where the tables are: nothing moves."""

    def build(self, database: Path) -> int:
        """Make every table; see `Engine`."""
        from pipelines.models import build

        return build(database)

    def run_suite(
        self, database: Path, table: str, parameters: Mapping[str, Sequence[str]]
    ) -> tuple[RuleResult, ...]:  # fmt: skip
        """Check one table; see `Engine`."""
        return by_the_first(_run_suite, (database, table, parameters))


def _run_suite(asked: tuple[Path, str, Mapping[str, Sequence[str]]]) -> tuple[RuleResult, ...]:
    from pipelines.validate import run_suite

    return run_suite(*asked)


@contextmanager
def opened(choice: EngineChoice, database: Path) -> Iterator[Engine]:
    """Give the engine that a network chose.

    Args:
        choice: from the settings.
        database: a warehouse open for writing; what an engine writes for a while lies beside it.
    Raises:
        SettingsError: Spark was chosen and is not installed.
    """
    if not choice.is_spark:
        yield InProcess()
        return
    from pipelines.engines.session import require_spark

    require_spark()
    # Only now: it imports what may be missing.
    from pipelines.engines.spark import SparkEngine

    engine = SparkEngine(choice, database)
    try:
        yield engine
    finally:
        engine.close()
