"""Texts that know their place: words of `wording.toml`, labels of codes, days.

Answers "which text is this, so that its translation can be found". Each is its English text and can be used as one; a
language looks up its place and text, and says it in its own words. A text that lost its place stays English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from pipelines.periods import Period, Quarter
from pipelines.resources import reference_file

Way = Callable[[str], str]
# Dimensions whose codes come from packaged lists; what a network names itself is a name, and is not translated.
CODE_LISTS = {
    "nationality_code": "nationalities",
    "nationality_class_code": "nationality_classes",
    "gender_code": "genders",
    "age_group_code": "age_groups",
    "advice_type_code": "advice_types",
    "advice_family_code": "advice_types",
    "group_code": "groups_of_interest",
    "membership_code": "memberships",
    "time_to_outcome_code": "times_to_outcome",
    "barrier_code": "barriers",
    "barrier_count_code": "barrier_counts",
    "barrier_pair_code": "barrier_pairs",
    "time_to_opening_code": "times_to_opening",
    "opened_in_time_code": "openings_in_time",
    "stall_reason_code": "stall_reasons",
    "channel_code": "channels",
    "enquiry_response_code": "enquiry_responses",
    "turned_away_code": "turned_away",
}


class Spoken(str):
    """A text that another language may say otherwise; `ways` are changes made to it, such as its first letter."""

    ways: tuple[Way, ...]

    def __str__(self) -> str:
        """Stay what it is; a plain copy would not know its place."""
        return self

    def changed(self, way: Way) -> Spoken:
        """Change the text and remember how, so that a translation is changed alike."""
        raise NotImplementedError

    def in_these_ways(self, text: str) -> str:
        """Change a translation as the text was changed."""
        for way in self.ways:
            text = way(text)
        return text


class Message(Spoken):
    """A text of a catalogue: `context` is its place, such as `text.top`, `source` what the catalogue knows it by."""

    context: str
    source: str

    def __new__(cls, text: str, context: str, source: str = "", ways: tuple[Way, ...] = ()) -> Message:
        """Make a text with its place."""
        made = super().__new__(cls, text)
        made.context, made.source, made.ways = context, source or text, ways
        return made

    def __getnewargs__(self) -> tuple[str, str, str, tuple[Way, ...]]:  # type: ignore[override]
        """Say what the same text is made of in another process."""
        return str.__str__(self), self.context, self.source, self.ways

    def changed(self, way: Way) -> Message:
        """Change the text and remember how."""
        return Message(way(self), self.context, self.source, (*self.ways, way))

    @property
    def key(self) -> tuple[str, str]:
        """Give what a catalogue knows the message by."""
        return self.context, self.source

    @property
    def section(self) -> str:
        """Give the section of the catalogue, which is approved as a whole."""
        return self.context.partition(".")[0]


class Timed(Spoken):
    """A day, a quarter or a period in English words."""

    when: date | Quarter | Period

    def __new__(cls, text: str, when: date | Quarter | Period, ways: tuple[Way, ...] = ()) -> Timed:
        """Make a text that knows its time."""
        made = super().__new__(cls, text)
        made.when, made.ways = when, ways
        return made

    def __getnewargs__(self) -> tuple[str, date | Quarter | Period, tuple[Way, ...]]:  # type: ignore[override]
        """Say what the same text is made of in another process."""
        return str.__str__(self), self.when, self.ways

    def changed(self, way: Way) -> Timed:
        """Change the text and remember how."""
        return Timed(way(self), self.when, (*self.ways, way))


def changed(text: str, way: Way) -> str:
    """Change a text; one that knows its place keeps it."""
    return text.changed(way) if isinstance(text, Spoken) else way(text)


def as_messages(value: Any, place: str = "") -> Any:
    """Give every text in a table, at any depth, its place.

    >>> as_messages({"text": {"top": "The largest"}})["text"]["top"].context
    'text.top'
    """
    if isinstance(value, dict):
        return {name: as_messages(inner, f"{place}.{name}" if place else name) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_messages(inner, f"{place}.{number}") for number, inner in enumerate(value)]
    return Message(value, place) if isinstance(value, str) else value


@cache
def written(name: str) -> dict[str, Any]:
    """Read a packaged file of words, such as `wording.toml`; every text knows its place."""
    with reference_file(name).open("rb") as file:
        found: dict[str, Any] = as_messages(tomllib.load(file))
    return found


def spoken(name: str) -> Message:
    """Give one of the small words that stand between figures, such as `and`."""
    found: Message = written("wording.toml")["spoken"][name]
    return found


def code_label(label: str, dimension: str, code: str) -> Message:
    """Give the label of a code of a packaged list its place."""
    return Message(label, f"labels.{CODE_LISTS[dimension]}.{code}")


def period_label(period: Period) -> str:
    """Say a period in words; other languages say it in theirs."""
    return Timed(period.label, period)
