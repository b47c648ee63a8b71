"""The work of the bench in polars: `python with_polars.py STORED FILE...`.

Lazy and streaming up to the harmonised frame; words are replaced through a dictionary and kept as an Enum; only what
occurs several times is sorted. The cases are written as Parquet, in which polars is quickest.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from breakdowns import AGE_GROUPS, AGE_LIMIT, BREAKDOWNS, OF_CLIENTS, OF_ISSUES, UNKNOWN, WORDS, Laps, tell

IN_QUARTER = ["quarter", "client_ref"]
IN_TYPE = [*IN_QUARTER, "advice_type"]


def codes_of(field: str) -> list[str]:
    """Give the codes a field may hold, each once."""
    return [*dict.fromkeys(WORDS[field].values()), "DUAL", UNKNOWN]


def meaning(column: str, field: str) -> pl.Expr:
    """Replace words by codes; one that is not known leaves nothing."""
    words = pl.col(column).str.strip_chars().str.to_lowercase()
    return words.replace_strict(WORDS[field], default=None, return_dtype=pl.Enum(codes_of(field)))


def day(column: str) -> pl.Expr:
    """Read both forms of dates."""
    iso = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(iso, pl.col(column).str.to_date("%d/%m/%Y", strict=False))


def age_group() -> pl.Expr:
    """Give the group of an age, and not known where there is none."""
    named = pl.Enum([*AGE_GROUPS, UNKNOWN])
    group = pl.lit(UNKNOWN, named)
    for code, low in AGE_GROUPS.items():
        group = pl.when(pl.col("age") >= low).then(pl.lit(code, named)).otherwise(group)
    return group


def harmonised(paths: list[str]) -> pl.LazyFrame:
    """Read and clean the records."""
    records = pl.scan_csv(paths, infer_schema=False).select(
        pl.col("Case ref").alias("case_ref"),
        pl.col("Client ref").alias("client_ref"),
        day("Opened").alias("opened_on"),
        day("Closed").alias("closed_on"),
        meaning("Centre", "centre").fill_null(UNKNOWN).alias("centre"),
        meaning("Nationality", "nationality").alias("nationality"),
        meaning("Second nationality", "nationality").alias("second"),
        meaning("Gender", "gender").fill_null(UNKNOWN).alias("gender"),
        pl.col("Age").cast(pl.Int16, strict=False).alias("age"),
        meaning("Advice", "advice_type").fill_null(UNKNOWN).alias("advice_type"),
        meaning("Family member", "client_role").fill_null(UNKNOWN).alias("client_role"),
        meaning("Outcome", "outcome").fill_null(UNKNOWN).alias("outcome"),
    )
    is_dual = (pl.col("nationality") != pl.col("second")).fill_null(value=False)
    single = pl.coalesce("nationality", "second").fill_null(UNKNOWN)
    return (
        records.with_columns(
            age=pl.when(pl.col("age").is_between(0, AGE_LIMIT)).then("age"),
            quarter=(pl.col("opened_on").dt.year() * 4 + pl.col("opened_on").dt.quarter() - 1).cast(pl.Int16),
            nationality=pl.when(is_dual).then(pl.lit("DUAL", pl.Enum(codes_of("nationality")))).otherwise(single),
        )
        .with_columns(age_group=age_group(), nationality_class=nationality_class())
        .drop("second")
    )


def nationality_class() -> pl.Expr:
    """Give the class of a nationality."""
    classes = {**WORDS["nationality_class"], "DUAL": "DUAL"}
    named = pl.Enum([*dict.fromkeys(classes.values()), UNKNOWN])
    return pl.col("nationality").cast(pl.String).replace_strict(classes, default=UNKNOWN, return_dtype=named)


def without_copies(records: pl.DataFrame) -> pl.DataFrame:
    """Keep one row of each case."""
    return records.unique("case_ref", keep="any")


def clients_and_issues(cases: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the latest case of each client in a quarter, and one case for each type of advice, with its class."""
    several = cases.group_by(IN_QUARTER).len().filter(pl.col("len") > 1).select(IN_QUARTER)
    once = cases.join(several, on=IN_QUARTER, how="anti")
    ranked = cases.join(several, on=IN_QUARTER, how="semi").sort("opened_on", descending=True)
    latest = ranked.unique(IN_QUARTER, keep="first", maintain_order=True)
    classes = latest.select(*IN_QUARTER, "nationality_class")
    types = ranked.unique(IN_TYPE, keep="any").drop("nationality_class").join(classes, on=IN_QUARTER)
    return pl.concat([once, latest]), pl.concat([once, types.select(once.columns)])


def count(cases: pl.DataFrame) -> dict[str, list[tuple]]:
    """Give the eight breakdowns."""
    clients, issues = clients_and_issues(cases)
    frames = dict.fromkeys(OF_CLIENTS, clients) | dict.fromkeys(OF_ISSUES, issues)
    return {
        name: frames.get(name, cases).group_by("quarter", *codes).len().rows() for name, codes in BREAKDOWNS.items()
    }


def main() -> None:
    """Do the work and tell what was found."""
    stored, laps = Path(sys.argv[1]), Laps()
    records = harmonised(sys.argv[2:]).collect(engine="streaming")
    laps.lap("read and harmonise")
    cases = without_copies(records)
    laps.lap("remove copies")
    cases.write_parquet(stored)
    laps.lap("write")
    counts = count(cases)
    laps.lap("count")
    tell(counts, laps, rows=records.height, cases=cases.height, stored=stored)


if __name__ == "__main__":
    main()
