"""Rates by area: does every one follow from a published count and a public population?

Answers "could a rate be turned back into a count that is not published", and whether limits, verdicts, pooling and
words follow. Limits are restated here from their definition, so that a fault in the code that works them out would be
seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.audit.area_words import least_expected, told_problems
from pipelines.audit.comparisons import bases_of, follows
from pipelines.audit.findings_file import written
from pipelines.audit.places import COLUMN
from pipelines.audit.reading import AREA_RATES, Release, Row, read_rows
from pipelines.audit.structure import AREA
from pipelines.audit.verdicts import near, verdict_problems
from pipelines.codelists import NOT_KNOWN, TOTAL

POOL, POOLED, ALL_AREAS, WITHHELD = "_POOLED", "pooled", "all_areas", "withheld"
_TABLE, _PER, _Z, _TAIL, _FIRST_BYAR = "by_residence_area", 1000.0, 1.959963984540054, 0.025, 10
_NAMED = {AREA: "group", "share": "observed", "pool_code": "pool"}
_OF_COUNT = ("n", "rate", "rate_low", "rate_high", "observed", "ratio_low", "ratio_high", "expected", "base")
Rate = Mapping[str, Any]


def area_rate_problems(release: Release) -> Iterator[str]:
    """Name every rate of a release that does not follow from its counts and populations, and every word about one."""
    rates = rates_of(release)
    try:
        found = [*_problems(release, rates), *_file(release, rates)]
    except (TypeError, ValueError, KeyError, ZeroDivisionError, AttributeError):
        found = ["the rates by area hold something that is none. Release the edition again."]
    yield from map(release.problem, dict.fromkeys(found))


def rates_of(release: Release) -> list[Rate]:
    """Give the rates that a manifest lists; none where it is of a version without them."""
    told = release.manifest.get("area_rates")
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def has_rates(rates: list[Rate]) -> bool:
    """Tell whether these are rates and not only a reason why there are none."""
    return any(rate.get("population") is not None for rate in rates)


def _problems(release: Release, rates: list[Rate]) -> Iterator[str]:
    named = {str(rate["group"]): rate for rate in rates}
    if len(named) != len(rates) or (rates and TOTAL not in named):
        yield "the rates by area name an area twice, or not all together. Release the edition again."
    elif has_rates(rates):
        yield from _whole(release, named)
        for code, rate in named.items():
            yield from (f"the rate of {code} {problem}" for problem in _rate(release, named, code, rate))
    elif any(rate.get(name) is not None for rate in rates for name in _OF_COUNT):
        yield "the rates by area hold numbers although there is no population. Take them out."
    yield from (f"the rates by area {problem}" for problem in told_problems(release, rates))


def _whole(release: Release, named: Mapping[str, Rate]) -> Iterator[str]:
    """The populations add up, and the areas that are told together are those that the rule names."""
    areas = {code: rate for code, rate in named.items() if code not in {TOTAL, POOL}}
    pool = [code for code, rate in areas.items() if rate["state"] == POOLED]
    for code, members in ((TOTAL, list(areas)), (POOL, pool)):
        sums = [sum(areas[each][name] for each in members) for name in ("population", "rounded_to")]
        told = [named[code][name] for name in ("population", "rounded_to")] if code in named else [0, 0]
        if not all(map(near, sums, told)):
            yield "the rates by area hold populations that do not add up. Release the edition again."
    whole, n = named[TOTAL]["population"], named[TOTAL]["n"]
    small = [code for code, rate in areas.items() if n * rate["population"] / whole < least_expected()]
    if release.is_ours and pool != (small if len(small) > 1 else []):
        yield "the rates by area put other areas together than the rule names. Release the edition again."
    tested = [rate for rate in named.values() if rate.get("q_value") is not None]
    if any(rate["family_size"] < len(tested) for rate in tested):
        yield "the rates by area name another number of comparisons than there are. Release the edition again."


def _rate(release: Release, named: Mapping[str, Rate], code: str, rate: Rate) -> Iterator[str]:
    """Name what one row says beside the table, the populations and the rule of rounding."""
    rows = _rows(release)
    codes = [each for each, other in named.items() if other.get("pool") == POOL] if code == POOL else [code]
    if rate["state"] in {POOLED, WITHHELD}:
        if any(rate.get(name) is not None for name in _OF_COUNT):
            yield "is told with others or withheld and still holds numbers. Take them out."
        return
    outside = [row for each, row in rows.items() if each not in {TOTAL, NOT_KNOWN, *named}]
    n, reach = _count(release, rows, codes if code != TOTAL else None, outside)
    if n is None:
        yield "rests on a hidden count. Withhold it."
        return
    if (rate["n"], rate["reach_n"]) != (n, reach):
        yield "does not rest on published counts. Release the edition again."
    is_small = code != TOTAL and release.base is not None and n < 2 * release.base
    if not near(rate["rate"], None if is_small else n / rate["population"] * _PER) or not _has_limits(rate, n, reach):
        yield "does not follow from its count and its population. Release the edition again."
    if code != TOTAL:
        yield from _compared(release, rate, named[TOTAL], outside)


def _compared(release: Release, rate: Rate, whole: Rate, outside: list[Row]) -> Iterator[str]:
    """A verdict follows from shares of clients and of people, as that of a finding does."""
    out = sum(row.n or 0 for row in outside)
    if (rate["base"] + out, rate["not_known"]) not in bases_of(release, _rows(release)) or not follows(rate):
        yield "holds shares that do not follow from its counts. Release the edition again."
    low, high = (rate["population"] + side * rate["rounded_to"] / 2 for side in (-1, 1))
    rest = whole["population"] - rate["population"]
    half = (whole["rounded_to"] - rate["rounded_to"]) / 2
    shares = low / (low + rest + half), high / (high + rest - half)
    if not (near(rate["benchmark_low"], shares[0]) and near(rate["benchmark_high"], shares[1])):
        yield "holds a share of people that its population does not give. Release the edition again."
    if rate.get("is_under_served"):
        yield "is called under-served, which no area is. Release the edition again."
    yield from verdict_problems({**rate, "is_under_served": rate["is_clearly_below"]})


def _rows(release: Release) -> dict[str, Row]:
    table = release.tables.get(_TABLE)
    return {row.codes[0]: row for row in table.rows if row.unit == "clients"} if table else {}


def _count(
    release: Release, rows: Mapping[str, Row], codes: list[str] | None, outside: list[Row]
) -> tuple[int | None, int]:
    """Add up published counts, and say how far the sum may be from the truth; an area without a row is a rounded 0."""
    if codes is None:
        unknown = [rows[NOT_KNOWN].n] if NOT_KNOWN in rows else [0]
        less = [*unknown, *(row.n for row in outside)]
        total = rows[TOTAL].n
        shown = [n for n in less if n is not None]
        is_shown = total is not None and len(shown) == len(less)
        return (total or 0) - sum(shown) if is_shown else None, release.reach * (1 + len(less))
    counts = [rows[code].n if code in rows else 0 if release.base else None for code in codes]
    told = [n for n in counts if n is not None]
    return sum(told) if len(told) == len(counts) else None, release.reach * len(codes)


def _has_limits(rate: Rate, n: int, reach: int) -> bool:
    half = rate["rounded_to"] / 2
    low = rate["rate_low"] * (rate["population"] + half) / _PER
    high = rate["rate_high"] * (rate["population"] - half) / _PER
    return _is_lower(max(n - reach, 0), low) and _is_upper(n + reach, high)


def _is_lower(n: int, mean: float) -> bool:
    """Tell whether a mean is the lower limit of a count: n or more would be seen once in forty times."""
    if n == 0:
        return mean == 0
    if n < _FIRST_BYAR:
        return near(1 - _at_most(n - 1, mean), _TAIL)
    return near(mean, n * (1 - 1 / (9 * n) - _Z / (3 * math.sqrt(n))) ** 3)


def _is_upper(n: int, mean: float) -> bool:
    if n < _FIRST_BYAR:
        return near(_at_most(n, mean), _TAIL)
    above = n + 1
    return near(mean, above * (1 - 1 / (9 * above) + _Z / (3 * math.sqrt(above))) ** 3)


def _at_most(n: int, mean: float) -> float:
    """Give the chance that a Poisson count is n or less."""
    return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n + 1))


def _file(release: Release, rates: list[Rate]) -> Iterator[str]:
    """The data file says what the manifest says."""
    path = f"data/{AREA_RATES}.csv"
    if (path in release.files) != has_rates(rates):
        yield f"{path} is there without rates, or rates without it. Release the edition again."
    elif path in release.files:
        header, rows = read_rows(f"{release.key}/{path}", release.files[path])
        told = [dict(zip(header, values, strict=True)) for values in rows]
        if len(told) != len(rates) or not all(_agrees(release, *pair) for pair in zip(told, rates, strict=True)):
            yield f"{path} differs from manifest.json. Release the edition again."


def _agrees(release: Release, row: Mapping[str, str], rate: Rate) -> bool:
    expected = {name: written(rate.get(_NAMED.get(name, name))) for name in row}
    # What stands here of law centres is held against the manifest by itself (`places`).
    expected |= {COLUMN: row[COLUMN]} if COLUMN in row else {}
    expected |= {
        "period": release.period,
        "status": "C" if rate["state"] == WITHHELD else "A",
        "provisional": str(release.manifest.get("provisional", row.get("provisional"))).lower(),
    }
    return expected == row
