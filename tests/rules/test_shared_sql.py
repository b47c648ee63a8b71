"""Each file in `sql/` can be written in Spark's dialect as well."""

from __future__ import annotations

import pytest
import sqlglot

from pipelines.engines.translation import to_spark
from pipelines.errors import ModelError
from pipelines.resources import sql_folder

FILES = sorted(sql_folder().rglob("*.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_can_be_translated(path):
    translated = to_spark(f"{path.parent.name}.{path.stem}", path.read_text("utf-8"))
    assert translated.lower().startswith(("select", "with"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_calls_only_what_the_translator_knows(path):
    """A function it does not know is handed on under its name, and may mean something else there."""
    tree = sqlglot.parse_one(path.read_text("utf-8"), read="duckdb")
    assert [each.name for each in tree.find_all(sqlglot.exp.Anonymous)] == []


def test_nulls_come_last_in_every_order():
    assert "nulls last" in to_spark("marts.a", "select a from core.b order by a").lower()
    assert "materialized" not in to_spark("marts.a", "with b as materialized (select 1 as a) select a from b").lower()


def test_what_cannot_be_translated_is_told_without_its_text():
    with pytest.raises(ModelError, match=r"sql/marts/a\.sql cannot be translated for Spark") as told:
        to_spark("marts.a", "select from where 'secret'")
    assert "secret" not in str(told.value)
