"""Which columns name people, by the tripwire's own rules.

Answers "which kinds of identifier does this column promise or hold" with kinds and never with values, and "may this
word be shown": a word in which the tripwire sees a person is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from pipelines.ingest.fields import Field, fields
from pipelines.ingest.tripwire.identifiers import Column as Watched
from pipelines.ingest.tripwire.identifiers import Tripwire, promised_kind
from pipelines.inspecting.lexicon import field_lexicon, missing_word, plain
from pipelines.inspecting.shapes import read_dates, reference_share
from pipelines.inspecting.survey import Column

_REFERENCES = ("reference", "postcode")
_DATES = ("date", "period", "birth")
# From this share of its cells a column is looked at as one of references or of dates.
_MOST = 0.8


class Persons:
    """Looks for people in the columns of one file, each column once for each way it could be used."""

    def __init__(self) -> None:
        self._by_cells: dict[tuple[int, str], tuple[str, ...]] = {}

    def by_heading(self, column: Column) -> tuple[str, ...]:
        """Give the kind of identifier a heading promises, if any."""
        kind = promised_kind(column.heading)
        return (kind.name,) if kind else ()

    def by_cells(self, column: Column, role: str) -> tuple[str, ...]:
        """Give the kinds of identifier the cells of a column hold, were it used in a role of the tripwire."""
        if (column.index, role) not in self._by_cells:
            self._by_cells[column.index, role] = _kinds(column.words, role)
        return self._by_cells[column.index, role]

    def all_kinds(self, column: Column) -> tuple[str, ...]:
        """Give every kind a column shows, in the role that its cells suggest."""
        return tuple(dict.fromkeys([*self.by_heading(column), *self.by_cells(column, _likely_role(column))]))


def role_of(field: Field) -> str:
    """Give the role in which the tripwire looks at a column of a field."""
    if field.kind in _REFERENCES:
        return "reference"
    return "date" if field.kind in _DATES else "word"


def _likely_role(column: Column) -> str:
    if reference_share(column.words) >= _MOST:
        return "date" if read_dates(column.words).share >= _MOST else "reference"
    return "date" if read_dates(column.words).share >= _MOST else "word"


def is_harmless(word: str) -> bool:
    """Tell whether the tripwire has nothing against a word."""
    return not _kinds([word], "word")


def _kinds(words: Iterable[str], role: str) -> tuple[str, ...]:
    cells = list(words)
    known = frozenset(word for word in cells if role == "word" and _is_ours(word))
    tripwire = Tripwire({"cell": Watched("", role, known)})
    numbers = pl.Series("row_number", range(1, len(cells) + 1), dtype=pl.Int64)
    tripwire.look(pl.DataFrame([numbers, pl.Series("cell", cells, dtype=pl.String)]))
    return tuple(dict.fromkeys(found.kind for found in tripwire.structured()))


def _is_ours(word: str) -> bool:
    """Tell whether a word is one the product brought along."""
    return bool(missing_word(word)) or any(plain(word) in field_lexicon(name) for name in _coded())


def _coded() -> Sequence[str]:
    return [
        name for name, field in fields().items() if field.kind == "code" and field.code_list not in ("", "settings")
    ]
