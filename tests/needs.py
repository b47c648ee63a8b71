"""Clients with needs, for tests: a small warehouse from hand-made clients, with the tables that needs come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from pipelines.resources import sql_folder

QUARTER = "2026-Q3"
MODELS = (
    "core.repeat_clients",
    "core.kind_patterns",
    "core.pattern_needs",
    "marts.need_profiles",
    "marts.need_combinations",
)
PERSON = (
    "gender_code",
    "nationality_class_code",
    "is_aged_55_plus_code",
    "is_dual_national_code",
    "family_evidence_code",
)
MISSING = ("refused", "not_asked", "not_recorded", "not_collected", "not_recognised")
SINGLE = ("outcome", "adviser_level", "service_depth", "referral")


@dataclass
class Case:
    """One case; a field that a test does not state is not recorded."""

    advice: Sequence[str] = ("not_recorded",)
    barriers: Sequence[str] = ("not_recorded",)
    outcome: str = "not_recorded"
    source: str = "one"
    quarter: str = QUARTER


@dataclass
class Client:
    """One client of one centre; `groups` maps a group to a membership other than N."""

    cases: Sequence[Case]
    groups: Mapping[str, str] = field(default_factory=dict)
    centre: str = "A"
    person: Mapping[str, str] = field(default_factory=dict)


def write_warehouse(path: Path, clients: Sequence[Client], groups: Mapping[str, str]) -> Path:
    """Write a database with the tables that need profiles are made from, and build their models.

    Args:
        path: the file to make.
        clients: each with one case at least; all belong to the period of their first case's quarter.
        groups: every group with the group it is a part of, or "".
    """
    kinds = sorted({tuple(sorted(client.groups.items())) for client in clients})
    with duckdb.connect(str(path)) as connection:
        for schema in ("core", "marts", "reference"):
            connection.execute(f"create schema {schema}")
        for name, frame in _tables(clients, groups, kinds).items():
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")  # noqa: S608 - a name of our own
        for model in MODELS:
            sql = (sql_folder() / f"{model.replace('.', '/')}.sql").read_text("utf-8")
            connection.execute(f"create table {model} as {sql}")
    return path


def _tables(clients: Sequence[Client], groups: Mapping[str, str], kinds: list) -> dict[str, pl.DataFrame]:
    cases = [(f"k{i}", f"k{i}-{j}", case) for i, client in enumerate(clients) for j, case in enumerate(client.cases)]
    return _reference(groups, kinds, sorted({case.quarter for *_, case in cases})) | {
        "core.clients": pl.DataFrame([_client(f"k{i}", client, kinds) for i, client in enumerate(clients)]),
        "core.counted_cases": pl.DataFrame([_case(*row) for row in cases]),
        "core.counted_case_advice_types": _told(
            [(key, code) for _, key, case in cases for code in case.advice], "case_key", "advice_type_code"
        ),
        "core.counted_case_barriers": _told(
            [(key, code) for _, key, case in cases for code in case.barriers], "case_key", "barrier_code"
        ),
        "core.client_issues": _told(
            [
                (case.quarter, client, key, "_U" if code in MISSING else code)
                for client, key, case in cases
                for code in case.advice
            ],
            *("period", "client_key", "case_key", "advice_type_code"),
        ),
        "marts.recording_quality": pl.DataFrame([row for *_, case in cases for row in _quality(case)]),
    }


def _reference(groups: Mapping[str, str], kinds: list, quarters: list[str]) -> dict[str, pl.DataFrame]:
    return {
        "reference.publication_quarters": pl.DataFrame(
            [{"publication_period": quarter, "quarter": quarter, "is_within": True} for quarter in quarters]
        ),
        "reference.detailed_periods": pl.DataFrame({"publication_period": ["2020-Q1", *quarters]}),
        "reference.codes": _told([("missing", code) for code in MISSING], "code_list", "code"),
        "reference.group_conditions": _told(list(groups.items()), "group_code", "part_of"),
        "core.kind_groups": pl.DataFrame(
            [
                {"kind_id": number, "group_code": group, "membership_code": dict(kind).get(group, "N")}
                for number, kind in enumerate(kinds)
                for group in groups
            ]
        ),
    }


def _client(key: str, client: Client, kinds: list) -> dict[str, object]:
    return {
        "period": client.cases[0].quarter,
        "client_key": key,
        "quarter": client.cases[0].quarter,
        "centre_id": client.centre,
        "kind_id": kinds.index(tuple(sorted(client.groups.items()))),
        **{name: client.person.get(name, "_U") for name in PERSON},
    }


def _case(client: str, key: str, case: Case) -> dict[str, object]:
    fields = {f"{name}_code": "not_recorded" for name in SINGLE}
    return {"client_key": client, "case_key": key, "period": case.quarter, **fields, "outcome_code": case.outcome}


def _quality(case: Case) -> list[dict[str, object]]:
    told = {"advice_type": case.advice, "barrier": case.barriers, "outcome": [case.outcome]}
    place = {"source_id": case.source, "quarter": case.quarter}
    return [place | {"field": name, "n_not_collected": codes.count("not_collected")} for name, codes in told.items()]


def _told(rows: list[tuple[str, ...]], *columns: str) -> pl.DataFrame:
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")
