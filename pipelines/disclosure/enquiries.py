"""How often enquiries were turned away, from published counts alone, and of which groups more often.

Answers "what share of enquiries was turned away, and is a group turned away more often than all others". Sentences come
from `reference/enquiries.toml`; each holds for every true count behind rounded figures. What is counted are enquiries:
somebody may enquire twice, and an enquiry is no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.analysis.breakdowns import ENQUIRIES
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist, inside_sentence
from pipelines.disclosure.protected import ProtectedTable, Rule, TurnedAway
from pipelines.disclosure.published_figures import reach_of
from pipelines.disclosure.statements import read_sentences
from pipelines.figures import PERCENT, shown
from pipelines.groups import MEMBER
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.rounded_shares import Counted, Gap, Share, compare_shares, share_of
from pipelines.statistics.states import FALSE_DISCOVERY_RATE, TOO_FEW_TO_SAY, WITHHELD

EVERYBODY, GROUPS = "by_enquiry_response", "by_group_of_interest_response"
MEASURE = "turned_away"
MORE, LESS, SAME, ESTIMATE = "turned_away_more", "turned_away_less", "about_the_same", "estimate"
YES, NO, OTHER = "Y", "N", "N"


@dataclass(frozen=True)
class _Sides:
    """The enquiries of a group and of all known not to belong to it; no figures without enough."""

    group: str
    lacking: str = ""
    own: Share | None = None
    others: Share | None = None
    apart: Gap | None = None


def enquiry_findings(tables: Mapping[str, ProtectedTable], labels: Mapping[str, str]) -> tuple[TurnedAway, ...]:
    """State how many enquiries were turned away, and how each group of interest compares with all others.

    All groups of the table are one family, those without enough enquiries included with p = 1.

    Args:
        tables: the protected tables of one audience, by their ids.
        labels: the labels of groups.
    Returns:
        One for all enquiries, then one per group in the order of the table; none where no source records enquiries.
    """
    everybody = list(_everybody(tables[EVERYBODY])) if EVERYBODY in tables else []
    if GROUPS not in tables:
        return tuple(everybody)
    table = tables[GROUPS]
    sides = list(_sides(table))
    q_values = benjamini_hochberg([each.apart.p_value if each.apart else 1.0 for each in sides]).tolist()
    told = [_told(each, q, labels, table.rule) for each, q in zip(sides, q_values, strict=True)]
    return (*everybody, *(TurnedAway(**each, family_size=len(sides)) for each in told))


@cache
def rules() -> Mapping[str, Any]:
    """Read the rules and the wording of enquiries.

    Raises:
        SettingsError: a sentence holds a digit, which would be a figure that nobody published.
    """
    return read_sentences("enquiries.toml", ("statements", "verdicts"))


def turning_away() -> tuple[str, ...]:
    """Give the responses that turn somebody away."""
    answers = codelist("enquiry_responses").column("answer")
    return tuple(code for code, answer in answers.items() if answer == MEASURE)


def _everybody(table: ProtectedTable) -> Iterator[TurnedAway]:
    """Tell the share of all whose response is known: the total without those not known, each a published figure."""
    counts = {cell.codes[0]: cell.n or 0 for cell in table.cells(unit=ENQUIRIES)}
    having = sum(counts[code] for code in turning_away())
    reach, n = reach_of(table.rule), len(turning_away())
    others = max(counts[TOTAL] - counts[NOT_KNOWN] - having, 0)
    counted = Counted.within(having, others, reach * n, reach * (n + 2))
    if _is_base(counted, table.rule):
        found = share_of(counted)
        statement = _said("everybody", {"own": found.value, "low": found.low, "high": found.high})
        yield TurnedAway(MEASURE, TOTAL, ESTIMATE, statement, found.value, found.low, found.high)


def _sides(table: ProtectedTable) -> Iterator[_Sides]:
    reach = reach_of(table.rule)
    counts = {cell.codes: cell.n or 0 for cell in table.cells(unit=ENQUIRIES)}
    for group in dict.fromkeys(codes[0] for codes in counts):
        own, others = (
            Counted.within(counts.get((group, side, YES), 0), counts.get((group, side, NO), 0), reach, reach)
            for side in (MEMBER, OTHER)
        )
        if not (_is_base(own, table.rule) and _is_base(others, table.rule)):
            yield _Sides(group, WITHHELD)
        elif min(own.fewest.having, others.fewest.having) < rules()["rules"]["least_turned_away"]:
            yield _Sides(group, TOO_FEW_TO_SAY)
        else:
            yield _Sides(group, "", share_of(own), share_of(others), compare_shares(own, others))


def _is_base(counted: Counted, rule: Rule) -> bool:
    """Tell whether so many are counted that a share of them may be told, and that somebody is there for certain."""
    return counted.total >= rule.threshold and counted.is_somebody


def _told(sides: _Sides, q_value: float, labels: Mapping[str, str], rule: Rule) -> dict[str, Any]:
    label = labels.get(sides.group, sides.group)
    slots: dict[str, Any] = {"people": label, "people_inside": inside_sentence(label)}
    name = {"finding_id": f"{sides.group.lower()}.{MEASURE}", "group": sides.group}
    if sides.own is None or sides.others is None or sides.apart is None:
        few = f"{max(rule.threshold, 2 * (reach_of(rule) + 1)):,}"
        return name | {"state": sides.lacking, "statement": _said(sides.lacking, slots | {"few": few})}
    state = state_of(sides.apart, q_value)
    shares = {"own": sides.own.value, "others": sides.others.value, "low": sides.own.low, "high": sides.own.high}
    compared = _said("compared", slots | shares | {"people": inside_sentence(label)})
    return name | {
        "state": state,
        "statement": f"{compared} {_said(state, slots)}",
        "observed": sides.own.value,
        "low": sides.own.low,
        "high": sides.own.high,
        "others": sides.others.value,
        "difference": sides.apart.value,
        "difference_low": sides.apart.low,
        "difference_high": sides.apart.high,
        "q_value": q_value,
    }


def state_of(apart: Gap, q_value: float) -> str:
    """Give the verdict of one comparison: the first that holds.

    Args:
        apart: share of the group's enquiries that were turned away, less that of the others'.
        q_value: of the test for a larger share.
    """
    least = rules()["rules"]["least_difference"]
    if apart.low > 0 and q_value <= FALSE_DISCOVERY_RATE:
        return MORE
    if apart.high < 0:
        return LESS
    return SAME if -least <= apart.low and apart.high <= least else TOO_FEW_TO_SAY


def _said(name: str, slots: Mapping[str, Any]) -> str:
    told = {key: shown(value, PERCENT) if isinstance(value, float) else value for key, value in slots.items()}
    text = str(rules()["statements"][name]).format(**told)
    return text[:1].upper() + text[1:]
