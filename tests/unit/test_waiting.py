"""How long an outcome took: how cases are counted, what is said of groups from rounded counts, and who checks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import duckdb
import polars as pl
import pytest
from released_files import csv_of
from rounded import ROUNDED, rounded_brief, table

from pipelines.audit.reading import read_release
from pipelines.audit.waits import waiting_problems
from pipelines.codelists import MISSING_KINDS
from pipelines.disclosure import waiting
from pipelines.disclosure.protected import ProtectedTable, Waiting
from pipelines.disclosure.waiting import waiting_findings
from pipelines.errors import SettingsError
from pipelines.harmonising import open_outcomes
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import to_text
from pipelines.resources import sql_folder
from pipelines.time_bands import times_to_outcome

CODES = ("OUT_LT28", "OUT_28T55", "OUT_NOT56", "OPEN_28T55", "OPEN_LT28", "_U")
LABELS = {"SLOW": "People who wait", "SAME": "People like others", "FEW": "A few people", "NONE": "Hardly anybody"}
OTHERS = (2500, 1000, 1500, 750, 2250, 0)
GROUPS = {
    "SLOW": (100, 50, 350, 100, 400, 10),
    "SAME": (1250, 500, 750, 375, 1125, 0),
    "FEW": (5, 0, 10, 5, 5, 0),
    "NONE": (0, 0, 5, 0, 0, 5),
}


# How cases are counted


@pytest.mark.parametrize(
    ("opening", "closing", "code"),
    [
        ("06/07/2026", "06/07/2026", "OUT_LT28"),
        ("06/07/2026", "02/08/2026", "OUT_LT28"),  # 27 days
        ("06/07/2026", "03/08/2026", "OUT_28T55"),  # 28 days
        ("06/07/2026", "30/08/2026", "OUT_28T55"),  # 55 days
        ("06/07/2026", "31/08/2026", "OUT_NOT56"),  # 56 days
        ("06/07/2026", "", "OUT_NOT56"),
        ("05/08/2026", "30/09/2026", "OUT_NOT56"),  # the last day of the quarter is followed
        ("06/08/2026", "", "OPEN_28T55"),  # 55 days to the end of the quarter
        ("03/09/2026", "", "OPEN_LT28"),  # 27 days
        ("03/09/2026", "01/10/2026", "OPEN_LT28"),  # closed after the quarter: open as far as it is followed
    ],
)
def test_a_case_is_followed_to_the_end_of_its_quarter(times: Mapping[tuple[str, str], str], opening, closing, code):
    assert times[opening, closing] == code


@pytest.fixture(scope="module")
def times() -> dict[tuple[str, str], str]:
    """Give the code of each pair of dates, as the model makes it."""
    (mark,) = (m for m in test_a_case_is_followed_to_the_end_of_its_quarter.pytestmark if m.name == "parametrize")
    dates = [(opening, closing) for opening, closing, _ in mark.args[1]]
    return dict(zip(dates, coded([{"opened_on": _day(a), "closed_on": _day(b)} for a, b in dates]), strict=True))


def coded(cases: list[dict[str, Any]], **records: str | None) -> list[str]:
    """Run the model on cases; their records have a closing date unless told otherwise."""
    facts = {"outcome_code": "not_collected", "opened_on": date(2026, 7, 6), "closed_on": None}
    rows = [{"case_key": f"c{at:02}"} | facts | case for at, case in enumerate(cases)]
    keys = [{"case_key": row["case_key"], "record_id": at} for at, row in enumerate(rows)]
    raw = [{"record_id": at, "file_id": 1, "closed": ""} | records for at in range(len(rows))]
    overrides = {"closed_on": pl.Date, "opened_on": pl.Date, "closed": pl.String}
    made = {
        "core.cases": rows,
        "core.case_keys": keys,
        "raw.records": raw,
        "reference.times_to_outcome": times_to_outcome().to_dicts(),
        "reference.open_outcomes": open_outcomes().to_dicts(),
        "reference.codes": [{"code_list": "missing", "code": code} for code in MISSING_KINDS],
        "reference.corrected_records": [{"record_id": -1, "closed": ""}],
    }
    with duckdb.connect() as connection:
        for name, each in made.items():
            frame = pl.DataFrame(each, schema_overrides=overrides, infer_schema_length=None)  # noqa: F841 - read by name
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            connection.execute(f"create table {name} as select * from frame")  # noqa: S608 - own names
        model = (sql_folder() / "core" / "case_times.sql").read_text("utf-8")
        query = f"select time_to_outcome_code from ({model}) order by case_key"  # noqa: S608 - own text
        return [code for (code,) in connection.execute(query).fetchall()]


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def test_a_case_of_which_the_dates_tell_nothing_is_not_known():
    """No opening date, closed before it was opened, and an outcome without the day it came."""
    told = [{"opened_on": None}, {"closed_on": date(2026, 7, 1)}, {"outcome_code": "ADVISED"}]
    assert coded(told) == ["not_recorded"] * 3
    assert coded([{"outcome_code": "ONGOING"}, {"outcome_code": "APP_PENDING"}]) == ["OUT_NOT56"] * 2
    assert coded([{}], closed=None) == ["not_collected"]


# What is said of groups


def counts(groups: Mapping[str, tuple[int, ...]] = GROUPS) -> dict[tuple[str, ...], int | None]:
    """Give the rows of the table of groups: members, all others, and both."""
    rows: dict[tuple[str, ...], int | None] = {}
    for group, own in groups.items():
        both = tuple(one + other for one, other in zip(own, OTHERS, strict=True))
        for side, of in (("_T", both), ("Y", own), ("N", OTHERS), ("_U", (0,) * len(CODES))):
            rows |= {(group, side, "_T"): sum(of)} | {(group, side, code): n for code, n in zip(CODES, of, strict=True)}
    return rows


def tables(groups: Mapping[str, tuple[int, ...]] = GROUPS) -> dict[str, ProtectedTable]:
    everybody = {("_T",): sum(OTHERS)} | {(code,): n for code, n in zip(CODES, OTHERS, strict=True)}
    dimensions = ("group_code", "membership_code", "time_to_outcome_code")
    return {
        "by_time_to_outcome": table("by_time_to_outcome", dimensions[-1:], everybody),
        "by_group_of_interest_time": table("by_group_of_interest_time", dimensions, counts(groups)),
    }


def told(groups: Mapping[str, tuple[int, ...]] = GROUPS) -> dict[str, Waiting]:
    return {each.group: each for each in waiting_findings(tables(groups), LABELS, "clients")}


def test_a_group_waits_longer_only_where_the_figures_show_it():
    found = told()
    assert {group: each.state for group, each in found.items()} == {
        "_T": "estimate", "SLOW": "waits_longer", "SAME": "about_the_same", "FEW": "too_few_to_say", "NONE": "withheld",
    }  # fmt: skip
    assert found["SLOW"].difference_high < 0
    assert found["SLOW"].q_value <= 0.05
    assert {each.family_size for group, each in found.items() if group != "_T"} == {4}


def test_the_share_of_all_clients_is_that_of_a_life_table():
    """Of 8,000, 2,250 left within four weeks and count as half: 2,500 of 6,875, then 1,000 of 2,875."""
    share = 1 - (1 - 2500 / (8000 - 2250 / 2)) * (1 - 1000 / (3250 - 750 / 2))
    assert told()["_T"].observed == pytest.approx(share)
    assert told()["_T"].low < share < told()["_T"].high
    assert f"{share * 100:.1f}% had an outcome within eight weeks" in told()["_T"].statement


def test_a_group_with_too_few_outcomes_has_no_figure_of_its_own():
    for group in ("FEW", "NONE"):
        each = told()[group]
        assert [each.observed, each.low, each.others, each.difference, each.q_value] == [None] * 5
        assert "%" not in each.statement
    assert "fewer than 10" in told()["NONE"].statement


def test_where_nobody_records_when_cases_end_one_line_says_so():
    section = next(each for each in lay_out(rounded_brief()).sections if each.section_id == "waiting")
    assert to_text(section.blocks[1].text) == (
        "No source of this brief records when cases are closed, so nothing can be said about how long people wait for "
        "an outcome."
    )
    assert not section.sections


def test_a_group_that_waits_longer_is_among_the_main_points():
    brief = rounded_brief(waiting=tuple(told().values()))
    summary = next(each for each in lay_out(brief).sections if each.section_id == "main").sections
    (points,) = (part.blocks[0].items for part in summary if part.section_id == "summary-waiting")
    assert [to_text(each) for each in points] == [told()["SLOW"].statement]


# Who checks it


def released(waiting: list[dict[str, Any]], groups: Mapping[str, tuple[int, ...]] = GROUPS) -> list[str]:
    """Judge what a manifest tells beside the same tables."""
    rows = counts(groups)
    dimensions = ("group_code", "membership_code", "time_to_outcome_code")
    everybody = {("_T",): sum(OTHERS)} | {(code,): n for code, n in zip(CODES, OTHERS, strict=True)}
    sets = {"by_time_to_outcome": (dimensions[-1:], everybody), "by_group_of_interest_time": (dimensions, rows)}
    data = {f"data/{name}.csv": csv_of("", "2026-Q3", [(own, "clients", n)], {}) for name, (own, n) in sets.items()}
    manifest = {
        "period": "2026-Q3", "edition": 1, "audience": "public", "waiting": waiting, "disclosure": asdict(ROUNDED),
        "tables": [{"table_id": name, "dimensions": list(own)} for name, (own, _) in sets.items()],
    }  # fmt: skip
    files = data | {"manifest.json": json.dumps(manifest).encode()}
    return list(waiting_problems(read_release("2026-Q3/1/public", files)))


def test_the_auditor_comes_to_the_same_figures_and_verdicts():
    assert released([asdict(each) for each in told().values()]) == []


@pytest.mark.parametrize(
    ("group", "change", "said"),
    [
        ("SAME", {"state": "waits_longer"}, "a verdict that its numbers do not give"),
        ("FEW", {"state": "waits_longer"}, "a verdict that its numbers do not give"),
        ("SLOW", {"observed": 0.4}, "does not follow from published counts"),
        ("SLOW", {"difference_high": 0.01}, "does not follow from published counts"),
        ("SLOW", {"q_value": 0.04}, "does not follow from published counts"),
        ("NONE", {"observed": 0.1}, "does not follow from published counts"),
        ("_T", {"high": 0.9}, "does not follow from published counts"),
    ],
)
def test_a_changed_figure_or_verdict_is_seen(group: str, change: dict[str, Any], said: str):
    changed = [asdict(each) | (change if each.group == group else {}) for each in told().values()]
    assert said in "\n".join(released(changed))


def test_a_group_that_is_left_out_is_seen():
    assert "other waiting times than the tables have" in "\n".join(released([asdict(told()["_T"])]))


def test_sentences_that_name_another_time_than_the_bands_stop(monkeypatch):
    told = waiting.read_sentences("waiting.toml", ())
    changed = {**told, "rules": {**told["rules"], "days_said": 91}}
    monkeypatch.setattr(waiting, "read_sentences", lambda *_: changed)
    with pytest.raises(SettingsError, match="speaks of other days than"):
        waiting.rules.__wrapped__()
