"""What the keys of the legal-aid bulk-load format are used for.

Answers "what is each key to be used for" from the list in `reference/recognition.toml`: the format is declared by its
owner, so nothing has to be recognised.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.ingest.fields import fields
from pipelines.inspecting.assigning import DROPPED, MAPPED, USED, Choice
from pipelines.inspecting.book import book, heading_words
from pipelines.inspecting.persons import Persons, role_of
from pipelines.inspecting.shapes import read_dates
from pipelines.inspecting.survey import Column, Survey


def choose_bulk_load(survey: Survey) -> list[Choice]:
    """Decide what the keys of a bulk-load file are used for: the format is known, so nothing is recognised."""
    known = {heading_words(key): field for field, keys in book().bulk_load.items() for key in keys}
    persons = Persons()
    taken: set[str] = set()
    choices = []
    for column in survey.columns:
        field = known.get(heading_words(column.heading), "")
        # A key that comes again in one row is numbered; fields but the reference have one column only.
        is_further = column.heading.endswith(")") or (field in taken and field != "case_ref")
        choices.append(_bulk_choice(column, "" if is_further else field, persons))
        taken.add(field)
    return choices


def _bulk_choice(column: Column, field: str, persons: Persons) -> Choice:
    if field:
        use = USED if field in ("date_of_birth", "postcode", "client_ref") else MAPPED
        # The format is declared by its owner, so no evidence for the order of day and month is needed.
        is_date = fields()[field].kind in ("date", "birth")
        reading = replace(read_dates(column.words), is_ambiguous=False) if is_date else None
        kinds = (*persons.by_heading(column), *persons.by_cells(column, role_of(fields()[field])))
        return Choice(column, use, field, 0.95, "the format is known", tuple(dict.fromkeys(kinds)), reading)
    found = persons.all_kinds(column)
    why = f"it names people: {', '.join(found)}" if found else "the format is known, and no figure needs this key"
    is_second = column.heading.upper().startswith("CLIENT2")
    return Choice(column, DROPPED, "", 0.95, why, found, is_asked=is_second and bool(column.filled))
