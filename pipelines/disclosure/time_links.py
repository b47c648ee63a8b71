"""The relations between periods: quarters and the year-to-date briefs that add them up.

Answers "what could be subtracted from what, over time". Cases and issues of a year-to-date period are those of its
quarters. A client who came in two quarters stands in both and once in the year, so clients only bound each other,
unless no source tells clients apart. Only periods that begin with a calendar year may contain published ones, so no
relation reaches beyond a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.linking import link
from pipelines.disclosure.system import CellName, LinkedSystem, Relation, joined
from pipelines.errors import DisclosureError
from pipelines.periods import Period

PERIOD_TABLE = "by_period"
# A published figure; None is hidden.
Shown = Mapping[CellName, int | None]


@dataclass(frozen=True, eq=False)
class Edition:
    """A published edition of one period, or one that is planned: its true counts and what was shown; internal.

    `shown` is empty for a plan; `beside` are the network's rounded figures of the same period, where `shown` are a
    centre's own.
    """

    caseload: Caseload
    shown: Shown
    beside: Shown = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """Give its period."""
        return self.caseload.period


def require_separable(period: Period, published: Iterable[Period]) -> None:
    """Refuse a period that overlaps published ones in a way that cannot be kept apart.

    A year-to-date period may contain the published quarters of its year, all of them. Nothing else may overlap.

    Raises:
        DisclosureError: it does.
    """
    others = sorted(other for other in set(published) if other != period and other.overlaps(period))
    if not others:
        return
    quarters = {Period(quarter, quarter) for quarter in period.quarters}
    is_known = all(period.contains(other) and (other.is_quarter or other.is_year_to_date) for other in others)
    if period.is_year_to_date and is_known and quarters <= set(others):
        return
    raise DisclosureError(
        f"{period} overlaps a period that is already published: {', '.join(map(str, others))}. One could be "
        "subtracted from the other, so nothing was released. Publish quarters, and periods from January to the last "
        "of them."
    )


def require_in_order(periods: Iterable[Period], published: Iterable[Period]) -> None:
    """Refuse periods that cannot all be published one after the other, before the first of them is.

    Args:
        periods: those to be published, in this order.
        published: periods that are.
    Raises:
        DisclosureError: one of them would overlap what is published by then in a way that cannot be kept apart.
    """
    done = set(published)
    for period in periods:
        if period not in done:
            require_separable(period, done)
            done.add(period)


def to_plan(period: Period, published: Iterable[Period]) -> list[Period]:
    """Give the year-to-date periods that could be published next, once this quarter is.

    Args:
        period: the period to be published.
        published: periods that are.
    """
    if not period.is_quarter:
        return []
    ready = {*published, period}
    candidates = [
        Period(replace(period.first, number=1), replace(period.first, number=number)) for number in range(2, 5)
    ]
    return [
        plan
        for plan in candidates
        if period.first in plan.quarters and all(Period(quarter, quarter) in ready for quarter in plan.quarters)
    ]


def link_over_time(own: Caseload, others: Iterable[Edition], *, clients_overlap: bool) -> LinkedSystem:
    """Put a caseload and the editions of its year into one system.

    Args:
        own: the period being protected; its cells have no period in their names.
        others: published editions inside its calendar year, and planned ones that contain it.
        clients_overlap: whether a client may stand in several quarters.
    Returns:
        One system; cells of other editions carry their period.
    """
    editions = list(others)
    systems = {str(edition.period): link(edition.caseload).of_period(str(edition.period)) for edition in editions}
    tables = {"": link(own), **systems}
    periods = {"": own.period, **{str(edition.period): edition.period for edition in editions}}
    relations = [
        relation
        for name, period in periods.items()
        if len(period.quarters) > 1
        for relation in _added_up(name, periods, tables, clients_overlap=clients_overlap)
    ]
    return joined(tables.values(), (*relations, *_same_quarters(tables)))


def _added_up(
    name: str, periods: Mapping[str, Period], tables: Mapping[str, LinkedSystem], *, clients_overlap: bool
) -> Iterator[Relation]:
    """Tie each figure of a period to those of its quarters."""
    period = periods[name]
    quarters = [key for quarter in period.quarters for key, each in periods.items() if each == Period(quarter, quarter)]
    if len(quarters) != len(period.quarters):
        return
    system = tables[name]
    for whole in system.counts:
        if whole in system.unpublished or whole.table_id == PERIOD_TABLE:
            continue
        # A code that a network added since stood in no table of an earlier quarter.
        parts = tuple(part for key in quarters if (part := replace(whole, period=key)) in tables[key].counts)
        if not parts:
            continue
        is_exact = whole.unit != "clients" or not clients_overlap
        found = [Relation((whole,), parts, is_exact=is_exact)]
        if not is_exact and parts[-1].period == quarters[-1]:
            found.append(Relation((parts[-1],), (whole,), is_exact=False))
        yield from (relation for relation in found if _is_true(relation, tables))


def _is_true(relation: Relation, tables: Mapping[str, LinkedSystem]) -> bool:
    """Leave out what the counts contradict: a person who was erased is in no count of the quarter."""
    left, right = (sum(tables[name.period].counts[name] for name in side) for side in (relation.left, relation.right))
    return left == right if relation.is_exact else left <= right


def _same_quarters(tables: Mapping[str, LinkedSystem]) -> Iterator[Relation]:
    """The cases of a quarter are one figure, in whichever brief they stand."""
    first: dict[tuple[str, ...], CellName] = {}
    for system in tables.values():
        for name in system.counts:
            if name.table_id == PERIOD_TABLE and name.codes != ("_T",):
                known = first.setdefault(name.codes, name)
                if known != name and system.counts[name] == tables[known.period].counts[known]:
                    yield Relation((known,), (name,), is_exact=True)
