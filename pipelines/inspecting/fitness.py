"""Whether a file holds cases at all.

Answers "is one row one case, or is this a table of figures, or a list of something else" before anything is counted.
It only warns: a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.inspecting.assigning import DROPPED, Choice
from pipelines.inspecting.book import book, heading_words
from pipelines.inspecting.survey import Column, Survey

# What cases are described by. A file with fewer of these facts than this is something else.
_FACTS = ("age", "date_of_birth", "gender", "nationality", "advice_type", "outcome", "barrier", "service_depth")
_FEWEST = 2
_HOW_MANY = {("count",), ("total",), ("sum",), ("no",)}
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
# Figures of published tables may be hidden or rounded; so many of the cells are numbers all the same.
_MOSTLY = 0.7


def warn(choices: Sequence[Choice], survey: Survey) -> Iterator[str]:
    """Give what speaks against a file of cases.

    Args:
        choices: what each column is used for.
        survey: what the file holds.
    """
    if not survey.n_rows:
        yield "The file holds headings and no rows, so little can be said of it. Inspect a longer file of the source."
        return
    filled = {choice.field for choice in choices if choice.use != DROPPED}
    has_references = bool({"case_ref", "client_ref"} & filled)
    dropped = [choice.column for choice in choices if choice.use == DROPPED]
    numbers = [column.heading for column in dropped if _are_numbers(column)]
    counts = [column.heading for column in dropped if _is_figure(column)] or (numbers if len(numbers) > 2 else [])
    if counts and not has_references:
        yield (
            f'This looks like a table of figures and not like cases: "{counts[0]}" holds numbers, and no column tells '
            "cases apart. caseload counts rows, so each row would count as one case, whatever its figure says. Is "
            "there a file with one row for each case?"
        )
    elif len(filled & set(_FACTS)) < _FEWEST:
        yield (
            "Hardly anything was found that describes a case: who the client is, what the advice was about or what "
            "came of it. Is this a file of cases? If it is, write its columns under [columns]; otherwise leave it out."
        )


def _is_figure(column: Column) -> bool:
    """Tell whether a column holds figures: it is called so, and its cells are whole numbers."""
    words = heading_words(column.heading)
    return (bool(book().figures & {words, words[-1:]}) or words[:1] in _HOW_MANY) and _are_numbers(column)


def _are_numbers(column: Column) -> bool:
    numbers = sum(n for word, n in column.words.items() if _WHOLE.fullmatch(word))
    return bool(column.counted) and numbers >= _MOSTLY * column.counted
