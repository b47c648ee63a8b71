"""Enquiries: does every number, verdict and word follow from the published counts?

Answers "could a group be said to be turned away more often that is not". Shares, their limits and the verdicts are
worked out again here from their definitions, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.audit.enquiry_counts import Enquiries, difference, p_value, share_of
from pipelines.audit.group_verdicts import Judged, Told, by_group, list_problems, with_verdicts
from pipelines.audit.reading import Release, Table
from pipelines.audit.structure import GROUP, MEMBERSHIP, NO, RESPONSE, TURNED, YES
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist

# What a verdict asks for, as every brief of this version has it.
LEAST_TURNED_AWAY = 5
TOLD = Told(
    "enquiries",
    "enquiries",
    "enquiries",
    "enquiries.toml",
    worse="turned_away_more",
    better="turned_away_less",
    is_worse_higher=True,
)


def enquiry_problems(release: Release) -> Iterator[str]:
    """Name everything that a release says of enquiries and that its tables do not."""
    yield from map(release.problem, _table_problems(release))
    yield from list_problems(release, TOLD, list(_expected(release)))


def _table_problems(release: Release) -> Iterator[str]:
    """A law centre's own brief has no table of enquiries, and no other table may count them."""
    for table in release.tables.values():
        units = {row.unit for row in table.rows}
        is_of_enquiries = bool({RESPONSE, TURNED} & set(table.dimensions))
        if ("enquiries" in units) != is_of_enquiries or (is_of_enquiries and units != {"enquiries"}):
            yield f"{table.table_id} counts enquiries together with something else. Count them in tables of their own."
        if is_of_enquiries and release.centre:
            yield f"{table.table_id} has no place in the brief of one centre. Release it without."


def _expected(release: Release) -> Iterator[Judged]:
    """Work out again what the tables of a release say, in their order."""
    limit = int(release.manifest.get("disclosure", {}).get("threshold") or 0)
    for table in release.tables.values():
        if table.dimensions == (RESPONSE,):
            counts = _of_everybody(table, release.reach)
            if counts.is_base(limit):
                share = share_of(counts)
                numbers = {"observed": share.value, "low": share.low, "high": share.high}
                yield {"group": TOTAL, "state": "estimate", **numbers}
    for table in release.tables.values():
        if table.dimensions == (GROUP, MEMBERSHIP, TURNED):
            yield from _judged(table, release.reach, limit)


def _of_everybody(table: Table, reach: int) -> Enquiries:
    """Give those turned away, and all others of a known response: the total without these and those not known."""
    counts = {row.codes[0]: row.n or 0 for row in table.rows}
    codes = [code for code, answer in codelist("enquiry_responses").column("answer").items() if answer == "turned_away"]
    away = sum(counts.get(code, 0) for code in codes)
    kept = max(counts.get(TOTAL, 0) - counts.get(NOT_KNOWN, 0) - away, 0)
    return Enquiries(away, kept, len(codes) * reach, (len(codes) + 2) * reach)


def _judged(table: Table, reach: int, limit: int) -> list[Judged]:
    judged: list[Judged] = []
    for group, sides in by_group(table).items():
        own, others = (
            Enquiries(sides.get(side, {}).get(YES, 0), sides.get(side, {}).get(NO, 0), reach, reach)
            for side in (YES, NO)
        )
        if not (own.is_base(limit) and others.is_base(limit)):
            judged.append({"group": group, "state": "withheld"})
        elif min(own.least_away, others.least_away) < LEAST_TURNED_AWAY:
            judged.append({"group": group, "state": "too_few_to_say"})
        else:
            judged.append({"group": group, **_compared(own, others)})
    return with_verdicts(judged, TOLD)


def _compared(own: Enquiries, others: Enquiries) -> Judged:
    share, apart = share_of(own), difference(own, others)
    return {
        "observed": share.value,
        "low": share.low,
        "high": share.high,
        "others": share_of(others).value,
        "difference": apart.value,
        "difference_low": apart.low,
        "difference_high": apart.high,
        "p": p_value(own, others),
    }
