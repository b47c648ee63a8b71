"""Apache Spark as the engine: the same files of `sql/` over Parquet, on any number of machines.

Answers "how does a network that outgrows one machine get the same tables". Raw and reference tables are handed over as
Parquet, every model and check runs on Spark, and the tables made come back into the warehouse with the types, comments
and order that DuckDB would have given them. All of it happens in one transaction, so a run stays all or nothing.

The secret key of pseudonyms is not needed here and never comes here: keys are made when files are read.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines import models, rebuilding, warehouse
from pipelines.engine_choice import EngineChoice
from pipelines.engines import exchange, session
from pipelines.engines.making import Maker
from pipelines.errors import ModelError
from pipelines.modes import PRIVATE_FOLDER, kept_private
from pipelines.tables import loaded_tables
from pipelines.validate import RuleResult, run_suite, run_suite_on_frame


class SparkEngine:
    """Spark for the length of a run; it starts when it is first needed.

    Everything it writes lies in one folder beside the database, for its owner alone. `close` removes it; after a run
    that was killed, the next one does, as it removes every other remnant beside a database.
    """

    def __init__(self, choice: EngineChoice, database: Path) -> None:
        self._choice = choice
        self._folder = database.absolute().with_name(f"{database.name}.spark")
        self._session: Any = None

    @kept_private()
    def build(self, database: Path) -> int:
        """Make every table on Spark and take it back; see `Engine`.

        DuckDB makes each table first, without a row, and looks at each check: so what is wrong is told before anything
        is handed over, a model can read nothing but tables here too, and types and comments are DuckDB's own.
        """
        with warehouse.connect(database) as connection, warehouse.transaction(connection):
            found = models.load_models(connection)
            tables, checks = models.told_apart(found)
            for model in tables:
                models.make(connection, model, is_empty=True)
            models.describe(connection, tables)
            wrong = models.unreadable(connection, checks)
            models.refuse_offenders([check for check in checks if check.name in wrong], wrong)
            folder = self._fresh("tables")
            maker = Maker(self._started(), folder)
            for name in sorted(set(loaded_tables()) & {name for model in found for name in model.reads}):
                maker.register(name, has_parts=exchange.hand_over(connection, name, folder / name))
            with exchange.taking_back(connection, folder) as take:
                models.refuse_offenders(checks, maker.make(found, take))
            # What an earlier build of DuckDB's noted is not what stands now.
            rebuilding.forget(connection)
        shutil.rmtree(folder)
        return len(tables)

    @kept_private()
    def run_suite(
        self, database: Path, table: str, parameters: Mapping[str, Sequence[str]]
    ) -> tuple[RuleResult, ...]:  # fmt: skip
        """Check one table on Spark; see `Engine`.

        Where rows have to be named, because a rule that stops or quarantines is broken, the warehouse is asked which.
        """
        folder = self._fresh("suite") / table
        with warehouse.connect(database) as connection:
            exchange.hand_over(connection, table, folder)
        results = run_suite_on_frame(self._started().read.parquet(str(folder)), table, parameters)
        shutil.rmtree(folder)
        if not any(result.action != "note" and not result.is_met for result in results):
            return results
        in_warehouse = {result.rule: result for result in run_suite(database, table, parameters)}
        return tuple(_with_keys(result, in_warehouse[result.rule]) for result in results)

    def close(self) -> None:
        """End Spark and remove everything it wrote."""
        try:
            if self._session is not None:
                session.stop(self._session)
                self._session = None
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _started(self) -> Any:
        if self._session is None:
            self._session = session.start(self._choice, self._fresh("spark"))
        return self._session

    def _fresh(self, name: str) -> Path:
        """Give an empty private folder."""
        self._folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        self._folder.chmod(PRIVATE_FOLDER)
        folder = self._folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=PRIVATE_FOLDER)
        return folder


def _with_keys(on_spark: RuleResult, in_warehouse: RuleResult) -> RuleResult:
    if replace(in_warehouse, failing_keys="") != replace(on_spark, failing_keys=""):
        raise ModelError(
            f"The engines disagree about the rule {on_spark.rule} of expectations/{on_spark.table}.json. Nothing was "
            'stored. Report it, and choose engine.name = "duckdb" meanwhile.'
        )
    return in_warehouse
