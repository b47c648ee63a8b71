"""How tests run Spark: one part for each exchange, because there is little data."""

from __future__ import annotations

from pipelines.engine_choice import SPARK, EngineChoice

OPTIONS = {"spark.sql.shuffle.partitions": "1", "spark.driver.memory": "1g"}
CHOICE = EngineChoice(SPARK, options=OPTIONS)
