"""Enquiries in the report inside: groups are compared within centres, from true counts."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.analysis.turned_away import compare_enquiries

LABELS = {"G": "People of a group"}
# Centre, then turned away and not: of the group, of all others.
BY_CENTRE = {
    "turned_away_more": {"a": ((40, 20), (40, 160)), "b": ((12, 8), (10, 50))},
    "turned_away_less": {"a": ((10, 90), (80, 80)), "b": ((5, 45), (40, 40))},
    "about_the_centre": {"a": ((90, 90), (10, 10)), "b": ((2, 38), (20, 380))},
    "no_difference": {"a": ((20, 60), (25, 75)), "b": ((10, 30), (24, 76))},
    "too_few_to_say": {"a": ((4, 3), (30, 40))},
}


@pytest.mark.parametrize("verdict", BY_CENTRE)
def test_a_group_is_set_beside_others_of_the_same_centres(verdict: str) -> None:
    rows = [
        {"centre_id": centre, "group_code": "G", "membership_code": side, "turned_away_code": told, "n": n}
        for centre, sides in BY_CENTRE[verdict].items()
        for side, counts in zip(("Y", "N"), sides, strict=True)
        for told, n in zip(("Y", "N"), counts, strict=True)
    ]
    # Whom nobody can place, and what nobody recorded, stand on neither side.
    rows += [{**rows[0], "membership_code": "_U", "n": 500}, {**rows[0], "turned_away_code": "_U", "n": 500}]
    (found,) = compare_enquiries(pl.DataFrame(rows), LABELS).to_dicts()
    assert (found["verdict"], found["unit"]) == (verdict, "enquiries")
    assert found["n"] == sum(sum(own) for own, _ in BY_CENTRE[verdict].values())
    assert "people of a group" in found["statement"].lower()


def test_without_a_log_there_is_no_row() -> None:
    columns = ("centre_id", "group_code", "membership_code", "turned_away_code")
    nobody = pl.DataFrame(schema=dict.fromkeys(columns, pl.String) | {"n": pl.Int64})
    assert compare_enquiries(nobody, LABELS).is_empty()
