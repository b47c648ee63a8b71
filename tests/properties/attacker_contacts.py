"""What a patient reader knows of first contacts and of why cases are open, beside that rows add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.properties.attacker_rows import OPEN, STALL, Where

if TYPE_CHECKING:
    from tests.properties.attacker_knowledge import Cell, Knowledge

TIME, OPENING, IN_TIME = "time_to_outcome_code", "time_to_opening_code", "opened_in_time_code"
# Which bands of time to opening are in time, as anybody can read in the code lists.
PROMPT = {"OPENED_LE7": "OPENED_LE28", "OPENED_8T28": "OPENED_LE28", "OPENED_GT28": "OPENED_GT28", "_U": "_U"}
STILL, EITHER = ("OPEN_LT28", "OPEN_28T55"), "OUT_NOT56"


def know_stalls(known: Knowledge, whose: str, cuts: Mapping[tuple[str, Where, str], dict[str, Cell]]) -> None:
    """Know that whoever has no known reason has no other one, and who is open by the time to an outcome."""
    nobody: Where = frozenset()
    whole = (whose, "clients", frozenset({(OPEN, "Y")}))
    reasons = cuts.get(("clients", whole[2], STALL), {})
    if not reasons:
        return
    known._at_most([whole], [(whose, "clients", nobody)])
    known._at_most([whole], reasons.values())
    for code, reason in reasons.items():
        known._at_most([reason, *([reasons["_U"]] if code != "_U" else [])], [whole])
    times = cuts.get(("clients", nobody, TIME), {})
    if times:
        still = [times[code] for code in STILL]
        known._at_most(still, [whole])
        known._at_most([whole], [*still, times[EITHER]])
