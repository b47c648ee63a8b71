"""How the tables of barriers hang together: what barriers, how many of them, and which two at once.

Answers "what could be subtracted from what" among them. A client with several barriers stands in several rows, so most
of the relations are bounds. They are those that hold for every set of clients and that anybody could write down.

Source: Deza and Laurent (1997), "Geometry of Cuts and Metrics", chapter 5, for bounds of two things at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

import polars as pl

from pipelines.analysis.breakdowns import Caseload
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.disclosure.grids import Grid
from pipelines.disclosure.system import CellName, Relation

BARRIERS, PAIRS, COUNT = "by_barrier", "by_barrier_pair", "barrier_count_code"
NO_BARRIER, ONE, SEVERAL = "NONE", "ONE", "SEVERAL"
SOURCE = "source_id"
Cells = Mapping[str, CellName]
# Of barriers by code, how many clients have one, and two or more.
Faced = tuple[CellName, CellName]


def barrier_relations(counts: Collection[CellName], grid: Grid) -> Iterator[Relation]:
    """Tie the rows of barriers to those of their number, to pairs, and to the sources that do not collect them.

    Args:
        counts: the figures of a caseload.
        grid: gives those that are cut from client profiles.
    """
    barriers, pairs = _rows(counts, BARRIERS), _rows(counts, PAIRS)
    if not barriers or (COUNT not in grid.codes.get((), {})):
        return
    numbers = {code: grid.named[((COUNT, code),)] for code in grid.codes[()][COUNT]}
    known = {code: name for code, name in barriers.items() if code not in _APART}
    yield from _same_clients(barriers, numbers, grid)
    yield from _numbers(known, (numbers[ONE], numbers[SEVERAL]))
    if pairs:
        yield Relation((pairs[TOTAL],), (grid.named[()],), is_exact=True)
        yield from _pairs(pairs, known, (numbers[ONE], numbers[SEVERAL]))


def sources_without(caseload: Caseload) -> tuple[str, ...]:
    """Name the sources that do not collect barriers: their clients are among those whose barriers are not known.

    Returns:
        None of them where that is not so, because one has ceased to collect what was published: nothing follows then.
    """
    theirs = caseload.profiles.filter(pl.col(SOURCE).is_in(sorted(caseload.without_barriers)))
    is_so = theirs.filter(pl.col(COUNT) != NOT_KNOWN).is_empty()
    return tuple(sorted(caseload.without_barriers)) if is_so else ()


_APART = frozenset({TOTAL, NO_BARRIER, NOT_KNOWN})


def _rows(counts: Collection[CellName], table_id: str) -> Cells:
    return {name.codes[0]: name for name in counts if name.table_id == table_id}


def _same_clients(barriers: Cells, numbers: Cells, grid: Grid) -> Iterator[Relation]:
    yield Relation((barriers[TOTAL],), (grid.named[()],), is_exact=True)
    for code in (NO_BARRIER, NOT_KNOWN):
        yield Relation((barriers[code],), (numbers[code],), is_exact=True)
    rows = {code: grid.named[((SOURCE, code),)] for code in grid.codes[()].get(SOURCE, ())}
    sources = sources_without(grid.caseload)
    if sources and set(sources) <= rows.keys():
        yield Relation(tuple(rows[each] for each in sources), (numbers[NOT_KNOWN],), is_exact=False)


def _numbers(known: Cells, faced: Faced) -> Iterator[Relation]:
    """Whoever has one barrier stands in one row, whoever has several in two rows or more, and at most in all."""
    one, several = faced
    rows = tuple(known.values())
    yield from (Relation((name,), faced, is_exact=False) for name in rows)
    yield Relation((one, several, several), rows, is_exact=False)
    yield Relation(rows, (one, *(several for _ in rows)), is_exact=False)


def _pairs(pairs: Cells, known: Cells, faced: Faced) -> Iterator[Relation]:
    """Both are at most each, and at least as many as two rows hold beyond all who face any; no three contradict."""
    both = {
        frozenset((row["barrier_code"], row["second_barrier_code"])): pairs[row["code"]]
        for row in codelist("barrier_pairs").rows
    }
    for codes, name in both.items():
        each = tuple(known[code] for code in sorted(codes))
        yield from (Relation((name,), (limit,), is_exact=False) for limit in (*each, faced[1]))
        yield Relation(each, (*faced, name), is_exact=False)
    listed = sorted({code for codes in both for code in codes})
    yield Relation(tuple(known[code] for code in listed), (*faced, *both.values()), is_exact=False)
    for three in combinations(listed, 3):
        for middle in three:
            first, last = (code for code in three if code != middle)
            near, far = (frozenset((middle, first)), frozenset((middle, last))), frozenset((first, last))
            if {*near, far} <= both.keys():
                yield Relation(tuple(both[each] for each in near), (known[middle], both[far]), is_exact=False)
