"""The people who come: age, gender, nationalities, role, and how much of it their centre wrote down.

Answers "who are they" and "what was recorded of them". What a person came for is decided in `casework.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from pipelines.synthetic.draws import NONE, Bools, Floats, Ints, blanked, choose, missing
from pipelines.synthetic.plan import SourcePlan
from pipelines.synthetic.reference import (
    ROLES,
    client_age_shares,
    client_family_share,
    codes,
    declared,
    nationality_positions,
    weights,
)

SECOND_UNKNOWN = -2
DAYS_A_YEAR = 365.25
# Where the first and the second nationality of each kind of person come from; `NONE` is the last of the draws.
_SOURCES_OF_KIND = {
    "EEA": ("eea", "none"),
    "IE": ("IE", "none"),
    "CH": ("CH", "none"),
    "EEA_UK": ("eea", "GB"),
    "EEA_EEA": ("eea", "other_eea"),
    "EEA_THIRD": ("pair_eea", "pair_third"),
    "EEA_UNKNOWN": ("eea", "unknown"),
    "IE_UK": ("IE", "GB"),
    "UK_THIRD": ("GB", "third"),
    "UK": ("GB", "none"),
    "THIRD": ("third", "none"),
    "STATELESS": ("STATELESS", "none"),
}
KINDS = tuple(_SOURCES_OF_KIND)
DUAL_KINDS = tuple(kind for kind, (_, second) in _SOURCES_OF_KIND.items() if second != "none")


@dataclass(frozen=True, eq=False)
class Clients:
    """People of one source, as columns of equal length.

    Grain: one row per person. `number` counts within the source; `born` is in days since 1 January 1970; `is_family`
    and `kind` (a position in `KINDS`) are true of the person, whatever was recorded. All else is as recorded: positions
    of codes, followed by the kinds of missing. `age_missing` is -1 when the age is there; `nationality_2` is -1 when
    there is none, -2 when it is only known to exist.
    """

    number: Ints
    born: Ints
    is_family: Bools
    kind: Ints
    gender: Ints
    role: Ints
    area: Ints
    age_missing: Ints
    nationality_1: Ints
    nationality_2: Ints

    def take(self, rows: Ints | slice) -> Clients:
        """Give some of the rows, in the order asked for."""
        return Clients(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def beside(self, other: Clients) -> Clients:
        """Give the rows of both, these first."""
        columns = {f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        return Clients(**columns)


def draw_clients(rng: np.random.Generator, n: int, *, source: SourcePlan, first_number: int, day: int) -> Clients:
    """Draw people who come to a source for the first time.

    Args:
        rng: the generator.
        n: how many.
        source: decides which nationalities are common, and what is recorded.
        first_number: the number of the first of them.
        day: days since 1 January 1970; ages are drawn as on this day.
    """
    is_family = rng.random(n) < client_family_share()
    kind = _draw_kinds(rng, is_family)
    first, second = _record_nationalities(rng, kind, source)
    gaps: Mapping[str, Mapping[str, float]] = declared("formats")[source.profile]["missing"]
    return Clients(
        number=np.arange(first_number, first_number + n),
        born=_draw_birth_days(rng, n, day),
        is_family=is_family,
        kind=kind,
        gender=_recorded(rng, choose(rng, n, weights("gender")), "gender", gaps),
        role=_recorded(rng, is_family.astype(np.int64), "client_role", gaps),
        area=_recorded(rng, _draw_areas(rng, n, source), "residence_area", gaps),
        age_missing=missing(rng, n, gaps["age"]),
        nationality_1=first,
        nationality_2=second,
    )


def _recorded(rng: np.random.Generator, found: Ints, field: str, gaps: Mapping[str, Mapping[str, float]]) -> Ints:
    return blanked(found, missing(rng, len(found), gaps.get(field, {})), len(codes(field)))


def _draw_birth_days(rng: np.random.Generator, n: int, day: int) -> Ints:
    bands = declared("population")["age"]
    band = choose(rng, n, client_age_shares())
    low = np.array([b["low"] for b in bands])[band]
    years = np.array([b["high"] - b["low"] + 1 for b in bands])[band]
    days: Ints = (day - (low + rng.random(n) * years) * DAYS_A_YEAR).astype(np.int64)
    return days


def _draw_areas(rng: np.random.Generator, n: int, source: SourcePlan) -> Ints:
    near = declared("network")["centres"][source.centre_id]["areas"]
    return choose(rng, n, [10.0 if area in near else 1.0 for area in codes("residence_area")])


def _draw_kinds(rng: np.random.Generator, is_family: Bools) -> Ints:
    shares = declared("population")["kinds"]
    main, family = (choose(rng, len(is_family), [shares[role][kind] for kind in KINDS]) for role in ROLES)
    return np.where(is_family, family, main)


def _record_nationalities(rng: np.random.Generator, kind: Ints, source: SourcePlan) -> tuple[Ints, Ints]:
    """Draw each person's nationalities and what their centre wrote down of them; order carries no meaning."""
    n = len(kind)
    first, second = _true_nationalities(rng, kind, source)
    swapped = (rng.random(n) < 0.5) & (second >= 0)
    first, second = np.where(swapped, second, first), np.where(swapped, first, second)
    kept = declared("population")["planted"]["eea_third_recorded"] if source.under_records_duals else 1.0
    one_only = (kind == KINDS.index("EEA_THIRD")) & (rng.random(n) >= kept)
    gaps = missing(rng, n, declared("formats")[source.profile]["missing"]["nationality"])
    second = np.where(one_only | (gaps != NONE), NONE, second)
    return blanked(first, gaps, len(codes("nationality"))), second


def _true_nationalities(rng: np.random.Generator, kind: Ints, source: SourcePlan) -> tuple[Ints, Ints]:
    drawn = _draw_pools(rng, len(kind), source)
    names = list(drawn)
    table, rows = np.stack(list(drawn.values())), np.arange(len(kind))
    first, second = (
        table[np.array([names.index(_SOURCES_OF_KIND[k][place]) for k in KINDS])[kind], rows] for place in (0, 1)
    )
    return first, second


def _draw_pools(rng: np.random.Generator, n: int, source: SourcePlan) -> dict[str, Ints]:
    """Draw for everyone one nationality of each pool; the kind of person decides which of them count."""
    population, at = declared("population"), nationality_positions()
    eea_codes = np.array([at[code] for code in population["eea"]])
    eea_weights = _leaning(population["eea"], source)
    pairs = np.array([[at[code] for code in pair.split("-")] for pair in population["eea_third"]])
    eea, other = (eea_codes[choose(rng, n, eea_weights)] for _ in range(2))
    pair = pairs[choose(rng, n, weights("eea_third"))]
    third = np.array([at[code] for code in population["third"]])[choose(rng, n, weights("third"))]
    fixed = {code: np.full(n, at[code]) for code in ("IE", "CH", "GB", "STATELESS")}
    # Two equal draws would be one nationality: a German takes the place of the second, or a Pole beside a German.
    apart = np.where(other != eea, other, np.where(eea == at["DE"], at["PL"], at["DE"]))
    return fixed | {
        "none": np.full(n, NONE),
        "unknown": np.full(n, SECOND_UNKNOWN),
        "eea": eea,
        "other_eea": apart,
        "third": third,
        "pair_eea": pair[:, 0],
        "pair_third": pair[:, 1],
    }


def _leaning(shares: Mapping[str, float], source: SourcePlan) -> Floats:
    leaning = declared("network")["centres"][source.centre_id]["leaning"]
    return np.array([share * leaning.get(code, 1.0) for code, share in shares.items()])
