"""How well the tripwire does on a labelled corpus: what it finds, and how often it cries wolf.

`python -m properties.test_identifier_corpus`, with `tests` and the project on the path, prints the table of figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

import polars as pl
import pytest
from properties.identifier_columns import columns
from properties.identifier_corpus import NONE, cells, labelled_headings

from pipelines.ingest.tripwire.identifiers import ROLES, Column, Sighting, Tripwire, promised_kind

# Of cells, at least so many in a hundred; a name is hard to tell when both its parts are rare.
FLOORS = {"name": 93, "telephone": 97}
FLOOR = 99
# Of columns, where one cell in a hundred identifies somebody or only the column as a whole does.
COLUMN_FLOORS = {"name: surname alone": 80, "passport: two letters": 95}
MOST_FALSE = 0.1


def findings_in(texts: Sequence[str], role: str) -> list[Sighting]:
    tripwire = Tripwire({"cell": Column("Heading", role)})
    tripwire.look(pl.DataFrame({"row_number": range(2, len(texts) + 2), "cell": texts}))
    return tripwire.structured()


def kinds_in(texts: Sequence[str], role: str) -> frozenset[str]:
    return frozenset(finding.kind for finding in findings_in(texts, role))


def shares(judged: Iterable[tuple[str, bool]]) -> dict[str, tuple[int, float]]:
    """Give for each label how many there were and how many in a hundred were told."""
    told = defaultdict(list)
    for label, is_told in judged:
        told[label].append(is_told)
    return {label: (len(tests), 100 * sum(tests) / len(tests)) for label, tests in told.items()}


@cache
def cell_figures() -> dict[str, tuple[int, float]]:
    """Judge identifying cells one by one, and clean ones all together, in one column for each role."""
    made = list(cells())
    found = shares((one.label, bool(kinds_in([one.text], one.role))) for one in made if one.label != NONE)
    clean = [(role, [one.text for one in made if one.label == NONE and one.role == role]) for role in ROLES]
    n_clean = sum(len(texts) for _, texts in clean)
    n_false = sum(finding.cells for role, texts in clean for finding in findings_in(texts, role))
    return found | {NONE: (n_clean, 100 * n_false / n_clean)}


@cache
def column_figures() -> dict[str, tuple[int, float]]:
    return shares((made.label, bool(kinds_in(made.cells, made.role))) for made in columns())


@cache
def heading_figures() -> dict[str, tuple[int, float]]:
    return shares((str(promises), promised_kind(heading) is not None) for promises, heading in labelled_headings())


@pytest.mark.slow
def test_the_corpus_is_large_enough_to_say_something() -> None:
    figures = cell_figures()
    assert figures[NONE][0] >= 4000
    assert sum(n for label, (n, _) in figures.items() if label != NONE) >= 4000
    assert all(n >= 300 for n, _ in heading_figures().values())


@pytest.mark.slow
def test_identifying_cells_are_found() -> None:
    low = {label: found for label, (_, found) in cell_figures().items() if found < FLOORS.get(label, FLOOR)}
    assert {label: found for label, found in low.items() if label != NONE} == {}


@pytest.mark.slow
def test_clean_cells_are_left_alone() -> None:
    assert cell_figures()[NONE][1] <= MOST_FALSE


@pytest.mark.slow
def test_columns_with_one_identifying_cell_in_a_hundred_are_found() -> None:
    low = {label: found for label, (_, found) in column_figures().items() if found < COLUMN_FLOORS.get(label, FLOOR)}
    assert {label: found for label, found in low.items() if label != NONE} == {}


@pytest.mark.slow
def test_clean_columns_are_left_alone() -> None:
    assert column_figures()[NONE][1] == 0


def test_headings_are_told_apart() -> None:
    missed = [heading for promises, heading in labelled_headings() if promises and not promised_kind(heading)]
    false = [heading for promises, heading in labelled_headings() if not promises and promised_kind(heading)]
    assert (missed, false) == ([], [])


def table() -> str:
    """Give the figures as a table in Markdown."""
    rows = ["| | made | told, of 100 |", "|---|---|---|"]
    for title, figures in (("cell", cell_figures()), ("column", column_figures()), ("heading", heading_figures())):
        rows += [f"| {title}: {label or 'clean'} | {n} | {found:.1f} |" for label, (n, found) in figures.items()]
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
