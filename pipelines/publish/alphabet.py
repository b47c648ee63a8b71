"""The order of rows that stand by name: a code list has the order of English names, another language its own.

Answers "where do I look for a country". What is no name of a code list, such as a total, keeps its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.publish.brief import Brief
from pipelines.publish.languages import ENGLISH
from pipelines.publish.messages import Spoken, written
from pipelines.publish.sentences import Label, to_text

Codes = tuple[str, ...]
_COUNTRY_CODE = 2


def in_order(brief: Brief, dimensions: Sequence[str], rows: Sequence[Codes]) -> list[Codes]:
    """Put the rows of a table in the order of the brief's language.

    Args:
        brief: gives language and labels.
        dimensions: of the table.
        rows: their codes, in the order of the code list.
    Returns:
        The same rows; those of countries change places among themselves.
    """
    if brief.language is ENGLISH or tuple(dimensions) not in {
        (name,) for name in written("languages.toml")["sorted"]["dimensions"]
    }:
        return list(rows)
    named = [codes for codes in rows if _is_name(brief, dimensions[0], codes[0])]
    ordered = iter(sorted(named, key=lambda codes: brief.language.sort_key(_name(brief, dimensions[0], codes[0]))))
    return [next(ordered) if codes in named else codes for codes in rows]


def _is_name(brief: Brief, dimension: str, code: str) -> bool:
    return len(code) == _COUNTRY_CODE and code.isalpha() and isinstance(brief.label(dimension, code), Spoken)


def _name(brief: Brief, dimension: str, code: str) -> str:
    return to_text((Label(brief.label(dimension, code)),), brief.language)
