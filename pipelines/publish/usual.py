"""Is as much recorded as is usual between law centres? Limits of a funnel, from published figures alone.

Answers for a centre, field by field: within the usual variation, or a larger or a smaller share than it explains. What
is usual is measured on the network's rounded table of what each source records; no centre is ranked and none is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.brief import Brief, Usual
from pipelines.publish.pagewords import page_words
from pipelines.statistics.standardisation import over_dispersion

TABLE = "by_source_recorded"
RECORDED, MISSING, NOT_COLLECTED = "Y", "N", "Z"
WITHIN, LARGER, SMALLER = "within", "larger", "smaller"
CANNOT, TOO_FEW, WITHOUT = "cannot", "too_few", "not_collected"


@dataclass(frozen=True)
class Recording:
    """What is said of one field: its name in `pages.toml`, and the verdict."""

    field: str
    verdict: str


def usual_recording(table: ProtectedTable, centre_of: Mapping[str, str], *, own: str) -> tuple[Usual, ...]:
    """Measure what law centres usually record, field by field.

    Args:
        table: the network's rounded figures of what each source records.
        centre_of: the centre of each source; a source that may be of any centre is left out.
        own: the centre that is to be set beside the others.
    Returns:
        One entry for each field that the page of a centre tells.
    """
    return tuple(_usual(table, field, centre_of, own) for field in page_words("compare")["recording"]["fields"])


def recording_verdicts(brief: Brief) -> tuple[Recording, ...]:
    """Set what a centre records beside what is usual; every number is a published one."""
    return tuple(Recording(each.field, _verdict(brief, each)) for each in brief.usual)


def _usual(table: ProtectedTable, field: str, centre_of: Mapping[str, str], own: str) -> Usual:
    """Count per centre, then take the network's share and the variance between centres beyond chance."""
    counts: dict[str, list[int]] = {}
    not_collected = False
    for source, recorded, missing, without in _sources(table, field):
        centre = centre_of.get(source, "")
        not_collected |= centre == own and without > 0
        if centre and recorded + missing:
            found = counts.setdefault(centre, [0, 0, 0])
            counts[centre] = [old + more for old, more in zip(found, (recorded, recorded + missing, 1), strict=True)]
    n, base, n_sources = (sum(each[at] for each in counts.values()) for at in range(3))
    pairs = [counts[name] for name in sorted(counts)]
    spread = over_dispersion([x for x, *_ in pairs], [m for _, m, _ in pairs], n / base).tau2 if 0 < n < base else 0.0
    own_n, own_base, own_sources = counts.get(own, (0, 0, 0))
    return Usual(
        field,
        n=n,
        base=base,
        n_centres=len(counts),
        n_sources=n_sources,
        variance=round(spread, 8),
        own_n=own_n,
        own_base=own_base,
        own_sources=own_sources,
        is_collected=not not_collected,
    )


def _sources(table: ProtectedTable, field: str) -> Iterator[tuple[str, int, int, int]]:
    cells = {cell.codes[1:]: cell.n or 0 for cell in table.cells(unit="clients") if cell.codes[0] == field}
    for source in dict.fromkeys(source for source, _ in cells if source not in {TOTAL, NOT_KNOWN}):
        recorded, missing, without = (cells.get((source, code), 0) for code in (RECORDED, MISSING, NOT_COLLECTED))
        yield source, recorded, missing, without


def _verdict(brief: Brief, usual: Usual) -> str:
    """Compare a centre's share with the limits of the funnel at its size, both from rounded figures.

    The limits stand `deviations` standard deviations from the network's share: that of a binomial share of so many
    clients, and that between centres, added as variances. What rounding can move is let pass as well.

    Source: Spiegelhalter 2005, Stat Med 24:1185, additive random effects.
    """
    words = page_words("compare")["recording"]
    reach = brief.network_rule.reach if brief.network_rule else None
    if not usual.is_collected:
        return WITHOUT
    if reach is None or usual.n_centres < words["least_centres"] or not 0 < usual.n < usual.base or not usual.own_base:
        return CANNOT
    share, network = usual.own_n / usual.own_base, usual.n / usual.base
    if min(network, 1 - network) * usual.own_base < words["least_expected"]:
        return TOO_FEW
    moved = reach * (usual.n_sources / usual.base + usual.own_sources / usual.own_base)
    limit = words["deviations"] * sqrt(network * (1 - network) / usual.own_base + usual.variance) + moved
    return WITHIN if abs(share - network) <= limit else LARGER if share > network else SMALLER
