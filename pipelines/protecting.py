"""From true counts and the ledger to what each audience may see of a period.

Answers "what is published, given everything that was". The network and the public share one rounding; each centre's
own brief is solved beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipelines.analysis.breakdowns import Caseload
from pipelines.audit import Insiders
from pipelines.before_release import Basis, before_centre, before_rounding, tells_revised_quarters
from pipelines.disclosure.detail import without
from pipelines.disclosure.exact import protect_exact
from pipelines.disclosure.giving_way import given_way, with_room
from pipelines.disclosure.grids import names_of
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.rounded import RoundedPeriod
from pipelines.disclosure.rules import ROUNDED_AUDIENCES, centre_of, hiding_rule, require_audiences, rounding_rule
from pipelines.disclosure.time_links import PERIOD_TABLE, Shown, require_in_order
from pipelines.errors import DisclosureError
from pipelines.insiders import Surroundings, counts_of, figures_beside, is_news, round_unseen
from pipelines.labels import dimension_labels
from pipelines.periods import Period
from pipelines.publication import read_centre_counts
from pipelines.structure import release_structure


@dataclass(frozen=True, eq=False)
class Protected:
    """What each audience may see of a period; `shown` is what the ledger keeps of it.

    `left_out` are audiences without a new brief, with the reason; `too_fine` the tables that an audience's brief does
    not have, because too few clients stand behind them. `report` says what protection cost, and `insiders` what each
    law centre knows of its own clients beside the figures that are new to it; both are internal. `network` are the
    rounded tables that stand beside each centre's own, whether or not they are published anew.
    """

    tables: Mapping[str, tuple[ProtectedTable, ...]]
    rules: Mapping[str, Rule]
    shown: Mapping[str, Shown]
    left_out: Mapping[str, str]
    too_fine: Mapping[str, tuple[str, ...]]
    report: Mapping[str, Any]
    insiders: Insiders
    network: tuple[ProtectedTable, ...] = ()


def protect_period(basis: Basis, audiences: Iterable[str], *, named: Collection[str] = ()) -> Protected:
    """Protect a period for every audience that is asked for.

    A centre that was not asked for by name is left out when its brief cannot be protected; one that was stops the run.

    Args:
        basis: what to protect, and from whom.
        audiences: `network`, `public` and `centre-<id>`.
        named: those that were asked for by name.
    Raises:
        DisclosureError: an audience is unknown, the period overlaps another in a way that cannot be kept apart, a
            centre is asked for before the network, or no protection is found.
    """
    wanted = tuple(dict.fromkeys(audiences))
    require_audiences(wanted, basis.settings.centres)
    require_in_order([basis.period], basis.ledger.periods())
    _require_network(basis, wanted)
    centres = read_centre_counts(basis.settings, basis.database, basis.period)
    privacy = basis.settings.privacy
    rule = rounding_rule(privacy.rounding_base, privacy.public_threshold)
    rounded, insiders = _rounded(basis, rule, centres)
    open_to = [name for name in wanted if name in ROUNDED_AUDIENCES]
    fine = given_way(basis.caseload, rounded)
    parts = {name: _Part(rounded.tables[name], rounded.rule, rounded.values, rounded.report, fine) for name in open_to}
    left_out: dict[str, str] = {}
    for audience in (name for name in wanted if name not in open_to):
        try:
            parts[audience] = _centre(basis, audience, centres, rounded.tables["network"])
        except DisclosureError as error:
            if audience in named:
                raise
            left_out[audience] = str(error)
    return Protected(
        {name: part.tables for name, part in parts.items()},
        {"network": rounded.rule} | {name: part.rule for name, part in parts.items()},
        {name: part.shown for name, part in parts.items()},
        left_out,
        {name: part.too_fine for name, part in parts.items()},
        {name: part.report for name, part in parts.items()},
        insiders,
        rounded.tables["network"],
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """One audience's share of what was protected."""

    tables: tuple[ProtectedTable, ...]
    rule: Rule
    shown: Shown
    report: Mapping[str, Any]
    too_fine: tuple[str, ...] = ()


def _centre(basis: Basis, audience: str, centres: Mapping[str, Caseload], network: tuple[ProtectedTable, ...]) -> _Part:
    counts = centres.get(centre_of(audience) or "")
    if counts is None or counts.profiles.is_empty():
        raise DisclosureError(f"{audience} has no client in {basis.period}, so there is no brief to make.")
    before = before_centre(basis, audience)
    counts = before.as_published(counts)
    if tells_revised_quarters(basis, before):
        counts = without(counts, {PERIOD_TABLE})
    if _has_changed(counts, before.own):
        raise DisclosureError(
            f"The cases of {audience} in {basis.period} have changed since its brief was published. The difference "
            "would expose people, so the published brief stands."
        )
    rule = hiding_rule(basis.settings.privacy.centre_threshold)
    found = protect_exact(counts, rule, audience, basis.circumstances(before), network=network)
    return _Part(found.tables, rule, found.shown, found.report, found.left_out)


def _rounded(basis: Basis, rule: Rule, centres: Mapping[str, Caseload]) -> tuple[RoundedPeriod, Insiders]:
    """Round for everybody; also say what each centre knows beside, where a figure is new to it."""
    before = before_rounding(basis)
    caseload, circumstances = before.as_published(basis.caseload), basis.circumstances(before)
    around = _surroundings(basis, centres)
    draw = partial(round_unseen, rule=rule, circumstances=circumstances, centres=centres.values(), around=around)
    rounded = with_room(caseload, draw)
    return rounded, around.own if is_news(rounded, circumstances) else {}


def _surroundings(basis: Basis, centres: Mapping[str, Caseload]) -> Surroundings:
    settings, period = basis.settings, basis.period
    beside = figures_beside(settings.release_root, period)
    own = {centre: {str(period): counts_of(counts)} for centre, counts in centres.items()}
    for other in sorted({Period.parse(key.partition("/")[0]) for key in beside} - {period}):
        for centre, counts in read_centre_counts(settings, basis.database, other).items():
            own.setdefault(centre, {})[str(other)] = counts_of(counts)
    structure = release_structure(
        settings, basis.caseload, basis.ledger, dimension_labels(settings), overlap=basis.clients_overlap
    )
    return Surroundings(basis.ledger.newest_edition(period) + 1, structure, own, beside)


def _require_network(basis: Basis, audiences: Collection[str]) -> None:
    """A centre's readers are shown the network's figures, so these must be published, now or before."""
    has_network = "network" in audiences or basis.ledger.newest(basis.period, "network") is not None
    if not has_network and any(centre_of(audience) for audience in audiences):
        raise DisclosureError(
            "A centre's brief stands beside the rounded figures of the network, and none are published for "
            f"{basis.period}, so nothing was released. Add --audience network."
        )


def _has_changed(counts: Caseload, shown: Shown) -> bool:
    """Tell whether a figure that was shown exactly is another one now: then a new brief would show the difference."""
    true = {name: n for breakdown in counts.breakdowns for name, n in names_of(breakdown)}
    return any(n is not None and true.get(name, 0) != n for name, n in shown.items())
