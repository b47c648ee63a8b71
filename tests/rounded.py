"""Invented briefs with rounded figures and a centre's own: two-way tables, zeros, and bases too small for a share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.publish.brief import Brief
from tests.builders import (
    AGES,
    CLASSES,
    GENDERS,
    NATIONALITIES,
    PERIOD,
    QUARTERS,
    make_brief,
    make_edition,
    make_labels,
)

ROUNDED = Rule(
    "controlled_rounding",
    10,
    "Counts are rounded to multiples of 5; 0 stands for 0 to 4, 5 for 1 to 9.",
    base=5,
    reach=4,
)
HIDING = Rule("hiding", 5, "Counts from 1 to 4 are hidden, and so are others from which they could be worked out.")
CENTRE = "Kirkby Malzeard and District Rights Law Centre"
FAMILIES = {
    "EUSS": "EU Settlement Scheme", "NATY": "Nationality and naturalisation", "ASY": "Asylum",
    "BEN": "Welfare benefits", "HOU": "Housing and homelessness", "EMP": "Employment", "DEBT": "Debt",
    "PUB": "Public law and claims against authorities", "TRAF": "Trafficking and modern slavery",
}  # fmt: skip
FAMILY_PARTS = (0.46, 0.04, 0.001, 0.27, 0.18, 0.1, 0.08, 0.004, 0.0)
ADVICE = {
    "EUSS": 1550, "EUSS_SETTLED": 1845, "EUSS_LATE": 920, "BEN": 1310, "HOU": 760, "DEBT": 405, "EMP": 510,
    "TRAF": 5, "ASY": 0,
}  # fmt: skip
GROUPS = {"AGED_55_PLUS": 560, "DUAL_NATIONAL": 50, "FAMILY_MEMBER": 5}
Rows = dict[tuple[str, ...], int | None]


def rounded(n: float | None) -> int:
    """Round to the nearest multiple of five; the product chooses among neighbours so that sums hold."""
    return 0 if n is None else 5 * round(n / 5)


def table(
    table_id: str,
    dimensions: tuple[str, ...],
    rows: Rows,
    *,
    rule: Rule = ROUNDED,
    audience: str = "network",
    units: dict[str, Rows] | None = None,
    network: Rows | None = None,
) -> ProtectedTable:
    """Build a protected table of clients, or of several units; shares are of the last dimension's total."""
    records: list[dict[str, Any]] = []
    for unit, counts in (units or {"clients": rows}).items():
        for codes, n in counts.items():
            record: dict[str, Any] = {"period": str(PERIOD), **dict(zip(dimensions, codes, strict=True)), "unit": unit}
            record |= {"n": n, "share": _share(counts, codes, rule.threshold)}
            if network is not None:
                record |= {"network_n": network.get(codes), "network_share": _share(network, codes, 10)}
            late = unit == "cases" and codes[0] in {"_T", str(PERIOD.last)}
            records.append(record | {"status": "C" if n is None else "A", "provisional": late})
    schema: dict[str, Any] = {"n": pl.Int64, "share": pl.Float64, "network_n": pl.Int64, "network_share": pl.Float64}
    frame = pl.DataFrame(records, infer_schema_length=None)
    frame = frame.cast({name: kind for name, kind in schema.items() if name in frame.columns})
    return ProtectedTable(table_id, audience, rule, dimensions, frame)


def _share(counts: Rows, codes: tuple[str, ...], least: int) -> float | None:
    n, base = counts.get(codes), counts.get((*codes[:-1], "_T"))
    return None if n is None or base is None or base < least or codes[0].startswith("20") else n / base


def one(counts: dict[str, int | None], total: int, unknown: int | None) -> Rows:
    return {("_T",): total, **{(code,): n for code, n in counts.items()}, ("_U",): unknown}


def crossed(columns: dict[tuple[str, ...], int | None], parts: dict[str, float]) -> Rows:
    """Spread each column over the rows, a little differently from column to column."""
    found: Rows = {}
    for index, (codes, total) in enumerate(columns.items()):
        found[(*codes, "_T")] = rounded(total)
        for place, (code, part) in enumerate(parts.items()):
            tilt = 1 + 0.12 * ((index + place) % 4 - 1.5)
            found[(*codes, code)] = min(rounded(total), rounded((total or 0) * part * tilt))
        found[(*codes, "_U")] = rounded((total or 0) * 0.02)
    return found


