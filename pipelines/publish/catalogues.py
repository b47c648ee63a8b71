"""Babel, and nothing else: message catalogues, and how a language writes numbers, days and names of countries.

Answers "how does this language say it, and did somebody approve that". Messages are gettext's; numbers, months and
countries come from the Unicode Common Locale Data Repository (CLDR). A message that nobody approved, or whose English
has changed since, is not there.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from io import BytesIO
from typing import Any

from babel import Locale, UnknownLocaleError, dates
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from pipelines.errors import SettingsError, listed
from pipelines.figures import NumberStyle
from pipelines.periods import Period, Quarter
from pipelines.publish.catalogue_checks import translation_problems
from pipelines.publish.languages import Language, has_words, is_counted
from pipelines.publish.messages import Message, Spoken, Timed, spoken, written
from pipelines.publish.translatable import sections, translatable
from pipelines.translations import Translation

# A wording without a number beside it is about several; two is "several" in every rule of plurals that CLDR has for
# languages with more forms than one.
_SEVERAL = 2
_COUNTRIES = "labels.nationalities."
_NUMBER_PATTERN = re.compile(r"[#0,.]+")
# Files made twice are the same; a template has no date of its own.
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Translated(Language):
    """A language that a catalogue was approved for, section by section."""

    locale: Any = None
    messages: Any = None
    known: frozenset[tuple[str, str]] = frozenset()

    def template(self, text: str, n: int | None = None) -> str | None:
        """Give a wording in this language; None where nobody approved a translation."""
        if not isinstance(text, Message) or text.key not in self.known:
            return None if has_words(text) else text
        if is_counted(text):
            said = self.messages.npgettext(text.context, text.source, text.source, _SEVERAL if n is None else n)
        else:
            said = self.messages.pgettext(text.context, text.source)
        return text.in_these_ways(said)

    def label(self, text: Spoken) -> str | None:
        """Say a label, a small word or a day; countries are called as CLDR calls them unless the catalogue does."""
        if isinstance(text, Timed):
            return text.in_these_ways(self._time(text.when))
        said = self.template(text)
        if said is None and isinstance(text, Message) and text.context.startswith(_COUNTRIES):
            country = self.locale.territories.get(text.context.removeprefix(_COUNTRIES))
            said = text.in_these_ways(country) if country else None
        return said

    def quarter_lines(self, quarter: Quarter) -> tuple[str, str]:
        """Name a quarter in two lines of an axis."""
        return self._months(quarter.first_day, quarter.last_day, "abbreviated"), self._year(quarter.last_day)

    def below(self, limit: int) -> str | None:
        """Say that a rounded count is below a limit; None where nobody approved a translation."""
        said = self.template(spoken("fewer_than"))
        return None if said is None else said.replace("{n}", self.figure(limit, "n"))

    def sort_key(self, text: str) -> tuple[int, ...]:
        """Put names in the order of the language's own alphabet, as far as `languages.toml` has it."""
        return tuple(self._places.get(letter, ord(letter)) for letter in text.casefold())

    @cached_property
    def _places(self) -> dict[str, int]:
        alphabet: str = written("languages.toml")["alphabets"].get(self.tag, "")
        return {letter: ord("a") + at for at, letter in enumerate(alphabet)}

    def untranslated(self) -> tuple[str, ...]:
        """Name the sections of which anything stands in English, and last what is always said in English."""
        missing = {message.section for message in translatable() if self.label(message) is None}
        return (*(name for name in sections() if name in missing), "statements")

    def _time(self, when: date | Quarter | Period) -> str:
        if isinstance(when, date):
            return dates.format_date(when, "long", locale=self.locale)
        if isinstance(when, Quarter):
            return f"{self._months(when.first_day, when.last_day, 'abbreviated')} {self._year(when.last_day)}"
        first, last = when.first.first_day, when.last.last_day
        if first.year == last.year:
            return f"{self._months(first, last, 'wide')} {self._year(last)}"
        months = dates.get_month_names("wide", "stand-alone", locale=self.locale)
        return f"{months[first.month]} {self._year(first)} – {months[last.month]} {self._year(last)}"

    def _months(self, first: date, last: date, width: Any) -> str:
        months = dates.get_month_names(width, "stand-alone", locale=self.locale)
        return f"{months[first.month]}–{months[last.month]}"

    def _year(self, day: date) -> str:
        return dates.format_skeleton("y", day, locale=self.locale)


def read_language(translation: Translation) -> Language:
    """Read the approved part of a catalogue.

    Raises:
        SettingsError: the catalogue is damaged, leaves a slot out or makes one up, or holds a digit.
    """
    locale, catalogue = _locale(translation), _catalogue(translation)
    ours = {message.key: message for message in translatable()}
    known = {_key(entry): _forms(entry.string) for entry in catalogue if _is_approved(entry, translation)}
    for entry in [each for each in catalogue if each.id and _key(each) not in known]:
        catalogue.delete(entry.id, context=entry.context)
    problems = [each for key, forms in known.items() for each in translation_problems(key, forms, ours.get(key))]
    if problems:
        raise SettingsError(listed(problems, heading=f"{translation.catalogue} cannot be used:"))
    return Translated(
        tag=translation.tag,
        name=str(locale.get_display_name(translation.tag)),
        numbers=_numbers(locale),
        locale=locale,
        messages=_compiled(catalogue),
        known=frozenset(known),
    )


def _locale(translation: Translation) -> Locale:
    try:
        return Locale.parse(translation.tag)
    except UnknownLocaleError:
        raise SettingsError(f'brief.languages: "{translation.tag}" is no language that can be written here.') from None


def _catalogue(translation: Translation) -> Catalog:
    try:
        with translation.catalogue.open("rb") as file:
            return read_po(file, locale=translation.tag, charset="utf-8", abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError):
        raise SettingsError(f"{translation.catalogue} is no catalogue of messages in UTF-8 (a .po file).") from None


def _is_approved(entry: Entry, translation: Translation) -> bool:
    """Tell whether a message counts: its section is approved, and it is whole and not marked as uncertain."""
    is_whole = bool(entry.id) and not entry.fuzzy and all(_forms(entry.string))
    return is_whole and _key(entry)[0].partition(".")[0] in translation.approved


def _key(entry: Entry) -> tuple[str, str]:
    return entry.context or "", _forms(entry.id)[0]


def _forms(string: Any) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (string,)


def _numbers(locale: Locale) -> NumberStyle:
    signs = locale.number_symbols["latn"]
    percent = locale.percent_formats[None].pattern.partition(";")[0]
    return NumberStyle(signs["decimal"], signs["group"], _NUMBER_PATTERN.sub("{}", percent))


def _compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    """Hand the messages to gettext, which knows the plural rule of the catalogue's header."""
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return gettext.GNUTranslations(file)


def _header() -> str:
    lines = written("languages.toml")["template"]["header"].strip().splitlines()
    return "\n".join(f"# {line}" for line in lines)


def template_of_catalogues() -> str:
    """Write the template for translators: every message, in order, with where it stands.

    Returns:
        A .pot file; the same words give the same text.
    """
    catalogue = Catalog(
        project="caseload", charset="utf-8", header_comment=_header(),
        creation_date=_EPOCH, revision_date=_EPOCH, msgid_bugs_address="", copyright_holder="", fuzzy=False,
    )  # fmt: skip
    for message in translatable():
        catalogue.add((message.source,) * 2 if is_counted(message) else message.source, context=message.context)
    file = BytesIO()
    write_po(file, catalogue, width=0)
    return file.getvalue().decode()
