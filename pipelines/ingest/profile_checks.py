"""Does a profile hold together: every field accounted for, every code known, every format readable.

Answers "what is wrong with this profile", all of it at once. What a profile is, is said in `profiles.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import TYPE_CHECKING

from pipelines.codelists import MISSING_KINDS
from pipelines.declarations import Section, suggestion
from pipelines.ingest.ages import read_age
from pipelines.ingest.births import BIRTH_FORMATS
from pipelines.ingest.dates import DATE_FORMATS, PERIOD_FORMATS, YEAR_BEGINNINGS, formats_at_odds
from pipelines.ingest.fields import DERIVED, NEVER_KEPT, RESPONSE, fields, word_fields
from pipelines.ingest.nationality import read_nationality
from pipelines.ingest.words import normalised

if TYPE_CHECKING:
    from pipelines.ingest.profiles import Profile

USED_ONLY = ("date_of_birth", "postcode")
MAY_BE_USED = (*USED_ONLY, "case_ref", "client_ref")


def check_profile(profile: Profile, top: Section) -> None:
    """Note every problem of a profile.

    Args:
        profile: as it was read.
        top: takes the problems.
    """
    for check in CHECKS:
        check(profile, top)


def _check_names(profile: Profile, top: Section) -> None:
    places: tuple[tuple[str, Iterable[str]], ...] = (
        ("columns", profile.columns),
        ("drop.used", profile.used),
        ("not_collected.fields", profile.not_collected),
        ("stated", profile.stated),
        ("rows.last_of", profile.rows.last_of),
        ("rows.first_of", profile.rows.first_of),
        ("rows.unknown_values_for", profile.rows.unknown_values_for),
        ("values", profile.words),
        ("formats.separators", profile.separators),
    )
    for place, names in places:
        for name in names:
            if name not in fields():
                top.problem(f"{place}: {name} is not a field.{suggestion(name, fields())}")


def _check_fields(profile: Profile, top: Section) -> None:
    for field in (each for each in fields().values() if profile.rows.records in each.records):
        is_filled = profile.fills(field.name) or field.name in profile.used
        ways = sum((is_filled, field.name in profile.stated, field.name in profile.not_collected))
        if ways != 1 and not (field.is_optional and ways == 0):
            top.problem(
                f"{field.name}: name its column under [columns], state it under [stated] or list it under "
                "[not_collected], one of these."
            )
        if len(profile.sources.get(field.name, ())) > 1 and not field.has_many:
            top.problem(f"columns.{field.name} can have one column only.")
    if not {"opened", "period"} & set(profile.columns):
        top.problem("columns: name the column of opened (a date) or of period (a quarter).")


def _check_records(profile: Profile, top: Section) -> None:
    """Hold the fields against what the rows are: an enquiry has a response, and nothing that only a case has."""
    records = profile.rows.records
    named = {*profile.columns, *profile.used, *profile.not_collected, *profile.stated} & set(fields())
    for name in (name for name in fields() if name in named and records not in fields()[name].records):
        top.problem(f"{name}: it is no field of {records}, which rows.records says that the rows are.")
    if not profile.holds_enquiries:
        return
    if not (profile.fills(RESPONSE) or RESPONSE in profile.stated):
        top.problem(f"{RESPONSE}: name its column under [columns], or state it under [stated].")
    if profile.rows.one_row_per != "case":
        top.problem("rows.one_row_per: each row of enquiries is one enquiry; leave it out.")


def _check_used(profile: Profile, top: Section) -> None:
    for name in USED_ONLY:
        if name in profile.columns:
            top.problem(f"columns.{name}: it is never stored; name its column under [drop.used].")
    for name in profile.used:
        is_taken = name == "postcode" and DERIVED[name] in profile.columns
        if name in profile.columns or is_taken:
            top.problem(f"drop.used.{name}: its field has a column under [columns] too; name one of both.")
        if name in fields() and name not in MAY_BE_USED:
            top.problem(f"drop.used: only {', '.join(MAY_BE_USED)} can be used and dropped.")


def _check_headings(profile: Profile, top: Section) -> None:
    # One column may be part of the reference of the case and of the client; any other has one use.
    references = {heading for name in ("case_ref", "client_ref") for heading in profile.sources.get(name, ())}
    words = [h for name, group in profile.sources.items() if name not in ("case_ref", "client_ref") for h in group]
    headings = [normalised(heading) for heading in (*references, *words, *profile.dropped)]
    others = [normalised(name) for names in profile.also_called.values() for name in names]
    repeated = sorted({name for name in profile.headings if (headings + others).count(normalised(name)) > 1})
    top.problems.extend(f'the column "{name}" is named more than once.' for name in repeated)
    places = (
        ("also_called", profile.also_called),
        ("rows.ignore", profile.rows.ignored_cells),
        ("rows.fill_down", profile.rows.fill_down),
    )
    for place, names in places:
        for name in names:
            if normalised(name) not in headings:
                top.problem(f'{place}: the column "{name}" is not named anywhere else.')
    if bool(profile.heading_rows) == bool(profile.names):
        top.problem("file: a source without headings has heading_rows = 0 and names; others have neither.")
    unnamed = [name for name in profile.names if normalised(name) not in {*headings, *others}]
    top.problems.extend(f'file.names: "{name}" is under no [columns] or [drop].' for name in unnamed)


def _check_rows(profile: Profile, top: Section) -> None:
    rows = profile.rows
    if rows.one_row_per != "case" and "case_ref" not in profile.sources:
        top.problem(f'rows.one_row_per = "{rows.one_row_per}" needs case_ref: without it rows cannot be put together.')
    if rows.one_row_per == "person" and "client_ref" not in profile.sources:
        top.problem('rows.one_row_per = "person" needs client_ref: the reference of each person within a case.')
    if bool(rows.last_of + rows.first_of) != (rows.one_row_per == "event"):
        top.problem('rows.last_of and rows.first_of belong to one_row_per = "event", and one of them is needed there.')
    kept = [name for name in NEVER_KEPT if rows.unknown_values_for.get(name) == "keep"]
    top.problems.extend(f"rows.unknown_values_for.{name}: a case cannot be counted without it." for name in kept)


def _check_codes(profile: Profile, top: Section) -> None:
    known = word_fields()
    for name, words in profile.words.items():
        if name in known and known[name].kind in ("date", "period"):
            top.problem(f"values.{name}: its words are not codes; see [formats].")
        for code in sorted(set(words.values()) - profile.allowed.get(name, frozenset(words.values()))):
            top.problem(f'values.{name}: "{code}" is not a code.{suggestion(code, sorted(profile.allowed[name]))}')
    for name, code in profile.stated.items():
        if code not in profile.allowed.get(name, ()):
            top.problem(f'stated.{name}: "{code}" is not a code.')


def _check_readable(profile: Profile, top: Section) -> None:
    """Check the maps whose right side is read like a word of the export: ages and nationalities."""
    for name, is_read in (("age", _is_age), ("nationality", _is_nationality)):
        for target in sorted(set(profile.words.get(name, {}).values())):
            if not is_read(target):
                top.problem(f'values.{name}: "{target}" cannot be read.')


def _is_age(word: str) -> bool:
    return word in MISSING_KINDS or read_age(normalised(word)) is not None


def _is_nationality(word: str) -> bool:
    return word in MISSING_KINDS or read_nationality(word).is_recognised


def _check_date_formats(profile: Profile, top: Section) -> None:
    known = (("date", profile.date_formats, DATE_FORMATS), ("birth_date", profile.birth_formats, BIRTH_FORMATS))
    for key, formats, possible in known:
        for name in (name for name in formats if name not in possible):
            top.problem(f'formats.{key}: "{name}" is not one of {", ".join(possible)}.')
        for one, other in formats_at_odds([name for name in formats if name in DATE_FORMATS]):
            top.problem(f"formats.{key}: {one} and {other} cannot be told apart; name the one the source uses.")


def _check_periods(profile: Profile, top: Section) -> None:
    if profile.period_format not in PERIOD_FORMATS:
        top.problem(f'formats.period: "{profile.period_format}" is not one of {", ".join(PERIOD_FORMATS)}.')
    if profile.year_begins not in YEAR_BEGINNINGS:
        months = ", ".join(str(month) for month in YEAR_BEGINNINGS)
        top.problem(f"formats.year_begins is the month in which a quarter begins: one of {months}.")
    if "YYYY/YY" in profile.period_format and profile.year_begins == 1:
        top.problem(f'formats.period: "{profile.period_format}" needs formats.year_begins, such as 4.')


def _check_others(profile: Profile, top: Section) -> None:
    for first, second in combinations(profile.age_schemes, 2):
        if first.overlaps(second):
            top.problem("age_schemes: two hold on the same day. Give each its from and to.")
    for name in profile.separators:
        if name in fields() and name not in profile.columns:
            top.problem(f"formats.separators.{name}: that field has no column.")


# The order is that in which problems are told.
CHECKS: tuple[Callable[[Profile, Section], None], ...] = (
    _check_names,
    _check_fields,
    _check_records,
    _check_used,
    _check_headings,
    _check_rows,
    _check_codes,
    _check_readable,
    _check_date_formats,
    _check_periods,
    _check_others,
)
