"""Counts of invented clients with needs, for tests: cubes of one or several groups, and people of many kinds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from needs import QUARTER

from pipelines.analysis.need_cube import Arm, NeedCube


def cube_of(
    members: Sequence[Sequence[float]],
    member_base: Sequence[float],
    others: Sequence[Sequence[float]],
    other_base: Sequence[float],
    *,
    missing: tuple[Sequence[float], Sequence[float]] | None = None,
    group: str = "CARERS",
    dimension: str = "advice_type",
) -> NeedCube:
    """Make the counts of one group.

    Args:
        members: for each category, members who have it in each stratum.
        member_base: members of whom the field is known, in each stratum.
        others: the same of other clients.
        other_base: the same of other clients.
        missing: members and others of whom the field is missing, in each stratum.
        group: its code.
        dimension: the field.
    """
    lost = missing or ([0.0] * len(member_base), [0.0] * len(other_base))
    return NeedCube(
        QUARTER,
        pl.DataFrame({"group_code": [group], "part_of": [""]}),
        pl.DataFrame(
            {
                "dimension": [dimension] * len(members),
                "category_code": [f"C{number}" for number in range(len(members))],
                "sources_left_out": [None] * len(members),
            },
            {"dimension": pl.String, "category_code": pl.String, "sources_left_out": pl.String},
        ),
        members=_arm(members, member_base, lost[0]),
        others=_arm(others, other_base, lost[1]),
        open=_arm(np.zeros_like(members, dtype=float), np.zeros_like(member_base, dtype=float), np.zeros(len(lost[0]))),
    )


def _arm(having, base, missing) -> Arm:
    counts = np.asarray(having, dtype=np.float64)[None]
    known, lost = (np.broadcast_to(np.asarray(part, dtype=np.float64), counts.shape) for part in (base, missing))
    return Arm(counts, known, lost, np.zeros_like(counts))


def invented_cube(
    generator: np.random.Generator,
    mix: np.ndarray,
    joining: np.ndarray,
    *,
    clients: int,
    group_mix: np.ndarray | None = None,
) -> NeedCube:
    """Draw the counts of an invented edition: groups by categories by centres.

    Args:
        generator: decides.
        mix: for each centre, the share of its clients with each category; each client has one.
        joining: for each group and centre, the share of its clients who belong.
        clients: of each centre.
        group_mix: the same as `mix` for members of every group, where it is not their centre's.
    """
    n_groups, n_centres = joining.shape
    base = generator.binomial(clients, joining)
    own = mix if group_mix is None else group_mix
    having = np.array([[generator.multinomial(base[g, c], own[c]) for c in range(n_centres)] for g in range(n_groups)])
    rest = np.array(
        [[generator.multinomial(clients - base[g, c], mix[c]) for c in range(n_centres)] for g in range(n_groups)]
    )
    return NeedCube(
        QUARTER,
        pl.DataFrame({"group_code": [f"G{g}" for g in range(n_groups)], "part_of": [""] * n_groups}),
        pl.DataFrame(
            {
                "dimension": ["outcome"] * mix.shape[1],
                "category_code": [f"C{k}" for k in range(mix.shape[1])],
                "sources_left_out": pl.Series([None] * mix.shape[1], dtype=pl.String),
            }
        ),
        members=_full(having, base),
        others=_full(rest, clients - base),
        open=_full(np.zeros_like(having), np.zeros_like(base)),
    )


def _full(having: np.ndarray, base: np.ndarray) -> Arm:
    counts = having.transpose(0, 2, 1).astype(np.float64)
    nobody = np.zeros_like(counts)
    return Arm(counts, np.broadcast_to(base[:, None, :].astype(np.float64), counts.shape), nobody, nobody)


def invented_people(generator: np.random.Generator, n: int, *, planted: float = 0.0) -> pl.DataFrame:
    """Draw clients of four centres whose needs depend on the centre alone, counted as `marts.need_combinations` does.

    Args:
        generator: decides.
        n: clients.
        planted: so many of the women of 55 and over who would not need housing advice need it all the same.
    """
    centre = generator.integers(0, 4, n)
    needs = np.array(["BEN", "DEBT", "EMP", "HOU", "NATY"])
    shares = generator.dirichlet([4.0] * 5, 4)
    need = needs[(generator.random(n)[:, None] > np.cumsum(shares[centre], axis=1)).sum(axis=1).clip(max=4)]
    is_woman, is_older = generator.random(n) < 0.55, generator.random(n) < 0.1 + 0.1 * centre
    need = np.where(is_woman & is_older & (generator.random(n) < planted), "HOU", need)
    people = pl.DataFrame(
        {
            "period": QUARTER,
            "centre_id": centre.astype(str),
            "quarter": QUARTER,
            "gender_code": np.where(is_woman, "F", "M"),
            "nationality_class_code": generator.choice(["EU14", "EU8", "EU2", "_U"], n),
            "is_aged_55_plus_code": np.where(is_older, "Y", "N"),
            "is_dual_national_code": generator.choice(["Y", "N"], n, p=[0.1, 0.9]),
            "family_evidence_code": generator.choice(["RELATIONSHIP", "NONE"], n, p=[0.15, 0.85]),
            "advice_types": np.where(generator.random(n) < 0.1, need + " OTH", need),
            "unit": "clients",
        }
    )
    return people.group_by(pl.all()).agg(pl.len().alias("n"))
