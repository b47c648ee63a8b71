"""How long clients waited for an outcome, from published counts alone, and which groups waited longer.

Answers "how many had an outcome in time, and is a group later than all others". Sentences come from
`reference/waiting.toml`; each holds for every true count behind rounded figures.
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
    told_of_everybody,
    told_of_groups,
)
from pipelines.disclosure.protected import ProtectedTable, Rule, Waiting
from pipelines.disclosure.published_figures import UNIT, reach_of
from pipelines.disclosure.statements import read_sentences
from pipelines.errors import SettingsError
from pipelines.groups import MEMBER
from pipelines.statistics.grouped_waits import Waits, compare_waits, share_within
from pipelines.statistics.states import TOO_FEW_TO_SAY, WITHHELD

EVERYBODY, GROUPS = "by_time_to_outcome", "by_group_of_interest_time"
MEASURE = "outcome_in_time"


def waiting_findings(
    tables: Mapping[str, ProtectedTable], labels: Mapping[str, str], clients: str
) -> tuple[Waiting, ...]:
    """State how many clients had an outcome in time, and how each group of interest compares with all others.

    All groups of the table are one family, those without enough clients included with p = 1.

    Args:
        tables: the protected tables of one audience, by their ids.
        labels: the labels of groups.
        clients: the network's word.
    Returns:
        One for all clients, then one per group in the order of the table; none where nobody is known to have waited.
    """
    telling = Telling(rules(), MEASURE, WAITS, labels, {"clients": clients})
    everybody = list(_everybody(tables[EVERYBODY], telling)) if EVERYBODY in tables else []
    if GROUPS not in tables:
        return tuple(everybody)
    return (*everybody, *told_of_groups(list(_sides(tables[GROUPS])), telling, tables[GROUPS].rule))


@cache
def rules() -> Mapping[str, Any]:
    """Read the rules and the wording of waiting times.

    Raises:
        SettingsError: a sentence holds a digit, which would be a figure that nobody published, or the sentences speak
            of another time than the bands.
    """
    told = read_sentences("waiting.toml", ("statements", "verdicts"))
    last = max(int(day) for day in codelist("times_to_outcome").column("day_high").values() if day)
    if last + 1 != told["rules"]["days_said"]:
        raise SettingsError("waiting.toml speaks of other days than codelists/times_to_outcome.csv has. Change both.")
    return told


def waits_of(counts: Mapping[str, int], reach: int) -> Waits:
    """Put counts by code of time together.

    Args:
        counts: clients by code of `codelists/times_to_outcome.csv`; a code that is not there counts nobody.
        reach: how far a count may lie from the truth.
    """
    bands = codelist("times_to_outcome")
    day, ended = bands.column("day_low"), bands.column("has_outcome")
    codes = sorted(bands.codes, key=lambda code: int(day[code]))
    came, left, longer = (tuple(counts.get(c, 0) for c in codes if ended[c] == kind) for kind in ("yes", "no", ""))
    return Waits(came, left, sum(longer), reach)


def _everybody(table: ProtectedTable, telling: Telling) -> Iterator[Waiting]:
    waits = waits_of({cell.codes[0]: cell.n or 0 for cell in table.cells(unit=UNIT)}, reach_of(table.rule))
    if _is_base(waits, table.rule):
        yield told_of_everybody(share_within(waits), telling)


def _sides(table: ProtectedTable) -> Iterator[Sides]:
    for group, found in counts_by_group(table).items():
        own, others = (waits_of(found.get(side, {}), reach_of(table.rule)) for side in (MEMBER, OTHER))
        if not (_is_base(own, table.rule) and _is_base(others, table.rule)):
            yield Sides(group, WITHHELD)
        elif min(sum(each.fewest.came) for each in (own, others)) < rules()["rules"]["least_outcomes"]:
            yield Sides(group, TOO_FEW_TO_SAY)
        else:
            yield Sides(group, "", share_within(own), share_within(others), compare_waits(own, others))


def _is_base(waits: Waits, rule: Rule) -> bool:
    """Tell whether so many are counted that a share of them may be told, and that somebody is there for certain."""
    return waits.total >= rule.threshold and waits.fewest.total > 0 and waits.most.total > 0
