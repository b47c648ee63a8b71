"""Which hidden counts of a law centre may be nobody: those without a code, where the network shows 0 of its sources.

Answers "does a hidden count say that there is somebody". A centre's brief hides such counts whatever they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.audit.equations import Population
from pipelines.audit.reading import Release, Row, Table
from pipelines.audit.structure import (
    AGE,
    AGED,
    CENTRE_ID,
    CLASS,
    FAMILY,
    GENDER,
    NO,
    RELATIVE,
    SOURCE,
    group_dimension,
    hierarchies,
    recorded_dimension,
    where,
)
from pipelines.codelists import NOT_KNOWN

NOT_COLLECTED = "Z"
_FIELD_OF = {
    CLASS: "nationality",
    GENDER: "gender",
    AGE: "age",
    FAMILY: "advice_type",
    group_dimension(RELATIVE): "client_role",
}


def may_be_nobody(rounded: Mapping[Population, int], release: Release, row: Row) -> bool:
    """Tell whether a hidden row is hidden whatever it is, as clients without a code are where hardly any are.

    Args:
        rounded: what the network shows.
        release: the centre's.
        row: a hidden row of it.
    """
    codes = where(release.tables[row.table_id], row.codes)
    unknown = {dimension for dimension, code in codes if code == NOT_KNOWN}
    fields = {_FIELD_OF[dimension] for dimension in unknown if dimension in _FIELD_OF}
    if group_dimension(AGED) in unknown and not _is_any_age_vague(release):
        fields.add("age")
    return any(_is_seldom(rounded, release, field) for field in fields)


def _is_seldom(rounded: Mapping[Population, int], release: Release, field: str) -> bool:
    """Tell whether the network shows nobody without a field at the centre's sources, which have no other clients."""
    centre_of = next((each.of for each in hierarchies(release) if (each.child, each.parent) == (SOURCE, CENTRE_ID)), {})
    dimension, shown = recorded_dimension(field), []
    for found, n in rounded.items():
        named = dict(found.where)
        is_here = (found.period, found.edition) == (release.period, release.edition) and len(named) == 2
        if is_here and named.get(dimension) in {NO, NOT_COLLECTED} and SOURCE in named:
            if named[SOURCE] not in {*centre_of, NOT_KNOWN}:
                return False
            shown += [n] if centre_of.get(named[SOURCE]) == release.centre else []
    return bool(shown) and not any(shown)


def _is_any_age_vague(release: Release) -> bool:
    """Tell whether somebody may have an age group that lies on both sides of 55; a 0 that is shown is nobody."""
    table: Table | None = release.tables.get("by_age_group")
    sides = next(each.of for each in hierarchies(release) if each.parent == group_dimension(AGED))
    rows = table.rows if table is not None else ()
    vague = [row for row in rows if row.codes[0] not in {*sides, NOT_KNOWN, "_T"}]
    return not rows or any(row.n != 0 for row in vague)
