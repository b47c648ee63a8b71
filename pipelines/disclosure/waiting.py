"""How long clients waited for an outcome, from published counts alone, and which groups waited longer.

Answers "how many had an outcome in time, and is a group later than all others". Sentences come from
`reference/waiting.toml`; each holds for every true count behind rounded figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.codelists import TOTAL, codelist, inside_sentence
from pipelines.disclosure.protected import ProtectedTable, Rule, Waiting
from pipelines.disclosure.published_figures import UNIT, reach_of
from pipelines.disclosure.statements import read_sentences
from pipelines.errors import SettingsError
from pipelines.figures import PERCENT, shown
from pipelines.groups import MEMBER
from pipelines.statistics.grouped_waits import Difference, Waits, Within, compare_waits, share_within
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import FALSE_DISCOVERY_RATE, TOO_FEW_TO_SAY, WITHHELD

EVERYBODY, GROUPS = "by_time_to_outcome", "by_group_of_interest_time"
MEASURE = "outcome_in_time"
LONGER, LESS, SAME, ESTIMATE = "waits_longer", "waits_less", "about_the_same", "estimate"
OTHER = "N"


@dataclass(frozen=True)
class _Sides:
    """The members of a group and all others of whom it is known, with what they give; no figures without enough."""

    group: str
    lacking: str = ""
    own: Within | None = None
    others: Within | None = None
    difference: Difference | None = None


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
    everybody = list(_everybody(tables[EVERYBODY], clients)) if EVERYBODY in tables else []
    sides = list(_sides(tables[GROUPS])) if GROUPS in tables else []
    q_values = benjamini_hochberg([each.difference.p_value if each.difference else 1.0 for each in sides]).tolist()
    rule = tables[GROUPS].rule if sides else None
    told = [_told(each, q, (labels, clients), rule) for each, q in zip(sides, q_values, strict=True) if rule]
    return (*everybody, *(Waiting(**each, family_size=len(sides)) for each in told))


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


def _everybody(table: ProtectedTable, clients: str) -> Iterator[Waiting]:
    waits = waits_of({cell.codes[0]: cell.n or 0 for cell in table.cells(unit=UNIT)}, reach_of(table.rule))
    if _is_base(waits, table.rule):
        found = share_within(waits)
        slots = {"clients": clients, "own": found.share, "low": found.low, "high": found.high}
        statement = _said("everybody", slots)
        yield Waiting(MEASURE, TOTAL, ESTIMATE, statement, found.share, found.low, found.high)


def _sides(table: ProtectedTable) -> Iterator[_Sides]:
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for cell in table.cells(unit=UNIT):
        group, membership, code = cell.codes
        counts.setdefault(group, {}).setdefault(membership, {})[code] = cell.n or 0
    for group, found in counts.items():
        own, others = (waits_of(found.get(side, {}), reach_of(table.rule)) for side in (MEMBER, OTHER))
        if not (_is_base(own, table.rule) and _is_base(others, table.rule)):
            yield _Sides(group, WITHHELD)
        elif min(sum(each.fewest.came) for each in (own, others)) < rules()["rules"]["least_outcomes"]:
            yield _Sides(group, TOO_FEW_TO_SAY)
        else:
            yield _Sides(group, "", share_within(own), share_within(others), compare_waits(own, others))


def _is_base(waits: Waits, rule: Rule) -> bool:
    """Tell whether so many are counted that a share of them may be told, and that somebody is there for certain."""
    return waits.total >= rule.threshold and waits.fewest.total > 0 and waits.most.total > 0


def _told(sides: _Sides, q_value: float, words: tuple[Mapping[str, str], str], rule: Rule) -> dict[str, Any]:
    labels, clients = words
    label = labels.get(sides.group, sides.group)
    slots: dict[str, Any] = {"people": label, "people_inside": inside_sentence(label), "clients": clients}
    name = {"finding_id": f"{sides.group.lower()}.{MEASURE}", "group": sides.group}
    if sides.own is None or sides.others is None or sides.difference is None:
        few = f"{max(rule.threshold, 2 * (reach_of(rule) + 1)):,}"
        return name | {"state": sides.lacking, "statement": _said(sides.lacking, slots | {"few": few})}
    state = state_of(sides.difference, q_value)
    slots |= {"people": inside_sentence(label), "own": sides.own.share, "others": sides.others.share}
    slots |= {"low": sides.own.low, "high": sides.own.high}
    verdict = _said(state, {**slots, "people": label})
    return name | {
        "state": state,
        "statement": f"{_said('compared', slots)} {verdict}",
        "observed": sides.own.share,
        "low": sides.own.low,
        "high": sides.own.high,
        "others": sides.others.share,
        "difference": sides.difference.value,
        "difference_low": sides.difference.low,
        "difference_high": sides.difference.high,
        "q_value": q_value,
    }


def state_of(difference: Difference, q_value: float) -> str:
    """Give the verdict of one comparison: the first that holds.

    Args:
        difference: share of the group with an outcome in time, less that of the others.
        q_value: of the test for a longer wait.
    """
    least = rules()["rules"]["least_difference"]
    if difference.high < 0 and q_value <= FALSE_DISCOVERY_RATE:
        return LONGER
    if difference.low > 0:
        return LESS
    return SAME if -least <= difference.low and difference.high <= least else TOO_FEW_TO_SAY


def _said(name: str, slots: Mapping[str, Any]) -> str:
    told = {key: shown(value, PERCENT) if isinstance(value, float) else value for key, value in slots.items()}
    text = str(rules()["statements"][name]).format(**told)
    return text[:1].upper() + text[1:]
