"""The accounting of the contract: every row of every file in exactly one state.

Answers "where did each row go". Counts here are true and internal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.errors import ValidationFailed, listed, named_rows

STATES = ("accepted", "quarantined", "superseded", "duplicate", "ignored")


@dataclass(frozen=True)
class FileAccount:
    """The rows of one file: rows_read = accepted + quarantined + superseded + duplicate + ignored.

    `reasons` counts the rows that were not accepted, by reason.
    """

    source: str
    file: str
    sha256: str
    rows_read: int
    accepted: int
    quarantined: int
    superseded: int
    duplicate: int
    ignored: int
    reasons: Mapping[str, int]


def read_accounts(database: Path) -> tuple[FileAccount, ...]:
    """Read the accounting of every file in the warehouse, in the order they arrived."""
    accounts = warehouse.read_table(database, "marts.accounting").sort("file_id", "state", "reason")
    return tuple(_account(frame) for _, frame in accounts.group_by("file_id", maintain_order=True))


def totals(accounts: tuple[FileAccount, ...]) -> dict[str, int]:
    """Add up the accounts of all files."""
    return {name: sum(getattr(account, name) for account in accounts) for name in ("rows_read", *STATES)}


def refuse_too_many_quarantined(database: Path, accounts: tuple[FileAccount, ...], limit: float) -> None:
    """Stop when too many rows of a source wait in quarantine: its figures would be wrong.

    Args:
        database: the warehouse, which knows where the rows stand.
        accounts: one per file.
        limit: the largest allowed share of a source's rows, from 0 to 1, itself allowed.
    Raises:
        ValidationFailed: a source is above the limit; all such sources are told, with reasons, files and row numbers.
    """
    problems = []
    for source in dict.fromkeys(account.source for account in accounts):
        own = [account for account in accounts if account.source == source]
        waiting = sum(account.quarantined for account in own)
        # Old versions and blank rows would dilute the share: only rows that count, or should, are compared.
        rows = waiting + sum(account.accepted for account in own)
        if waiting > limit * rows:
            problems.append(
                f"source {source}: {100 * waiting / rows:.1f} % of its rows ({waiting} of {rows}) cannot be counted; "
                f"the limit is {100 * limit:g} %. {_places(database, source)}. Correct the profile or the files."
            )
    if problems:
        raise ValidationFailed(listed(problems, heading="Too many rows had to be set aside, and nothing was stored:"))


def _places(database: Path, source: str) -> str:
    """Say why and where the rows of a source wait."""
    query = """
        select states.reason, files.file_name, list_sort(list(states.row_number))
        from core.row_states as states join raw.files as files on files.file_id = states.file_id
        where files.source_id = ? and states.state = 'quarantined'
        group by all order by all
    """
    with warehouse.connect(database) as connection:
        places = connection.execute(query, [source]).fetchall()
    return "; ".join(f"{reason} in {name}, {named_rows(numbers)}" for reason, name, numbers in places)


def _account(frame: pl.DataFrame) -> FileAccount:
    by_state = dict(frame.group_by("state").agg(pl.col("n").sum()).iter_rows())
    refused = frame.filter(pl.col("state") != "accepted").sort("reason")
    reasons = dict(refused.group_by("reason", maintain_order=True).agg(pl.col("n").sum()).iter_rows())
    first = frame.row(0, named=True)
    states = {state: int(by_state.get(state, 0)) for state in STATES}
    return FileAccount(
        source=first["source_id"],
        file=first["file_name"],
        sha256=first["sha256"],
        rows_read=int(first["rows_read"]),
        reasons=reasons,
        **states,
    )
