"""The cases of one source and quarter: who opened one, when, about what, and how it went.

Answers "what did they come for". How that is written in an export is decided in `wording.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.periods import Quarter
from pipelines.synthetic.draws import NONE, RECORDABLE_MISSING, Bools, Floats, Ints, beside, blanked, choose, missing
from pipelines.synthetic.people import Clients
from pipelines.synthetic.plan import SourcePlan
from pipelines.synthetic.reference import OPEN_OUTCOME, ROLES, codes, declared, weights

EXPORT_AFTER_DAYS = 10  # files are exported this many days after the end of their quarter
_BARRIERS = 117  # the stream of what was added to barriers later
_EPOCH_ORDINAL = 719_163  # 1 January 1970 as Python counts days


def days_since_epoch(quarter: Quarter) -> tuple[int, int]:
    """Give the first and the last day of a quarter in days since 1 January 1970."""
    return quarter.first_day.toordinal() - _EPOCH_ORDINAL, quarter.last_day.toordinal() - _EPOCH_ORDINAL


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases as columns of equal length, in the order they were opened.

    Grain: one row per case; `clients` has a row for each. Days count from 1 January 1970; `closed` is -1 while open.
    The others are positions of codes, followed by the kinds of missing; `advice_types` (n × 3) and `barriers` (n × 2)
    hold -1 where there is none.
    """

    clients: Clients
    opened: Ints
    closed: Ints
    outcome: Ints
    adviser_level: Ints
    service_depth: Ints
    referral: Ints
    advice_types: Ints
    barriers: Ints

    def __len__(self) -> int:
        """Give the number of cases."""
        return len(self.opened)

    def closed_too_early(self, rows: Ints) -> Cases:
        """Give the same cases with some closed between one and twenty days before they were opened."""
        closed = self.closed.copy()
        closed[rows] = self.opened[rows] - 1 - rows % 20
        return replace(self, closed=closed)


def draw_opening_clients(rng: np.random.Generator, n: int, *, new: Clients, earlier: Clients | None) -> Clients:
    """Choose who opens each of n cases.

    Args:
        rng: the generator.
        n: how many cases; at least as many as `new`.
        new: people who come for the first time; each opens at least one case.
        earlier: people seen before, or None.
    Returns:
        One row per case: everyone new, then people seen before, then second cases of new ones.
    """
    n_new, timing = len(new.number), declared("population")["timing"]
    n_returning = min(int(n * timing["returning"]), n - n_new) if earlier is not None else 0
    again = (rng.random(n - n_new - n_returning) * n_new).astype(np.int64)
    rows = new.take(np.concatenate([np.arange(n_new), again]))
    if earlier is None or not n_returning:
        return rows
    return rows.beside(earlier.take((rng.random(n_returning) * len(earlier.number)).astype(np.int64)))


def count_new_clients(n: int, *, has_earlier: bool) -> int:
    """Give how many of n cases are opened by someone new; the first case of a source always is."""
    timing = declared("population")["timing"]
    returning = int(n * timing["returning"]) if has_earlier else 0
    return max(n - returning - int(n * timing["second_case"]), 1)


def draw_cases(
    rng: np.random.Generator, clients: Clients, *, source: SourcePlan, quarter: Quarter, progress: float
) -> Cases:
    """Draw the cases that people open in one quarter.

    Args:
        rng: the generator.
        clients: one row per case.
        source: its project leans towards some advice types, its format decides what is recorded.
        quarter: when the cases are opened.
        progress: from 0 in the first quarter of the plan to 1 in the last; advice types change with it.
    """
    n = len(clients.number)
    form: Mapping[str, Any] = declared("formats")[source.profile]
    gaps: Mapping[str, Mapping[str, float]] = form["missing"]
    people = clients.take(np.argsort(rng.random(n), kind="stable"))
    opened, closed = _draw_days(rng, people.is_family, quarter)
    types = _draw_advice_types(rng, people.is_family, project=source.project_id, progress=progress, gaps=gaps)
    return Cases(
        clients=people,
        opened=opened,
        closed=closed,
        outcome=_draw_outcomes(rng, types[:, 0], is_open=closed == NONE, gaps=gaps),
        adviser_level=_recorded_choice(rng, n, "adviser_level", gaps),
        service_depth=_recorded_choice(rng, n, "service_depth", gaps),
        referral=_recorded_choice(rng, n, "referral", gaps),
        advice_types=types,
        barriers=_draw_barriers(rng, people.is_family, form),
    )


def _recorded_choice(rng: np.random.Generator, n: int, field: str, gaps: Mapping[str, Mapping[str, float]]) -> Ints:
    return blanked(choose(rng, n, weights(field)), missing(rng, n, gaps.get(field, {})), len(codes(field)))


