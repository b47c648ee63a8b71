"""Rounding that no law centre can see through: rounded, attacked with each centre's own counts, and rounded again.

Answers "what may everybody see, given what each law centre knows of its own clients". The attack reads the tables as
they will be released, before any page is made of them, and every attempt follows from the key: the same counts end in
the same figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.analysis.breakdowns import Caseload
from pipelines.audit import FIGURES, Insiders, Own, learnt_by_centres
from pipelines.disclosure.before import Circumstances
from pipelines.disclosure.decided import decided
from pipelines.disclosure.grids import names_of
from pipelines.disclosure.protected import Rule
from pipelines.disclosure.rounded import RoundedPeriod, protect_rounded
from pipelines.disclosure.rules import ROUNDED_AUDIENCES
from pipelines.errors import DisclosureError, listed
from pipelines.periods import Period
from pipelines.publish.opendata import csv_bytes

if TYPE_CHECKING:
    from pipelines.editions import Files

NETWORK = "network"


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What stands around the figures of an edition to be; internal.

    `edition` is its number and `structure` says how its tables hang together, as its manifest will; `beside` are the
    editions that its readers have already, and `own` the true counts of every law centre, by centre and period.
    """

    edition: int
    structure: Mapping[str, Any]
    own: Insiders
    beside: Mapping[str, Files]


def round_unseen(
    caseload: Caseload,
    rule: Rule,
    circumstances: Circumstances,
    centres: Iterable[Caseload],
    *,
    around: Surroundings,
) -> RoundedPeriod:
    """Round a period so that no law centre learns how many clients the others have.

    Several figures together can tell a centre what none of them does alone. Then all that is not published yet is
    rounded anew, with another draw from the key, as often as the settings of the package allow. Figures that stand
    are not judged again: nothing can take them back.

    Args:
        caseload: the true counts of the whole network.
        rule: a rounding rule.
        circumstances: the key, what was published before, and which quarters are provisional.
        centres: the true counts of every centre.
        around: what readers and centres know beside.
    Returns:
        The tables of the network and the public.
    Raises:
        DisclosureError: the caseload cannot be protected; or every attempt told some centre of the others, and the
            message names the figures.
    """
    counted = list(centres)
    problems: tuple[str, ...] = ()
    for attempt in range(int(decided("rounding", "attempts"))):
        now = replace(circumstances, attempt=attempt)
        found = protect_rounded(caseload, rule, ROUNDED_AUDIENCES, now, centres=counted)
        if not is_news(found, circumstances):
            return found
        problems = _learnt(found, str(caseload.period), around)
        if not problems:
            return replace(found, report={**found.report, "attempts": attempt + 1})
    raise DisclosureError(
        listed(list(problems), heading=f"The audit of {caseload.period} failed, so nothing was released:")
    )


def is_news(rounded: RoundedPeriod, circumstances: Circumstances) -> bool:
    """Tell whether a figure is among them that nobody was shown before."""
    return any(name not in circumstances.before.own for name in rounded.values)


def counts_of(caseload: Caseload) -> Own:
    """Give every true count of a caseload by table, codes and unit, as whoever counted it knows them."""
    return {
        (name.table_id, name.codes, name.unit): n
        for breakdown in caseload.breakdowns
        for name, n in names_of(breakdown)
    }


def figures_beside(release_root: Path, period: Period) -> dict[str, dict[str, bytes]]:
    """Read the figures of every edition of the same calendar years, without their pages.

    Returns:
        Relative path to bytes, by `period/edition/audience`.
    """
    years = {quarter.year for quarter in period.quarters}
    found: dict[str, dict[str, bytes]] = {}
    for folder in sorted(release_root.glob("[0-9]*/[0-9]*/*")):
        other = Period.parse(folder.relative_to(release_root).parts[0])
        if folder.is_dir() and years & {quarter.year for quarter in other.quarters}:
            found[folder.relative_to(release_root).as_posix()] = _figures(folder)
    return found


def _figures(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in paths)
    return {name: path.read_bytes() for name, path in named if name.startswith(FIGURES)}


def _learnt(rounded: RoundedPeriod, period: str, around: Surroundings) -> tuple[str, ...]:
    key = f"{period}/{around.edition}/{NETWORK}"
    manifest = {
        "period": period,
        "edition": around.edition,
        "audience": NETWORK,
        "disclosure": asdict(rounded.rule),
        "structure": dict(around.structure),
    }
    tables = {f"data/{table.table_id}.csv": csv_bytes(table) for table in rounded.tables[NETWORK]}
    planned = {key: {**tables, "manifest.json": json.dumps(manifest).encode()}}
    return learnt_by_centres({**around.beside, **planned}, [key], around.own)
