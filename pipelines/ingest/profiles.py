"""Profiles: how one source's files are laid out, and what its words mean.

Answers "which column is which field" and "which code does this word stand for". A profile is a TOML file that a person
who knows the source can write; every column of a file must be named in it, so that a new column stops the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipelines.codelists import MISSING_KINDS, codelist
from pipelines.declarations import Section, read_toml, stop_on_problems, suggestion
from pipelines.errors import ProfileError
from pipelines.ingest.ages import read_age
from pipelines.ingest.dates import DATE_FORMATS, PERIOD_FORMATS
from pipelines.ingest.fields import fields
from pipelines.ingest.nationality import read_nationality
from pipelines.ingest.words import normalised
from pipelines.settings import Settings

ENCODINGS = ("utf-8", "windows-1252", "utf-16")
DELIMITERS = (",", ";", "\t", "|")
_ALIASES = {"windows-1252": "cp1252"}


@dataclass(frozen=True)
class Profile:
    """One source format, checked as a whole.

    `columns` maps field to column headings; `words` maps field to normalised word to code; `missing` maps field to
    normalised word to one of the four kinds of missing. `allowed` maps field to the codes it may hold; a field whose
    codes the profile itself decides is absent from it.
    """

    name: str
    path: Path
    digest: str
    encoding: str
    delimiter: str
    stops_on_unknown: bool
    ignored_beginnings: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    dropped: tuple[str, ...]
    not_collected: tuple[str, ...]
    date_formats: tuple[str, ...]
    period_format: str
    separators: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, Mapping[str, str]]
    allowed: Mapping[str, frozenset[str]]

    @property
    def headings(self) -> tuple[str, ...]:
        """Give every column heading the profile knows, dropped ones included."""
        return tuple(heading for group in self.columns.values() for heading in group) + self.dropped

    @property
    def codec(self) -> str:
        """Give the encoding by the name Python knows."""
        return _ALIASES.get(self.encoding, self.encoding)


def load_profile(path: Path, settings: Settings) -> Profile:
    """Read and check one profile.

    Args:
        path: the TOML file.
        settings: names the centres, projects, funders and further advice types that words may stand for.
    Returns:
        A profile in which every field is either mapped or declared as not collected, and every code exists.
    Raises:
        ProfileError: the file is missing, unreadable or wrong; the message lists every problem.
    """
    top = Section("", read_toml(path, ProfileError))
    profile = _profile(path, top, settings)
    _check_fields(profile, top)
    _check_codes(profile, top)
    _check_readable(profile, top)
    _check_formats(profile, top)
    top.close()
    stop_on_problems(top.problems, path, ProfileError)
    return profile


def _profile(path: Path, top: Section, settings: Settings) -> Profile:
    about, file, rows = top.section("profile"), top.section("file"), top.section("rows")
    drop, absent, formats = top.section("drop"), top.section("not_collected"), top.section("formats")
    about.text("version", "")
    _one_of(file, file.text("format", "csv"), "format", ("csv",))
    profile = Profile(
        name=about.text("name"),
        path=path,
        digest=sha256(path.read_bytes()).hexdigest(),
        encoding=_one_of(file, file.text("encoding", "utf-8").lower(), "encoding", ENCODINGS),
        delimiter=_one_of(file, file.text("delimiter", ","), "delimiter", DELIMITERS),
        stops_on_unknown=_stops_on_unknown(rows),
        ignored_beginnings=rows.texts("ignore_starting_with"),
        columns=_lists(top.section("columns")),
        dropped=drop.texts("columns"),
        not_collected=absent.texts("fields"),
        date_formats=formats.texts("date", ("DD/MM/YYYY",)),
        period_format=formats.text("period", "YYYY-Qn"),
        separators=_lists(formats.section("separators")),
        words=_words(top.section("values")),
        missing=_missing(top),
        allowed=_allowed(settings),
    )
    for section in (about, file, rows, drop, absent, formats):
        section.close()
    return profile


def _one_of(section: Section, value: str, key: str, known: tuple[str, ...]) -> str:
    if value not in known:
        names = ", ".join(f'"{name}"' for name in known)
        section.problem(f"{section.place}.{key} must be one of {names}.".replace("\t", "\\t"))
    return value


def _stops_on_unknown(rows: Section) -> bool:
    return _one_of(rows, rows.text("unknown_values", "stop"), "unknown_values", ("stop", "quarantine")) == "stop"


def _lists(section: Section) -> dict[str, tuple[str, ...]]:
    return {name: section.texts(name) for name in list(section.values)}


def _words(section: Section) -> dict[str, dict[str, str]]:
    return {
        name: {normalised(word): code for word, code in section.mapping(name).items()} for name in list(section.values)
    }


def _missing(top: Section) -> dict[str, dict[str, str]]:
    """Give each field its words for missing: those for every field, then its own; a blank is `not_recorded`."""
    shared = {"": "not_recorded"} | _kinds(top.section("missing"))
    own = top.section("missing_for")
    return {name: shared | (_kinds(own.section(name)) if name in own.values else {}) for name in fields()}


def _kinds(section: Section) -> dict[str, str]:
    found = {normalised(word): kind for kind in MISSING_KINDS for word in section.texts(kind)}
    section.close()
    return found


def _allowed(settings: Settings) -> dict[str, frozenset[str]]:
    named = {"centre": settings.centres, "project": settings.projects, "funder": settings.funders}
    packaged = {
        field.name: frozenset(codelist(field.code_list).codes)
        for field in fields().values()
        if field.kind == "code" and field.code_list not in ("", "settings")
    }
    packaged["advice_type"] |= frozenset(settings.advice_types)
    return packaged | {name: frozenset(ids) for name, ids in named.items()}


def _check_fields(profile: Profile, top: Section) -> None:
    known = fields()
    for place, names in (("columns", profile.columns), ("not_collected.fields", profile.not_collected)):
        for name in names:
            if name not in known:
                top.problem(f"{place}: {name} is not a field.{suggestion(name, known)}")
    for field in known.values():
        mapped, absent = field.name in profile.columns, field.name in profile.not_collected
        if mapped == absent and not (field.is_optional and not mapped):
            top.problem(f"{field.name}: name its column under [columns] or list it under [not_collected], one of both.")
        if len(profile.columns.get(field.name, ())) > 1 and not field.has_many:
            top.problem(f"columns.{field.name} can have one column only.")
    if not {"opened", "period"} & set(profile.columns):
        top.problem("columns: name the column of opened (a date) or of period (a quarter).")
    repeated = sorted({name for name in profile.headings if profile.headings.count(name) > 1})
    top.problems.extend(f'the column "{name}" is named more than once.' for name in repeated)


def _check_codes(profile: Profile, top: Section) -> None:
    known = fields()
    for name, words in profile.words.items():
        if name not in known:
            top.problem(f"values.{name} is not a field.{suggestion(name, known)}")
        elif known[name].kind in ("text", "date", "period"):
            top.problem(f"values.{name}: its words are not codes; see [formats].")
        for code in sorted(set(words.values()) - profile.allowed.get(name, frozenset(words.values()))):
            top.problem(f'values.{name}: "{code}" is not a code.{suggestion(code, sorted(profile.allowed[name]))}')


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


def _check_formats(profile: Profile, top: Section) -> None:
    if {"DD/MM/YYYY", "MM/DD/YYYY"} <= set(profile.date_formats):
        top.problem("formats.date: DD/MM/YYYY and MM/DD/YYYY cannot be told apart; name the one the source uses.")
    unknown = [name for name in profile.date_formats if name not in DATE_FORMATS]
    unknown += [profile.period_format] if profile.period_format not in PERIOD_FORMATS else []
    for name in unknown:
        top.problem(f'formats: "{name}" is not one of {", ".join([*DATE_FORMATS, *PERIOD_FORMATS])}.')
    for name in profile.separators:
        if name not in profile.columns:
            top.problem(f"formats.separators.{name}: that field has no column.")
