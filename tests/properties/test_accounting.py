"""Whatever is in the files: every row ends in one state, and the order of rows changes no figure."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import DELIMITERS, HARBOUR, RIVERSIDE, Rows, Workspace, adds_up, as_text, make_rows, write_workspace

from pipelines import warehouse
from pipelines.accounting import STATES, read_accounts
from pipelines.analysis.breakdowns import table_definitions
from pipelines.run import build_tables, harmonise_words, opened, receive_files

MANY = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(MANY, max_examples=4)
Files = list[tuple[str, list[tuple[int, int, int]]]]
# What a row can be, by the state it must end in when nothing else is said about its case.
GOOD, BAD_WORD, CLOSED_EARLY, SHORT, WIDE, BLANK, TOTAL = range(7)
row_kinds = st.sampled_from([GOOD, GOOD, GOOD, BAD_WORD, CLOSED_EARLY, SHORT, WIDE, BLANK, TOTAL])
# A row: its kind, its case (few, so that they repeat) and its version.
messy_rows = st.lists(st.tuples(row_kinds, st.integers(1, 6), st.integers(0, 1)), max_size=12)
messy_files = st.lists(st.tuples(st.sampled_from(["a.csv", "b.csv"]), messy_rows), min_size=1, max_size=3)


def write_line(row: tuple[int, int, int]) -> str:
    kind, case, version = row
    words = {"gender": "Femlae" if kind == BAD_WORD else "Female", "age": str(30 + version)}
    if kind == CLOSED_EARLY:
        words |= {"opened": "12/08/2026", "closed": "11/08/2026"}
    line = as_text(make_rows(1, first=case, **words)).splitlines()[1]
    return {SHORT: "R-0001,K0001", WIDE: f"{line},extra", BLANK: "", TOTAL: "Total,12"}.get(kind, line)


def store(workspace: Workspace) -> None:
    """Do what a run does between the quality gates."""
    with opened(workspace.request()) as work:
        receive_files(work)
        harmonise_words(work)
        build_tables(work)


@FEW
@given(messy_files)
def test_every_row_of_messy_files_ends_in_one_state(files: Files) -> None:
    assert_one_state_each(files)


@pytest.mark.slow
@MANY
@given(messy_files)
def test_every_row_of_many_messy_files_ends_in_one_state(files: Files) -> None:
    assert_one_state_each(files)


def assert_one_state_each(files: Files) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = write_workspace(Path(folder) / "workspace")
        workspace.edit("profiles/export.toml", "[rows]", '[rows]\nunknown_values = "quarantine"')
        sent = []
        for name, rows in files:
            # The last row is a record, as a file without any, or cut off, is refused as a whole.
            lines = [as_text([]).strip(), *(write_line(row) for row in rows), write_line((GOOD, 9, 0))]
            workspace.put(name, "\n".join(lines) + "\n")
            store(workspace)
            sent.append(Counter(["blank" if line == "" else "row" for line in lines[1:]]))
        accounts = [a for a in read_accounts(workspace.database) if a.file in ("a.csv", "b.csv")]
        states = workspace.table("core.row_states")
        cases = workspace.table("core.cases").filter(source_id=RIVERSIDE).height
    assert all(adds_up(account) for account in accounts)
    assert len(states) == states.select("file_id", "row_number").n_unique()
    assert set(states["state"]) <= set(STATES)
    # 40 cases were there before; the first six and case 9 are among them.
    assert cases == 40
    # The same bytes under the same name are one file.
    assert {a.rows_read for a in accounts} <= {counted.total() for counted in sent}


def shuffled(rows: Rows, seed: int) -> Rows:
    copy = list(rows)
    random.Random(seed).shuffle(copy)  # noqa: S311 - no secret
    return copy


def mixed_rows(source: str) -> Rows:
    """Cases of several quarters; in one source, clients with several cases, some of them opened on one day."""
    if source == HARBOUR:
        return make_rows(20, source=source, period=["2026 Q3", "2026 Q2", "2026 Q1"])
    return make_rows(
        40,
        client_ref=[f"K{i % 13}" for i in range(40)],
        opened=["06/07/2026", "06/07/2026", "12/05/2026", "21/09/2026", "01/02/2026"],
        nationality_2=["", "British", "", "Brazilian"],
        gender=["Female", "Male", "Not asked"],
    )


def marts(workspace: Workspace) -> dict[str, pl.DataFrame]:
    tables = [definition.table_id for definition in table_definitions()]
    with warehouse.connect(workspace.database) as connection:
        return {t: warehouse.read_frame(connection, f"from marts.{t} order by all") for t in tables}


@pytest.mark.slow
@settings(FEW, max_examples=5)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_changes_no_breakdown(seed: int) -> None:
    found = []
    for order in (lambda rows: rows, lambda rows: shuffled(rows, seed)):
        with tempfile.TemporaryDirectory() as folder:
            workspace = write_workspace(Path(folder) / "workspace")
            key = workspace.folder / "test.key"
            key.write_text("0" * 64, encoding="ascii")
            workspace.edit("caseload.toml", "[centres]", '[privacy]\nkey_file = "test.key"\n[centres]')
            for source in DELIMITERS:
                workspace.put("2026-Q3.csv", order(mixed_rows(source)), source=source)
            store(workspace)
            found.append(marts(workspace))
    assert [name for name in found[0] if not found[0][name].equals(found[1][name])] == []
