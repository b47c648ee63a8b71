"""Enquiries for properties: counted with Polars beside the SQL, and invented beside invented clients."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import polars as pl
from workspaces import Workspace

from pipelines.analysis.breakdowns import ENQUIRIES, Caseload, as_breakdown, table_definitions
from pipelines.codelists import codelist
from pipelines.periods import Period
from tests.properties.times import MISSING

Counts = dict[tuple[str, ...], int]
COLUMNS = (
    "is_aged_55_plus_code",
    "is_dual_national_code",
    "is_family_member_code",
    "enquiry_response_code",
    "turned_away_code",
)
RESPONSES = (*codelist("enquiry_responses").codes, "_U")
SIDES = ("Y", "N", "_U")
ORDERS = {
    "enquiry_response_code": ("_T", *RESPONSES),
    "turned_away_code": ("_T", *SIDES),
    "membership_code": ("_T", *SIDES),
}


# Counted twice over


def counted_enquiries(
    workspace: Workspace, period: Period, members: Mapping[str, pl.Expr]
) -> dict[str, dict[tuple[str, ...], int]]:
    """Count the enquiries of a period from the enquiries themselves; `members` says who belongs to each group."""
    quarters = [str(quarter) for quarter in period.quarters]
    own = workspace.table("core.enquiries").filter(pl.col("period").is_in(quarters))
    is_missing = pl.col("enquiry_response_code").is_in([*MISSING, "not_recognised"])
    response = pl.when(is_missing).then(pl.lit("_U")).otherwise(pl.col("enquiry_response_code"))
    told = own.with_columns(response.alias("response")).with_columns(
        pl.when(pl.col("response") == "_U").then(pl.lit("_U"))
        .when(pl.col("response") == "TURNED_AWAY").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("away")
    )  # fmt: skip
    responses: Counter[tuple[str, ...]] = Counter()
    groups: Counter[tuple[str, ...]] = Counter()
    for row in told.with_columns(code.alias(f"in {group}") for group, code in members.items()).iter_rows(named=True):
        responses.update([(row["response"], ENQUIRIES), ("_T", ENQUIRIES)])
        for group in members:
            both = product((row[f"in {group}"], "_T"), (row["away"], "_T"))
            groups.update((group, *codes, ENQUIRIES) for codes in both)
    return {"by_enquiry_response": dict(responses), "by_group_of_interest_response": dict(groups)}


# Invented


@dataclass(frozen=True)
class Enquiry:
    """One enquiry: where it came, how it was answered, and whether the person belongs to each group."""

    centre: str
    response: str
    aged: str = "N"
    dual: str = "N"
    family: str = "N"

    def profile(self) -> tuple[str, ...]:
        """Give the codes that tables of enquiries are cut by."""
        away = {"TURNED_AWAY": "Y", "_U": "_U"}.get(self.response, "N")
        return (self.aged, self.dual, self.family, self.response, away)


def draw_enquiries(n: int, centres: Sequence[str], seed: int) -> list[Enquiry]:
    """Draw enquiries at some centres; some responses and groups are rare."""
    rng = random.Random(seed)  # noqa: S311 - invented enquiries
    weights = [12, 5, 6, 2, 2, 6, 1, 1]

    def side() -> str:
        return rng.choices(SIDES, (2, 9, 1))[0]

    return [Enquiry(rng.choice(centres), rng.choices(RESPONSES, weights)[0], side(), side(), side()) for _ in range(n)]


def beside(counts: Caseload, enquiries: Sequence[Enquiry]) -> Caseload:
    """Put the tables of enquiries beside those of a caseload; of a centre, its own alone."""
    own = [each for each in enquiries if counts.centre in ("", each.centre)]
    found = Counter(each.profile() for each in own)
    schema = dict.fromkeys(COLUMNS, pl.String) | {"n": pl.Int64}
    profiles = pl.DataFrame([(*codes, n) for codes, n in sorted(found.items())], schema=schema, orient="row")
    tables = tuple(
        as_breakdown(definition, _counted(found, definition.columns, definition.dimensions), counts.period, ORDERS)
        for definition in table_definitions()
        if definition.counts_enquiries
    )
    return replace(counts, breakdowns=(*counts.breakdowns, *tables), enquiries=profiles)


def _counted(
    found: Mapping[tuple[str, ...], int], columns: Mapping[tuple[str, ...], Sequence[str]], dimensions: Sequence[str]
) -> pl.DataFrame:
    counts: Counter[tuple[str, ...]] = Counter()
    for codes, n in found.items():
        own = dict(zip(COLUMNS, codes, strict=True))
        for leading, cut in columns.items():
            for told in product(*((own[name], "_T") for name in cut)):
                counts[*leading, *told] += n
    schema = dict.fromkeys((*dimensions, "unit"), pl.String) | {"n": pl.Int64}
    return pl.DataFrame([(*codes, ENQUIRIES, n) for codes, n in counts.items()], schema=schema, orient="row")
