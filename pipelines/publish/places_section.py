"""Law centres by area in the section of rates: a column of the table, and the areas without any and with few clients.

Answers "where did few come from, and is there a law centre of the network". Nothing here says that nobody helps there:
a network knows its own law centres and no others.
"""

from __future__ import annotations

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import AreaRate
from pipelines.publish.brief import Brief
from pipelines.publish.document import BODY, WORDS, Block, Cell, Listing, Paragraph
from pipelines.publish.places import centres_at, without_centre
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.tableview import EMPTY_MARK
from pipelines.publish.wording import say, wording


def centres_words(brief: Brief, rate: AreaRate) -> Sentence:
    """Name the law centres in an area, or say that there is none; nothing of all areas together."""
    if rate.group == TOTAL:
        return ()
    found = centres_at(brief.centre_places, brief.area_rates, rate)
    return (Label("; ".join(place.name for place in found)),) if found else say(brief, wording()["areas"]["no_centre"])


def centres_cell(brief: Brief, rate: AreaRate) -> Cell:
    """Give the cell of the table that names the law centres in an area; a dash stands where a name would begin."""
    return Cell((centres_words(brief, rate) or (EMPTY_MARK,),), WORDS)


def centres_head(brief: Brief) -> Sentence:
    """Give the head of the column."""
    return say(brief, wording()["areas"]["centres_head"])


def places_blocks(brief: Brief, names: dict[str, Sentence]) -> tuple[Block, ...]:
    """Tell which areas have no law centre of the network and few clients, and what that does not mean.

    Args:
        brief: rates, and where law centres stand.
        names: what each area is called, by its code.
    Returns:
        Nothing where the network did not state where its law centres stand.
    """
    if not brief.centre_places:
        return ()
    words, bare = wording()["areas"], tuple(without_centre(brief.centre_places, brief.area_rates))
    told = Paragraph(say(brief, words["bare" if bare else "none_bare"]))
    listed = (Listing(tuple(names[rate.group] for rate in bare)),) if bare else ()
    return (told, *listed, Paragraph(say(brief, words["bare_means"]), BODY))
