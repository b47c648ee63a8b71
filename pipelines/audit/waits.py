"""How long clients waited: does every number, verdict and word follow from the published counts?

Answers "could a group be said to wait longer that does not". The life table, its limits and the verdicts are worked out
again here from their definitions, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from statistics import NormalDist
from typing import Any

from pipelines.audit.markup import read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release
from pipelines.audit.structure import GROUP, MEMBERSHIP, NO, TIME, YES
from pipelines.audit.wait_counts import Counts, Share, counts_of, interval, share_of
from pipelines.codelists import TOTAL, inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

# What a verdict asks for, as every brief of this version has it.
SAME_WITHIN, LEAST_OUTCOMES, FALSE_FLAGS = 0.1, 5, 0.05
_TOLERANCE = 1e-9
_NUMBERS = ("observed", "low", "high", "others", "difference", "difference_low", "difference_high", "q_value")
Judged = dict[str, Any]


def waiting_problems(release: Release) -> Iterator[str]:
    """Name everything that a release says of waiting times and that its tables do not."""
    told = release.manifest.get("waiting")
    if told is None and not release.is_ours:
        return
    listed = [each for each in told or () if isinstance(each, dict)]
    expected = {each["group"]: each for each in _expected(release)}
    if len(listed) != len(told or ()) or [each.get("group") for each in listed] != list(expected):
        yield release.problem("manifest.json tells of other waiting times than the tables have. Release it again.")
        return
    page = plain(read_markup(release.files[PAGE].decode("utf-8", "replace")).text) if PAGE in release.files else None
    for each in listed:
        for problem in _problems(release, each, expected[each["group"]], page):
            yield release.problem(f"what is told of the waiting time of {each['group']} {problem}")


def _problems(release: Release, told: Mapping[str, Any], expected: Judged, page: str | None) -> Iterator[str]:
    if not all(_near(told.get(name), expected.get(name)) for name in _NUMBERS):
        yield "does not follow from published counts. Release the edition again."
    if told.get("state") != expected["state"] or told.get("family_size") != expected.get("family_size"):
        yield "is a verdict that its numbers do not give. Release the edition again."
    if release.is_ours and told.get("statement") != _statement(release, expected):
        yield "says something that its numbers do not. Release the edition again."
    if page is not None and plain(str(told.get("statement"))) not in page:
        yield "does not stand in the brief. Release the edition again."


def _expected(release: Release) -> Iterator[Judged]:
    """Work out again what the tables of a release say, in their order."""
    limit = int(release.manifest.get("disclosure", {}).get("threshold") or 0)
    for table in release.tables.values():
        if table.dimensions == (TIME,):
            counts = counts_of({row.codes[0]: row.n or 0 for row in table.rows}, release.reach)
            if counts.is_base(limit):
                share = share_of(counts)
                yield {
                    "group": TOTAL,
                    "state": "estimate",
                    "observed": share.value,
                    "low": share.low,
                    "high": share.high,
                }
    for table in release.tables.values():
        if table.dimensions == (GROUP, MEMBERSHIP, TIME):
            found: dict[str, dict[str, dict[str, int]]] = {}
            for row in table.rows:
                found.setdefault(row.codes[0], {}).setdefault(row.codes[1], {})[row.codes[2]] = row.n or 0
            yield from _judged(found, release.reach, limit)


def _judged(found: Mapping[str, Mapping[str, Mapping[str, int]]], reach: int, limit: int) -> list[Judged]:
    judged: list[Judged] = []
    tested: list[float] = []
    for group, sides in found.items():
        own, others = (counts_of(sides.get(side, {}), reach) for side in (YES, NO))
        if not (own.is_base(limit) and others.is_base(limit)):
            judged.append({"group": group, "state": "withheld"})
        elif min(own.moved(-1).n_came, others.moved(-1).n_came) < LEAST_OUTCOMES:
            judged.append({"group": group, "state": "too_few_to_say"})
        else:
            judged.append({"group": group, **_compared(own, others)})
        tested.append(judged[-1].get("p", 1.0))
    for each, q in zip(judged, _adjusted(tested), strict=True):
        each["family_size"] = len(judged)
        if "state" not in each:
            each |= {"q_value": q, "state": _state(each, q)}
    return judged


def _compared(own: Counts, others: Counts) -> Judged:
    """Give the shares and their difference, with limits and p at every corner of what rounding allows."""
    pairs = [(own, others), (own.moved(-1), others.moved(1)), (own.moved(1), others.moved(-1))]
    chances = [(interval(one), interval(other)) for one, other in pairs]
    (first, second), share, other = chances[0], share_of(own), share_of(others)
    lows = [one.value - two.value - math.hypot(one.value - one.low, two.high - two.value) for one, two in chances]
    highs = [one.value - two.value + math.hypot(one.high - one.value, two.value - two.low) for one, two in chances]
    return {
        "observed": share.value,
        "low": share.low,
        "high": share.high,
        "others": other.value,
        "difference": first.value - second.value,
        "difference_low": min(lows),
        "difference_high": max(highs),
        "p": max(_p_value(one, two) for one, two in chances),
    }


def _p_value(one: Share, two: Share) -> float:
    if not (0 < one.value < 1 and 0 < two.value < 1):
        return 1.0
    return NormalDist().cdf((one.value - two.value) / math.sqrt(one.error**2 + two.error**2))


def _adjusted(p: Sequence[float]) -> list[float]:
    """Give the least false discovery rate at which each would be claimed."""
    ranked = sorted(p)
    return [min(1.0, *(len(p) * ranked[at] / (at + 1) for at in range(len(p)) if ranked[at] >= each)) for each in p]


def _state(judged: Judged, q: float) -> str:
    low, high = judged["difference_low"], judged["difference_high"]
    if high < 0 and q <= FALSE_FLAGS:
        return "waits_longer"
    if low > 0:
        return "waits_less"
    return "about_the_same" if low >= -SAME_WITHIN and high <= SAME_WITHIN else "too_few_to_say"


def _statement(release: Release, judged: Judged) -> str:
    words, state = _wording(), judged["state"]
    label = str(release.manifest.get("labels", {}).get(GROUP, {}).get(judged["group"], judged["group"]))
    slots = {name: f"{value * 100:.1f}%" for name, value in judged.items() if isinstance(value, float)}
    slots |= {"own": slots.get("observed", ""), "people_inside": inside_sentence(label), "people": label}
    slots |= {"clients": str(release.manifest.get("words", {}).get("clients", ""))}
    slots["few"] = f"{max(int(release.manifest['disclosure']['threshold']), 2 * (release.reach + 1)):,}"
    if judged["group"] == TOTAL:
        return _begun(words["everybody"].format(**slots))
    said = _begun(words[state].format(**slots))
    if "observed" not in judged:
        return said
    compared = words["compared"].format(**(slots | {"people": inside_sentence(label)}))
    return f"{_begun(compared)} {said}"


@cache
def _wording() -> Mapping[str, str]:
    words: Mapping[str, str] = read_toml(reference_file("waiting.toml"), DisclosureError)["statements"]
    return words


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _near(value: object, expected: object) -> bool:
    if not isinstance(value, int | float) or not isinstance(expected, int | float):
        return value is None and expected is None
    return math.isclose(value, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
