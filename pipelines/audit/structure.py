"""How tables hang together, as any reader knows it: which rows add up, which codes lie inside which.

Answers "is this row the sum of those". The manifest says so; where it does not, definitions that everybody can read do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pipelines.audit.reading import Release, Table
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist

GROUP, MEMBERSHIP, QUARTER, CENTRE_ID = "group_code", "membership_code", "quarter", "centre_id"
GENDER, NATIONALITY, CLASS, AGE, TYPE, FAMILY = (
    "gender_code",
    "nationality_code",
    "nationality_class_code",
    "age_group_code",
    "advice_type_code",
    "advice_family_code",
)
FIELD, RECORDED, SOURCE, AREA = "field_code", "recorded_code", "source_id", "residence_area_code"
TIME = "time_to_outcome_code"
BARRIER, COUNT, PAIR = "barrier_code", "barrier_count_code", "barrier_pair_code"
OPENING, IN_TIME, CHANNEL = "time_to_opening_code", "opened_in_time_code", "channel_code"
STALL, STILL_OPEN = "stall_reason_code", "is_still_open_code"
RESPONSE, TURNED = "enquiry_response_code", "turned_away_code"
AGED, DUAL, RELATIVE = "AGED_55_PLUS", "DUAL_NATIONAL", "FAMILY_MEMBER"
YES, NO = "Y", "N"
# A first dimension whose codes overlap, and the one that tells of each of them who is in it.
OF_EACH = {GROUP: MEMBERSHIP, FIELD: RECORDED}
# A client may have several of these; everything else is one per client.
OVERLAPPING = frozenset({TYPE, FAMILY, BARRIER, PAIR, STALL})
# Whoever is in no row of these stands in the total alone.
NOT_COVERING = frozenset({PAIR})
LEFT_OUT = frozenset({"by_nationality", "by_residence_area"})
_CLOSED = {
    GENDER: "genders",
    AGE: "age_groups",
    CLASS: "nationality_classes",
    MEMBERSHIP: "memberships",
    TIME: "times_to_outcome",
    BARRIER: "barriers",
    COUNT: "barrier_counts",
    PAIR: "barrier_pairs",
    OPENING: "times_to_opening",
    IN_TIME: "openings_in_time",
    STALL: "stall_reasons",
    CHANNEL: "channels",
    RESPONSE: "enquiry_responses",
    TURNED: "turned_away",
}


@dataclass(frozen=True)
class Hierarchy:
    """Codes of one dimension inside codes of another: `of` maps child to parent.

    Clients whose child code is in no parent may be in any parent but those of `closed`.
    """

    child: str
    parent: str
    of: Mapping[str, str]
    closed: frozenset[str] = frozenset()


def group_dimension(group: str) -> str:
    """Name the dimension that tells members of a group."""
    return f"{GROUP}:{group}"


def recorded_dimension(field: str) -> str:
    """Name the dimension that tells for whom a field is recorded."""
    return f"{FIELD}:{field}"


def where(table: Table, codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Say which clients a row is about: its codes by dimension, totals left out.

    A row about a group or a field becomes a code of a dimension of its own, because these overlap.
    """
    named = dict(zip(table.dimensions, codes, strict=True))
    if STALL in named:
        # A table of reasons is of clients whose case was still open, and so is its total.
        named[STILL_OPEN] = YES
    for first, second in OF_EACH.items():
        if first in named:
            code = named.pop(first)
            named[f"{first}:{code}"] = named.pop(second, TOTAL)
    return tuple(sorted((name, code) for name, code in named.items() if code != TOTAL))


def adds_up(release: Release, table: Table, unit: str, dimension: str) -> bool:
    """Tell whether the rows of a dimension add up to their total: each client, case or issue is in one of them."""
    if dimension in OF_EACH:
        return False
    told = release.structure.get("adds_up")
    if isinstance(told, dict) and table.table_id in told:
        units = told[table.table_id]
        return isinstance(units, dict) and dimension in units.get(unit, ())
    return not (unit == "clients" and dimension in OVERLAPPING)


