"""Findings about the groups of interest, made from protected tables only.

Answers "what may be said about each group". Until benchmarks are compared no group is called well or under-served: the
state is `cannot_tell`, with the reason. A finding about a hidden figure is `withheld` and holds no number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from pipelines.codelists import NOT_KNOWN
from pipelines.declarations import read_toml
from pipelines.disclosure.protected import Cell, Finding, ProtectedTable
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

MEMBER = "Y"


def group_findings(table: ProtectedTable, *, absent_fields: Collection[str]) -> tuple[Finding, ...]:
    """State what can be said about each group of interest.

    `observed` is the recorded share of all clients. `low` and `high` bound the true share: nobody, or everybody, of
    those not known belongs to the group.

    Args:
        table: the protected table by_group_of_interest.
        absent_fields: fields that no source of the brief collects.
    Returns:
        One finding per group, in the order of the code list.
    """
    members: dict[str, dict[str, Cell]] = {}
    for cell in table.cells(unit="clients"):
        members.setdefault(cell.codes[0], {})[cell.codes[1]] = cell
    return tuple(_finding(group, cells, absent_fields) for group, cells in members.items())


def _finding(group: str, cells: Mapping[str, Cell], absent_fields: Collection[str]) -> Finding:
    wording = _wording()
    member, unknown = cells.get(MEMBER), cells.get(NOT_KNOWN)
    if wording["fields"][group] in absent_fields:
        return _without_figures(group, "not_collected", "not_collected")
    if (member and member.is_hidden) or (unknown and unknown.is_hidden):
        return _without_figures(group, "withheld", "withheld")
    if member is None and unknown is not None:
        return _without_figures(group, "cannot_tell", "not_known")
    low = member.share if member and member.share else 0.0
    missing = unknown.share if unknown and unknown.share else 0.0
    return _stated(group, "cannot_tell", wording["statements"]["cannot_tell"], low=low, high=min(1.0, low + missing))


def _without_figures(group: str, state: str, statement: str) -> Finding:
    return _stated(group, state, _wording()["statements"][statement])


def _stated(group: str, state: str, statement: str, *, low: float | None = None, high: float | None = None) -> Finding:
    return Finding(
        finding_id=f"{group.lower()}.share_of_clients",
        group=group,
        dimension="group_code",
        measure="share_of_clients",
        observed=low,
        low=low,
        high=high,
        benchmark=None,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        q_value=None,
        state=state,
        statement=statement,
    )


@cache
def _wording() -> dict[str, Any]:
    return read_toml(reference_file("findings.toml"), SettingsError)
