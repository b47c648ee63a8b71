"""Tables of barriers: how clients are counted, which figures fit together, and what the auditor makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb
import polars as pl
import pytest

from pipelines.audit import audit
from pipelines.codelists import MISSING_KINDS, codelist
from pipelines.disclosure.protected import ProtectedTable
from pipelines.resources import sql_folder
from tests.properties.caseloads import caseload, drawn, protected
from tests.properties.clients import Recipe, people
from tests.properties.protected_caseloads import folder, public_of

# How clients are counted


@pytest.mark.parametrize(
    ("recorded", "rows"),
    [
        (("LANGUAGE",), {"LANGUAGE"}),
        (("LANGUAGE", "DIGITAL"), {"LANGUAGE", "DIGITAL"}),
        (("LANGUAGE", "NONE"), {"LANGUAGE"}),
        (("LANGUAGE", "not_recognised"), {"LANGUAGE"}),
        (("NONE",), {"NONE"}),
        (("NONE", "refused"), {"NONE"}),
        (("not_recorded",), {"_U"}),  # an empty field does not say that there is none
        (("not_collected",), {"_U"}),
        ((), {"_U"}),
    ],
)
def test_what_the_latest_case_records_is_counted(recorded: tuple[str, ...], rows: set[str]) -> None:
    frames = {
        "core.clients": [{"period": "2026-Q3", "client_key": "k", "case_key": "latest"}],
        "core.counted_case_barriers": [
            {"case_key": "earlier", "barrier_code": "TRUST"},
            *({"case_key": "latest", "barrier_code": code} for code in recorded),
        ],
        "reference.codes": [{"code_list": "missing", "code": code} for code in (*MISSING_KINDS, "not_recognised")],
        "reference.detailed_periods": [{"publication_period": "2026-Q3"}],
    }
    with duckdb.connect() as connection:
        for name, told in frames.items():
            frame = pl.DataFrame(told)  # noqa: F841 - read by name
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            connection.execute(f"create table {name} as select * from frame")  # noqa: S608 - own names
        model = (sql_folder() / "core" / "client_barriers.sql").read_text("utf-8")
        assert {code for *_, code in connection.execute(model).fetchall()} == rows


def test_released_rows_of_barriers_fit_together() -> None:
    """Rounded figures keep what holds for every set of clients, so that no two of them tell how they were rounded."""
    counts = drawn(Recipe(n=300, sources=3, lacking=0.5), 5)
    shown = {t.table_id: {cell.codes[0]: cell.n or 0 for cell in t.cells(unit="clients")} for t in protected(counts)}
    rows, numbers, pairs = (shown[f"by_barrier{name}"] for name in ("", "_count", "_pair"))
    facing = {code: n for code, n in rows.items() if code not in {"_T", "_U", "NONE"}}
    assert rows["_T"] == pairs["_T"] == numbers["_T"] == sum(n for code, n in numbers.items() if code != "_T")
    assert (rows["NONE"], rows["_U"]) == (numbers["NONE"], numbers["_U"])
    some = numbers["ONE"] + numbers["SEVERAL"]
    assert max(facing.values()) <= some <= sum(facing.values()) - numbers["SEVERAL"]
    for row in codelist("barrier_pairs").rows:
        one, other, both = rows[row["barrier_code"]], rows[row["second_barrier_code"]], pairs[row["code"]]
        assert one + other - some <= both <= min(one, other, numbers["SEVERAL"])
    assert counts.without_barriers
    assert sum(shown["by_source"][source] for source in counts.without_barriers) <= numbers["_U"]


# What is attacked


CLIENTS = [
    *people(40, source="north", barriers=("LANGUAGE",)),
    *people(30, source="north", barriers=("LANGUAGE", "DIGITAL")),
    *people(20, source="north", barriers=("NONE",)),
    *people(25, source="south"),
]


def attacked(changes: Mapping[str, Mapping[str, int]]) -> str:
    """Audit the rounded tables of these clients with some figures changed: table, then code, to what is shown."""
    shown = [_changed(each, changes.get(each.table_id, {})) for each in protected(caseload(CLIENTS))]
    return "\n".join(audit(folder("2026-Q3", "public", tuple(shown), public_of(CLIENTS))).problems)


def _changed(told: ProtectedTable, figures: Mapping[str, int]) -> ProtectedTable:
    n = pl.col(told.dimensions[0]).replace_strict(figures, default=pl.col("n"), return_dtype=pl.Int64)
    total = n.filter(pl.col(told.dimensions[0]) == "_T").first()
    return replace(told, frame=told.frame.with_columns(n=n, share=n / total) if figures else told.frame)


def test_the_auditor_finds_nothing_in_tables_that_fit() -> None:
    assert attacked({}) == ""


def test_a_barrier_row_that_contradicts_the_number_of_barriers_is_seen() -> None:
    said = attacked({"by_barrier": {"NONE": 25}})
    assert "clients with no barrier in both tables does not add up" in said


@pytest.mark.parametrize(
    "changes",
    [
        {"by_barrier_pair": {"LANGUAGE_DIGITAL": 80}},  # more than there are with several
        {"by_barrier": {"TRUST": 100}},  # more than face any
        {"by_barrier": {"LANGUAGE": 40, "DIGITAL": 5}},  # fewer rows than people with one and with two need
        {"by_barrier_pair": {"LANGUAGE_DIGITAL": 0}},  # fewer than both have beyond all who face any
    ],
)
def test_figures_that_no_set_of_clients_can_have_are_seen(changes: Mapping[str, Mapping[str, int]]) -> None:
    assert attacked(changes)


def test_a_source_without_barriers_is_held_against_those_not_known() -> None:
    """25 of the south and 5 not known cannot be: all of the south are not known."""
    assert attacked({"by_barrier": {"_U": 5}, "by_barrier_count": {"_U": 5, "ONE": 60}})
