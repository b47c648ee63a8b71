"""In which language something is said: English, or one that a catalogue was approved for.

Answers how a template, a label, a number and a day are said to one reader. English says everything as it was written
and needs no further package; `catalogues` makes the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.figures import ENGLISH_NUMBERS, NumberStyle, fewer_than, shown
from pipelines.periods import Quarter
from pipelines.publish.messages import Message, Spoken
from pipelines.translations import Translation

_WORDS_OUTSIDE_SLOTS = re.compile(r"[^\W\d_]")
_SLOT = re.compile(r"\{\w+\}")


@dataclass(frozen=True, eq=False)
class Language:
    """One language: its tag (BCP 47), its own name for itself, and the signs in its numbers."""

    tag: str = "en-GB"
    name: str = "English"
    numbers: NumberStyle = ENGLISH_NUMBERS

    @property
    def short(self) -> str:
        """Give the part of the tag that names a file."""
        return self.tag.partition("-")[0].lower()

    def template(self, text: str, n: int | None = None) -> str | None:  # noqa: ARG002 - other languages count
        """Give a wording in this language.

        Args:
            text: the English wording.
            n: the number that its counted noun follows; None where nothing is counted.
        Returns:
            None where nobody approved a translation.
        """
        return text

    def label(self, text: Spoken) -> str | None:
        """Say a label, a small word or a day; None where nobody approved a translation."""
        return text

    def quarter_lines(self, quarter: Quarter) -> tuple[str, str]:
        """Name a quarter in two lines of an axis: its first and last month, and the year."""
        return f"{quarter.first_day:%b}–{quarter.last_day:%b}", str(quarter.year)

    def figure(self, value: float | int | None, form: str) -> str:
        """Write a figure."""
        return shown(value, form, self.numbers)

    def below(self, limit: int) -> str | None:
        """Say that a rounded count is below a limit; None where nobody approved a translation."""
        return fewer_than(limit)

    def sort_key(self, text: str) -> tuple[int, ...]:
        """Give what puts names in the order of the alphabet."""
        return tuple(map(ord, text.casefold()))

    def untranslated(self) -> tuple[str, ...]:
        """Name the parts of a brief that stand in English in a brief of this language."""
        return ()


ENGLISH = Language()


def brief_file(language: Language, ending: str = "html") -> str:
    """Name the file of a brief in a language; English has the plain name.

    >>> brief_file(ENGLISH), brief_file(Language("pl", "polski"), "pdf")
    ('brief.html', 'brief.pl.pdf')
    """
    return f"brief.{ending}" if language is ENGLISH else f"brief.{language.short}.{ending}"


@cache
def read_languages(translations: tuple[Translation, ...]) -> tuple[Language, ...]:
    """Read the approved parts of catalogues; without any, no further package is needed.

    Raises:
        SettingsError: a catalogue is damaged or says something else than the English text.
    """
    if not translations:
        return ()
    from pipelines.publish.catalogues import read_language

    return tuple(read_language(translation) for translation in translations)


def has_words(template: str) -> bool:
    """Tell whether a wording has words of its own; slots and signs alone are the same in every language.

    >>> has_words("{group} ({n}{comma_share})"), has_words("{n} {cases} were opened.")
    (False, True)
    """
    return bool(_WORDS_OUTSIDE_SLOTS.search(_SLOT.sub("", template)))


def slots_of(template: str) -> frozenset[str]:
    """Give the slots of a wording, braces included."""
    return frozenset(_SLOT.findall(template))


def is_counted(message: Message) -> bool:
    """Tell whether a message has plural forms: it counts with {n}, or names what is counted."""
    return "{n}" in message.source or message.section == "units"
