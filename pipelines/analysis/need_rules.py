"""What a person decided about need profiles: fields compared, what is true by definition, the words of each verdict.

Answers from `reference/need_profiles.toml`. Levels and bounds are not decided there but in `statistics/states.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.codelists import codelist
from pipelines.declarations import Section, read_toml, stop_on_problems
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

FILE = "need_profiles.toml"


@dataclass(frozen=True)
class Definition:
    """Categories of one dimension that are part of what makes some groups what they are.

    `has_parts` tells whether the parts of these groups are meant too; `categories` is None where all are.
    """

    groups: tuple[str, ...]
    has_parts: bool
    dimension: str
    categories: frozenset[str] | None

    def covers(self, group: str, part_of: str, category: str) -> bool:
        """Tell whether this group and category are among those meant."""
        is_named = group in self.groups or (self.has_parts and part_of in self.groups)
        return is_named and (self.categories is None or category in self.categories)


@dataclass(frozen=True)
class Search:
    """How combinations are looked through.

    `people` maps a column to its codes, "known" for all that are known; `without` holds needs that are left out.
    """

    people: Mapping[str, tuple[str, ...]]
    without: frozenset[str]
    draws: int
    shortlist: int
    certainty: float


@dataclass(frozen=True)
class NeedRules:
    """Everything `need_profiles.toml` decides."""

    dimensions: tuple[str, ...]
    definitions: tuple[Definition, ...]
    verdicts: Mapping[str, str]
    search: Search

    def is_by_definition(self, group: str, part_of: str, dimension: str, category: str) -> bool:
        """Tell whether a category is part of what makes a group, or the group that this one is a part of.

        Examples:
            >>> need_rules().is_by_definition("FAMILY_LINKED_CASE", "FAMILY_MEMBER", "advice_type", "EUSS_JOINING")
            True
        """
        return any(rule.dimension == dimension and rule.covers(group, part_of, category) for rule in self.definitions)


@cache
def need_rules() -> NeedRules:
    """Give the packaged rules.

    Raises:
        SettingsError: the file is not well formed; every problem is named.
    """
    path = reference_file(FILE)
    top = Section("", read_toml(path, SettingsError))
    rules = NeedRules(
        dimensions=top.texts("dimensions"),
        definitions=tuple(_definition(section) for section in top.sections("by_definition")),
        verdicts=top.mapping("verdicts"),
        search=_search(top.section("intersections")),
    )
    top.close()
    stop_on_problems(top.problems, path, SettingsError)
    return rules


def _definition(section: Section) -> Definition:
    dimension, marked = section.text("dimension"), section.text("marked", "")
    section.text("why")
    named = _marked(dimension, marked) if marked else frozenset(section.texts("categories"))
    is_every = section.flag("every")
    if not named and not is_every:
        section.problem(f"{section.place} names no category.")
    categories = None if is_every else named
    found = Definition(section.texts("groups"), section.flag("with_parts"), dimension, categories)
    section.close()
    return found


def _search(section: Section) -> Search:
    people = section.section("people")
    found = Search(
        people={column: people.texts(column) for column in list(people.values)},
        without=_marked("advice_type", section.text("without")),
        draws=section.whole("draws", 0),
        shortlist=section.whole("shortlist", 0),
        certainty=section.number("certainty", 0.0),
    )
    section.close()
    return found


def _marked(dimension: str, column: str) -> frozenset[str]:
    """Give the codes that the code list of a dimension marks with "yes" in a column."""
    marks = codelist(f"{dimension}s").column(column)
    return frozenset(code for code, mark in marks.items() if mark == "yes")
