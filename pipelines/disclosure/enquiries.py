"""How often enquiries were turned away, from published counts alone, and of which groups more often.

Answers "what share of enquiries was turned away, and is a group turned away more often than all others". Sentences come
from `reference/enquiries.toml`; each holds for every true count behind rounded figures. What is counted are enquiries:
somebody may enquire twice, and an enquiry is no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pipelines.analysis.breakdowns import ENQUIRIES
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.disclosure.group_words import (
    OTHER,
    Sides,
    Telling,
    Verdicts,
    counts_by_group,
    is_base,
    told_of_everybody,
    told_of_groups,
)
from pipelines.disclosure.protected import ProtectedTable, TurnedAway, Waiting
from pipelines.disclosure.published_figures import reach_of
from pipelines.disclosure.statements import read_sentences
from pipelines.groups import MEMBER
from pipelines.statistics.rounded_shares import Counted, compare_shares, share_of
from pipelines.statistics.states import TOO_FEW_TO_SAY, WITHHELD

EVERYBODY, GROUPS = "by_enquiry_response", "by_group_of_interest_response"
MEASURE = "turned_away"
TURNED = Verdicts("turned_away_more", "turned_away_less", is_worse_higher=True)
YES, NO = "Y", "N"


def enquiry_findings(tables: Mapping[str, ProtectedTable], labels: Mapping[str, str]) -> tuple[TurnedAway, ...]:
    """State how many enquiries were turned away, and how each group of interest compares with all others.

    All groups of the table are one family, those without enough enquiries included with p = 1.

    Args:
        tables: the protected tables of one audience, by their ids.
        labels: the labels of groups.
    Returns:
        One for all enquiries, then one per group in the order of the table; none where no source records enquiries.
    """
    telling = Telling(rules(), MEASURE, TURNED, labels)
    told = list(_everybody(tables[EVERYBODY], telling)) if EVERYBODY in tables else []
    if GROUPS in tables:
        told += told_of_groups(list(_sides(tables[GROUPS])), telling, tables[GROUPS].rule)
    return tuple(TurnedAway(**vars(each)) for each in told)


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


def _everybody(table: ProtectedTable, telling: Telling) -> Iterator[Waiting]:
    """Tell the share of all whose response is known: the total without those not known, each a published figure."""
    counts = {cell.codes[0]: cell.n or 0 for cell in table.cells(unit=ENQUIRIES)}
    having = sum(counts[code] for code in turning_away())
    reach, n = reach_of(table.rule), len(turning_away())
    others = max(counts[TOTAL] - counts[NOT_KNOWN] - having, 0)
    counted = Counted.within(having, others, reach * n, reach * (n + 2))
    if is_base(counted, table.rule):
        yield told_of_everybody(share_of(counted), telling)


def _sides(table: ProtectedTable) -> Iterator[Sides]:
    reach = reach_of(table.rule)
    for group, found in counts_by_group(table, ENQUIRIES).items():
        counts = (found.get(side, {}) for side in (MEMBER, OTHER))
        own, others = (Counted.within(each.get(YES, 0), each.get(NO, 0), reach, reach) for each in counts)
        if not (is_base(own, table.rule) and is_base(others, table.rule)):
            yield Sides(group, WITHHELD)
        elif min(own.fewest.having, others.fewest.having) < rules()["rules"]["least_turned_away"]:
            yield Sides(group, TOO_FEW_TO_SAY)
        else:
            yield Sides(group, "", share_of(own), share_of(others), compare_shares(own, others))
