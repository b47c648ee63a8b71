"""What has to be true of a caseload before anything of it can be protected.

Answers "may this be protected at all". Each refusal stops the release (exit 14); none names a count.
"""

from __future__ import annotations

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.grids import OVERLAPPING
from pipelines.errors import DisclosureError

# Tables in which a client can stand in several rows, or that count something else; `linking` knows their relations.
WITHOUT_COLUMNS = {
    "by_advice_type": ("advice_type_code",),
    "by_barrier": ("barrier_code",),
    "by_barrier_pair": ("barrier_pair_code",),
    "by_period": ("quarter",),
    "by_stall_reason": ("stall_reason_code",),
}


def require_protectable(caseload: Caseload, *, least: int) -> None:
    """Refuse tables whose relations are not known, that contradict the clients they count, or that count too few.

    Args:
        caseload: the true counts of one period.
        least: fewer clients than this are too few for a brief.
    Raises:
        DisclosureError: one of these is so; the message names the tables.
    """
    strangers = [each.definition.table_id for each in caseload.breakdowns if not _is_known(each)]
    if strangers:
        raise DisclosureError(
            f"Nobody has said which clients these tables count: {', '.join(strangers)}. Nothing can be protected that "
            "is not understood, so nothing was released."
        )
    parts = (caseload.of_people, caseload.of_enquiries)
    wrong = [each.definition.table_id for part in parts for each in part.breakdowns if not _adds_up(each, part)]
    if wrong:
        raise DisclosureError(
            f"Tables contradict the clients they count: {', '.join(wrong)}. Nothing can be protected that does not "
            "add up, so nothing was released."
        )
    if int(caseload.profiles["n"].sum()) < least:
        raise DisclosureError(
            f"{_whom(caseload)} fewer than {least} clients altogether, too few to release anything. "
            "Publish a longer period."
        )


def _whom(caseload: Caseload) -> str:
    return f"The centre {caseload.centre} has" if caseload.centre else "The period has"


def _is_known(breakdown: Breakdown) -> bool:
    definition = breakdown.definition
    if not definition.columns:
        return WITHOUT_COLUMNS.get(definition.table_id) == definition.dimensions
    lengths = {len(leading) + len(columns) for leading, columns in definition.columns.items()}
    return lengths == {len(definition.dimensions)}


def _adds_up(breakdown: Breakdown, caseload: Caseload) -> bool:
    frame, dimensions = breakdown.frame, list(breakdown.definition.dimensions)
    is_twice = frame.select("period", *dimensions, "unit").is_duplicated().any()
    is_elsewhere = (frame["period"] != str(caseload.period)).any()
    if is_twice or is_elsewhere or (frame["n"] < 0).any():
        return False
    return all(
        _counted(frame, dimensions, leading) == _profiled(caseload, columns)
        for leading, columns in breakdown.definition.columns.items()
    )


def _counted(frame: pl.DataFrame, dimensions: list[str], leading: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    """Give the counts above zero of the rows under some leading codes, totals left out."""
    own = dimensions[len(leading) :]
    kept = frame.filter(
        *(pl.col(name) == code for name, code in zip(dimensions, leading, strict=False)),
        *(pl.col(name) != TOTAL for name in own),
    )
    return {tuple(codes): n for *codes, n in kept.select(*own, "n").iter_rows() if n}


def _profiled(caseload: Caseload, columns: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    profiles = caseload.profiles if OVERLAPPING.isdisjoint(columns) else caseload.advice_profiles
    counted = profiles.group_by(columns).agg(pl.col("n").sum())
    return {tuple(codes): n for *codes, n in counted.iter_rows() if n}