def closed_codes(dimension: str) -> tuple[str, ...]:
    """Give the codes that a dimension must show, whoever came; empty where only the network knows them."""
    name = _CLOSED.get(dimension)
    # A pair is only ever known: whoever is in none stands in the total alone.
    further = () if dimension == PAIR else (NOT_KNOWN,)
    return (*codelist(name).codes, *further) if name else ()


def universe(dimension: str) -> tuple[str, ...]:
    """Give every code that a row may have been left out for."""
    return (*codelist("nationalities").codes, "DUAL", NOT_KNOWN) if dimension == NATIONALITY else ()


@lru_cache(maxsize=64)
def hierarchies(release: Release) -> tuple[Hierarchy, ...]:
    """Give the hierarchies of a release: those of its manifest, and the definitions that everybody knows."""
    told = [_told(item) for item in release.structure.get("parents", ()) if isinstance(item, dict)]
    named = {(each.child, each.parent) for each in told}
    known = (*told, *(each for each in _defined() if (each.child, each.parent) not in named))
    return (*known, *(_told_of("advice_type", FAMILY, each.of.values()) for each in known if _is_families(each)))


def _is_families(hierarchy: Hierarchy) -> bool:
    """Tell whether a hierarchy has every family of advice types, those that a network added as well."""
    return (hierarchy.child, hierarchy.parent) == (TYPE, FAMILY)


def _told(item: Mapping[str, Any]) -> Hierarchy:
    parent = str(item.get("parent", ""))
    group = item.get("group") or (parent if parent.isupper() else "")
    name = group_dimension(str(group)) if group else parent
    of = item.get("of")
    return Hierarchy(str(item.get("child", "")), name, dict(of) if isinstance(of, dict) else {})


@cache
def _defined() -> tuple[Hierarchy, ...]:
    ages = codelist("age_groups")
    low, high = ages.column("age_low"), ages.column("age_high")
    old = {code: "Y" for code in ages.codes if int(low[code] or 0) >= 55}
    young = {code: "N" for code in ages.codes if high[code] and int(high[code]) < 55}
    classes = {code: name for code, name in codelist("nationalities").column(CLASS).items() if name}
    types = codelist("advice_types").column("parent_code")
    return (
        Hierarchy(AGE, group_dimension(AGED), old | young),
        Hierarchy(NATIONALITY, CLASS, classes | {"DUAL": "DUAL"}),
        Hierarchy(CLASS, group_dimension(DUAL), {"DUAL": "Y"}, frozenset({"Y"})),
        Hierarchy(TYPE, FAMILY, {code: parent or code for code, parent in types.items()}),
        _told_of("gender", GENDER, codelist("genders").codes),
        _told_of("age", AGE, ages.codes),
        _told_of("nationality", CLASS, codelist("nationality_classes").codes),
        Hierarchy(RESPONSE, TURNED, _turned_away(), frozenset({YES, NO, NOT_KNOWN})),
        Hierarchy(group_dimension(RELATIVE), recorded_dimension("client_role"), {NO: YES}),
        Hierarchy(OPENING, IN_TIME, codelist("times_to_opening").column("opened_in_time") | {NOT_KNOWN: NOT_KNOWN}),
        Hierarchy(TIME, STILL_OPEN, _still_open()),
    )


def _still_open() -> dict[str, str]:
    """A case that was followed without an outcome was still open, one with an outcome in time was not."""
    ended = codelist("times_to_outcome").column("has_outcome")
    return {code: NO if told == "yes" else YES for code, told in ended.items() if told} | {NOT_KNOWN: NOT_KNOWN}


def _told_of(field: str, dimension: str, codes: Iterable[str]) -> Hierarchy:
    """Whoever has a known code is among those for whom the field is recorded, and nobody else is."""
    return Hierarchy(dimension, recorded_dimension(field), dict.fromkeys(codes, YES), frozenset({YES}))


def _turned_away() -> dict[str, str]:
    """Say which responses to an enquiry turn somebody away; one that is not known leaves it open."""
    answers = codelist("enquiry_responses").column("answer")
    return {code: YES if answer == "turned_away" else NO for code, answer in answers.items()} | {NOT_KNOWN: NOT_KNOWN}
