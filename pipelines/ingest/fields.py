"""The fields a profile can fill and how each is read.

Answers "which fields are there"; the list itself is `reference/fields.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

# Between the cells of several columns that fill one field. A control character never occurs in an export's words.
CELL_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Field:
    """One field of a case record, as a source may record it."""

    name: str
    kind: str
    code_list: str
    has_many: bool
    is_optional: bool


@cache
def fields() -> dict[str, Field]:
    """Give every field by name, in the order of `reference/fields.toml`."""
    declared = read_toml(reference_file("fields.toml"), SettingsError)
    return {
        name: Field(name, entry["kind"], entry.get("list", ""), bool(entry.get("many")), bool(entry.get("optional")))
        for name, entry in declared.items()
    }
