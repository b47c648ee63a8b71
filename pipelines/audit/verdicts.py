"""The numbers of a finding among themselves: ratio, limits, state and flag.

Answers "does this verdict follow from what is published". The bounds are restated here from the definition that every
brief gives, so that a fault in the code that sets verdicts would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

# The band in which a difference is not material, and what the flag asks for.
BAND_LOW, BAND_HIGH = 0.8, 1.25
FALSE_FLAGS, LEAST_EXPECTED = 0.05, 5.0
WITHOUT_FIGURES = frozenset({"withheld", "not_collected"})
# A share of the population known to one part in fifty is told as one figure.
NEARLY_EXACT = 0.02
_TOLERANCE = 1e-9
_SHARES = ("observed", "low", "high", "missing_low", "missing_high", "benchmark_low", "benchmark_high", "q_value")


def verdict_problems(finding: Mapping[str, Any]) -> Iterator[str]:
    """Name every number, state or flag of a finding that contradicts another of its numbers."""
    try:
        yield from dict.fromkeys(_problems(finding))
    except (TypeError, ValueError, KeyError, ZeroDivisionError):
        yield "holds something else than numbers. Release the edition again."


def _problems(finding: Mapping[str, Any]) -> Iterator[str]:
    if any(not 0 <= finding[name] <= 1 for name in _SHARES if finding.get(name) is not None):
        yield "holds a share that is none. Release the edition again."
    if finding.get("state") not in {state_of(finding), *_also_allowed(finding)}:
        yield "has a state that its limits do not give. Release the edition again."
    if bool(finding.get("is_under_served")) != _is_flagged(finding):
        yield "is called under-served, or not, against the rule. Release the edition again."
    if not all(_relations(finding)):
        yield "holds numbers that do not follow from each other. Release the edition again."


def state_of(finding: Mapping[str, Any]) -> str:
    """Give the state that the limits of the ratio say; nothing known of them means that nothing can be told."""
    low, high = finding.get("ratio_low"), finding.get("ratio_high")
    if low is None or high is None:
        return "cannot_tell"
    holds_one, is_inside = low <= 1 <= high, low >= BAND_LOW and high <= BAND_HIGH
    if is_inside:
        return "about_as_expected" if holds_one else "small_difference"
    if holds_one:
        return "too_few_to_say"
    if high < 1:
        return "clearly_lower" if high < BAND_LOW else "lower_size_unsure"
    return "clearly_higher" if low > BAND_HIGH else "higher_size_unsure"


def _also_allowed(finding: Mapping[str, Any]) -> set[str]:
    """Limits that reach to both sides of one may come from bounds that lead to different answers."""
    if finding.get("ratio_low") is None:
        return set(WITHOUT_FIGURES)
    return {"cannot_tell"} if state_of(finding) == "too_few_to_say" and finding.get("reasons") else set()


def _is_flagged(finding: Mapping[str, Any]) -> bool:
    q_value, expected = finding.get("q_value"), finding.get("expected")
    if q_value is None or expected is None:
        return False
    return finding.get("state") == "clearly_lower" and bool(q_value <= FALSE_FLAGS and expected >= LEAST_EXPECTED)


def _relations(finding: Mapping[str, Any]) -> Iterator[bool]:
    low, high, ends = finding.get("benchmark_low"), finding.get("benchmark_high"), ("ratio_low", "ratio_high")
    yield (low is None) == (high is None) == (finding.get("benchmark_id") is None)
    yield (finding.get("family_size") is None) == (finding.get("q_value") is None)
    yield _is_ordered(finding, ("low", "observed", "high")) and _is_ordered(finding, ("low", "missing_low"))
    yield _is_ordered(finding, ("missing_high", "high")) and _is_ordered(finding, ("ratio_low", "ratio_high"))
    if low is None or high is None:
        yield all(finding.get(name) is None for name in ("benchmark", "ratio", "expected", "q_value", *ends))
        return
    is_exact = high - low <= NEARLY_EXACT * high or near(low, high)
    yield near(finding.get("benchmark"), (low + high) / 2 if is_exact else None)
    if finding.get("ratio_low") is not None:
        yield from _of_ratio(finding, is_exact)


def _of_ratio(finding: Mapping[str, Any], is_exact: bool) -> Iterator[bool]:
    low, high, observed = finding["benchmark_low"], finding["benchmark_high"], finding.get("observed")
    yield near(finding.get("expected"), finding["base"] * low)
    yield (finding.get("q_value") is None) == (finding["expected"] < LEAST_EXPECTED)
    yield near(finding.get("ratio"), observed / ((low + high) / 2) if is_exact and observed is not None else None)
    least, most = finding["low"] / high, finding["high"] / low if low else math.inf
    is_sample = finding.get("effective_sample") is not None
    yield near(finding["ratio_low"], least) or (is_sample and finding["ratio_low"] < least)
    yield near(finding["ratio_high"], most) or (is_sample and finding["ratio_high"] > most)
    yield from _of_missing(finding)


def _of_missing(finding: Mapping[str, Any]) -> Iterator[bool]:
    """The share if nobody of those not known belongs, and if all of them do, as far as rounding reaches."""
    n, base, missing = finding["n"], finding["base"], finding["not_known"]
    reach = tuple(finding.get(name) or 0 for name in ("reach_n", "reach_base", "reach_not_known"))
    fewest, others = max(n - reach[0], 0), max(missing - reach[2], 0)
    smallest = max(base - reach[1], min(fewest + others, base + reach[1]))
    most = n + missing + reach[0] + reach[2]
    yield near(finding.get("missing_low"), fewest / (base + reach[1]))
    yield near(finding.get("missing_high"), most / smallest if most < smallest else 1.0)


def _is_ordered(finding: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    values = [finding[name] for name in names if finding.get(name) is not None]
    return all(before <= after + _TOLERANCE for before, after in pairwise(values))


def near(value: float | None, expected: float | None) -> bool:
    """Tell whether two figures are the same but for the way they were worked out; none is only like none."""
    if value is None or expected is None:
        return value is expected
    return math.isclose(value, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
