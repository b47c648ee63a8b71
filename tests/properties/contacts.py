"""How people were in contact, worked out with Polars from the case tables, to hold the models of `sql/` against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from workspaces import Workspace

from tests.properties.times import MISSING

UNKNOWN = [*MISSING, "not_recognised"]


def with_contacts(workspace: Workspace, cases: pl.DataFrame) -> pl.DataFrame:
    """Say of each case how long its opening took, whether that was in time, its channel, and whether it is open."""
    meanings = workspace.table("reference.meanings")
    keys = workspace.table("core.case_keys").select("case_key", "record_id")
    records = workspace.table("raw.records").select("record_id", "first_contact", "channel").join(keys, on="record_id")
    words = cases.join(records, on="case_key", how="left")
    for field, column, target in (("first_contact", "day", "contact_on"), ("channel", "code", "channel_word")):
        read = meanings.filter(pl.col("field") == field).select(
            "source_id", pl.col("value").alias(field), pl.col(column).alias(target)
        )
        words = words.with_columns(pl.col(field).fill_null("")).join(read, on=["source_id", field], how="left")
    days = (pl.col("opened_on") - pl.col("contact_on")).dt.total_days()
    code = (
        pl.when(days.is_null() | (days < 0)).then(pl.lit("_U"))
        .when(days <= 7).then(pl.lit("OPENED_LE7"))
        .when(days <= 28).then(pl.lit("OPENED_8T28"))
        .otherwise(pl.lit("OPENED_GT28"))
    )  # fmt: skip
    in_time = (
        pl.when(code == "_U")
        .then(pl.lit("_U"))
        .when(days <= 28)
        .then(pl.lit("OPENED_LE28"))
        .otherwise(pl.lit("OPENED_GT28"))
    )
    channel = pl.when(pl.col("channel_word").is_in(UNKNOWN)).then(pl.lit("_U")).otherwise(pl.col("channel_word"))
    return words.with_columns(opening=code, in_time=in_time, channel_told=channel, is_open=_is_open())


def _is_open() -> pl.Expr:
    """Tell whether a case was open on the last day of its quarter, as far as its time is known at all."""
    ends = pl.col("opened_on").dt.truncate("1q").dt.offset_by("1q").dt.offset_by("-1d")
    return (pl.col("time") != "_U") & (pl.col("closed_on").is_null() | (pl.col("closed_on") > ends))


def _stalls(workspace: Workspace, clients: pl.DataFrame) -> dict[tuple[str, ...], int]:
    """Count clients whose case is open by each reason; without a known one they stand in "_U"."""
    told = workspace.table("core.case_stall_reasons").filter(~pl.col("stall_reason_code").is_in(UNKNOWN))
    waiting = clients.filter("is_open").select("client_key", "case_key").join(told, on="case_key", how="left")
    if waiting["stall_reason_code"].null_count() == waiting.height:
        return {}
    rows = waiting.with_columns(pl.col("stall_reason_code").fill_null("_U")).group_by("stall_reason_code").len().rows()
    return {(code, "clients"): n for code, n in rows} | {("_T", "clients"): waiting["client_key"].n_unique()}


def counted_contacts(
    workspace: Workspace,
    clients: pl.DataFrame,
    counting: tuple[Callable[..., Any], Callable[..., Any], Mapping[str, pl.Expr]],
) -> dict[str, dict[tuple[str, ...], int]]:
    """Count clients by time to opening, channel and why their case is open, where of somebody it is known.

    Args:
        workspace: holds the reasons.
        clients: one row per client, from `with_contacts`.
        counting: what counts by one code and by two, and who is a member of each group.
    """
    by_one, by_two, members = counting
    found = {"by_stall_reason": _stalls(workspace, clients)}
    for table_id, column in {"by_time_to_opening": "opening", "by_channel": "channel_told"}.items():
        found[table_id] = by_one(clients, "clients", by=column) if (clients[column] != "_U").any() else {}
    groups = {}
    for group, code in members.items() if found["by_time_to_opening"] else ():
        told = by_two(clients.with_columns(code.alias("membership")), "membership", pl.col("in_time"))
        groups |= {(group, *codes): n for codes, n in told.items()}
    return found | {"by_group_of_interest_opening": groups}
