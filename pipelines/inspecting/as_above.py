"""Rows that leave out what the row above them says already.

Answers "do blank cells of the reference mean as above". People write a case once and its further issues below it. A row
is taken for such a part only when it leaves out everything that says who the client is and when the case was opened: a
dependant's row, which has a nationality or an age of its own, is somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipelines.inspecting.assigning import DROPPED, Choice
from pipelines.inspecting.book import book

# What belongs to the client and the case. A row that says any of it anew is not a part of the case above.
_STEADY = ("case_ref", "client_ref", "opened", "period", "age", "date_of_birth", "gender", "nationality")
# What a part of a case needs of the row above: which case it is, whose and of when.
_FILLED = ("case_ref", "client_ref", "opened", "period")
# What a row of a case may say beside the one above it.
_SAYS_MORE = (
    "advice_type",
    "barrier",
    "outcome",
    "closed",
    "service_depth",
    "referral",
    "adviser_level",
    "channel",
    "stall_reason",
)
# Slips are left out of account: this share of the rows may be otherwise.
_SLIPS = 0.01
# What gaps in a reference and a date of opening took from their confidence.
_GAPS = 0.3


def find_as_above(sample: pl.DataFrame, choices: Sequence[Choice]) -> tuple[int, ...]:
    """Find the columns whose blank cells mean "as above".

    Args:
        sample: row_number and cell_0, cell_1 …; blanks are null.
        choices: what each column is used for.
    Returns:
        The columns to fill from above, by index; none where the file has no such rows.
    """
    kept = [choice for choice in choices if choice.use != DROPPED]
    refs = _cells(kept, ("case_ref",))
    if len(refs) != 1 or sample.is_empty() or sample[refs[0]][0] is None:
        return ()
    parts = sample.filter(pl.col(refs[0]).is_null())
    if parts.height < book().limits["repeated_cases"] * sample.height:
        return ()
    steady, others = _cells(kept, _STEADY), [cell for it in kept for cell in _cells([it], _SAYS_MORE)]
    if len(steady) > 1 and _is_so(parts, steady, are_filled=False) and _says_more(parts, others):
        return tuple(choice.column.index for choice in kept if choice.field in _FILLED)
    # People of one household, each with a reference of their own below the case's.
    whose, when = _cells(kept, ("client_ref",)), _cells(kept, ("opened", "period"))
    if whose and when and _is_so(parts, whose, are_filled=True) and _is_so(parts, when, are_filled=False):
        return tuple(choice.column.index for choice in kept if choice.field in ("case_ref", "opened", "period"))
    return ()


def _cells(choices: Sequence[Choice], fields: Sequence[str]) -> list[str]:
    return [f"cell_{choice.column.index}" for choice in choices if choice.field in fields]


def _is_so(rows: pl.DataFrame, cells: Sequence[str], *, are_filled: bool) -> bool:
    """Tell whether these cells are all filled, or all blank, in nearly every row."""
    tests = [pl.col(cell).is_not_null() if are_filled else pl.col(cell).is_null() for cell in cells]
    return rows.filter(pl.all_horizontal(tests)).height >= (1 - _SLIPS) * rows.height


def _says_more(rows: pl.DataFrame, cells: Sequence[str]) -> bool:
    if not cells:
        return False
    return (
        rows.filter(pl.any_horizontal(pl.col(cell).is_not_null() for cell in cells)).height
        >= (1 - _SLIPS) * rows.height
    )


def fill_sample(sample: pl.DataFrame, columns: Sequence[int]) -> pl.DataFrame:
    """Give a sample with the blank cells of these columns filled from above."""
    return sample.with_columns(pl.col(f"cell_{index}").forward_fill() for index in columns)


def without_gaps(choices: Sequence[Choice], columns: Sequence[int]) -> list[Choice]:
    """Give the choices with the confidence that gaps took away, since the gaps are none."""
    return [
        replace(it, score=min(0.99, it.score + _GAPS), why=f'{it.why}; blank cells mean "as above"')
        if it.column.index in columns and it.field in ("case_ref", "opened")
        else it
        for it in choices
    ]
