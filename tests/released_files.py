"""Hand-made releases: the bytes of an audience folder from a few counts, for tests of the auditor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from pipelines.audit import audit

Counts = Mapping[tuple[str, ...], int | None]
Files = dict[str, bytes]
LISTS = {
    "gender_code": ("F", "M", "X", "_U"),
    "age_group_code": ("Y_LT18", "Y18T24", "Y25T34", "Y35T44", "Y45T54", "Y55T64", "Y_GE65", "Y_GE18", "_U"),
    "nationality_class_code": (
        "EU14", "EU8", "EU2", "EU_OTHER", "IE", "EEA_EFTA", "CH", "UK", "THIRD", "STATELESS", "DUAL", "_U",
    ),
    "membership_code": ("Y", "N", "_U"),
    "advice_family_code": ("EUSS", "BEN", "HOU", "_U"),
}  # fmt: skip


def table(
    dimensions: Sequence[str],
    counts: Counts,
    *,
    unit: str = "clients",
    codes: Mapping[str, Sequence[str]] | None = None,
) -> tuple[tuple[str, ...], str, dict[tuple[str, ...], int | None]]:
    """Fill a table: every code of every dimension, totals summed over the counts; None is hidden."""
    lists = {name: (codes or {}).get(name) or LISTS.get(name) or () for name in dimensions}
    lists |= {
        name: tuple(dict.fromkeys(key[at] for key in counts)) for at, name in enumerate(dimensions) if not lists[name]
    }
    rows: dict[tuple[str, ...], int | None] = {}
    for key in product(*(("_T", *lists[name]) for name in dimensions)):
        matching = [n for each, n in counts.items() if all(a in (b, "_T") for a, b in zip(key, each, strict=True))]
        rows[key] = counts[key] if key in counts else sum(n or 0 for n in matching)
    return tuple(dimensions), unit, rows


def csv_of(
    name: str, period: str, tables: Sequence[tuple[tuple[str, ...], str, Counts]], shares: Mapping[Any, str]
) -> bytes:
    dimensions = tables[0][0]
    lines = [",".join(("period", *dimensions, "unit", "n", "share", "status", "provisional"))]
    for _, unit, rows in tables:
        for key, n in rows.items():
            share = shares.get((name, key, unit), "")
            shown = ("", "", "C") if n is None else (str(n), share, "A")
            lines.append(",".join((period, *key, unit, *shown, "false")))
    return ("\n".join(lines) + "\n").encode()


def release(
    tables: Mapping[str, Any],
    *,
    key: str = "2026-Q3/1/public",
    shares: Mapping[Any, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    **manifest: Any,
) -> dict[str, Files]:
    """Make one audience folder; `tables` holds what `table` gives, or a list of such for several units."""
    period, edition, audience = key.split("/")
    sets = {name: each if isinstance(each, list) else [each] for name, each in tables.items()}
    made = {f"data/{name}.csv": csv_of(name, period, each, shares or {}) for name, each in sets.items()}
    made |= dict(files or {})
    rule = {"name": "hiding", "base": None, "threshold": 5} if "centre-" in audience else None
    facts = {
        "period": period,
        "edition": int(edition),
        "audience": audience,
        "disclosure": rule or {"name": "controlled_rounding", "base": 5, "threshold": 10},
        "tables": [{"table_id": name, "dimensions": list(each[0][0])} for name, each in sets.items()],
        "outputs": {path: hashlib.sha256(data).hexdigest() for path, data in made.items()},
        **manifest,
    }
    return {key: made | {"manifest.json": json.dumps(facts).encode()}}


# The counts of one small brief, and its three audiences.
PUBLIC, NETWORK, CENTRE = "2026-Q3/1/public", "2026-Q3/1/network", "2026-Q3/1/centre-x"


def genders(**counts: int | None):
    """Clients by gender; codes that are not named count 0."""
    return table(("gender_code",), {(code,): counts.get(code, 0) for code in LISTS["gender_code"]})


def rows_of(made, **changed: int | None):
    """Change single counts of a one-way table, totals included; None hides."""
    dimensions, unit, rows = made
    return dimensions, unit, {**rows, **{(code,): n for code, n in changed.items()}}


def groups(**counts: Mapping[str, int]):
    rows: dict[tuple[str, ...], int | None] = {}
    for group, members in counts.items():
        rows |= {(group, "_T"): sum(members.values())} | {(group, code): n for code, n in members.items()}
    return ("group_code", "membership_code"), "clients", rows


def brief(period: str, audience: str = "public", edition: int = 1, **counts: int | None) -> dict[str, Files]:
    return release({"by_gender": genders(**counts)}, key=f"{period}/{edition}/{audience}")


def network(**counts: int) -> dict[str, Files]:
    return brief("2026-Q3", "network", **counts)


def page(body: str) -> Files:
    return {"brief.html": f"<!DOCTYPE html><html><body>{body}</body></html>".encode()}


def problems(files: Mapping[str, Files]) -> str:
    """Audit all of the files and give the problems in one text."""
    return "\n".join(audit(files).problems)
