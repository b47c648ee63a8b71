"""The cells from which projects and centres are compared: clients by place, age group and gender, and what they have.

Answers "how many clients of each place belong to a group or were advised on something", as arrays. What a difference
means is for `projects` and `centres`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.analysis.detail import read_detail
from pipelines.codelists import NOT_KNOWN
from pipelines.periods import Period

Floats = NDArray[np.float64]
STRATA = ("age_group_code", "gender_code")
CLIENTS, GROUP, ADVICE = "clients", "group", "advice_family"
MEMBER, OTHER = "Y", "N"


@dataclass(frozen=True, eq=False)
class Trait:
    """One group, or one family of advice types, in all places.

    Grain: arrays have a row per place and a last one for all clients, and a column per stratum.

    `members` counts clients known to have it, `known` those of whom it is known whether they do, `unknown` the others.
    `strata` holds the codes of each column.
    """

    series: str
    code: str
    members: Floats
    known: Floats
    unknown: Floats
    strata: tuple[tuple[str, ...], ...]

    def by(self, columns: Collection[str]) -> Trait:
        """Give the same with the strata of some of the columns of `STRATA`; of none, there is one stratum."""
        kept = [at for at, name in enumerate(STRATA) if name in columns]
        coarse = [tuple(codes[at] for at in kept) for codes in self.strata]
        labels = sorted(set(coarse))
        into = np.zeros((len(coarse), len(labels)))
        into[np.arange(len(coarse)), [labels.index(codes) for codes in coarse]] = 1
        members, known, unknown = (values @ into for values in (self.members, self.known, self.unknown))
        return replace(self, members=members, known=known, unknown=unknown, strata=tuple(labels))


def read_cells(database: Path, period: Period) -> pl.DataFrame:
    """Read the cells of one publication period.

    Grain: one row per centre, project, age group, gender, series, code and membership; column n counts clients.
    """
    with warehouse.reading(database) as connection:
        query = "select * exclude (period, unit) from marts.project_rates where period = ?"
        return read_detail(connection, query, period)


def read_conditions(database: Path) -> pl.DataFrame:
    """Read what makes each group.

    Grain: one row per group and dimension; columns group_code, part_of, dimension.
    """
    with warehouse.reading(database) as connection:
        query = "select distinct group_code, part_of, dimension from reference.group_conditions"
        return warehouse.read_frame(connection, query)


def places_of(cells: pl.DataFrame, place: str) -> list[str]:
    """Give the places that have a client, by id; clients whose place is not known make no place."""
    known = cells.filter((pl.col(place) != NOT_KNOWN) & (pl.col("series") == CLIENTS))
    return sorted(known[place].unique().to_list())


def traits_of(cells: pl.DataFrame, place: str) -> list[Trait]:
    """Give every group and every family of advice types, in the places of `places_of`.

    Args:
        cells: from `read_cells`.
        place: centre_id or project_id.
    Returns:
        Groups first, then families of advice types, each by code. A client without a known place is in the last row.
    """
    strata = cells.select(STRATA).unique().sort(STRATA)
    places = places_of(cells, place)
    numbered = cells.join(strata.with_row_index("stratum"), on=STRATA).join(
        pl.DataFrame({place: places, "at": range(len(places))}, schema={place: pl.String, "at": pl.Int64}),
        on=place,
        how="left",
    )
    found = [_trait(numbered, (series, code), len(places), strata) for series, code in _keys(cells)]
    return sorted(found, key=lambda trait: (trait.series != GROUP, trait.code))


def _keys(cells: pl.DataFrame) -> list[tuple[str, str]]:
    named = cells.filter((pl.col("series") != CLIENTS) & (pl.col("code") != NOT_KNOWN))
    return [(series, code) for series, code in named.select("series", "code").unique().iter_rows()]


def _trait(numbered: pl.DataFrame, key: tuple[str, str], n_places: int, strata: pl.DataFrame) -> Trait:
    series, code = key
    shape = (n_places + 1, strata.height)

    def counted(series: str, code: str, membership: str) -> Floats:
        is_row = (pl.col("series") == series) & (pl.col("code") == code) & (pl.col("membership_code") == membership)
        return _matrix(numbered.filter(is_row), shape)

    members = counted(series, code, MEMBER)
    if series == GROUP:
        unknown = counted(series, code, NOT_KNOWN)
        known = members + counted(series, code, OTHER)
    else:
        unknown = counted(series, NOT_KNOWN, NOT_KNOWN)
        known = counted(CLIENTS, "_T", MEMBER) - unknown
    return Trait(series, code, members, known, unknown, tuple(strata.rows()))


def _matrix(rows: pl.DataFrame, shape: tuple[int, int]) -> Floats:
    found = np.zeros(shape)
    placed = rows.filter(pl.col("at").is_not_null())
    np.add.at(found, (placed["at"].to_numpy(), placed["stratum"].to_numpy()), placed["n"].to_numpy())
    np.add.at(found[-1], rows["stratum"].to_numpy(), rows["n"].to_numpy())
    return found
