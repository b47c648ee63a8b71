"""Verdicts that two editions tell differently: of groups beside populations and beside all others, and of areas.

Answers "whom does this edition call something else". A verdict is the word that a reader acts on; limits and shares
that moved without it are told by the difference of the editions alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.codelists import TOTAL
from pipelines.revisions.reading import LATER, Published

# Lists of a manifest that hold verdicts, in the order of a brief.
PARTS = ("findings", *LATER)
UNDER_SERVED, NOT_TOLD = "under_served", ""


@dataclass(frozen=True)
class VerdictChange:
    """What a group or an area is said to be; `old` and `new` are states, `under_served`, or empty for none."""

    part: str
    finding_id: str
    dimension: str
    group: str
    old: str
    new: str


def changed_verdicts(old: Published, new: Published) -> Iterator[VerdictChange]:
    """Give every verdict about a group or an area that the editions tell differently; all together have none.

    A list that one of the editions does not have at all, or whose first row says that nothing can be told, makes no
    changes: it is told as a part that came or went.

    Args:
        old: the earlier edition.
        new: the later one, for the same readers.
    """
    for part in PARTS:
        before, now = (_told(each.manifest.get(part)) for each in (old, new))
        for name in dict.fromkeys((*now, *before)) if before and now else ():
            item = now.get(name) or before[name]
            states = _verdict(before.get(name)), _verdict(now.get(name))
            if states[0] != states[1]:
                yield VerdictChange(part, name, str(item.get("dimension", "group_code")), str(item["group"]), *states)


def _told(listed: object) -> dict[str, Mapping[str, Any]]:
    items = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {str(each.get("finding_id")): each for each in items if each.get("group", TOTAL) != TOTAL}


def _verdict(item: Mapping[str, Any] | None) -> str:
    if item is None:
        return NOT_TOLD
    return UNDER_SERVED if item.get("is_under_served") else str(item.get("state", NOT_TOLD))
