"""Revisions: is what an edition says about an earlier one what that edition says, and is no difference left out?

Answers "are the old figures in this brief the published ones". They stand in the manifest; where the earlier edition
lies beside this one they are compared with its data files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.audit.reading import Release, Row

_NO_ROW, _HIDDEN = "no_row", "hidden"
Name = tuple[str, tuple[str, ...], str]


def earlier_rows(release: Release) -> dict[str, Row]:
    """Give the rows of earlier editions that a brief may cite, by address such as `edition-1:by_gender.F.clients`."""
    since = _told(release).get("figures_since")
    rows = (
        Row(f"edition-{since}:{table_id}", codes, unit, old, "", {}, is_hidden=state == _HIDDEN)
        for (table_id, codes, unit), ((old, state), _) in _figures(release).items()
        if state != _NO_ROW
    )
    return {row.reference: row for row in rows}


def revision_problems(release: Release, read: Mapping[str, Release]) -> Iterator[str]:
    """Name every difference that a release tells wrongly or leaves out.

    Args:
        release: the later edition.
        read: every release at hand, by `period/edition/audience`.
    """
    told = _told(release)
    if not told:
        return
    since = told.get("figures_since")
    if not isinstance(since, int) or isinstance(since, bool) or since >= _number(release):
        yield release.problem("its revisions name an edition that is not an earlier one. Release the edition again.")
        return
    own, figures = _rows(release), _figures(release)
    for name, (_, now) in figures.items():
        if now != _stands(own.get(name)):
            yield release.problem(f"its revisions differ from {name[0]}. Release the edition again.")
    earlier = read.get(f"{release.period}/{since}/{release.audience}") if since else None
    if earlier is not None:
        yield from _beside(release, earlier, figures)


def _beside(
    release: Release, earlier: Release, figures: Mapping[Name, tuple[tuple[int | None, str], tuple[int | None, str]]]
) -> Iterator[str]:
    """Compare with the earlier edition itself."""
    own, other = _rows(release), _rows(earlier)
    shared = release.tables.keys() & earlier.tables.keys()
    differing = {
        name: (_stands(other.get(name)), _stands(own.get(name)))
        for name in own.keys() | other.keys()
        if name[0] in shared and _stands(other.get(name)) != _stands(own.get(name))
    }
    wrong = {name[0] for name in differing.keys() | figures.keys() if differing.get(name) != figures.get(name)}
    for table_id in sorted(wrong):
        yield release.problem(f"its revisions of {table_id} are not what changed since. Release the edition again.")


def _told(release: Release) -> Mapping[str, Any]:
    told = release.manifest.get("revisions")
    return told if isinstance(told, dict) else {}


def _number(release: Release) -> int:
    """Give the number of the folder; that of a centre's release is counted as the network's while it is attacked."""
    return int(release.key.split("/")[1])


def _figures(release: Release) -> dict[Name, tuple[tuple[int | None, str], tuple[int | None, str]]]:
    """Give each figure that is told as revised: before and now, each with why nothing stands there."""
    listed = _told(release).get("figures")
    found = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            name = (str(each.get("table_id")), tuple(map(str, each.get("codes") or ())), str(each.get("unit")))
            found[name] = (
                (_whole(each.get("old")), str(each.get("old_state"))),
                (_whole(each.get("new")), str(each.get("new_state"))),
            )
    return found


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _rows(release: Release) -> dict[Name, Row]:
    rows = (row for table in release.tables.values() for row in table.rows if not row.is_left_out)
    return {(row.table_id, row.codes, row.unit): row for row in rows}


def _stands(row: Row | None) -> tuple[int | None, str]:
    if row is None:
        return None, _NO_ROW
    return row.n, _HIDDEN if row.n is None else "shown"
