"""Enquiries beside people: rounded together with them, tied to nothing about them, and safe from every centre."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.linking import link
from pipelines.disclosure.system import CellName
from tests.properties.caseloads import caseload
from tests.properties.clients import Client, Recipe, draw
from tests.properties.enquired import beside, draw_enquiries
from tests.properties.protected_caseloads import REACH, Published, protect_all

TABLES = ("by_enquiry_response", "by_group_of_interest_response")
RECIPE = Recipe(n=130)


def counted(clients: list[Client], recipe: Recipe) -> tuple[Caseload, dict[str, Caseload]]:
    network = caseload(clients, period=recipe.period, earlier=recipe.earlier)
    names = sorted({client.centre for client in clients})
    own = [n // len(names) for n in recipe.earlier]
    return network, {name: caseload(clients, period=recipe.period, earlier=own, centre=name) for name in names}


def published(seed: int, n: int, n_centres: int) -> tuple[Published, Published]:
    """Protect the same clients without and with enquiries at so many of their centres."""
    clients = draw(RECIPE, seed)
    network, centres = counted(clients, RECIPE)
    enquiries = draw_enquiries(n, sorted(centres)[:n_centres], seed)
    with_them = {name: beside(counts, enquiries) for name, counts in centres.items()}
    return protect_all(clients, network, centres), protect_all(clients, beside(network, enquiries), with_them)


def values(found: Published) -> Mapping[CellName, int]:
    return found.rounded.values


def assert_holds(seed: int, n: int, n_centres: int) -> None:
    without, found = published(seed, n, n_centres)
    of_enquiries = {name: n for name, n in values(found).items() if name.table_id in TABLES}
    # Nothing that is told of people moves, whoever enquires.
    assert {name: n for name, n in values(found).items() if name not in of_enquiries} == dict(values(without))
    counts = link(found.network).counts
    assert all(n % 5 == 0 and abs(n - counts[name]) <= REACH for name, n in of_enquiries.items())
    told = {(name.table_id, name.codes): n for name, n in of_enquiries.items()}
    for group in ("AGED_55_PLUS", "DUAL_NATIONAL", "FAMILY_MEMBER"):
        rows = {codes[1:]: n for (table_id, codes), n in told.items() if table_id == TABLES[1] and codes[0] == group}
        assert rows["_T", "Y"] == told[TABLES[0], ("TURNED_AWAY",)]
        assert rows["_T", "_U"] == told[TABLES[0], ("_U",)]
        assert rows["_T", "_T"] == told[TABLES[0], ("_T",)]
        for side in ("_T", "Y", "N", "_U"):
            assert rows[side, "_T"] == sum(rows[side, code] for code in ("Y", "N", "_U"))
            assert rows["_T", side] == sum(rows[code, side] for code in ("Y", "N", "_U"))
    report = found.audited()
    assert report.problems == ()
    assert not any(table.table_id in TABLES for name, own in found.tables.items() if "centre" in name for table in own)


def test_enquiries_of_one_centre_are_rounded_with_everything_else() -> None:
    assert_holds(seed=1, n=90, n_centres=1)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "n_centres"), [(8, 1), (40, 2), (300, 1), (300, 3), (1200, 2)])
@pytest.mark.parametrize("seed", range(2, 5))
def test_any_number_of_enquiries_is_safe(seed: int, n: int, n_centres: int) -> None:
    assert_holds(seed, n, n_centres)


def test_no_relation_ties_enquiries_to_people() -> None:
    clients = draw(RECIPE, 3)
    system = link(beside(counted(clients, RECIPE)[0], draw_enquiries(60, ("a",), 3)))
    for relation in system.relations:
        kinds = {name.unit == "enquiries" or "turned_away_code" in "".join(name.codes) for name in relation.cells}
        assert len(kinds) == 1, relation
    ties = [each for each in system.relations if {name.table_id for name in each.cells} >= set(TABLES)]
    assert ties
