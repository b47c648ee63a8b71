"""Which engine builds the tables, and where it runs.

Answers "does this network outgrow one machine". Read from `[engine]` of `caseload.toml`. What an engine does with the
choice is in `engines/`; what is counted is the same with each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.declarations import Section, suggestion

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
LOOPBACK = "127.0.0.1"
_LOCAL = re.compile(r"^local(\[(\*|[1-9]\d*)\])?$")
_OTHER_MASTER = re.compile(r"^(spark|k8s)://\S+$|^yarn$")
# What the promises of docs/security.md rest on is no choice, nor is what the results rest on.
FIXED = (
    "spark.app.name", "spark.driver.bindAddress", "spark.driver.extraJavaOptions", "spark.driver.host",
    "spark.eventLog.", "spark.executor.extraJavaOptions", "spark.io.encryption.", "spark.jars", "spark.local.dir",
    "spark.log.", "spark.master", "spark.plugins", "spark.redaction.", "spark.sql.ansi.", "spark.sql.caseSensitive",
    "spark.sql.catalogImplementation", "spark.sql.extensions", "spark.sql.queryExecutionListeners",
    "spark.sql.session.timeZone", "spark.sql.warehouse.dir", "spark.submit.", "spark.ui.", "spark.extraListeners",
    "spark.hadoop.fs.permissions.",
)  # fmt: skip
# An option may be read by whoever lists processes, and settings are no place for secrets.
_SECRET = re.compile(r"secret|password|token|access\.key", re.IGNORECASE)


@dataclass(frozen=True)
class EngineChoice:
    """The engine of one workspace.

    `master`, `address` and `options` are Spark's alone: where it runs, the address under which its workers reach this
    machine, and further options of its own by their names.
    """

    name: str = DUCKDB
    master: str = "local[2]"
    address: str = LOOPBACK
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_spark(self) -> bool:
        """Tell whether Spark builds the tables."""
        return self.name == SPARK

    @property
    def is_local(self) -> bool:
        """Tell whether Spark works inside one process of this machine, without workers elsewhere."""
        return _LOCAL.match(self.master) is not None


def read_engine(top: Section) -> EngineChoice:
    """Take `[engine]` from the settings; problems are noted there."""
    section = top.section("engine")
    found = EngineChoice(
        name=section.text("name"),
        master=section.text("master"),
        address=section.text("address"),
        options=section.mapping("options"),
    )
    if found.name not in ENGINES:
        section.problem(
            f'engine.name: "{found.name}" is no engine; there are duckdb and spark.{suggestion(found.name, ENGINES)}'
        )
    if not (found.is_local or _OTHER_MASTER.match(found.master)):
        section.problem("engine.master is no address of a Spark master, such as local[2] or spark://host:7077.")
    for name in found.options:
        _check_option(section, name)
    section.close()
    return found


def _check_option(section: Section, name: str) -> None:
    if not name.startswith("spark."):
        section.problem(f'engine.options: "{name}" is no option of Spark; their names begin with spark.')
    elif name.startswith(FIXED):
        section.problem(f'engine.options: "{name}" is fixed, because privacy or the results rest on it.')
    elif _SECRET.search(name):
        section.problem(
            f'engine.options: "{name}" is a secret and does not belong in this file. Put it into the '
            "spark-defaults.conf of the folder that SPARK_CONF_DIR names."
        )