def rows_by_table() -> dict[str, tuple[tuple[str, ...], Rows]]:
    """Give the dimensions and rounded figures of every table that counts clients."""

    def counts(codes: Mapping[str, tuple[str, int | None]]) -> dict[str, int | None]:
        return {code: rounded(n) for code, (_, n) in codes.items()}

    genders = one(counts(GENDERS), 4810, 470)
    ages = one(counts(AGES), 4810, 520)
    classes = one(counts(CLASSES), 4810, 60)
    families = dict(zip(FAMILIES, FAMILY_PARTS, strict=True))
    age_parts = {code: (n or 0) / 4810 for code, (_, n) in AGES.items()}
    nationalities = {code: n for code, n in counts(NATIONALITIES).items() if n}
    members: Rows = {(group, code): n for group, yes in GROUPS.items()
               for code, n in (("_T", 4810), ("Y", yes), ("N", 4000 - yes), ("_U", 810))}  # fmt: skip
    centres = {"north": 3100, "kirkby": 1705, "quay": 5}
    return {
        "by_source": (("source_id",), one({"riverside-settled": 3100, "north": 1710}, 4810, 0)),
        "by_centre": (("centre_id",), one(dict(centres), 4810, 0)),
        "by_nationality": (("nationality_code",), one(dict(nationalities), 4810, 15)),
        "by_nationality_class": (("nationality_class_code",), classes),
        "by_gender": (("gender_code",), genders),
        "by_age_group": (("age_group_code",), ages),
        "by_gender_age_group": (("gender_code", "age_group_code"), crossed(genders, age_parts)),
        "by_advice_type": (("advice_type_code",), one(dict(ADVICE), 4810, 25)),
        "by_gender_advice": (("gender_code", "advice_family_code"), crossed(genders, families)),
        "by_age_group_advice": (("age_group_code", "advice_family_code"), crossed(ages, families)),
        "by_nationality_class_advice": (("nationality_class_code", "advice_family_code"), crossed(classes, families)),
        "by_group_of_interest": (("group_code", "membership_code"), members),
        "by_group_of_interest_advice": (
            ("group_code", "membership_code", "advice_family_code"),
            crossed(members, families),
        ),
    }


def cases(values: tuple[float | None, ...]) -> Rows:
    first = PERIOD.last.after(1 - len(values))
    return {("_T",): rounded(values[-1]), **{(str(first.after(i)),): rounded(n) for i, n in enumerate(values)}}


def rounded_tables(audience: str = "network") -> dict[str, ProtectedTable]:
    """Build the tables of one invented quarter, rounded as for the network and the public."""
    found = {
        name: table(name, dimensions, rows, audience=audience) for name, (dimensions, rows) in rows_by_table().items()
    }
    advice = rows_by_table()["by_advice_type"][1]
    issues: Rows = {codes: rounded((n or 0) * 1.2) for codes, n in advice.items()}
    found["by_advice_type"] = table(
        "by_advice_type", ("advice_type_code",), {}, audience=audience, units={"clients": advice, "issues": issues}
    )
    return found | {
        "by_period": table("by_period", ("quarter",), {}, audience=audience, units={"cases": cases(QUARTERS)})
    }


def own(network: Rows) -> Rows:
    """Give a centre's own exact figures: about a seventh of everybody's, small ones hidden."""
    exact = {codes: round((n or 0) / 7.3) for codes, n in network.items()}
    return {codes: None if 0 < n < 5 or not network[codes] else n for codes, n in exact.items()}


def centre_tables(audience: str = "centre-kirkby") -> dict[str, ProtectedTable]:
    """Build a centre's own tables beside the rounded figures of the network."""
    found = {}
    for name, (dimensions, network) in rows_by_table().items():
        if name != "by_centre":
            found[name] = table(name, dimensions, own(network), rule=HIDING, audience=audience, network=network)
    quarters = cases(QUARTERS)
    found["by_period"] = table(
        "by_period", ("quarter",), {}, rule=HIDING, audience=audience, units={"cases": own(quarters)}, network=quarters
    )
    return found


def rounded_labels() -> dict[str, dict[str, str]]:
    """Give labels for every code, broad advice types included."""
    return make_labels() | {
        "advice_type_code": FAMILIES | {"EUSS_SETTLED": "Settled status", "EUSS_LATE": "Late application"},
        "advice_family_code": FAMILIES,
        "centre_id": {"north": "Northgate Law Centre", "kirkby": CENTRE, "quay": "Quayside Law Centre"},
    }


def rounded_brief(**changes: Any) -> Brief:
    """Build a brief of rounded figures."""
    edition = changes.pop("edition", make_edition())
    facts: dict[str, Any] = {
        "edition": edition,
        "tables": rounded_tables(edition.audience),
        "labels": rounded_labels(),
        "rule": ROUNDED,
    }
    return make_brief(**(facts | changes))


def centre_brief(**changes: Any) -> Brief:
    """Build the brief of one centre about its own clients."""
    edition = make_edition(audience="centre-kirkby", centre_name=CENTRE)
    facts: dict[str, Any] = {
        "edition": edition,
        "tables": centre_tables(),
        "labels": rounded_labels(),
        "rule": HIDING,
    }
    return make_brief(**(facts | changes))
