"""The worked examples of docs/definitions.md on rounding and hiding, through the real code from a case file on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from spec.tables import Row
from spec.test_definitions import AS_OF, TABLES, build

from pipelines.disclosure.before import Before, Circumstances
from pipelines.disclosure.exact import protect_exact
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.rounded import protect_rounded
from pipelines.disclosure.rounding import round_linked
from pipelines.disclosure.rules import hiding_rule, rounding_rule
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.periods import Period, Quarter
from pipelines.publication import read_centre_counts, read_true_counts
from pipelines.request import Request

GENDERS = {"women": ("F", "Woman"), "men": ("M", "Man"), "other": ("X", "Other"), "not known": ("_U", "Unknown")}


@pytest.fixture(scope="module")
def hiding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a warehouse in which each drawn row of the section on hiding is a quarter of its own."""
    words = [
        (quarter, word)
        for quarter, row in enumerate(TABLES["Hiding"])
        for name, (_, word) in GENDERS.items()
        for _ in range(int(row[name]))
    ]
    cases = [
        {"Case": str(i), "Client": str(i), "Gender": word, "Opened": f"{hiding_quarter(quarter).first_day:%d/%m/%Y}"}
        for i, (quarter, word) in enumerate(words)
    ]
    return build(tmp_path_factory.mktemp("hiding"), cases)


def hiding_quarter(index: int) -> Quarter:
    return Quarter(2020, 1).after(index)


@pytest.mark.parametrize("index", range(len(TABLES["Hiding"])))
def test_rounding_and_hiding(hiding: Path, index: int):
    row, period = TABLES["Hiding"][index], Period(hiding_quarter(index), hiding_quarter(index))
    settings = Request(hiding.parents[1], AS_OF, {}).settings()
    caseload = read_true_counts(settings, hiding, period, as_of=AS_OF)
    centres = read_centre_counts(settings, hiding, period)
    circumstances = Circumstances("0" * 64, Before(), frozenset())
    network = protect_rounded(
        caseload, rounding_rule(5, 10), ("network",), circumstances, centres=centres.values()
    ).tables["network"]
    own = protect_exact(centres["c"], hiding_rule(5), "centre-c", circumstances, network=network).tables
    for kind, tables in (("rounded", network), ("shown", own)):
        told = by_gender(tables)
        assert {name: told[code] for name, (code, _) in GENDERS.items()} == {
            name: row[f"{name} {kind}"] for name in GENDERS
        }, kind
    assert by_gender(own)["_T"] == str(sum(int(row[name]) for name in GENDERS))


def by_gender(tables: Iterable[ProtectedTable]) -> dict[str, str]:
    table = next(table for table in tables if table.table_id == "by_gender")
    return {cell.codes[0]: "[c]" if cell.n is None else str(cell.n) for cell in table.cells(unit="clients")}


@pytest.mark.parametrize("row", TABLES["Rounding"], ids=lambda row: row["true count"])
def test_which_multiples_a_count_can_become(row: Row):
    values = {rounded_alone(n, key=f"{key:064x}") for n in numbers(row["true count"]) for key in range(60)}
    assert values == {int(word) for word in row["published"].split(" or ")}


def test_what_a_reader_knows_of_a_published_figure():
    known = {int(said.partition(":")[0]): said for said in (row["what a reader knows of a published figure"]
                                                            for row in TABLES["Rounding"])}  # fmt: skip
    for value, said in known.items():
        possible = [n for n in range(30) if value in {5 * (n // 5), 5 * -(-n // 5)}]
        assert said == f"{value}: from {possible[0]} to {possible[-1]}"


def numbers(words: str) -> range:
    first, *last = map(int, words.split(" to "))
    return range(first, (last or [first])[-1] + 1)


def rounded_alone(n: int, *, key: str) -> int:
    cell = CellName("t", ("a",), "clients")
    return round_linked(LinkedSystem({cell: n}, ()), base=5, key=key).values[cell]
