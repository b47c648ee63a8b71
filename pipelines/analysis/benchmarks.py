"""Benchmarks: the populations that shares of clients are compared with.

Answers "what share of a population is this group, as far as its figures tell". Reading them from files is for
`benchmark_files`, and whether a comparison is allowed for `comparability`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.codelists import TOTAL

AGE = "age"


@dataclass(frozen=True)
class Share:
    """A benchmark share, from 0 to 1: `low` and `high` differ where figures are rounded or bands do not end at the cut.

    `effective_sample` is the size of a simple random sample as precise as the figures; None where they are no sample.
    """

    low: float
    high: float
    effective_sample: float | None = None

    @property
    def is_exact(self) -> bool:
        """Tell whether the share is one figure, but for rounding."""
        return self.high - self.low <= ROUNDING_IS_EXACT * max(self.high, self.low)


# A share known to one part in fifty is told as one figure; the limits use both ends all the same.
ROUNDING_IS_EXACT = 0.02


@dataclass(frozen=True)
class Benchmark:
    """One reference population, cut by one dimension.

    `values` maps each code to its figure in `unit`; the total is `_T`. `rounded_to` tells what each was rounded to.
    `is_own`: a network made it, it is not packaged.
    """

    benchmark_id: str
    title: str
    dimension: str
    unit: str
    reference_date: date
    geography: str
    population: str
    dual_rule: str
    rounded_to: Mapping[str, float]
    effective_sample: float | None
    caveat: str
    source: str
    values: Mapping[str, float]
    is_own: bool

    @property
    def total(self) -> float:
        """Give the size of the whole population, in the benchmark's unit."""
        return self.values[TOTAL]

    def described(self) -> dict[str, str]:
        """Give what a reader has to know of it, without its figures."""
        names = (
            "benchmark_id",
            "title",
            "dimension",
            "unit",
            "geography",
            "population",
            "dual_rule",
            "caveat",
            "source",
        )
        return {name: getattr(self, name) for name in names} | {"reference_date": self.reference_date.isoformat()}

    def share(self, code: str) -> Share | None:
        """Give the share of one code; None where the benchmark has no figure for it."""
        if code not in self.values or code == TOTAL:
            return None
        half = self.rounded_to[code] / 2
        return self._share(self.values[code] - half, self.values[code] + half)

    def age_share(self, low: int, high: int | None) -> Share:
        """Give the share of people from one age to another, both included; a high of None is open.

        Bands that lie wholly inside count for the lower bound. Whoever stands in no band wholly outside counts for the
        upper bound, so a benchmark without a cut at 55 gives a range for people aged 55 and over.
        """
        bands = [code for code in self.values if code != TOTAL]
        inside = [code for code in bands if _is_within(age_band(code), (low, high))]
        touching = [code for code in bands if _touches(age_band(code), (low, high))]
        least = sum(self.values[code] - self.rounded_to[code] / 2 for code in inside)
        if set(inside) == set(touching) and self._covers_all(bands):
            return self._share(least, sum(self.values[code] + self.rounded_to[code] / 2 for code in inside))
        outside = sum(self.values[code] - self.rounded_to[code] / 2 for code in bands if code not in touching)
        return self._share(least, max(self.total + self.rounded_to[TOTAL] / 2 - outside, least))

    def _covers_all(self, bands: Sequence[str]) -> bool:
        """Tell whether the bands add up to the total, but for rounding; else some people stand in no band."""
        slack = sum(self.rounded_to.values())
        return abs(sum(self.values[code] for code in bands) - self.total) <= slack

    def _share(self, low: float, high: float) -> Share:
        half = self.rounded_to[TOTAL] / 2
        most = high / (self.total - half) if self.total > half else 1.0
        return Share(max(low, 0.0) / (self.total + half), min(most, 1.0), self.effective_sample)


def age_band(code: str) -> tuple[int, int | None]:
    """Read `18-64` or `65+` as ages in completed years, both included; an open end is None.

    >>> age_band("18-64"), age_band("65+")
    ((18, 64), (65, None))
    """
    if code.endswith("+"):
        return int(code[:-1]), None
    low, _, high = code.partition("-")
    return int(low), int(high)


def _is_within(band: tuple[int, int | None], ages: tuple[int, int | None]) -> bool:
    return band[0] >= ages[0] and (ages[1] is None or (band[1] is not None and band[1] <= ages[1]))


def _touches(band: tuple[int, int | None], ages: tuple[int, int | None]) -> bool:
    return (band[1] is None or band[1] >= ages[0]) and (ages[1] is None or band[0] <= ages[1])
