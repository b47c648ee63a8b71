"""One export as a table of text: every column of the profile, filled for every case.

Answers "which cell holds what". How the table becomes the bytes of a file is decided in `files.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from pipelines.periods import Quarter
from pipelines.synthetic.casework import Cases, days_since_epoch
from pipelines.synthetic.contacts import Contacts
from pipelines.synthetic.draws import NONE, Bools, Ints
from pipelines.synthetic.mess import Mess
from pipelines.synthetic.people import DAYS_A_YEAR, SECOND_UNKNOWN
from pipelines.synthetic.plan import SourcePlan
from pipelines.synthetic.reference import declared, profile
from pipelines.synthetic.wording import (
    LOWER,
    MISTYPED,
    PLAIN,
    SPACED,
    UPPER,
    age_positions,
    age_ranges,
    joined,
    wording,
)

_CLIENT_LETTERS = "CDEFGHJKLMNPQRSTUVWXYZ"
_CLIENTS_A_LETTER = 1_000_000
_DAYS_WRITTEN = 400
_DAMAGE = {"upper": (UPPER,), "lower": (LOWER,), "space": (SPACED,)}
_DATE_CODES = {"DD/MM/YYYY": "%d/%m/%Y", "YYYY-MM-DD": "%Y-%m-%d"}


@dataclass(frozen=True, eq=False)
class Export:
    """What is needed to write one export.

    `first_case` is the number of its first case within the source and year; the three kinds of damage say, by row, in
    which form the word of that field is written.
    """

    rng: np.random.Generator
    source: SourcePlan
    quarter: Quarter
    cases: Cases
    first_case: int
    contacts: Contacts
    gender_damage: Ints
    nationality_damage: Ints
    advice_damage: Ints

    @property
    def form(self) -> dict[str, Any]:
        """Give what the reference file says of the format."""
        form: dict[str, Any] = declared("formats")[self.source.profile]
        return form


def prepare_export(  # noqa: PLR0913 - what a file is made of
    rng: np.random.Generator,
    cases: Cases,
    mess: Mess,
    *,
    contacts: Contacts,
    source: SourcePlan,
    quarter: Quarter,
    first_case: int,
) -> Export:
    """Decide how the words of the spoilt rows are damaged."""
    form = declared("formats")[source.profile]
    forms = [kind for name in form["damage"] for kind in _DAMAGE[name]]
    fields = [np.full(len(cases), PLAIN) for _ in range(3)]
    for place, field in enumerate(fields):
        rows = mess.damage[place::3]
        field[rows] = np.array(forms)[rows % len(forms)]
    fields[1][mess.typo] = MISTYPED
    return Export(rng, source, quarter, cases, first_case, contacts, *fields)


def write_table(export: Export) -> pl.DataFrame:
    """Write the cases of an export as text.

    Grain: one row per case.
    Returns:
        The columns of the profile in its order, then those it drops; all text, blank where nothing was entered.
    """
    headings = profile(export.source.profile)
    columns: dict[str, pl.Series] = {}
    for field, names in headings["columns"].items():
        names_list = [names] if isinstance(names, str) else names
        columns |= dict(zip(names_list, _written(export, field, len(names_list)), strict=True))
    for name in headings.get("drop", {}).get("columns", []):
        columns[name] = _filler(export, name)
    return pl.DataFrame(columns)


def _written(export: Export, field: str, n_columns: int) -> list[pl.Series]:
    if field == "stall_reason":
        return [_stall_reasons(export)]
    if field in ("advice_type", "barrier"):
        return _several(export, field, n_columns)
    if field == "nationality":
        return _nationalities(export)
    if field in _WRITERS:
        return [_WRITERS[field](export)]
    positions = {
        "client_role": export.cases.clients.role,
        "residence_area": export.cases.clients.area,
        "outcome": export.cases.outcome,
        "adviser_level": export.cases.adviser_level,
        "service_depth": export.cases.service_depth,
        "referral": export.cases.referral,
    }
    return [wording(export.source.profile, field).write(export.rng, positions[field])]


def _case_ref(export: Export) -> pl.Series:
    numbers = pl.Series(np.arange(export.first_case, export.first_case + len(export.cases)))
    written = pl.lit(numbers).cast(pl.String).str.zfill(5)
    return pl.select(pl.lit(f"{export.source.prefix}-{export.quarter.year}-") + written).to_series()


def client_references(numbers: Ints) -> pl.Series:
    """Write the reference of each client number, such as C01234; the millionth client is D00000.

    No reference is ever a letter with seven digits, which is how the Home Office writes its own.
    """
    letter, number = np.divmod(numbers, _CLIENTS_A_LETTER)
    written = pl.lit(pl.Series(number)).cast(pl.String).str.zfill(5)
    return pl.select(pl.lit(pl.Series(list(_CLIENT_LETTERS))[letter]) + written).to_series()


def _period(export: Export) -> pl.Series:
    return pl.repeat(f"Q{export.quarter.number} {export.quarter.year}", len(export.cases), eager=True)


def _days(export: Export, days: Ints) -> pl.Series:
    return written_days(export.source.profile, export.quarter, days)


def written_days(format_name: str, quarter: Quarter, days: Ints) -> pl.Series:
    """Write days in or near a quarter in a profile's format; every day is written once and looked up."""
    declared_format = profile(format_name)["formats"]["date"]
    code = _DATE_CODES[declared_format if isinstance(declared_format, str) else declared_format[0]]
    first = days_since_epoch(quarter)[0] // _DAYS_WRITTEN * _DAYS_WRITTEN - _DAYS_WRITTEN
    return _calendar(first, code)[np.where(days == NONE, 3 * _DAYS_WRITTEN, days - first)]


