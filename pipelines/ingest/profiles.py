"""Profiles: how one source's files are laid out, and what its words mean.

Answers "which column is which field" and "which code does this word stand for". A profile is a TOML file that a person
who knows the source can write; every column of a file must be named in it, so that a new column is noticed. Whether a
profile holds together is checked in `profile_checks.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipelines.codelists import MISSING_KINDS, codelist
from pipelines.declarations import Section, read_toml, stop_on_problems
from pipelines.errors import ProfileError
from pipelines.ingest.ages import AgeScheme
from pipelines.ingest.fields import DERIVED, ENQUIRIES, NEVER_KEPT, fields
from pipelines.ingest.profile_parts import (
    DriftRules,
    RowRules,
    lists,
    read_age_schemes,
    read_drift,
    read_layout,
    read_rows,
)
from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.words import normalised
from pipelines.settings import Settings


@dataclass(frozen=True)
class Profile:
    """One source format, checked as a whole.

    `columns` maps a field to the headings that fill it, `used` those that fill one and are thrown away before storage.
    `also_called` maps a heading to other names it has had. `words` maps field to normalised word to code; `missing`
    maps field to normalised word to one of the four kinds of missing. `allowed` maps field to the codes it may hold; a
    field whose codes the profile itself decides is absent from it.
    """

    name: str
    path: Path
    digest: str
    layout: Layout
    heading_rows: int
    names: tuple[str, ...]
    rows: RowRules
    columns: Mapping[str, tuple[str, ...]]
    used: Mapping[str, tuple[str, ...]]
    also_called: Mapping[str, tuple[str, ...]]
    dropped: tuple[str, ...]
    not_collected: tuple[str, ...]
    stated: Mapping[str, str]
    date_formats: tuple[str, ...]
    birth_formats: tuple[str, ...]
    period_format: str
    year_begins: int
    strips_leading_zeros: bool
    age_schemes: tuple[AgeScheme, ...]
    separators: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, Mapping[str, str]]
    allowed: Mapping[str, frozenset[str]]
    drift: DriftRules

    @property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """Give the headings that fill each field, whether or not they are thrown away afterwards."""
        return {**self.columns, **self.used}

    @property
    def headings(self) -> tuple[str, ...]:
        """Give every column heading the profile knows by its first name, dropped ones included."""
        return tuple(dict.fromkeys(heading for group in self.sources.values() for heading in group)) + self.dropped

    @property
    def holds_enquiries(self) -> bool:
        """Tell whether its rows are enquiries and no cases."""
        return self.rows.records == ENQUIRIES

    @property
    def register_word(self) -> str:
        """Give what its references of rows are of, so that an enquiry never has the pseudonym of a case."""
        return "enquiry" if self.holds_enquiries else "case"

    def fills(self, field: str) -> bool:
        """Tell whether something in a file fills a field: a column of its own, or one it is derived from."""
        return field in self.columns or field in {DERIVED.get(name) for name in self.used}

    def treatment_of_unknown(self, field: str) -> str:
        """Give what happens to a row whose word in a field nobody explained: `stop`, `quarantine` or `keep`.

        A word of a field without which a case cannot be counted is never kept; its row waits instead.
        """
        treatment = self.rows.unknown_values_for.get(field, self.rows.unknown_values)
        return "quarantine" if treatment == "keep" and field in NEVER_KEPT else treatment


def load_profile(path: Path, settings: Settings) -> Profile:
    """Read and check one profile.

    Args:
        path: the TOML file.
        settings: names the centres, projects, funders and further advice types that words may stand for.
    Returns:
        A profile in which every field is mapped, stated or declared as not collected, and every code exists.
    Raises:
        ProfileError: the file is missing, unreadable or wrong; the message lists every problem.
    """
    from pipelines.ingest.profile_checks import check_profile

    top = Section("", read_toml(path, ProfileError))
    profile = _profile(path, top, settings)
    check_profile(profile, top)
    top.close()
    stop_on_problems(top.problems, path, ProfileError)
    return profile


def _profile(path: Path, top: Section, settings: Settings) -> Profile:
    about, file, rows = top.section("profile"), top.section("file"), top.section("rows")
    drop, absent, formats = top.section("drop"), top.section("not_collected"), top.section("formats")
    about.text("version", "")
    references = formats.section("references")
    date_formats = formats.texts("date", ("DD/MM/YYYY",))
    profile = Profile(
        name=about.text("name"),
        path=path,
        digest=sha256(path.read_bytes()).hexdigest(),
        layout=read_layout(file, drop),
        heading_rows=file.whole("heading_rows", 1),
        names=file.texts("names"),
        rows=read_rows(rows),
        columns=lists(top.section("columns")),
        used=lists(drop.section("used")),
        also_called=lists(top.section("also_called")),
        dropped=drop.texts("columns"),
        not_collected=absent.texts("fields"),
        stated=top.mapping("stated"),
        date_formats=date_formats,
        birth_formats=formats.texts("birth_date", date_formats),
        period_format=formats.text("period", "YYYY-Qn"),
        year_begins=formats.whole("year_begins", 1),
        strips_leading_zeros=references.flag("strip_leading_zeros"),
        age_schemes=read_age_schemes(top),
        separators=lists(formats.section("separators")),
        words=_words(top.section("values")),
        missing=_missing(top),
        allowed=_allowed(settings),
        drift=read_drift(top.section("drift")),
    )
    for section in (about, file, rows, drop, absent, formats, references):
        section.close()
    return profile


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
