"""Starting and ending Spark: one Java process for one run, quiet, and with nothing of it left behind.

Answers "what could Spark tell whom". It listens on the address of the settings alone (this machine's own unless
somebody says otherwise), has no web page and no event log, and logs nothing, because its messages quote values. No
secret is among its options: pseudonyms are made before Spark sees a record, so the network's key never reaches it.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipelines import machine
from pipelines.engine_choice import EngineChoice
from pipelines.errors import SettingsError
from pipelines.modes import PRIVATE_FOLDER, kept_private

NEEDED = ("pyspark", "sqlglot")
# Spark's messages quote the values that a cast or a sum stumbled over.
_SILENT = "status = off\nrootLogger.level = off\n"
_LOGS = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")
# Java's own choice collects garbage beside the work, for answers within milliseconds that nobody waits for here; this
# one stops for it and took a sixth less of the processors.
_COLLECTOR = "-XX:+UseParallelGC"
_SECONDS_TO_END = 30
# A process can hold one Spark. A run of another workspace in the same process waits for the first to end.
_ONE_AT_A_TIME = threading.Lock()


def require_spark() -> None:
    """See that what Spark needs is installed, before any work is done.

    Raises:
        SettingsError: a package is missing, or Java is.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f'engine.name is "spark", but {" and ".join(missing)} cannot be found. Install it with: '
            'pip install "caseload[spark]", or choose engine.name = "duckdb".'
        )
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=str(Path(home) / "bin") if home else None):
        raise SettingsError(
            'engine.name is "spark", but there is no Java to run it. Install Java 17 or later and let PATH or '
            'JAVA_HOME lead to it, or choose engine.name = "duckdb".'
        )


def start(choice: EngineChoice, folder: Path) -> Any:
    """Start Spark.

    Args:
        choice: where it runs.
        folder: a private folder for everything it writes; on a cluster every worker sees it under the same path.
    Returns:
        A `SparkSession` of its own, with its own Java process.
    Raises:
        SettingsError: it cannot start there.
    """
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    _prepare(folder)
    _silence()
    conf = SparkConf(loadDefaults=False)
    conf.setAll(list(options(choice, folder).items()))
    _ONE_AT_A_TIME.acquire()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        with kept_private(), _local_address(choice.address):
            gateway = launch_gateway(conf, popen_kwargs=silent)
            context = SparkContext(conf=conf, gateway=gateway)
    except BaseException as error:
        _end_java()
        _ONE_AT_A_TIME.release()
        if not isinstance(error, Py4JError | PySparkException | OSError):
            raise
        raise SettingsError(
            f"Spark could not start with engine.master {choice.master} and engine.address {choice.address} "
            f"({type(error).__name__}). See that the master runs and can be reached, that Java is version 17 or later, "
            "and that the options in [engine.options] are right. Nothing was changed."
        ) from None
    return SparkSession(context)


def options(choice: EngineChoice, folder: Path) -> dict[str, str]:
    """Give every option of Spark: those of the settings, then those that nothing may change."""
    quiet = f'"-Dlog4j2.configurationFile={(folder / "log.properties").as_uri()}"'
    always = f"{quiet} {_COLLECTOR}"
    mine = {
        "spark.app.name": "caseload",
        "spark.master": choice.master,
        "spark.driver.host": choice.address,
        "spark.driver.bindAddress": choice.address,
        "spark.driver.extraJavaOptions": f'{always} "-Djava.io.tmpdir={folder / "tmp"}"',
        "spark.executor.extraJavaOptions": always,
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "own"),
        "spark.sql.catalogImplementation": "in-memory",
        # Hadoop sets modes by itself, whatever the umask is.
        "spark.hadoop.fs.permissions.umask-mode": "077",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        # What workers write on their own disks cannot be read without the run, and is nothing without it.
        "spark.io.encryption.enabled": str(not choice.is_local).lower(),
    }
    return {
        **_defaults(choice),
        **choice.options,
        **mine,
        **({"spark.authenticate": "true"} if choice.is_local else {}),
    }


def stop(session: Any) -> None:
    """End Spark and its Java process, whatever state they are in."""
    with suppress(Exception):
        session.stop()
    try:
        _end_java()
    finally:
        _ONE_AT_A_TIME.release()


def _defaults(choice: EngineChoice) -> Mapping[str, str]:
    told = machine.decided("spark")
    return {**told["options"], **({"spark.driver.memory": told["memory"]} if choice.is_local else {})}


def _silence() -> None:
    """Keep the logs of Spark's Python side to themselves: each failure of a query is logged with what it quotes."""
    from pyspark.logger import PySparkLogger

    for name in _LOGS:
        PySparkLogger.getLogger(name).disabled = True
    for name in ("py4j", "pyspark"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False


def _prepare(folder: Path) -> None:
    for part in ("tmp", "local", "own"):
        (folder / part).mkdir(mode=PRIVATE_FOLDER, parents=True)
    (folder / "log.properties").write_text(_SILENT, encoding="ascii")


@contextmanager
def _local_address(address: str) -> Iterator[None]:
    """Let Spark take this address for the machine's; else it asks the name service for the machine's own name."""
    before = os.environ.get("SPARK_LOCAL_IP")
    os.environ["SPARK_LOCAL_IP"] = address
    try:
        yield
    finally:
        os.environ.pop("SPARK_LOCAL_IP")
        if before is not None:
            os.environ["SPARK_LOCAL_IP"] = before


def _end_java() -> None:
    """End the Java process, so that it takes no memory when the tables are made, and forget it."""
    from pyspark import SparkContext

    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    if gateway is None:
        return
    with suppress(Exception):
        gateway.shutdown()
    # It ends when nobody can write to it any more.
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()
