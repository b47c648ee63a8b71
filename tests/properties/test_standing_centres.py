"""A law centre's brief is made once: asked for again, it has the same tables and the same blanks."""

from __future__ import annotations

import pytest

from pipelines.disclosure.before import Before, Circumstances
from pipelines.disclosure.exact import protect_exact
from pipelines.disclosure.rules import hiding_rule
from tests.properties.caseloads import KEY, Recipe
from tests.properties.protected_caseloads import SMALL, published


@pytest.mark.parametrize("seed", [2, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2))])
def test_a_published_centre_brief_is_made_again_as_it_stands(seed):
    found = published(Recipe(n=300, sources=2), seed)
    network, tried = found.tables["network"], 0
    for centre, counts in found.centres.items():
        if (tables := found.tables.get(f"centre-{centre}")) is None:
            continue
        tried += 1
        shown = protect_exact(
            counts, hiding_rule(SMALL), f"centre-{centre}", Circumstances(KEY, Before(), frozenset()), network=network
        ).shown
        again = protect_exact(
            counts,
            hiding_rule(SMALL),
            f"centre-{centre}",
            Circumstances(KEY, Before(own=shown), frozenset()),
            network=network,
        )
        assert [table.table_id for table in again.tables] == [table.table_id for table in tables]
        assert dict(again.shown) == dict(shown)
    assert tried
