"""What is told of groups beside all others: verdicts, in the sentences of a data file.

Answers "does a group fare worse than all others, and how is that said". Which counts are compared is decided by whoever
asks: `waiting` for the time to an outcome, `opening` for the time from first contact to opening, `enquiries` for those
turned away, `barriers` for who faces several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.codelists import TOTAL, inside_sentence
from pipelines.disclosure.protected import ProtectedTable, Rule, Waiting
from pipelines.disclosure.published_figures import UNIT, reach_of
from pipelines.figures import PERCENT, shown
from pipelines.statistics.grouped_waits import Difference, Within
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.rounded_shares import Counted, Gap, Share
from pipelines.statistics.states import FALSE_DISCOVERY_RATE, TOO_FEW_TO_SAY

SAME, ESTIMATE = "about_the_same", "estimate"
# Whoever is known not to belong to a group.
OTHER = "N"


@dataclass(frozen=True)
class Verdicts:
    """What a group is said to be whose share differs; its share is worse where it is lower, or where it is higher."""

    worse: str
    better: str
    is_worse_higher: bool = False


WAITS = Verdicts("waits_longer", "waits_less")


@dataclass(frozen=True)
class Sides:
    """The members of a group and all others of whom it is known, with what they give.

    Without enough of them there are no figures, and `lacking` is the state that says so.
    """

    group: str
    lacking: str = ""
    own: Within | Share | None = None
    others: Within | Share | None = None
    difference: Difference | Gap | None = None


@dataclass(frozen=True, eq=False)
class Telling:
    """How one comparison is told: rules and sentences of its file, its measure, its verdicts, labels, words used."""

    file: Mapping[str, Any]
    measure: str
    verdicts: Verdicts
    labels: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)

    def said(self, name: str, slots: Mapping[str, Any]) -> str:
        """Fill a sentence with the network's words and these."""
        return filled(self.file, name, {**self.words, **slots})


def filled(file: Mapping[str, Any], name: str, slots: Mapping[str, Any]) -> str:
    """Fill a sentence of a file of statements; shares become percentages."""
    told = {key: shown(value, PERCENT) if isinstance(value, float) else value for key, value in slots.items()}
    text = str(file["statements"][name]).format(**told)
    return text[:1].upper() + text[1:]


def compared(own: Within | Share, others: Within | Share, difference: Difference | Gap, q: float) -> dict[str, float]:
    """Give the figures of a comparison by their names in the manifest."""
    return {
        "observed": own.share,
        "low": own.low,
        "high": own.high,
        "others": others.share,
        "difference": difference.value,
        "difference_low": difference.low,
        "difference_high": difference.high,
        "q_value": q,
    }


def counts_by_group(table: ProtectedTable, unit: str = UNIT) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """Give the figures of a table of groups: by group, by membership, by the code of the last dimension."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for cell in table.cells(unit=unit):
        group, membership, code = cell.codes
        counts.setdefault(group, {}).setdefault(membership, {})[code] = cell.n or 0
    return counts


def is_base(counted: Counted, rule: Rule) -> bool:
    """Tell whether so many are counted that a share of them may be told, and that somebody is there for certain."""
    return counted.total >= rule.threshold and counted.is_somebody


def few(rule: Rule) -> str:
    """Write the number that every true count behind an untold one is below."""
    return f"{max(rule.threshold, 2 * (reach_of(rule) + 1)):,}"


def told_of_everybody(found: Within | Share, telling: Telling) -> Waiting:
    """State the share of all of whom it is known."""
    slots = {"own": found.share, "low": found.low, "high": found.high}
    statement = telling.said("everybody", slots)
    return Waiting(telling.measure, TOTAL, ESTIMATE, statement, found.share, found.low, found.high)


def told_of_groups(sides: Sequence[Sides], telling: Telling, rule: Rule) -> tuple[Waiting, ...]:
    """State how each group compares with all others; all are one family, those that lack clients with p = 1."""
    q_values = benjamini_hochberg([each.difference.p_value if each.difference else 1.0 for each in sides]).tolist()
    told = [_told(each, q, telling, rule) for each, q in zip(sides, q_values, strict=True)]
    return tuple(Waiting(**each, family_size=len(sides)) for each in told)


def state_of(difference: Difference | Gap, q_value: float, verdicts: Verdicts, *, least: float) -> str:
    """Give the verdict of one comparison: the first that holds.

    Args:
        difference: share of the group less that of the others.
        q_value: of the test for a worse share.
        verdicts: what a difference means.
        least: a difference within these bounds is none that matters.
    """
    is_lower, is_higher = difference.high < 0, difference.low > 0
    is_worse, is_better = (is_higher, is_lower) if verdicts.is_worse_higher else (is_lower, is_higher)
    if is_worse and q_value <= FALSE_DISCOVERY_RATE:
        return verdicts.worse
    if is_better:
        return verdicts.better
    return SAME if -least <= difference.low and difference.high <= least else TOO_FEW_TO_SAY


def _told(sides: Sides, q_value: float, telling: Telling, rule: Rule) -> dict[str, Any]:
    label = telling.labels.get(sides.group, sides.group)
    slots: dict[str, Any] = {"people": label, "people_inside": inside_sentence(label)}
    name = {"finding_id": f"{sides.group.lower()}.{telling.measure}", "group": sides.group}
    if sides.own is None or sides.others is None or sides.difference is None:
        return name | {"state": sides.lacking, "statement": telling.said(sides.lacking, slots | {"few": few(rule)})}
    state = state_of(sides.difference, q_value, telling.verdicts, least=telling.file["rules"]["least_difference"])
    slots |= {"people": inside_sentence(label), "own": sides.own.share, "others": sides.others.share}
    slots |= {"low": sides.own.low, "high": sides.own.high}
    verdict = telling.said(state, {**slots, "people": label})
    return name | {
        "state": state,
        "statement": f"{telling.said('compared', slots)} {verdict}",
        **compared(sides.own, sides.others, sides.difference, q_value),
    }
