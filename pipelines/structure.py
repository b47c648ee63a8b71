"""How the figures of a release hang together, as its manifest tells everybody.

Answers "what adds up to what". It is no secret, and readers who check our sums or attack our protection need it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pipelines.analysis.breakdowns import Caseload
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.disclosure.barrier_links import BARRIERS, PAIRS, sources_without
from pipelines.disclosure.grids import OVERLAPPING
from pipelines.disclosure.linking import family_of
from pipelines.disclosure.released import OPEN_LISTS
from pipelines.disclosure.stall_links import STALLED
from pipelines.groups import CODE_LISTS, OLDER, OLDER_COLUMN
from pipelines.ledger import Ledger
from pipelines.periods import Period
from pipelines.settings import Settings
from pipelines.sources import Source

SOURCES, RESPONSES = "by_source", "by_enquiry_response"
# Tables that are not cut from client profiles, and the units in which their rows add up to the total.
OTHERS: Mapping[str, Mapping[str, list[str]]] = {
    "by_advice_type": {"issues": ["advice_type_code"]},
    "by_period": {"cases": ["quarter"]},
}


def release_structure(
    settings: Settings, caseload: Caseload, ledger: Ledger, labels: Mapping[str, Mapping[str, str]], *, overlap: bool
) -> dict[str, Any]:  # fmt: skip
    """Say which rows add up, which codes are parts of others, and which editions this one adds up.

    Args:
        settings: sources with their centres and projects.
        caseload: the tables of the brief; counts are not looked at.
        ledger: gives the editions inside the period.
        labels: the codes of each dimension.
        overlap: whether a client may stand in several quarters.
    Returns:
        `adds_up` maps table and unit to the dimensions along which rows add up to `_T`; `parents` lists which code of
        one dimension lies in which of another; `groups` says which codes make a member of a group that tables are cut
        by; `parts` maps the published periods inside this one to their editions;
        `clients_at_several_centres` says whether references tell a client apart across centres; `omitted_rows` names
        tables in which a missing row stands for a rounded 0; `sources_without` names the sources that do not collect
        barriers, whose clients are among those of whom none are known.
    """
    adds_up, sources = _adds_up(caseload), _sources(settings, caseload)
    return {
        "adds_up": adds_up,
        "parents": [*_parents(sources, labels["advice_type_code"]), *_responses(adds_up)],
        "groups": _groups(settings),
        "parts": _parts(caseload.period, ledger),
        "clients_overlap_in_time": overlap,
        "clients_at_several_centres": overlap and _are_clients_shared(sources),
        "omitted_rows": {name: "rounded to 0" for name in OPEN_LISTS if name in adds_up},
        **_sources_without(caseload, adds_up),
    }


def _adds_up(caseload: Caseload) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for definition in (breakdown.definition for breakdown in caseload.breakdowns):
        for leading, columns in definition.columns.items():
            own = zip(definition.dimensions[len(leading) :], columns, strict=True)
            unit = definition.units[0]
            found[definition.table_id] = {unit: [name for name, column in own if column not in OVERLAPPING]}
    # A case may have several reasons, and their total is of open cases alone; a client may face several barriers.
    overlapping: dict[str, Any] = {name: {"clients": []} for name in (BARRIERS, PAIRS, STALLED)}
    present = {breakdown.definition.table_id for breakdown in caseload.breakdowns}
    return found | dict(OTHERS) | {name: told for name, told in overlapping.items() if name in present}


def _sources_without(caseload: Caseload, tables: Iterable[str]) -> dict[str, Any]:
    return {"sources_without": {"barrier": list(sources_without(caseload))}} if BARRIERS in tables else {}


def _sources(settings: Settings, caseload: Caseload) -> list[Source]:
    """Give the sources that have a row among those of cases; one of enquiries has none."""
    frames = (each.frame for each in caseload.breakdowns if each.definition.table_id == SOURCES)
    shown = {code for frame in frames for code in frame["source_id"]}
    return [source for source_id, source in settings.sources.items() if source_id in shown]


def _parents(sources: Collection[Source], advice_types: Iterable[str]) -> list[dict[str, Any]]:
    types = [code for code in advice_types if code not in {TOTAL, NOT_KNOWN}]
    of = {
        ("source_id", "centre_id"): {each.source_id: each.centre_id for each in sources if each.centre_id},
        ("source_id", "project_id"): {each.source_id: each.project_id for each in sources if each.project_id},
        ("advice_type_code", "advice_family_code"): {code: family_of(code, types) for code in types},
    }
    return [{"child": child, "parent": parent, "of": found} for (child, parent), found in of.items()]


def _responses(tables: Collection[str]) -> list[dict[str, Any]]:
    """Say which responses turn somebody away, where tables count enquiries by them."""
    if RESPONSES not in tables:
        return []
    answers = codelist("enquiry_responses").column("answer")
    of = {code: "Y" if answer == "turned_away" else "N" for code, answer in answers.items()}
    return [{"child": "enquiry_response_code", "parent": "turned_away_code", "of": of | {NOT_KNOWN: NOT_KNOWN}}]


def _are_clients_shared(sources: Collection[Source]) -> bool:
    """Tell whether a register of clients is used at several centres; a source without a centre may be of any."""
    centres: dict[str, set[str]] = {}
    for source in sources:
        centres.setdefault(source.client_register, set()).add(source.centre_id)
    return any(len(found) > 1 or "" in found for found in centres.values())


def _groups(settings: Settings) -> dict[str, Any]:
    """Say which released codes make members; where another condition has no code of its own, they are only some."""
    older = [code for code, low in codelist("age_groups").column("age_low").items() if int(low or 0) >= OLDER]
    found: dict[str, Any] = {}
    for group in settings.own_groups.values():
        codes = {name: list(listed) for name, listed in group.conditions.items() if name in CODE_LISTS}
        further = [name for name in group.conditions if name not in codes]
        if further == [OLDER_COLUMN] and "age_group_code" not in codes:
            codes["age_group_code"] = older
        elif further:
            continue
        found[group.code] = {"codes": codes, "is_whole": not further}
    return found


def _parts(period: Period, ledger: Ledger) -> dict[str, int]:
    inside = (other for other in ledger.periods() if other != period and period.contains(other))
    entries = (ledger.rounded(other) for other in inside)
    return {str(entry.period): entry.edition for entry in entries if entry is not None}
