"""The type of what is told of barriers: it may leave the machine, as everything of `protected` may.

Made in this room alone, from protected tables; a rules test reads the syntax tree to keep it so.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Faced:
    """What is recorded of barriers: of all clients, of single barriers and pairs, and of a group beside all others.

    All figures come from published cells alone. `observed` is a share (0 to 1) of those whose barriers are recorded: of
    members with two barriers or more, and `others` the same of all clients known not to be members. `low` and `high`
    bound the first, `difference_low` and `difference_high` the first less the second, for chance and rounding.
    `recorded` and `recorded_others` are the shares of whom barriers are recorded. `family_size` is the number of groups
    tested together. The group `_T` is all clients; `codes` are the barriers or pairs that are named, `shares` theirs,
    or the sources that do not collect barriers.
    """

    finding_id: str
    group: str
    measure: str
    state: str
    statement: str
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    others: float | None = None
    recorded: float | None = None
    recorded_others: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    q_value: float | None = None
    family_size: int | None = None
    codes: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
