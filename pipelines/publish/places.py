"""Where law centres stand, as a brief tells it: which are in an area, and which areas have none and few clients.

Answers "is there a law centre here". Places are public facts that the network stated; whether few came is what the
published rate of an area says, so that nothing of a count is told that its rate does not tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import POOL, AreaRate


@dataclass(frozen=True)
class CentrePlace:
    """A law centre and the codes of the areas it stands in."""

    centre_id: str
    name: str
    areas: tuple[str, ...]


def centre_places(
    areas: Mapping[str, Sequence[str]], names: Mapping[str, str], rates: Collection[AreaRate]
) -> tuple[CentrePlace, ...]:
    """Put areas and names of law centres together, in the order of their names in the settings.

    Args:
        areas: the codes of the areas each law centre stands in, for those of which it is stated.
        names: all law centres by id.
        rates: what is told of areas; a law centre that stands in none of them is not told of.
    """
    known = {rate.group for rate in rates} - {TOTAL, POOL}
    stated = (CentrePlace(each, names[each], tuple(areas[each])) for each in names if each in areas)
    return tuple(place for place in stated if known & set(place.areas))


def centres_at(
    places: Collection[CentrePlace], rates: Collection[AreaRate], rate: AreaRate
) -> tuple[CentrePlace, ...]:  # fmt: skip
    """Give the law centres in the area of a row: of all areas, or of all areas that are told together, each once."""
    codes = {rate.group}
    if rate.group == TOTAL:
        codes = {each.group for each in rates}
    elif rate.group == POOL:
        codes = {each.group for each in rates if each.pool == POOL}
    return tuple(place for place in places if codes & set(place.areas))


def without_centre(places: Collection[CentrePlace], rates: Collection[AreaRate]) -> Iterator[AreaRate]:
    """Give the rows of areas without a law centre of the network that are told because few clients came from them."""
    if places:
        yield from (rate for rate in rates if rate.is_told and not centres_at(places, rates, rate))


def places_facts(places: Collection[CentrePlace]) -> dict[str, Any]:
    """Give what the manifest says of places; nothing where none is told of."""
    return {"centre_places": [asdict(place) for place in places]} if places else {}
