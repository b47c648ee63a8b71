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
# Kinds that are turned into something else before storage: a hash, an age, a district.
NEVER_STORED = ("reference", "birth", "postcode")
# What a field that is read and thrown away leaves behind.
DERIVED = {"date_of_birth": "age", "postcode": "residence_area"}

# What the rows of a source are: cases unless its profile says otherwise. An enquiry has a response, which is what it is
# counted by.
CASES, ENQUIRIES, RESPONSE = "cases", "enquiries", "enquiry_response"

# Without its date, centre, project or funder a case cannot be counted anywhere.
NEVER_KEPT = ("opened", "closed", "period", "centre", "project", "funder")


@dataclass(frozen=True)
class Field:
    """One field of a case record, as a source may record it."""

    name: str
    kind: str
    code_list: str
    has_many: bool
    is_optional: bool
    records: tuple[str, ...] = (CASES,)


@cache
def fields() -> dict[str, Field]:
    """Give every field by name, in the order of `reference/fields.toml`."""
    declared = read_toml(reference_file("fields.toml"), SettingsError)
    return {
        name: Field(
            name,
            entry["kind"],
            entry.get("list", ""),
            bool(entry.get("many")),
            bool(entry.get("optional")),
            tuple(entry.get("records", (CASES,))),
        )
        for name, entry in declared.items()
    }


@cache
def word_fields() -> dict[str, Field]:
    """Give the fields that are stored as the words a source wrote."""
    return {name: field for name, field in fields().items() if field.kind not in NEVER_STORED}
