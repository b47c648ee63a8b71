"""What the same reader knows of barriers: who can stand in which rows, and which sources collect none."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from pipelines.codelists import codelist

BARRIER, COUNT, PAIR = "barrier_code", "barrier_count_code", "barrier_pair_code"
PAIRS = {frozenset({r["barrier_code"], r["second_barrier_code"]}): r["code"] for r in codelist("barrier_pairs").rows}


def know_barriers(known: Any, whose: str) -> None:
    """One barrier is one row, several are two or more; a pair is some of both; nobody else is in these rows."""

    def row(name: str, code: str) -> Any:
        return (whose, "clients", frozenset({(name, code)}))

    one, several, unknown = (row(COUNT, code) for code in ("ONE", "SEVERAL", "_U"))
    if several not in known.index or row(BARRIER, "NONE") not in known.index:
        return
    facing = [row(BARRIER, code) for code in codelist("barriers").codes if code != "NONE"]
    for code in ("NONE", "_U"):
        known._row([known.index[row(BARRIER, code)]], [known.index[row(COUNT, code)]])
    for each in facing:
        known._at_most([each], [one, several])
    known._at_most([one, several, several], facing)
    known._at_most(facing, [one, *[several] * len(facing)])
    if known.public.without_barriers:
        known._at_most([row("source_id", source) for source in known.public.without_barriers], [unknown])
    _know_pairs(known, row, [one, several])


def _know_pairs(known: Any, row: Callable[[str, str], Any], some: list[Any]) -> None:
    for both, code in PAIRS.items():
        first, second = (row(BARRIER, each) for each in sorted(both))
        for limit in (first, second, some[1]):
            known._at_most([row(PAIR, code)], [limit])
        known._at_most([first, second], [*some, row(PAIR, code)])
    named = sorted(frozenset().union(*PAIRS))
    known._at_most([row(BARRIER, code) for code in named], [*some, *(row(PAIR, code) for code in PAIRS.values())])
    for three in combinations(named, 3):
        for middle in three:
            near = [row(PAIR, PAIRS[frozenset({middle, other})]) for other in three if other != middle]
            known._at_most(near, [row(BARRIER, middle), row(PAIR, PAIRS[frozenset(three) - {middle}])])