def _draw_outcomes(
    rng: np.random.Generator, first_type: Ints, *, is_open: Bools, gaps: Mapping[str, Mapping[str, float]]
) -> Ints:
    """Draw how closed cases ended, by the family of their first advice type."""
    names, families = codes("outcome"), declared("population")["outcomes"]
    family_of = [next((f for f in families if code.startswith(f)), "OTHER") for code in codes("advice_type")]
    family = np.array([list(families).index(name) for name in [*family_of, *["OTHER"] * len(RECORDABLE_MISSING)]])
    drawn = np.stack(
        [choose(rng, len(first_type), [shares.get(code, 0.0) for code in names]) for shares in families.values()]
    )
    ended = drawn[family[first_type], np.arange(len(first_type))]
    recorded = blanked(ended, missing(rng, len(ended), gaps.get("outcome", {})), len(names))
    return np.where(is_open, names.index(OPEN_OUTCOME), recorded)


def _draw_days(rng: np.random.Generator, is_family: Bools, quarter: Quarter) -> tuple[Ints, Ints]:
    """Draw when cases are opened and closed; those of family members stay open longer."""
    first, last = days_since_epoch(quarter)
    n = len(is_family)
    opened = np.sort(first + (rng.random(n) * (last - first + 1)).astype(np.int64))
    mean = np.where(is_family, *closing_days())
    closed = opened + 1 + (-np.log1p(-rng.random(n)) * mean).astype(np.int64)
    return opened, np.where(closed <= last + EXPORT_AFTER_DAYS, closed, NONE)


def closing_days() -> tuple[float, float]:
    """Give the mean days from opening to closing: of family members, and of everybody else."""
    population = declared("population")
    days = population["timing"]["closing_days"]
    return days * population["planted"]["family_member_waits"], days


def _draw_advice_types(
    rng: np.random.Generator,
    is_family: Bools,
    *,
    project: str,
    progress: float,
    gaps: Mapping[str, Mapping[str, float]],
) -> Ints:
    n, drawn = len(is_family), {}
    for role in ROLES:
        shares = _advice_weights(role, project, progress)
        drawn[role] = np.stack([choose(rng, n, shares) for _ in range(3)], axis=1)
    types = np.where(is_family[:, None], drawn["FAMILY"], drawn["MAIN"])
    types = _cut_to(types, 1 + choose(rng, n, weights("issues")))
    absent = missing(rng, n, gaps["advice_type"])
    types[:, 0] = blanked(types[:, 0], absent, len(codes("advice_type")))
    types[:, 1:][absent != NONE] = NONE
    return types


def _advice_weights(role: str, project: str, progress: float) -> Floats:
    declared_weights: Mapping[str, Any] = declared("population")["advice_types"][role]
    leaning: Mapping[str, float] = declared("network")["projects"][project]["leaning"]
    found = np.zeros(len(codes("advice_type")))
    for position, code in enumerate(codes("advice_type")):
        first, last = declared_weights.get(code, (0.0, 0.0))
        found[position] = (first + (last - first) * progress) * leaning.get(code.split("_")[0], 1.0)
    return found


def _cut_to(values: Ints, counts: Ints) -> Ints:
    """Keep the first `counts` values of each row, and each value once."""
    kept = values.copy()
    for place in range(1, values.shape[1]):
        repeated = (values[:, :place] == values[:, place, None]).any(axis=1)
        kept[repeated | (counts <= place), place] = NONE
    return kept


def _draw_barriers(rng: np.random.Generator, is_family: Bools, form: Mapping[str, Any]) -> Ints:
    """Draw the barriers of each case; family members have two more often, as planted."""
    n, names, apart = len(is_family), codes("barrier"), beside(rng, _BARRIERS)
    drawn = np.stack([choose(rng, n, weights("barrier")) for _ in range(2)], axis=1)
    counts = 1 + choose(rng, n, weights("barrier_count"))
    has_more = is_family & (apart.random(n) < declared("population")["planted"]["family_member_barriers"])
    barriers = _cut_to(drawn, np.where(has_more, 2, counts))
    absent = missing(rng, n, form["missing"].get("barrier", {}))
    is_none = (absent > RECORDABLE_MISSING.index("refused")) & (
        apart.random(n) < form.get("none", {}).get("barrier", 0)
    )
    barriers[:, 0] = blanked(barriers[:, 0], absent, len(names))
    barriers[is_none, 0] = names.index("NONE")
    barriers[:, 1][absent != NONE] = NONE
    return barriers
