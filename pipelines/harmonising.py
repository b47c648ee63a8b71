"""The words of every source turned into codes: builds the reference tables that the SQL models join.

Answers "which words are there, what do they mean, and which ones does nobody know". Words are read once per source and
distinct word; the dictionary is made anew on every run, so a corrected profile brings quarantined rows back by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines import tables, warehouse
from pipelines.codelists import MISSING_KINDS, NOT_RECOGNISED, codelist
from pipelines.corrections import FILE_NAME as CORRECTIONS_FILE
from pipelines.corrections import Correction, apply_corrections
from pipelines.errors import ValidationFailed, counted, listed, named_rows
from pipelines.groups import group_parts
from pipelines.ingest.fields import DERIVED, Field, fields, word_fields
from pipelines.ingest.profiles import Profile
from pipelines.ingest.values import Reading, read_words
from pipelines.settings import Settings
from pipelines.time_bands import times_to_opening, times_to_outcome
from pipelines.warehouse import Connection

# The answer that codelists/enquiry_responses.csv gives a response which turns somebody away.
TURNED_AWAY = "turned_away"
CODE_LISTS = (
    "genders",
    "age_groups",
    "nationality_classes",
    "dual_classes",
    "nationalities",
    "advice_types",
    "client_roles",
    "family_evidence",
    "outcomes",
    "adviser_levels",
    "service_depths",
    "referrals",
    "barriers",
    "times_to_outcome",
    "times_to_opening",
    "openings_in_time",
    "stall_reasons",
    "channels",
    "enquiry_responses",
)


def harmonise(
    settings: Settings,
    profiles: Mapping[str, Profile],
    database: Path,
    *,
    corrections: Sequence[Correction],
    key: str,
) -> None:
    """Fill the reference tables: sources, code lists, age groups, corrections and the dictionary of words.

    Args:
        settings: the workspace.
        profiles: one per source id.
        database: a warehouse whose raw tables are loaded.
        corrections: what a person declared to be wrong in the files.
        key: the network's secret key, by which corrected cases are found.
    Raises:
        SettingsError: a correction matches nothing.
        ValidationFailed: a source that stops on unknown words has some; the message gives field, file and row numbers
            of all of them, never the words.
    """
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        tables.replace(connection, "reference.sources", _sources(settings, profiles))
        tables.replace(connection, "reference.codes", _codes(settings))
        tables.replace(connection, "reference.age_groups", _age_groups())
        tables.replace(connection, "reference.project_dates", _project_dates(settings))
        tables.replace(connection, "reference.family_advice_types", _family_advice_types())
        tables.replace(connection, "reference.times_to_outcome", times_to_outcome())
        tables.replace(connection, "reference.times_to_opening", times_to_opening())
        tables.replace(connection, "reference.open_outcomes", open_outcomes())
        tables.replace(connection, "reference.barrier_pairs", barrier_pairs())
        tables.replace(connection, "reference.enquiry_responses", enquiry_responses())
        tables.replace(connection, "reference.group_conditions", _group_conditions(settings))
        apply_corrections(connection, settings, corrections, profiles=profiles, key=key)
        _read_dictionary(connection, profiles)


def _sources(settings: Settings, profiles: Mapping[str, Profile]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "source_id": source.source_id,
                "centre_id": source.centre_id or None,
                "project_id": source.project_id or None,
                "funder_id": source.funder_id or None,
                "has_case_ref": "case_ref" in profiles[source.source_id].sources,
                "each_file": _each_file(profiles[source.source_id]),
                "holds_enquiries": profiles[source.source_id].holds_enquiries,
            }
            for source in settings.sources.values()
        ],
        schema=dict.fromkeys(("source_id", "centre_id", "project_id", "funder_id", "each_file"), pl.String)
        | {"has_case_ref": pl.Boolean, "holds_enquiries": pl.Boolean},
    )


def _each_file(profile: Profile) -> str:
    """Say what a new file does to earlier ones; without references a file stands for its cases."""
    return profile.rows.each_file or ("adds" if "case_ref" in profile.sources else "replaces_its_name")


def _codes(settings: Settings) -> pl.DataFrame:
    lists: dict[str, Iterable[str]] = {name: codelist(name).codes for name in CODE_LISTS}
    lists["advice_types"] = [*lists["advice_types"], *settings.advice_types]
    lists |= {"missing": (*MISSING_KINDS, NOT_RECOGNISED), "sources": settings.sources}
    lists |= {"centres": settings.centres, "projects": settings.projects, "funders": settings.funders}
    return pl.DataFrame(
        [{"code_list": name, "code": code} for name, codes in lists.items() for code in codes],
        schema={"code_list": pl.String, "code": pl.String},
    )


def _age_groups() -> pl.DataFrame:
    """Give the age groups between two cuts; the group of adults not known more closely is not one of them."""
    rows = [
        {
            "age_group_code": row["code"],
            "age_low": int(row["age_low"]),
            "age_high": int(row["age_high"]) if row["age_high"] else None,
        }
        for row in codelist("age_groups").rows
        if row["code"] != "Y_GE18"
    ]
    return pl.DataFrame(rows, schema={"age_group_code": pl.String, "age_low": pl.Int64, "age_high": pl.Int64})


def _project_dates(settings: Settings) -> pl.DataFrame:
    rows = [
        {"project_id": project_id, "begins": begins, "ends": ends}
        for project_id, (begins, ends) in settings.project_dates.items()
    ]
    return pl.DataFrame(rows, schema={"project_id": pl.String, "begins": pl.Date, "ends": pl.Date})


def _family_advice_types() -> pl.DataFrame:
    return _marked("advice_types", "is_family_evidence", "advice_type_code")


def open_outcomes() -> pl.DataFrame:
    """Give the outcomes that say that a matter goes on, one row per code."""
    return _marked("outcomes", "is_open", "outcome_code")


def barrier_pairs() -> pl.DataFrame:
    """Give the pairs of barriers that are counted, one row per pair."""
    names = ("barrier_pair_code", "barrier_code", "second_barrier_code")
    rows = [(row["code"], row["barrier_code"], row["second_barrier_code"]) for row in codelist("barrier_pairs").rows]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def enquiry_responses() -> pl.DataFrame:
    """Give the responses to an enquiry, one row per code, and whether each turns somebody away."""
    answers = codelist("enquiry_responses").column("answer")
    told = [answer == TURNED_AWAY for answer in answers.values()]
    columns = {"enquiry_response_code": list(answers), "is_turned_away": told}
    return pl.DataFrame(columns, schema={"enquiry_response_code": pl.String, "is_turned_away": pl.Boolean})


def _marked(name: str, mark: str, column: str) -> pl.DataFrame:
    """Give the codes that a list marks with "yes"."""
    codes = [code for code, told in codelist(name).column(mark).items() if told == "yes"]
    return pl.DataFrame({column: codes}, schema={column: pl.String})


def _group_conditions(settings: Settings) -> pl.DataFrame:
    rows = [row for group in (*settings.groups, *group_parts()) for row in group.rows()]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("group_code", "part_of", "dimension", "code", "membership_code"), pl.String)
    )


def _read_dictionary(connection: Connection, profiles: Mapping[str, Profile]) -> None:
    dictionary: list[pl.DataFrame] = []
    problems: list[str] = []
    connection.execute("delete from reference.unknown_words")
    for source_id, profile in profiles.items():
        for field in word_fields().values():
            reading = read_words(field, _distinct_words(connection, source_id, field), profile)
            dictionary.append(reading.meanings.with_columns(source_id=pl.lit(source_id)))
            treatment = profile.treatment_of_unknown(field.name)
            if reading.unknown and treatment == "stop":
                problems.append(_unknown(connection, source_id, reading, profile))
            _keep_unknown(connection, source_id, reading, treatment)
    if problems:
        raise ValidationFailed(listed(problems, heading="Words were found that nobody has explained yet:"))
    tables.replace(connection, "reference.meanings", pl.concat(dictionary))


def _distinct_words(connection: Connection, source_id: str, field: Field) -> list[str]:
    """Give the words of a field, those that a correction puts in their place included."""
    query = f"""
        select distinct coalesce({field.name}, '') from raw.records where source_id = $source_id
        union select corrected.{field.name} from reference.corrected_records as corrected
            join raw.records as records on records.record_id = corrected.record_id
            where records.source_id = $source_id and corrected.{field.name} is not null
    """  # noqa: S608 - own name
    return [row[0] for row in connection.execute(query, {"source_id": source_id}).fetchall()] or [""]


def _keep_unknown(connection: Connection, source_id: str, reading: Reading, treatment: str) -> None:
    """Keep the words that nobody explained, for the analyst's list."""
    words = [*reading.unknown, *reading.kept]
    if words:
        query = f"""
            insert into reference.unknown_words
            select source_id, ?, {reading.field}, ?, count(*) from raw.records
            where source_id = ? and list_contains(?, coalesce({reading.field}, ''))
            group by source_id, {reading.field}
        """  # noqa: S608 - own name
        connection.execute(query, [reading.field, treatment, source_id, words])


