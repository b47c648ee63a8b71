"""Running models and checks on Spark, each as soon as what it reads is there.

Answers "in which order, and how many at a time". Every table is written to Parquet before another reads it: what a
worker that dies takes with it is worked out again from files, never from a longer and longer way back.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from pipelines import disk
from pipelines.engines.translation import to_spark
from pipelines.errors import ModelError
from pipelines.models import is_check
from pipelines.rebuilding import Model

# While some models run on the workers, others are planned; more at a time would only share the same processors.
AT_ONCE = 4


class Maker:
    """Makes tables in a folder, one sub-folder of Parquet files each, and knows them to Spark by their names."""

    def __init__(self, session: Any, folder: Path) -> None:
        self._session = session
        self._folder = folder

    def register(self, name: str, schema: Any = None, *, has_parts: bool = False) -> None:
        """Let models read a table whose files are there; parts are folders named after a column and its word."""
        self._session.sql(f"create database if not exists {name.partition('.')[0]}")
        self._session.sql(f"drop table if exists {name}")
        self._session.catalog.createTable(name, path=str(self._folder / name), source="parquet", schema=schema)
        if has_parts:
            self._session.catalog.recoverPartitions(name)

    def make(self, found: Sequence[Model], told: Callable[[str], None]) -> dict[str, int | str]:
        """Make all tables and run all checks.

        Args:
            found: models and checks.
            told: gets the name of each table once it is there.
        Returns:
            Of each check how many offenders it found, or the kind of failure where it cannot be run.
        Raises:
            ModelError: a model cannot be built. OSError: a disk is full, or refuses to be written to.
        """
        by_name = {model.name: model for model in found}
        waiting = TopologicalSorter({model.name: sorted(model.reads & set(by_name)) for model in found})
        waiting.prepare()
        outcome: dict[str, int | str] = {}
        running: dict[Future[int | str], str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                while waiting.is_active():
                    running |= {pool.submit(self._run, by_name[name]): name for name in waiting.get_ready()}
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        name = running.pop(future)
                        outcome[name] = future.result()
                        waiting.done(name)
                        if not is_check(name):
                            told(name)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                # A Spark that is gone cannot be told to stop; what went wrong first is what is told.
                with suppress(PySparkException, Py4JError):
                    self._session.sparkContext.cancelAllJobs()
                raise
        return {name: offenders for name, offenders in outcome.items() if is_check(name)}

    def _run(self, model: Model) -> int | str:
        try:
            *parts, (_, query) = to_spark(model.name, model.sql).items()
            for name, part in parts:
                self._write(name, self._session.sql(part))
            rows = self._session.sql(query)
            found = int(rows.count()) if is_check(model.name) else self._write(model.name, rows)
            for name, _ in parts:
                shutil.rmtree(self._folder / name)
            return found
        except (PySparkException, Py4JError) as error:
            # Spark's messages quote values, so only the kind is told, and what the disk refused.
            if refusal := disk.refusal_in(str(error)):
                raise refusal from None
            if is_check(model.name):
                return _kind(error)
            raise ModelError(
                f"The model sql/{model.name.replace('.', '/')}.sql cannot be built ({_kind(error)}). "
                "The warehouse is as it was before this run."
            ) from None

    def _write(self, name: str, rows: Any) -> int:
        """Write a table and let others read it; it is no offender."""
        rows.write.parquet(str(self._folder / name))
        self.register(name, rows.schema)
        return 0


def _kind(error: Exception) -> str:
    """Name a failure by Spark's own word for it, which holds no value."""
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    return condition or type(error).__name__
