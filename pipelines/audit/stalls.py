"""Why cases are still open: what ties the reasons to each other, beside that they overlap.

Answers "who stands in none of the other rows". Those whose reason is not known have no reason that is, so they and the
clients of any one reason are different people, all of them among those whose case was still open.
"""

from __future__ import annotations

from pipelines.audit.equations import Population
from pipelines.audit.reading import Release
from pipelines.audit.structure import STALL, STILL_OPEN, YES
from pipelines.audit.worlds import World, of_centre
from pipelines.codelists import NOT_KNOWN

OPEN = (STILL_OPEN, YES)


def tie_stalls(world: World, release: Release) -> None:
    """Tie the rows of those who are still waiting to each other and to everybody.

    Args:
        world: the unknowns of all rows; equations are added.
        release: whose rows they are.
    """
    index = world.knowledge.index
    place = (release.period, release.edition, "clients")
    whole, without, everybody = (
        index.get(Population(*place, of_centre(release, codes))) for codes in ((OPEN,), (OPEN, (STALL, NOT_KNOWN)), ())
    )
    if whole is None or without is None:
        return
    if everybody is not None:
        world.knowledge.at_most([whole], [everybody])
    for found, reason in list(index.items()):
        is_own = (found.period, found.edition, found.unit) == place and STALL in dict(found.where)
        if is_own and reason != without:
            world.knowledge.at_most([reason, without], [whole])