def _unknown(connection: Connection, source_id: str, reading: Reading, profile: Profile) -> str:
    """Say where unknown words stand, without saying what they are."""
    query = f"""
        select files.file_name, list_sort(list(records.row_number))
        from raw.records as records join raw.files as files on files.file_id = records.file_id
        where records.source_id = ? and list_contains(?, coalesce(records.{reading.field}, ''))
        group by files.file_name order by files.file_name
    """  # noqa: S608 - a field name of our own
    places = connection.execute(query, [source_id, list(reading.unknown)]).fetchall()
    named = "; ".join(f"{name}, {named_rows(numbers)}" for name, numbers in places) or CORRECTIONS_FILE
    columns = '", "'.join(_headings(profile, reading.field))
    is_dated = fields()[reading.field].kind in ("date", "period")
    remedy = "Compare them with [formats]" if is_dated else f"Add a line for each under [values.{reading.field}]"
    return (
        f'source {source_id}, column "{columns}": {counted(len(reading.unknown), "word")} in {named}. '
        f"{remedy} (or [missing]) in {profile.path.name}, or correct the file. "
        'To set such rows aside instead, write unknown_values = "quarantine" under [rows].'
    )


def _headings(profile: Profile, field: str) -> list[str]:
    """Give the columns that fill a field, those that are read for it and thrown away included."""
    used = [name for name, filled in DERIVED.items() if filled == field]
    return [heading for name in (field, *used) for heading in profile.sources.get(name, ())]
