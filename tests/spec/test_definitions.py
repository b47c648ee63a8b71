"""The worked examples of docs/definitions.md, run through the real code and the real database models.

Each drawn table becomes case files of a small workspace; what the warehouse then holds is compared with the drawn
answers. Great Expectations has no part in these rules and is left out, because it takes seconds to start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl
from spec.tables import Row, read_tables

from pipelines import run, warehouse
from pipelines.keys import pseudonym
from pipelines.request import Request

AS_OF = date(2026, 11, 22)
TABLES = read_tables(Path(__file__).parents[2] / "docs" / "definitions.md")
COLUMNS = ("Case", "Client", "Opened", "Age", "Gender", "Nationality", "Second nationality", "Advice", "Role",
           "Contact", "Closed", "Held up by")  # fmt: skip
USUAL = dict.fromkeys(COLUMNS, "") | dict(
    zip(COLUMNS, ("", "", "05/08/2025", "34", "Woman", "Polish", "", "Settled status", "Main"), strict=False)
)
SETTINGS = """
[network]
id = "example"
name = "Example"
[periods]
publish = ["2025-Q1_2025-Q2", "2020-Q1_2020-Q4"]
[privacy]
key_file = "example.key"
[centres]
c = "Centre"
[projects]
p = "Project"
[funders]
f = "Funder"
[sources.s]
profile = "p"
centre = "c"
project = "p"
funder = "f"
"""
PROFILE = """
[profile]
name = "Example"
[rows]
unknown_values = "quarantine"
[columns]
case_ref = "Case"
client_ref = "Client"
opened = "Opened"
age = "Age"
gender = "Gender"
nationality = ["Nationality", "Second nationality"]
advice_type = "Advice"
client_role = "Role"
first_contact = "Contact"
closed = "Closed"
stall_reason = "Held up by"
[not_collected]
fields = ["barrier", "residence_area", "outcome", "adviser_level", "service_depth", "referral"]
[formats.separators]
advice_type = [";"]
stall_reason = [";"]
[values.stall_reason]
"Papers" = "EVIDENCE"
"Home Office" = "DECISION"
[values.gender]
"Woman" = "F"
"Man" = "M"
"Other" = "X"
[values.advice_type]
"Settled status" = "EUSS_SETTLED"
"Joining family" = "EUSS_JOINING"
"Benefits" = "BEN"
[values.client_role]
"Main" = "MAIN"
"Main client" = "MAIN"
"Family member" = "FAMILY"
[missing]
refused = ["Prefer not to say"]
not_recorded = ["", "Unknown", "N/K"]
"""


def build(folder: Path, *files: Iterable[Mapping[str, str]]) -> Path:
    """Put files of cases through the pipeline, in this order, and give the warehouse."""
    for name, text in (("caseload.toml", SETTINGS), ("profiles/p.toml", PROFILE), ("example.key", "0" * 64)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for number, cases in enumerate(files):
        path = folder / "inbox" / "s" / f"{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame([USUAL | case for case in cases]).select(COLUMNS).write_csv(path)
    with run.opened(Request(folder, AS_OF, {})) as work:
        run.receive_files(work)
        run.harmonise_words(work)
        run.build_tables(work)
    database = warehouse.current_database(folder / "warehouse")
    assert database
    return database


def query(database: Path, sql: str) -> list[Row]:
    """Run a query and give its rows as texts, null as an empty text."""
    with warehouse.reading(database) as connection:
        rows = warehouse.read_frame(connection, sql).iter_rows(named=True)
        return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


def drawn(heading: str, *columns: str) -> list[Row]:
    """Give some columns of a drawn table."""
    return [{name: row[name] for name in columns} for row in TABLES[heading]]


def each_row(folder: Path, heading: str, fields: Mapping[str, str], answers: Mapping[str, str]) -> list[Row]:
    """Make one case of each drawn row, from its columns `fields`, and give what `answers` find for it."""
    cases = [
        {"Case": f"{number:03}", "Client": f"{number:03}"} | {field: row[column] for column, field in fields.items()}
        for number, row in enumerate(TABLES[heading])
    ]
    database = build(folder, cases)
    chosen = ", ".join(f'{expression} as "{column}"' for column, expression in answers.items())
    return query(
        database,
        f"""
        select {chosen}
        from raw.records as records
        left join core.case_keys as keys on keys.record_id = records.record_id
        left join core.cases as cases on cases.case_key = keys.case_key
        left join core.clients as clients on clients.client_key = keys.client_key and clients.period = '2025-Q3'
        order by records.row_number
        """,  # noqa: S608 - names of our own
    )


def test_age(tmp_path: Path):
    answers = {
        "lowest age": "cases.age_low",
        "highest age": "cases.age_high",
        "age group": "coalesce(cases.age_group_code, 'not read')",
        "55 and over": "clients.is_aged_55_plus_code",
    }
    found = each_row(tmp_path, "Age", {"age as written": "Age"}, answers)
    assert found == drawn("Age", *answers)


def test_nationality(tmp_path: Path):
    codes = "select string_agg(nationality_code, ' ' order by nationality_code) from core.case_nationalities"
    answers = {
        "codes": f"({codes} as codes where codes.case_key = keys.case_key)",
        "class": "coalesce(cases.nationality_class_code, 'not read')",
        "dual class": "cases.dual_class_code",
        "counted as": "clients.nationality_code",
    }
    fields = {"nationality": "Nationality", "second nationality": "Second nationality"}
    assert each_row(tmp_path, "Nationality", fields, answers) == drawn("Nationality", *answers)


def test_family_members(tmp_path: Path):
    answers = {"evidence": "cases.family_evidence_code", "family member": "clients.is_family_member_code"}
    fields = {"role": "Role", "advice type": "Advice", "nationality": "Nationality"}
    assert each_row(tmp_path, "Family members", fields, answers) == drawn("Family members", *answers)


def test_waiting_and_why_a_case_is_open(tmp_path: Path):
    reasons = "select string_agg(stall_reason_code, ' ' order by stall_reason_code) from core.client_stalls as stalls"
    contacts = "core.client_contacts as contacts where contacts.client_key = keys.client_key and period = '2025-Q3'"
    columns = {"time to opening": "time_to_opening", "in time": "opened_in_time", "open": "is_still_open"}
    answers = {name: f"(select contacts.{column}_code from {contacts})" for name, column in columns.items()}  # noqa: S608
    answers["counted reasons"] = f"({reasons} where stalls.client_key = keys.client_key and period = '2025-Q3')"
    fields = {"first contact": "Contact", "closed": "Closed", "held up by": "Held up by"}
    heading = "Waiting, and why a case is open"
    assert each_row(tmp_path, heading, fields, answers) == drawn(heading, *answers)


def test_which_version_counts(tmp_path: Path):
    rows, names = TABLES["Which version of a case counts"], ("first", "second", "third")
    files = [
        [
            {"Case": row["case"], "Client": row["case"], "Age": row[f"{name} file"]}
            for row in rows
            if row[f"{name} file"] != "–"
        ]
        for name in names
    ]
    database = build(tmp_path, *files)
    found = query(
        database,
        """
        select files.file_id, records.case_key, states.state || coalesce(' (' || states.reason || ')', '') as state
        from core.record_states as states
        join raw.records as records on records.record_id = states.record_id
        join raw.files as files on files.file_id = records.file_id
        """,
    )
    states = {(row["case_key"], row["file_id"]): row["state"] for row in found}
    for row in rows:
        key = str(UUID(pseudonym("0" * 64, f"s case {row['case']}")))
        told = [states.get((key, str(number)), "") for number in (1, 2, 3)]
        assert told == [row[f"state of the {name}"] for name in names], row["case"]


def test_counting_clients(tmp_path: Path):
    names = {"case": "Case", "client": "Client", "opened": "Opened", "gender": "Gender", "age": "Age"}
    database = build(tmp_path, [{names[key]: cell for key, cell in row.items()} for row in TABLES["Cases"]])
    found = query(
        database,
        """
        select period, gender_code as gender, age_group_code as "age group", count(*) as clients
        from core.clients group by all
        """,
    )
    assert sorted(map(str, found)) == sorted(map(str, TABLES["Clients"]))


def test_counting_issues(tmp_path: Path):
    names = {"case": "Case", "client": "Client", "advice type": "Advice"}
    cases = [{names[key]: cell for key, cell in row.items()} for row in TABLES["Cases with advice types"]]
    found = query(
        build(tmp_path, cases),
        """
        select advice_type_code as "advice type",
            max(case when unit = 'clients' then n end) as clients, max(case when unit = 'issues' then n end) as issues
        from marts.by_advice_type group by all
        """,
    )
    assert sorted(map(str, found)) == sorted(map(str, TABLES["Table by advice type"]))
