"""How long it took from first contact to the opening of a case, from published counts, and which groups waited longer.

Answers "how many had a case opened in time, and is a group later than all others". Sentences come from
`reference/opening.toml`; each holds for every true count behind rounded figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pipelines.codelists import codelist
from pipelines.disclosure.group_words import (
    OTHER,
    WAITS,
    Sides,
    Telling,
    counts_by_group,
    is_base,
    told_of_everybody,
    told_of_groups,
)
from pipelines.disclosure.protected import ProtectedTable, Waiting
from pipelines.disclosure.published_figures import UNIT, reach_of
from pipelines.disclosure.statements import read_sentences
from pipelines.errors import SettingsError
from pipelines.groups import MEMBER
from pipelines.statistics.rounded_shares import Counted, Gap, compare_shares, share_of
from pipelines.statistics.states import TOO_FEW_TO_SAY, WITHHELD

EVERYBODY, GROUPS = "by_time_to_opening", "by_group_of_interest_opening"
MEASURE = "opened_in_time"


def opening_findings(
    tables: Mapping[str, ProtectedTable], labels: Mapping[str, str], words: Mapping[str, str]
) -> tuple[Waiting, ...]:
    """State how many clients had a case opened in time, and how each group of interest compares with all others.

    All groups of the table are one family, those without enough clients included with p = 1.

    Args:
        tables: the protected tables of one audience, by their ids.
        labels: the labels of groups.
        words: the network's words for client and case.
    Returns:
        One for all clients, then one per group in the order of the table; none where of nobody both days are known.
    """
    telling = Telling(rules(), MEASURE, WAITS, labels, words)
    everybody = list(_everybody(tables[EVERYBODY], telling)) if EVERYBODY in tables else []
    if GROUPS not in tables:
        return tuple(everybody)
    return (*everybody, *told_of_groups(list(_sides(tables[GROUPS])), telling, tables[GROUPS].rule))


@cache
def rules() -> Mapping[str, Any]:
    """Read the rules and the wording of times to opening.

    Raises:
        SettingsError: a sentence holds a digit, which would be a figure that nobody published, or the sentences speak
            of another time than the bands.
    """
    told = read_sentences("opening.toml", ("statements",))
    last = max(
        int(day) for code, day in codelist("times_to_opening").column("day_high").items() if day and _is_soon(code)
    )
    if last != told["rules"]["days_said"]:
        raise SettingsError("opening.toml speaks of other days than codelists/times_to_opening.csv has. Change both.")
    return told


def _is_soon(code: str) -> bool:
    """Tell whether a code, of either list, means that a case was opened in time: the first of the two."""
    of = codelist("times_to_opening").column("opened_in_time")
    return of.get(code, code) == codelist("openings_in_time").codes[0]


def _counted(counts: Mapping[str, int], codes: tuple[str, ...], reach: int) -> Counted:
    """Add up the codes of both kinds; every one of them may lie so far from the truth as the reach says."""
    soon, later = ([code for code in codes if _is_soon(code) == kind] for kind in (True, False))
    n_soon, n_later = (sum(counts.get(code, 0) for code in kind) for kind in (soon, later))
    return Counted.within(n_soon, n_later, reach * len(soon), reach * len(later))


def _apart(group: Counted, others: Counted) -> Gap:
    """Give the share in time of a group less that of others; p asks whether the share that came later is higher."""
    later = compare_shares(group.turned, others.turned)
    return Gap(value=-later.value, low=-later.high, high=-later.low, p_value=later.p_value)


def _everybody(table: ProtectedTable, telling: Telling) -> Iterator[Waiting]:
    counts = {cell.codes[0]: cell.n or 0 for cell in table.cells(unit=UNIT)}
    found = _counted(counts, codelist("times_to_opening").codes, reach_of(table.rule))
    if is_base(found, table.rule):
        yield told_of_everybody(share_of(found), telling)


def _sides(table: ProtectedTable) -> Iterator[Sides]:
    codes, reach = codelist("openings_in_time").codes, reach_of(table.rule)
    for group, counts in counts_by_group(table).items():
        own, others = (_counted(counts.get(side, {}), codes, reach) for side in (MEMBER, OTHER))
        if not (is_base(own, table.rule) and is_base(others, table.rule)):
            yield Sides(group, WITHHELD)
        elif min(own.fewest.having, others.fewest.having) < rules()["rules"]["least_in_time"]:
            yield Sides(group, TOO_FEW_TO_SAY)
        else:
            yield Sides(group, "", share_of(own), share_of(others), _apart(own, others))
