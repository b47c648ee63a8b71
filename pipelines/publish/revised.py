"""What an edition says of the editions before it: figures and verdicts that changed, and why each was made.

Answers "what was said before". These are values; `pipelines.revising` fills them from published folders, and the brief
tells them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.disclosure.protected import Cell
from pipelines.errors import DisclosureError


@dataclass(frozen=True)
class Revision:
    """One figure that this edition tells differently from an earlier one; None where the edition has no such row.

    `before` is addressed by its edition and table, such as `edition-1:by_gender`, and holds nothing but its count.
    """

    before: Cell | None
    now: Cell | None

    @property
    def cell(self) -> Cell:
        """Give whichever of the two there is, for its codes and unit."""
        found = self.now or self.before
        if found is None:
            raise DisclosureError("A revision is of no figure.")
        return found


@dataclass(frozen=True)
class EditionMade:
    """One edition after the first, and why it was made.

    `reasons` are names of `[revisions.reasons]` in `wording.toml`; `explanation` is what a person wrote about it.
    """

    number: int
    published_on: date
    reasons: tuple[str, ...]
    explanation: str = ""


@dataclass(frozen=True)
class VerdictChange:
    """What a group or an area is said to be, where the edition before said something else.

    `part` is the list of the manifest that tells it; `old` and `new` are states, `under_served`, or empty where an
    edition tells nothing.
    """

    part: str
    finding_id: str
    dimension: str
    group: str
    old: str
    new: str


@dataclass(frozen=True)
class Revisions:
    """What changed since earlier editions for the same audience, and why.

    `since_edition` is the one before. `editions` are those after the first, this one first. `figures_since` is the
    newest edition with other figures than this one, 0 where none ever changed; `figures` tells them side by side.
    `verdicts` are those that the edition before told differently.
    """

    since_edition: int
    editions: tuple[EditionMade, ...]
    figures_since: int = 0
    figures: tuple[Revision, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()


def earlier_table(edition: int, table_id: str) -> str:
    """Give the address of a table of an earlier edition.

    >>> earlier_table(1, "by_gender")
    'edition-1:by_gender'
    """
    return f"edition-{edition}:{table_id}"
