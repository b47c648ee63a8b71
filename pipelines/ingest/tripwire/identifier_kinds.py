"""The kinds of direct identifiers that are looked for, as `reference/identifiers.toml` declares them.

Answers "which kinds are there and what do they look like". Who looks, and when, is decided in `identifiers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file


@dataclass(frozen=True)
class Kind:
    """One kind of direct identifier; a pattern is empty where there is nothing of the sort to look for.

    `heading` and `unless` are patterns of headings. `value` is a pattern of a part of a cell, in any column; `words`
    further ones in columns of words; `references` of a whole cell, of which most cells of a column and `distinct`
    different beginnings are needed. `check` names the further test of what a pattern found.
    """

    name: str
    heading: str
    unless: str
    value: str
    words: str
    references: str
    distinct: int
    check: str
    why: str

    def pattern(self, role: str) -> str:
        """Give the pattern of which one cell is enough, in a column of this role."""
        parts = [self.value, self.words] if role == "word" else [self.value]
        return "|".join(part for part in parts if part)


@cache
def kinds() -> tuple[Kind, ...]:
    """Give every kind of identifier that is looked for."""
    declared = read_toml(reference_file("identifiers.toml"), SettingsError)
    return tuple(_kind(name, entry) for name, entry in declared.items() if isinstance(entry, dict))


@cache
def kind_named(name: str) -> Kind:
    """Give one kind by its name."""
    return next(kind for kind in kinds() if kind.name == name)


@cache
def excused_headings() -> re.Pattern[str]:
    """Give the pattern of headings that ask something about an identifier and do not hold it."""
    declared = read_toml(reference_file("identifiers.toml"), SettingsError)
    return re.compile(_any_of(declared["unless"]))


@cache
def rust_pattern(pattern: str) -> str:
    """Give a pattern as polars reads it: any capitals, and word ends between plain letters, which is far quicker."""
    return "(?i)" + pattern.replace(r"\b", r"(?-u:\b)")


@cache
def python_pattern(pattern: str) -> re.Pattern[str]:
    """Give a pattern as Python reads it."""
    return re.compile(pattern, re.IGNORECASE)


def _kind(name: str, entry: dict[str, Any]) -> Kind:
    return Kind(
        name=name.replace("_", " "),
        heading=_any_of(entry.get("heading", ())),
        unless=_any_of(entry.get("unless", ())),
        value=_any_of(entry.get("value", ())),
        words=_any_of(entry.get("words", ())),
        references=_any_of(entry.get("references", ())),
        distinct=entry.get("distinct", 0),
        check=entry.get("check", ""),
        why=entry["why"],
    )


def _any_of(patterns: Sequence[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)
