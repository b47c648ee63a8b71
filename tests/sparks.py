"""How tests run Spark: one part for each exchange, because there is little data."""

from __future__ import annotations

from contacts import COLUMNS
from workspaces import Rows

from pipelines.engine_choice import SPARK, EngineChoice

OPTIONS = {"spark.sql.shuffle.partitions": "1", "spark.driver.memory": "1g"}
CHOICE = EngineChoice(SPARK, options=OPTIONS)
# Of the fields that the hand-made export lacks, words that take turns: some recorded, some not, some twice.
MORE = {
    "Barriers": ("Language", "", "Language; Digital", "None", "Digital"),
    "Area": ("Leeds", "", "York"),
    COLUMNS["first_contact"]: ("01/07/2026", "20/05/2026", "", "06/04/2026"),
    COLUMNS["channel"]: ("Phone", "Office", ""),
    COLUMNS["stall_reason"]: ("Home Office", "", "Papers; Staff"),
}


def with_more(rows: Rows) -> Rows:
    """Give rows of the export the further fields, so that no table stays empty."""
    return [row | {name: words[at % len(words)] for name, words in MORE.items()} for at, row in enumerate(rows)]
