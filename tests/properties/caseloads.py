"""Invented caseloads for attacks: client by client, counted the way the marts count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload, TableDefinition, as_breakdown, table_definitions
from pipelines.analysis.caseload_parts import FAMILY
from pipelines.codelists import codelist
from pipelines.disclosure.before import Before, Circumstances
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.rounded import protect_rounded
from pipelines.disclosure.rules import rounding_rule
from pipelines.periods import Period, Quarter
from tests.properties.clients import AREAS, PERIOD, PROFILE, Client, Recipe, draw

THRESHOLD = 10
KEY = "5" * 64
AS_OF = date(2026, 11, 22)


def caseload(
    clients: Iterable[Client], *, period: Period = PERIOD, earlier: Sequence[int] = (40, 35, 52), centre: str = ""
) -> Caseload:
    """Count clients into every table of a brief, with a row for every code.

    Args:
        clients: all clients of the network.
        period: the publication period.
        earlier: the cases of the quarters before the period.
        centre: count the own clients of this centre alone, as its own figures do.
    """
    everybody = list(clients)
    people = [person for person in everybody if centre in ("", person.centre)]
    has_barriers = any(person.barriers != ("_U",) for person in everybody)
    quarters = _quarters(people, period, earlier)
    codes = orders(everybody) | {"quarter": tuple(quarters)}
    rows = {"by_advice_type": _advice(people), "by_period": [((code,), "cases", n) for code, n in quarters.items()]}
    rows |= {
        "by_barrier": _barriers(people),
        "by_barrier_pair": _barrier_pairs(people),
        "by_stall_reason": _stalls(people),
    }
    return Caseload(
        period,
        tuple(
            _breakdown(definition, rows.get(definition.table_id) or _one_each(people, definition), period, codes)
            for definition in table_definitions()
            if not definition.counts_enquiries
            and (not centre or definition.table_id != "by_centre")
            and (has_barriers or "barrier" not in definition.table_id)
        ),
        _profiles(period, PROFILE, [person.profile() for person in people]),
        _profiles(
            period, (*PROFILE, FAMILY), [(*person.profile(), own) for person in people for own in person.families]
        ),
        sum(len(person.cases) for person in people),
        centre=centre,
        sources=_only(everybody, centre),
        without_barriers=without_barriers(everybody),
    )


def _only(clients: list[Client], centre: str) -> frozenset[str]:
    """Give the sources of a centre, where every source has one centre."""
    places = {(person.source, person.centre) for person in clients}
    is_open = len(places) > len({source for source, _ in places})
    return frozenset() if is_open else frozenset(source for source, own in places if own == centre)


def without_barriers(clients: Sequence[Client]) -> frozenset[str]:
    """Give the sources that record barriers of nobody."""
    collecting = {person.source for person in clients if person.barriers != ("_U",)}
    return frozenset(person.source for person in clients) - collecting


def orders(clients: Iterable[Client]) -> dict[str, tuple[str, ...]]:
    """Give the codes of every dimension in display order; the network has declared the places that clients are in."""
    places = zip(*((person.source, person.centre, person.project) for person in clients), strict=True)
    types = codelist("advice_types").codes
    listed = dict(zip(("source_id", "centre_id", "project_id"), map(sorted, map(set, places)), strict=False)) | {
        "nationality_code": [*codelist("nationalities").codes, "DUAL"],
        "nationality_class_code": [*codelist("nationality_classes").codes],
        "gender_code": codelist("genders").codes,
        "age_group_code": codelist("age_groups").codes,
        "advice_type_code": types,
        FAMILY: [code for code in types if code.partition("_")[0] not in types or code.partition("_")[0] == code],
        "membership_code": codelist("memberships").codes,
        "residence_area_code": AREAS,
        "time_to_outcome_code": codelist("times_to_outcome").codes,
        "barrier_code": codelist("barriers").codes,
        "barrier_count_code": codelist("barrier_counts").codes,
        "time_to_opening_code": codelist("times_to_opening").codes,
        "opened_in_time_code": codelist("openings_in_time").codes,
        "stall_reason_code": codelist("stall_reasons").codes,
        "channel_code": codelist("channels").codes,
    }
    found = {name: tuple(dict.fromkeys(("_T", *codes, "_U"))) for name, codes in listed.items()}
    found["barrier_pair_code"] = ("_T", *codelist("barrier_pairs").codes)
    return found | {"recorded_code": ("_T", *codelist("recordings").codes)}


def protected(counts: Caseload, *, threshold: int = THRESHOLD, key: str = KEY) -> tuple[ProtectedTable, ...]:
    """Protect the first publication of a caseload for the public."""
    provisional = counts.period.provisional_quarters(AS_OF, 60)
    circumstances = Circumstances(key, Before(), provisional)
    return protect_rounded(counts, rounding_rule(5, threshold), ("public",), circumstances, centres=()).tables["public"]


def drawn(recipe: Recipe, seed: int) -> Caseload:
    """Draw and count in one step."""
    return caseload(draw(recipe, seed), period=recipe.period, earlier=recipe.earlier)


Rows = list[tuple[tuple[str, ...], str, int]]


def _one_each(people: list[Client], definition: TableDefinition) -> Rows:
    """Count each client once in every row that is theirs: in a row of each of their families, where there are some."""
    counts: Counter[tuple[str, ...]] = Counter()
    for person in people:
        own = dict(zip(PROFILE, person.profile(), strict=True))
        for leading, columns in definition.columns.items():
            told = [("_T", *(person.families if name == FAMILY else (own[name],))) for name in columns]
            counts.update((*leading, *codes) for codes in product(*told))
    return [(codes, "clients", n) for codes, n in sorted(counts.items())]


def _breakdown(definition: TableDefinition, rows: Rows, period: Period, codes: dict[str, tuple[str, ...]]) -> Breakdown:
    schema = dict.fromkeys((*definition.dimensions, "unit"), pl.String) | {"n": pl.Int64}
    counts = pl.DataFrame([(*own, unit, n) for own, unit, n in rows], schema=schema, orient="row")
    return as_breakdown(definition, counts, period, codes)


def _profiles(period: Period, columns: Sequence[str], told: Iterable[tuple[str, ...]]) -> pl.DataFrame:
    schema = dict.fromkeys(("period", *columns, "unit"), pl.String) | {"n": pl.Int64}
    rows = [(str(period), *codes, "clients", n) for codes, n in sorted(Counter(told).items())]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _advice(people: list[Client]) -> Rows:
    clients = Counter(code for person in people for code in {code for _, types in person.cases for code in types})
    issues = Counter(code for person in people for _, types in person.cases for code in types)
    rows = [(("_T",), "clients", len(people)), *(((code,), "clients", n) for code, n in sorted(clients.items()))]
    return [*rows, (("_T",), "issues", issues.total()), *(((code,), "issues", n) for code, n in sorted(issues.items()))]


def _barriers(people: list[Client]) -> Rows:
    found = Counter(code for person in people for code in person.barriers)
    return [(("_T",), "clients", len(people)), *(((code,), "clients", n) for code, n in sorted(found.items()))]


def _barrier_pairs(people: list[Client]) -> Rows:
    pairs = {row["code"]: {row["barrier_code"], row["second_barrier_code"]} for row in codelist("barrier_pairs").rows}
    both = {code: sum(pair <= set(person.barriers) for person in people) for code, pair in pairs.items()}
    return [(("_T",), "clients", len(people)), *(((code,), "clients", n) for code, n in both.items())]


def _stalls(people: list[Client]) -> Rows:
    """Count those whose case is open by their reasons, or by having none that is known."""
    waiting = [person for person in people if person.is_open]
    found = Counter(code for person in waiting for code in person.stalls or ("_U",))
    return [(("_T",), "clients", len(waiting)), *(((code,), "clients", n) for code, n in sorted(found.items()))]


def _quarters(people: list[Client], period: Period, earlier: Sequence[int]) -> dict[str, int]:
    counts = Counter(quarter for person in people for quarter, _ in person.cases)
    before = {str(period.first.after(index - len(earlier))): n for index, n in enumerate(earlier)}
    found = before | {str(quarter): counts.get(str(quarter), 0) for quarter in period.quarters}
    return {"_T": sum(found.values())} | found


def true_counts(counts: Caseload) -> dict[tuple[str, tuple[str, ...], str], int]:
    """Give every true count by table, codes and unit: what an attacker is scored against."""
    return {
        (table.definition.table_id, tuple(row[name] for name in table.definition.dimensions), row["unit"]): row["n"]
        for table in counts.breakdowns
        for row in table.frame.iter_rows(named=True)
    }


QUARTERS = tuple(str(quarter) for quarter in Period(Quarter(2026, 1), Quarter(2026, 3)).quarters)
