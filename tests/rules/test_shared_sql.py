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
    name = f"{path.parent.name}.{path.stem}"
    translated = to_spark(name, path.read_text("utf-8"))
    assert [*translated][-1] == name
    assert all(query.lower().startswith(("select", "with")) for query in translated.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_calls_only_what_the_translator_knows(path):
    """A function it does not know is handed on under its name, and may mean something else there."""
    tree = sqlglot.parse_one(path.read_text("utf-8"), read="duckdb")
    assert [each.name for each in tree.find_all(sqlglot.exp.Anonymous)] == []


def test_nulls_come_last_in_every_order():
    assert "nulls last" in to_spark("marts.a", "select a from core.b order by a")["marts.a"].lower()


def test_a_part_to_be_worked_out_once_is_a_step_of_its_own():
    sql = """
        with small as (select a from core.s),
        once as materialized (select b.a from core.b as b join small on small.a = b.a),
        again as materialized (select a from once group by a)
        select one.a from once as one join again on again.a = one.a anti join once on once.a = again.a
    """
    assert to_spark("marts.m", sql) == {
        "parts.marts_m_once": "WITH small AS (SELECT a FROM core.s) "
        "SELECT b.a FROM core.b AS b JOIN small ON small.a = b.a",
        "parts.marts_m_again": "WITH small AS (SELECT a FROM core.s) "
        "SELECT a FROM parts.marts_m_once AS once GROUP BY a",
        "marts.m": "WITH small AS (SELECT a FROM core.s) SELECT one.a FROM parts.marts_m_once AS one "
        "JOIN parts.marts_m_again AS again ON again.a = one.a ANTI JOIN parts.marts_m_once AS once ON once.a = again.a",
    }


def test_numbers_of_rows_are_as_long_as_duckdb_makes_them():
    sql = "select row_number() over (order by a) as n from core.b"
    assert to_spark("marts.a", sql) == {
        "marts.a": "SELECT CAST(ROW_NUMBER() OVER (ORDER BY a NULLS LAST) AS BIGINT) AS n FROM core.b"
    }


def test_within_a_part_the_word_is_advice_alone():
    sql = "with a as materialized (with b as materialized (select c from core.d) select c from b) select c from a"
    assert to_spark("marts.m", sql) == {
        "parts.marts_m_a": "WITH b AS (SELECT c FROM core.d) SELECT c FROM b",
        "marts.m": "SELECT c FROM parts.marts_m_a AS a",
    }


def test_what_cannot_be_translated_is_told_without_its_text():
    with pytest.raises(ModelError, match=r"sql/marts/a\.sql cannot be translated for Spark") as told:
        to_spark("marts.a", "select from where 'secret'")
    assert "secret" not in str(told.value)
