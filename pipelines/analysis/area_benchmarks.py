"""Which benchmark gives the population of areas, and which of its areas are told together.

Answers "how many people live where". Nothing here looks at the clients of an area, so that nobody can choose the
population that says most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.analysis.benchmarks import Benchmark, Share
from pipelines.analysis.comparability import Target, why_not
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml, suggestion
from pipelines.errors import SettingsError, listed
from pipelines.periods import Period
from pipelines.resources import reference_file
from pipelines.served import Served

AREA = "residence_area_code"
NONE = "none"


@dataclass(frozen=True)
class Population:
    """The people of one area, or of several together: `value` as published, between `low` and `high` before rounding.

    `rounded_to` is what the figures were rounded to, added up.
    """

    value: float
    rounded_to: float

    @property
    def low(self) -> float:
        """Give the fewest people there may be."""
        return self.value - self.rounded_to / 2

    @property
    def high(self) -> float:
        """Give the most people there may be."""
        return self.value + self.rounded_to / 2

    def share_of(self, whole: Population) -> Share:
        """Give the share of all areas; its ends allow for the rounding of this area and of the others."""
        others = Population(whole.value - self.value, whole.rounded_to - self.rounded_to)
        return Share(self.low / (self.low + others.high), self.high / (self.high + others.low))


def area_benchmark(
    benchmarks: Iterable[Benchmark], served: Served, period: Period
) -> tuple[Benchmark | None, tuple[str, ...]]:
    """Choose the benchmark of areas: of those that may be compared the network's own, then the newest.

    Args:
        benchmarks: every benchmark there is.
        served: whom the network serves.
        period: the publication period.
    Returns:
        The benchmark and no reasons; or, where none may be compared, the one that fails least and its reasons. Without
        any the reason is `none`.
    """
    target = Target(AREA, TOTAL)
    found = [
        (why_not(each, Share(1.0, 1.0), target, served=served, period=period), each)
        for each in benchmarks
        if each.dimension == AREA
    ]
    if not found:
        return None, (NONE,)
    reasons, benchmark = min(
        found, key=lambda pair: (len(pair[0]), not pair[1].is_own, -pair[1].reference_date.toordinal())
    )
    return benchmark, reasons


def require_areas(benchmarks: Iterable[Benchmark], stated: Mapping[str, Sequence[str]]) -> None:
    """Refuse a law centre in an area that no benchmark of areas has: the area would be shown as one without a centre.

    Args:
        benchmarks: every benchmark there is.
        stated: the codes of areas by law centre, as `[centre_areas]` names them.
    Raises:
        SettingsError: an area is unknown; every one of them is named.
    """
    known = sorted({code for each in benchmarks if each.dimension == AREA for code in each.values} - {TOTAL})
    lost = [(centre, code) for centre, codes in stated.items() for code in codes if code not in known]
    if lost:
        told = [f'centre_areas.{centre}: "{code}".{suggestion(code, known)}' for centre, code in lost]
        raise SettingsError(listed(told, heading="No benchmark of areas has these areas of law centres:"))


def populations(benchmark: Benchmark) -> dict[str, Population]:
    """Give the people of each area, in order of area; one that may have nobody after rounding is left out."""
    people = {code: Population(value, benchmark.rounded_to[code]) for code, value in benchmark.values.items()}
    return {code: people[code] for code in sorted(people) if code != TOTAL and people[code].low > 0}


def together(people: Iterable[Population]) -> Population:
    """Add up the people of several areas."""
    told = list(people)
    return Population(sum(each.value for each in told), sum(each.rounded_to for each in told))


def pooled(people: Mapping[str, Population], n_clients: int) -> tuple[str, ...]:
    """Name the areas that are told together: at least two from each of which few clients would be expected.

    Args:
        people: every area of the benchmark.
        n_clients: clients of all areas together, as published.
    Returns:
        Codes in the order of `people`; none where fewer than two are small.

    >>> pooled({"A": Population(900.0, 0.0), "B": Population(50.0, 0.0), "C": Population(50.0, 0.0)}, 100)
    ('B', 'C')
    """
    whole = together(people.values()).value
    small = tuple(code for code, each in people.items() if n_clients * each.value / whole < least_expected())
    return small if len(small) > 1 else ()


@cache
def least_expected() -> float:
    """Give the expected clients from which an area is told by itself.

    Raises:
        SettingsError: the file with the number is damaged.
    """
    return float(read_toml(reference_file("provision.toml"), SettingsError)["areas"]["least_expected"])
