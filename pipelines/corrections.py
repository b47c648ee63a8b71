"""Corrections: errors in the files that a person knows of, written down in `corrections.toml` with why and who said so.

Answers "what was corrected, where and on whose word". Files and raw tables stay as they arrived; what counts in their
place stands in tables of its own, made anew on every run. A correction that matches nothing stops the run: the file was
corrected at the source, or the entry was wrong from the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.declarations import Section, read_toml, stop_on_problems, suggestion
from pipelines.errors import SettingsError, listed
from pipelines.ingest.fields import CELL_SEPARATOR, word_fields
from pipelines.ingest.profiles import Profile
from pipelines.keys import pseudonym
from pipelines.settings import Settings
from pipelines.warehouse import Connection

FILE_NAME = "corrections.toml"


@dataclass(frozen=True)
class Correction:
    """One known error.

    It concerns the records of `source_id` that meet every condition given: `file` (a name), `row` (its number in that
    file), `case_ref` (as the source writes it) and `was` (what stands in `field`). Their `field` then reads `reads`;
    or, with `excludes`, they are no cases at all. `why`, `said_by` and `said_on` are for the people who ask later.
    """

    number: int
    source_id: str
    file: str
    row: int
    case_ref: str
    field: str
    was: str | None
    reads: str
    excludes: bool
    why: str
    said_by: str
    said_on: date | None


def load_corrections(settings: Settings) -> tuple[Correction, ...]:
    """Read the corrections of a workspace; without the file there are none.

    Args:
        settings: the workspace.
    Returns:
        Corrections in the order of the file.
    Raises:
        SettingsError: the file is wrong; the message lists every problem and quotes no value.
    """
    path = settings.workspace / FILE_NAME
    if not path.is_file():
        return ()
    top = Section("", read_toml(path, SettingsError))
    found = tuple(_correction(section, number) for number, section in enumerate(top.sections("corrections"), 1))
    for correction in found:
        _check(correction, top, settings)
    top.close()
    stop_on_problems(top.problems, path, SettingsError)
    return found


def apply_corrections(
    connection: Connection,
    settings: Settings,
    corrections: Sequence[Correction],
    *,
    profiles: Mapping[str, Profile],
    key: str,
) -> None:
    """Find the records that corrections concern, and say what counts in their place.

    Later corrections go before earlier ones where both concern the same cell.

    Args:
        connection: a warehouse whose raw tables are loaded, in a transaction.
        settings: names the registers of case references.
        corrections: those of the workspace.
        profiles: one per source id; a field that a source does not fill has nothing to correct.
        key: the network's secret key.
    Raises:
        SettingsError: a correction matches no record, or a field without a column; every such one is named by its
            number.
    """
    _refuse_unfilled(settings, corrections, profiles)
    for table in ("corrected_records", "excluded_records", "corrections"):
        connection.execute(f"delete from reference.{table}")  # noqa: S608 - names of our own
    words = {source_id: profile.register_word for source_id, profile in profiles.items()}
    named = {one.number: _case_key(settings, one, key, words[one.source_id]) for one in corrections}
    idle = [_place(one) for one in corrections if not _apply(connection, one, named[one.number])]
    if idle:
        raise SettingsError(
            listed(
                [f"{place} matches no record." for place in idle],
                heading=f"{settings.workspace / FILE_NAME} holds corrections that correct nothing. If the source has "
                "corrected its file, delete the entry; else check its file, row, reference and former value:",
            )
        )


def _refuse_unfilled(settings: Settings, corrections: Sequence[Correction], profiles: Mapping[str, Profile]) -> None:
    unfilled = [
        f"{_place(one)}: {one.field} has no column at source {one.source_id}."
        for one in corrections
        if one.field and not profiles[one.source_id].fills(one.field)
    ]
    if unfilled:
        heading = f"{settings.workspace / FILE_NAME} corrects what no file says. Delete the entry, or name the column:"
        raise SettingsError(listed(unfilled, heading=heading))


def _correction(section: Section, number: int) -> Correction:
    where = section.section("where")
    found = Correction(
        number=number,
        source_id=section.text("source"),
        file=where.text("file", ""),
        row=where.whole("row", 0),
        case_ref=where.text("case_ref", ""),
        field=section.text("field", ""),
        was=section.text("was") if "was" in section.values else None,
        reads=section.text("is", ""),
        excludes=section.flag("exclude"),
        why=section.text("why"),
        said_by=section.text("said_by"),
        said_on=section.day("said_on"),
    )
    where.close()
    section.close()
    return found


def _check(correction: Correction, top: Section, settings: Settings) -> None:
    place = _place(correction)
    if correction.source_id not in settings.sources:
        top.problem(f"{place}: there is no such source.{suggestion(correction.source_id, settings.sources)}")
    if correction.excludes == bool(correction.field):
        top.problem(f'{place}: either name a field with "was" and "is", or write exclude = true.')
    if correction.field and correction.field not in word_fields():
        top.problem(f"{place}: {correction.field} cannot be corrected.{suggestion(correction.field, word_fields())}")
    if correction.field and correction.was is None:
        top.problem(f'{place}: say with "was" what stands in the file, so that a corrected file is noticed.')
    if not (correction.why.strip() and correction.said_by.strip()):
        top.problem(f"{place}: say why, and who said so.")
    if correction.row and not correction.file:
        top.problem(f"{place}: a row needs its file.")
    if correction.excludes and not (correction.row or correction.case_ref):
        top.problem(f"{place}: name the row or the case that is no case.")


def _place(correction: Correction) -> str:
    return f"correction {correction.number}"


def _apply(connection: Connection, correction: Correction, case_key: str) -> int:
    conditions, values = _conditions(correction, case_key)
    matching = f"""
        select records.record_id from raw.records as records
        join raw.files as files on files.file_id = records.file_id
        where {" and ".join(conditions)}
    """  # noqa: S608 - names of our own
    row = connection.execute(f"select count(*) from ({matching})", values).fetchone()  # noqa: S608 - own query
    found = int(row[0]) if row else 0
    if correction.excludes:
        connection.execute(f"insert into reference.excluded_records {matching}", values)
    else:
        _correct(connection, correction, matching, values)
    told = [correction.number, correction.source_id, correction.field or None, found]
    connection.execute("insert into reference.corrections values (?, ?, ?, ?)", told)
    return found


def _correct(connection: Connection, correction: Correction, matching: str, values: list[object]) -> None:
    """Put a word in the place of another, in records corrected before and in records that were not."""
    new = f"insert into reference.corrected_records (record_id) select record_id from ({matching}) as m anti join reference.corrected_records as c using (record_id)"  # noqa: S608, E501 - names of our own
    connection.execute(new, values)
    change = f"update reference.corrected_records set {correction.field} = ? where record_id in ({matching})"  # noqa: S608
    connection.execute(change, [correction.reads, *values])


def _conditions(correction: Correction, case_key: str) -> tuple[list[str], list[object]]:
    conditions, values = ["records.source_id = ?"], [correction.source_id]
    # Blank cells at the end of a field of several columns are nothing that a person would write down.
    was = (correction.was or "").rstrip(CELL_SEPARATOR)
    tests: list[tuple[str, object, bool]] = [
        ("files.file_name = ?", correction.file, bool(correction.file)),
        ("records.row_number = ?", correction.row, bool(correction.row)),
        ("records.case_key = cast(? as uuid)", case_key, bool(correction.case_ref)),
        (
            f"rtrim(coalesce(records.{correction.field}, ''), chr({ord(CELL_SEPARATOR)})) = ?",
            was,
            correction.was is not None,
        ),
    ]
    for condition, value, is_given in tests:
        if is_given:
            conditions.append(condition)
            values.append(value)  # type: ignore[arg-type]
    return conditions, list(values)


def _case_key(settings: Settings, correction: Correction, key: str, word: str) -> str:
    register = settings.sources[correction.source_id].case_register
    return pseudonym(key, f"{register} {word} {correction.case_ref.strip()}")