@cache
def _calendar(first: int, code: str) -> pl.Series:
    """Write three times `_DAYS_WRITTEN` days from one given in days since 1 January 1970; last comes a blank."""
    start = date(1970, 1, 1) + timedelta(days=first)
    days = [(start + timedelta(days=day)).strftime(code) for day in range(3 * _DAYS_WRITTEN)]
    return pl.Series([*days, None])


def ages(cases: Cases) -> Ints:
    """Give everyone's age in completed years on the day their case was opened."""
    return ages_on(cases.opened, cases.clients.born)


def ages_on(days: Ints, born: Ints) -> Ints:
    """Give ages in completed years on some days."""
    return ((days - born) / DAYS_A_YEAR).astype(np.int64)


def _age(export: Export) -> pl.Series:
    name, absent = export.source.profile, export.cases.clients.age_missing
    words = age_positions(name)[ages(export.cases)]
    positions = np.where(absent == NONE, words, len(age_ranges(name)) + absent)
    return wording(name, "age").write(export.rng, positions)


def _gender(export: Export) -> pl.Series:
    words = wording(export.source.profile, "gender")
    return words.write(export.rng, export.cases.clients.gender, export.gender_damage)


def _several(export: Export, field: str, n_columns: int) -> list[pl.Series]:
    found = export.cases.advice_types if field == "advice_type" else export.cases.barriers
    damage: Ints | int = export.advice_damage if field == "advice_type" else PLAIN
    words = wording(export.source.profile, field)
    parts = [words.write(export.rng, found[:, place], damage) for place in range(found.shape[1])]
    if n_columns > 1:
        return parts
    joiner = export.form["join"]
    return [joined(parts, joiner)]


def _stall_reasons(export: Export) -> pl.Series:
    """Write why cases are open, from the generator of contacts."""
    contacts, words = export.contacts, wording(export.source.profile, "stall_reason")
    parts = [words.write(contacts.rng, contacts.stall_reasons[:, place]) for place in range(2)]
    return joined(parts, export.form["join"])


def _channel(export: Export) -> pl.Series:
    return wording(export.source.profile, "channel").write(export.contacts.rng, export.contacts.channel)


def _nationalities(export: Export) -> list[pl.Series]:
    people, words = export.cases.clients, wording(export.source.profile, "nationality")
    first = words.write(export.rng, people.nationality_1, export.nationality_damage)
    second = words.write(export.rng, np.where(people.nationality_2 == SECOND_UNKNOWN, NONE, people.nationality_2))
    is_unknown, is_dual = people.nationality_2 == SECOND_UNKNOWN, people.nationality_2 >= 0
    if export.form["dual"] == "columns":
        return [joined([first, _where(is_unknown, "Unknown")], " "), second]
    forms = export.form["dual_forms"]
    chosen = (export.rng.random(len(is_dual)) * len(forms)).astype(np.int64)
    before, after = (
        pl.Series([*[form[place] for form in forms], None])[np.where(is_dual, chosen, len(forms))] for place in (0, 1)
    )
    unknown = _where(is_unknown, ";Unknown" if export.form["nationality_words"] == "code" else " Unknown")
    return [joined([first, unknown, before, second, after], "")]


def _where(rows: Bools, word: str) -> pl.Series:
    return pl.Series([None, word], dtype=pl.String).gather(rows.astype(np.int64))


def _filler(export: Export, heading: str) -> pl.Series:
    """Fill a column that the profile drops, with words that say nothing about anyone."""
    dropped = export.form["dropped"][heading]
    n_words, drawn = len(dropped["words"]), export.rng.random(len(export.cases)) / dropped["share"]
    positions = np.minimum((drawn * n_words).astype(np.int64), n_words)
    words: pl.Series = pl.Series([*dropped["words"], None])[positions]
    return words


_WRITERS: dict[str, Callable[[Export], pl.Series]] = {
    "case_ref": _case_ref,
    "client_ref": lambda export: client_references(export.cases.clients.number),
    "period": _period,
    "opened": lambda export: _days(export, export.cases.opened),
    "closed": lambda export: _days(export, export.cases.closed),
    "first_contact": lambda export: _days(export, export.contacts.first_contact),
    "channel": _channel,
    "age": _age,
    "gender": _gender,
}
