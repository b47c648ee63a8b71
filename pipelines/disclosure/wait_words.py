"""What is told of how long people waited: verdicts of groups beside all others, in the sentences of a data file.

Answers "does a group wait longer, and how is that said". Which counts are compared is decided by whoever asks:
`waiting` for the time to an outcome, `opening` for the time from first contact to opening.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.codelists import TOTAL, inside_sentence
from pipelines.disclosure.protected import Rule, Waiting
from pipelines.disclosure.published_figures import reach_of
from pipelines.figures import PERCENT, shown
from pipelines.statistics.grouped_waits import Difference, Within
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import FALSE_DISCOVERY_RATE, TOO_FEW_TO_SAY

LONGER, LESS, SAME, ESTIMATE = "waits_longer", "waits_less", "about_the_same", "estimate"


@dataclass(frozen=True)
class Sides:
    """The members of a group and all others of whom it is known, with what they give.

    Without enough of them there are no figures, and `lacking` is the state that says so.
    """

    group: str
    lacking: str = ""
    own: Within | None = None
    others: Within | None = None
    difference: Difference | None = None


@dataclass(frozen=True, eq=False)
class Telling:
    """How one kind of wait is told: rules and sentences of its file, its measure, labels of groups, words used."""

    file: Mapping[str, Any]
    measure: str
    labels: Mapping[str, str]
    words: Mapping[str, str]

    def said(self, name: str, slots: Mapping[str, Any]) -> str:
        """Fill a sentence; shares become percentages."""
        told = {key: shown(value, PERCENT) if isinstance(value, float) else value for key, value in slots.items()}
        text = str(self.file["statements"][name]).format(**(dict(self.words) | told))
        return text[:1].upper() + text[1:]


def told_of_everybody(found: Within, telling: Telling) -> Waiting:
    """State the share of all clients of whom it is known."""
    slots = {"own": found.share, "low": found.low, "high": found.high}
    statement = telling.said("everybody", slots)
    return Waiting(telling.measure, TOTAL, ESTIMATE, statement, found.share, found.low, found.high)


def told_of_groups(sides: Sequence[Sides], telling: Telling, rule: Rule) -> tuple[Waiting, ...]:
    """State how each group compares with all others; all are one family, those that lack clients with p = 1."""
    q_values = benjamini_hochberg([each.difference.p_value if each.difference else 1.0 for each in sides]).tolist()
    told = [_told(each, q, telling, rule) for each, q in zip(sides, q_values, strict=True)]
    return tuple(Waiting(**each, family_size=len(sides)) for each in told)


def state_of(difference: Difference, q_value: float, *, least: float) -> str:
    """Give the verdict of one comparison: the first that holds.

    Args:
        difference: share of the group within the time, less that of the others.
        q_value: of the test for a longer wait.
        least: a difference within these bounds is none that matters.
    """
    if difference.high < 0 and q_value <= FALSE_DISCOVERY_RATE:
        return LONGER
    if difference.low > 0:
        return LESS
    return SAME if -least <= difference.low and difference.high <= least else TOO_FEW_TO_SAY


def _told(sides: Sides, q_value: float, telling: Telling, rule: Rule) -> dict[str, Any]:
    label = telling.labels.get(sides.group, sides.group)
    slots: dict[str, Any] = {"people": label, "people_inside": inside_sentence(label)}
    name = {"finding_id": f"{sides.group.lower()}.{telling.measure}", "group": sides.group}
    if sides.own is None or sides.others is None or sides.difference is None:
        few = f"{max(rule.threshold, 2 * (reach_of(rule) + 1)):,}"
        return name | {"state": sides.lacking, "statement": telling.said(sides.lacking, slots | {"few": few})}
    state = state_of(sides.difference, q_value, least=telling.file["rules"]["least_difference"])
    slots |= {"people": inside_sentence(label), "own": sides.own.share, "others": sides.others.share}
    slots |= {"low": sides.own.low, "high": sides.own.high}
    verdict = telling.said(state, {**slots, "people": label})
    return name | {
        "state": state,
        "statement": f"{telling.said('compared', slots)} {verdict}",
        "observed": sides.own.share,
        "low": sides.own.low,
        "high": sides.own.high,
        "others": sides.others.share,
        "difference": sides.difference.value,
        "difference_low": sides.difference.low,
        "difference_high": sides.difference.high,
        "q_value": q_value,
    }
