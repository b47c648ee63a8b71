"""What one row of a file is, and which columns tell cases apart.

Answers "one row per case, issue, event or person" and "which reference, alone or with another column, is a case's own".
The evidence are rows that share a case reference: what stays the same within them and what does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.inspecting.assigning import DROPPED, Choice
from pipelines.inspecting.book import book

_ROW_KINDS = {
    "person": ("client_ref", "age", "date_of_birth", "gender", "client_role", "nationality"),
    "issue": ("advice_type", "barrier", "stall_reason"),
}
# A field varies within cases when it does in more than this share of the cases that have several rows; below, it is a
# slip of the keyboard.
_VARIES = 0.05
_LAST_OF = (
    "closed",
    "outcome",
    "service_depth",
    "adviser_level",
    "referral",
    "channel",
    "client_role",
    "residence_area",
    "age",
    "gender",
)


@dataclass(frozen=True)
class Grain:
    """What one row is.

    `one_row_per` is `case`, `issue`, `event` or `person`; `last_of` and `first_of` are the fields that change
    from event to event, of which the last or the first one counts.
    `case_columns` are the columns that together make the case's reference. `repeated` is the share of cases that have
    several rows, and `evidence` says what was seen.
    """

    one_row_per: str
    last_of: tuple[str, ...]
    first_of: tuple[str, ...]
    case_columns: tuple[int, ...]
    repeated: float
    evidence: str

    @property
    def is_usable(self) -> bool:
        """Tell whether the references tell cases apart, as far as the kind of row lets them share one."""
        return self.one_row_per != "case" or not self.case_columns or self.repeated < book().limits["repeated_cases"]


def find_grain(sample: pl.DataFrame, choices: Sequence[Choice]) -> Grain:
    """Find out what one row of a file is.

    Args:
        sample: row_number and cell_0, cell_1 …; blanks are null.
        choices: what each column is used for.
    """
    refs = [choice.column.index for choice in choices if choice.field == "case_ref"]
    if not refs or sample.is_empty():
        return Grain("case", (), (), tuple(refs), 0.0, "no case reference: each row counts as a case")
    groups = _repeated(sample, refs)
    n_cases = sample.select(pl.struct(f"cell_{i}" for i in refs).n_unique()).item()
    repeated = groups.n_unique("case") / n_cases if n_cases else 0.0
    if repeated < book().limits["repeated_cases"]:
        told = "every reference" if not repeated else f"{_percent(1 - repeated)} of all references"
        return Grain("case", (), (), tuple(refs), repeated, f"{told} stands in one row only")
    varying = _varying(groups, choices)
    kind = _kind(varying, choices)
    if kind == "person":
        return _of_people(sample, refs, choices, repeated=repeated, varying=varying)
    if not varying:
        return Grain("issue", (), (), tuple(refs), repeated, "rows of one case are alike in everything that is kept")
    first_of = tuple(name for name in ("opened", "first_contact", "period") if kind == "event" and name in varying)
    last_of = _last_of(varying, choices) if kind == "event" else ()
    return Grain(kind, last_of, first_of, tuple(refs), repeated, _differ(repeated, varying))


def _differ(repeated: float, varying: Sequence[str]) -> str:
    return f"{_percent(repeated)} of the cases have several rows, which differ in {', '.join(varying)}"


def _of_people(
    sample: pl.DataFrame, refs: list[int], choices: Sequence[Choice], *, repeated: float, varying: Sequence[str]
) -> Grain:
    """Judge rows that share a reference and are about several people: a household, or references that begin again."""
    if not any(choice.field == "client_ref" for choice in choices):
        told = "several people share a case reference, and nothing tells them apart"
        return Grain("case", (), (), tuple(refs), repeated, told)
    if "opened" not in varying:
        return Grain("person", (), (), tuple(refs), repeated, _differ(repeated, varying))
    further = _further_column(sample, refs, choices)
    if further is None:
        told = "references come again for other clients and on other days"
        return Grain("case", (), (), tuple(refs), repeated, told)
    heading = next(choice.heading for choice in choices if choice.column.index == further)
    told = f'references come again for other clients, and are unique together with "{heading}"'
    return Grain("case", (), (), (further, *refs), 0.0, told)


def _repeated(sample: pl.DataFrame, refs: Sequence[int]) -> pl.DataFrame:
    key = pl.concat_str([pl.col(f"cell_{i}").fill_null("") for i in refs], separator="\x1f").alias("case")
    named = sample.with_columns(key).filter(pl.all_horizontal(pl.col(f"cell_{i}").is_not_null() for i in refs))
    return named.filter(pl.len().over("case") > 1)


def _varying(groups: pl.DataFrame, choices: Sequence[Choice]) -> tuple[str, ...]:
    """Give the fields whose filled cells differ within cases."""
    mapped = [choice for choice in choices if choice.use != DROPPED and choice.field != "case_ref"]
    counted = groups.group_by("case").agg(
        (pl.col(f"cell_{choice.column.index}").drop_nulls().n_unique() > 1).alias(
            f"{choice.field} {choice.column.index}"
        )
        for choice in mapped
    )
    found = [
        choice.field
        for choice in mapped
        if float(counted[f"{choice.field} {choice.column.index}"].mean() or 0) > _VARIES  # type: ignore[arg-type]
    ]
    return tuple(dict.fromkeys(found))


def _kind(varying: Sequence[str], choices: Sequence[Choice]) -> str:
    """Name what a row is by what differs between the rows of a case."""
    people = set(_ROW_KINDS["person"]) & set(varying)
    has_client = any(choice.field == "client_ref" for choice in choices)
    if "client_ref" in people or (len(people) > 1 and not has_client):
        return "person"
    if {"opened", "period", *_LAST_OF} & set(varying):
        return "event"
    return "issue" if set(_ROW_KINDS["issue"]) & set(varying) else "case"


def _further_column(sample: pl.DataFrame, refs: Sequence[int], choices: Sequence[Choice]) -> int | None:
    """Find the column that makes the references unique, such as an office: the one with fewest different words."""
    rest = [choice.column for choice in choices if choice.column.index not in refs and choice.field != "client_ref"]
    named = sample.drop_nulls([f"cell_{i}" for i in refs])
    fitting = []
    for column in rest:
        if column.filled < named.height or not 2 <= len(column.words) <= 1000 or len(column.words) * 10 > named.height:
            continue
        keys = [f"cell_{i}" for i in (*refs, column.index)]
        if named.select(pl.struct(keys).n_unique()).item() >= (1 - book().limits["repeated_cases"]) * named.height:
            fitting.append((len(column.words), column.index))
    return min(fitting)[1] if fitting else None


def _last_of(varying: Sequence[str], choices: Sequence[Choice]) -> tuple[str, ...]:
    mapped = {choice.field for choice in choices if choice.use != DROPPED}
    return tuple(field for field in _LAST_OF if field in varying and field in mapped)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", "\u00a0%")
