"""Damaged files, a sample of a thousand: each is refused in plain words, or each of its rows is accounted for."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from workspaces import RIVERSIDE, Workspace, adds_up, states, write_workspace

from pipelines import warehouse
from pipelines.accounting import read_accounts
from pipelines.errors import CaseloadError
from pipelines.run import build_tables, harmonise_words, opened, receive_files
from tests.properties.damage import PROFILE_PARTS, damaged, file_name, whole_files, with_layout

N_FILES = 1_000
EACH = N_FILES // len(PROFILE_PARTS) + 1
SAMPLE = 25
# Every so many files are taken through the models too, which takes most of the time.
MODELLED = 40


def workspace_for(folder: Path, kind: str) -> Workspace:
    made = write_workspace(folder)
    made.edit("profiles/export.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    with_layout(made.folder / "profiles/export.toml", kind)
    (made.folder / "inbox" / RIVERSIDE / "2026-Q3.csv").unlink()
    shutil.rmtree(made.folder / "inbox" / "harbour")
    return made


def receive_and_count(workspace: Workspace) -> tuple[int, int, int]:
    """Receive the file into a copy of the warehouse; give rows read, rows stored and distinct row numbers."""
    with opened(workspace.request(), keep=False) as work:
        receive_files(work)
        with warehouse.connect(work.database) as connection:
            (read,) = connection.execute("select coalesce(sum(rows_read), 0) from raw.files").fetchone() or (0,)
            query = """
                with rows as (
                    select file_id, row_number from raw.records union all select file_id, row_number from raw.set_aside
                )
                select count(*), count(distinct row_number) from rows
            """
            stored, distinct = connection.execute(query).fetchone() or (0, 0)
    return int(read), int(stored), int(distinct)


def model(workspace: Workspace) -> list[dict[str, int]]:
    with opened(workspace.request()) as work:
        receive_files(work)
        harmonise_words(work)
        build_tables(work)
    accounts = read_accounts(workspace.database)
    assert all(adds_up(account) for account in accounts)
    return [states(account) for account in accounts]


@pytest.mark.parametrize("n_files", [SAMPLE, pytest.param(EACH, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", PROFILE_PARTS)
def test_a_damaged_file_is_refused_or_accounted_for(tmp_path: Path, kind: str, n_files: int) -> None:
    workspace = workspace_for(tmp_path / "workspace", kind)
    content = whole_files()[kind]
    outcomes: Counter[str] = Counter()
    for seed in range(n_files):
        workspace.put(file_name(kind), damaged(content, seed))
        try:
            read, stored, distinct = receive_and_count(workspace)
        except CaseloadError as error:
            outcomes[type(error).__name__] += 1
            continue
        assert read == stored == distinct > 0, seed
        outcomes["accounted for"] += 1
        if seed % MODELLED == 0:
            model(workspace)
            shutil.rmtree(workspace.folder / "warehouse")
    assert outcomes.total() == n_files
    assert len(outcomes) > 1
    print(kind, dict(outcomes))


@pytest.mark.parametrize("kind", PROFILE_PARTS)
def test_a_sound_file_of_each_format_gives_the_same_cases(tmp_path: Path, kind: str) -> None:
    workspace = workspace_for(tmp_path / "workspace", kind)
    workspace.put(file_name(kind), whole_files()[kind])
    assert model(workspace) == [{"accepted": 40}]
