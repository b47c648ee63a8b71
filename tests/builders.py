"""Invented briefs for tests: long names, many rows, hidden figures, and tables with next to nothing in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from pipelines.disclosure.protected import Finding, ProtectedTable, Rule
from pipelines.periods import Period, Quarter
from pipelines.publish.brief import Brief, Edition, Words
from pipelines.publish.manifest import ManifestFacts

PERIOD = Period.parse("2026-Q3")
RULE = Rule("strict-10", 10, "Counts from 1 to 9 are hidden, and so are others from which they could be worked out.")
Row = tuple[tuple[str, ...], str, int | None]

NATIONALITIES = {
    "RO": ("Romania", 1180), "PL": ("Poland", 905), "BG": ("Bulgaria", 610), "PT": ("Portugal", 395),
    "IT": ("Italy", 370), "ES": ("Spain", 245), "LT": ("Lithuania", 205), "HU": ("Hungary", 160),
    "SK": ("Slovakia", 150), "GR": ("Greece", 85), "FR": ("France", 70), "LV": ("Latvia", 65), "CZ": ("Czechia", 60),
    "DE": ("Germany", 55), "NL": ("Netherlands", 40), "HR": ("Croatia", 31), "SE": ("Sweden", 24),
    "BE": ("Belgium", 19), "AT": ("Austria", 14), "EE": ("Estonia", 12), "CY": ("Cyprus", 11), "SI": ("Slovenia", None),
    "FI": ("Finland", None), "DK": ("Denmark", None), "MT": ("Malta", None), "NO": ("Norway", None),
    "IS": ("Iceland", None), "LI": ("Liechtenstein", None), "CH": ("Switzerland", 0),
    "DUAL": ("More than one nationality", 48),
}  # fmt: skip
CLASSES = {
    "EU14": ("EU countries before the 2004 enlargement, without Ireland", 1293),
    "EU8": ("EU8 (joined in 2004)", 1546),
    "EU2": ("Bulgaria and Romania", 1790), "EU_OTHER": ("Cyprus, Malta and Croatia", 44), "IE": ("Ireland", None),
    "EEA_EFTA": ("Iceland, Liechtenstein and Norway", None), "DUAL": ("More than one nationality", 48),
}  # fmt: skip
GENDERS = {"F": ("Female", 2460), "M": ("Male", 1874), "X": ("Another gender", None)}
AGES = {
    "Y_LT18": ("Under 18", 88), "Y18T24": ("18 to 24", 322), "Y25T34": ("25 to 34", 1043), "Y35T44": ("35 to 44", 1311),
    "Y45T54": ("45 to 54", 870), "Y55T64": ("55 to 64", 391), "Y_GE65": ("65 and over", 170),
    "Y_GE18": ("18 or over, not known more closely", 96),
}  # fmt: skip
ADVICE = {
    "EUSS_SETTLED": ("EU Settlement Scheme: settled status", 1844),
    "EUSS_LATE": ("EU Settlement Scheme: late application", 920),
    "BENEFITS": ("Welfare benefits", 1310), "HOUSING": ("Housing and homelessness", 760), "DEBT": ("Debt", 405),
    "EMPLOYMENT": ("Employment", 512), "NRM_LABOUR": ("Labour exploitation", 37), "DETENTION": ("Detention", None),
}  # fmt: skip
QUARTERS = (402, 431, 377, None, 455, 498, 471, 520, 561, 540, 533, 512, 588, 430)


def make_table(
    table_id: str,
    dimensions: Sequence[str],
    rows: Sequence[Row],
    *,
    totals: dict[str, int | None],
    audience: str = "network",
    provisional: bool = False,
) -> ProtectedTable:
    """Build a protected table as tests need it; the product itself builds them in one place only."""
    records: list[dict[str, Any]] = []
    for codes, unit, n in rows:
        total = totals.get(unit)
        share = None if n is None or not total else n / total
        record: dict[str, Any] = {"period": str(PERIOD), **dict(zip(dimensions, codes, strict=True)), "unit": unit}
        records.append(
            record | {"n": n, "share": share, "status": "C" if n is None else "A", "provisional": provisional}
        )
    schema = {"period": pl.String, **dict.fromkeys(dimensions, pl.String), "unit": pl.String, "n": pl.Int64}
    frame = pl.DataFrame(records, schema=schema | {"share": pl.Float64, "status": pl.String, "provisional": pl.Boolean})
    return ProtectedTable(table_id, audience, RULE, tuple(dimensions), frame)


def one_way(
    table_id: str,
    dimension: str,
    counts: dict[str, int | None],
    *,
    total: int | None = 4810,
    unknown: int | None = 0,
    audience: str = "network",
) -> ProtectedTable:
    """Build a table of clients by one dimension, with total and not known."""
    named = {"_T": total, **counts, "_U": unknown}
    rows: list[Row] = [((code,), "clients", n) for code, n in named.items()]
    return make_table(table_id, [dimension], rows, totals={"clients": total}, audience=audience)


def centre_names(number: int = 68) -> dict[str, str]:
    """Invent law centres, some with long names."""
    short = ("Riverside", "Northgate", "Eastmoor", "Hackthorpe", "Wyre Vale", "Ashdown", "Tyne Bridge")
    long = ("Saint Bartholomew and Lower Quayside", "Llanfihangel-yng-Ngwynfa", "Kirkby Malzeard and District Rights")
    towns = (*short, *long)
    names = [towns[i % len(towns)] for i in range(number)]
    branches = ["" if i < 10 else f", branch {i // 10}" for i in range(number)]
    return {f"centre-{i:02}": f"{names[i]} Law Centre{branches[i]}" for i in range(number)}


def make_labels() -> dict[str, dict[str, str]]:
    """Give labels for every code of the invented tables."""
    lists = {
        "nationality_code": NATIONALITIES,
        "nationality_class_code": CLASSES,
        "gender_code": GENDERS,
        "age_group_code": AGES,
        "advice_type_code": ADVICE,
    }
    labels = {name: {code: label for code, (label, _) in codes.items()} for name, codes in lists.items()}
    labels["group_code"] = {
        "AGED_55_PLUS": "People aged 55 and over",
        "DUAL_NATIONAL": "Dual nationals",
        "FAMILY_MEMBER": "Family members of EEA clients",
    }
    labels["membership_code"] = {"Y": "In the group", "N": "Not in the group"}
    labels["centre_id"] = centre_names()
    labels["project_id"] = {"settled": "Settled Futures", "bridge": "Bridge Trust casework"}
    labels["source_id"] = {"riverside-settled": "Riverside, Settled Futures", "north": "Northgate casework"}
    return labels


def make_tables(audience: str = "network") -> dict[str, ProtectedTable]:
    """Build the released tables of one invented quarter."""

    def counts(codes: dict[str, tuple[str, int | None]]) -> dict[str, int | None]:
        return {code: n for code, (_, n) in codes.items()}

    centres = {code: None if i % 9 == 4 else 211 - 3 * i for i, code in enumerate(centre_names())}
    tables = [
        one_way("by_source", "source_id", {"riverside-settled": 3100, "north": 1710}, audience=audience),
        one_way("by_centre", "centre_id", centres, audience=audience),
        one_way("by_project", "project_id", {"settled": None, "bridge": None}, unknown=None, audience=audience),
        one_way("by_nationality", "nationality_code", counts(NATIONALITIES), unknown=None, audience=audience),
        one_way("by_nationality_class", "nationality_class_code", counts(CLASSES), unknown=61, audience=audience),
        one_way("by_gender", "gender_code", counts(GENDERS), unknown=470, audience=audience),
        one_way("by_age_group", "age_group_code", counts(AGES), unknown=519, audience=audience),
        _advice_table(audience),
        _group_table(audience),
        _period_table(audience),
    ]
    return {table.table_id: table for table in tables}


def _advice_table(audience: str) -> ProtectedTable:
    clients = {"_T": 4810, **{code: n for code, (_, n) in ADVICE.items()}, "_U": 25}
    rows: list[Row] = [((code,), "clients", n) for code, n in clients.items()]
    rows += [((code,), "issues", None if n is None else n + 7 if code != "_T" else 6120) for code, n in clients.items()]
    return make_table(
        "by_advice_type", ["advice_type_code"], rows, totals={"clients": 4810, "issues": 6120}, audience=audience
    )


def _group_table(audience: str) -> ProtectedTable:
    figures: dict[str, tuple[int | None, int | None, int | None]] = {
        "AGED_55_PLUS": (561, 3634, 615),
        "DUAL_NATIONAL": (48, 1102, 3660),
        "FAMILY_MEMBER": (None, None, 2210),
    }
    dimensions = ["group_code", "membership_code"]
    rows = [
        ((group, code), "clients", n)
        for group, (yes, no, unknown) in figures.items()
        for code, n in (("_T", 4810), ("Y", yes), ("N", no), ("_U", unknown))
    ]
    return make_table("by_group_of_interest", dimensions, rows, totals={"clients": 4810}, audience=audience)


def _period_table(audience: str) -> ProtectedTable:
    first = PERIOD.last.after(1 - len(QUARTERS))
    rows: list[Row] = [(("_T",), "cases", None)]
    rows += [((str(first.after(i)),), "cases", n) for i, n in enumerate(QUARTERS)]
    table = make_table("by_period", ["quarter"], rows, totals={"cases": None}, audience=audience)
    late = pl.col("quarter") == str(PERIOD.last)
    return ProtectedTable(
        table.table_id,
        audience,
        RULE,
        table.dimensions,
        table.frame.with_columns(provisional=late | (pl.col("quarter") == "_T")),
    )


def make_findings() -> tuple[Finding, ...]:
    """Build one finding a group; without a benchmark, nothing can be told."""
    statements = {
        "AGED_55_PLUS": "We cannot tell whether this is fewer than expected: no comparable population is set.",
        "DUAL_NATIONAL": "We cannot tell: a second nationality was not recorded for most clients.",
        "FAMILY_MEMBER": "Nothing can be said about a hidden figure.",
    }
    return tuple(
        Finding(f"f-{group.lower()}", group, "group_of_interest", "share", *([None] * 8), state, statement)
        for (group, statement), state in zip(
            statements.items(), ("cannot_tell", "cannot_tell", "withheld"), strict=True
        )
    )


def make_edition(**changes: Any) -> Edition:
    """Build the edition of the invented quarter."""
    facts: dict[str, Any] = {
        "network_name": "Example Law Centres Network",
        "title": "Advice to EEA migrants: who we helped",
        "about": "These data are invented. They show what a brief looks like and say nothing about real people.\n\n"
        "They were made from a seed for the third quarter of 2026.",
        "period": PERIOD,
        "number": 1,
        "audience": "network",
        "published_on": date(2026, 10, 20),
        "is_provisional": True,
        "product_version": "0.1.0",
    }
    return Edition(**(facts | changes))


def make_brief(**changes: Any) -> Brief:
    """Build a whole brief; a test changes what matters to it."""
    edition = changes.pop("edition", make_edition())
    facts: dict[str, Any] = {
        "edition": edition,
        "words": Words(),
        "tables": make_tables(edition.audience),
        "findings": make_findings(),
        "labels": make_labels(),
        "rule": RULE,
        "notes": (
            "When a source has no client key, each case counts as one client.",
            "Northgate changed its case system in July 2026; some cases may appear in both exports.",
        ),
        "not_collected": {
            "client_role": ("Riverside, Settled Futures",),
            "barrier": ("Northgate casework", "Riverside, Settled Futures"),
        },
    }
    return Brief(**(facts | changes))


def make_facts() -> ManifestFacts:
    """Build what the manifest needs beside the brief."""
    return ManifestFacts(
        inputs=({"source": "north", "file_digest": "b" * 64}, {"source": "riverside-settled", "file_digest": "a" * 64}),
        accounting={"rows_read": 5120, "accepted": 5010, "quarantined": None},
        extra={"provisional_days": 60},
    )


def quarters_back(count: int) -> tuple[Quarter, ...]:
    """Give the last quarters up to the invented period, oldest first."""
    return tuple(PERIOD.last.after(i + 1 - count) for i in range(count))
