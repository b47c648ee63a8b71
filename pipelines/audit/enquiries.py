"""Enquiries: does every number, verdict and word follow from the published counts?

Answers "could a group be said to be turned away more often that is not". Shares, their limits and the verdicts are
worked out again here from their definitions, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pipelines.audit.enquiry_counts import Enquiries, difference, p_value, share_of
from pipelines.audit.markup import read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release, Table
from pipelines.audit.structure import GROUP, MEMBERSHIP, NO, RESPONSE, TURNED, YES
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist, inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

# What a verdict asks for, as every brief of this version has it.
SAME_WITHIN, LEAST_TURNED_AWAY, FALSE_FLAGS = 0.1, 5, 0.05
_TOLERANCE = 1e-9
_NUMBERS = ("observed", "low", "high", "others", "difference", "difference_low", "difference_high", "q_value")
Judged = dict[str, Any]


def enquiry_problems(release: Release) -> Iterator[str]:
    """Name everything that a release says of enquiries and that its tables do not."""
    yield from map(release.problem, _table_problems(release))
    told = release.manifest.get("enquiries")
    if told is None and not release.is_ours:
        return
    listed = [each for each in told or () if isinstance(each, dict)]
    expected = {each["group"]: each for each in _expected(release)}
    if len(listed) != len(told or ()) or [each.get("group") for each in listed] != list(expected):
        yield release.problem("manifest.json tells of other enquiries than the tables have. Release it again.")
        return
    page = plain(read_markup(release.files[PAGE].decode("utf-8", "replace")).text) if PAGE in release.files else None
    for each in listed:
        for problem in _problems(release, each, expected[each["group"]], page):
            yield release.problem(f"what is told of the enquiries of {each['group']} {problem}")


def _table_problems(release: Release) -> Iterator[str]:
    """A law centre's own brief has no table of enquiries, and no other table may count them."""
    for table in release.tables.values():
        units = {row.unit for row in table.rows}
        is_of_enquiries = bool({RESPONSE, TURNED} & set(table.dimensions))
        if ("enquiries" in units) != is_of_enquiries or (is_of_enquiries and units != {"enquiries"}):
            yield f"{table.table_id} counts enquiries together with something else. Count them in tables of their own."
        if is_of_enquiries and release.centre:
            yield f"{table.table_id} has no place in the brief of one centre. Release it without."


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
        if table.dimensions == (RESPONSE,):
            counts = _of_everybody(table, release.reach)
            if counts.is_base(limit):
                share = share_of(counts)
                numbers = {"observed": share.value, "low": share.low, "high": share.high}
                yield {"group": TOTAL, "state": "estimate", **numbers}
    for table in release.tables.values():
        if table.dimensions == (GROUP, MEMBERSHIP, TURNED):
            yield from _judged(table, release.reach, limit)


def _of_everybody(table: Table, reach: int) -> Enquiries:
    """Give those turned away, and all others of a known response: the total without these and those not known."""
    counts = {row.codes[0]: row.n or 0 for row in table.rows}
    codes = [code for code, answer in codelist("enquiry_responses").column("answer").items() if answer == "turned_away"]
    away = sum(counts.get(code, 0) for code in codes)
    kept = max(counts.get(TOTAL, 0) - counts.get(NOT_KNOWN, 0) - away, 0)
    return Enquiries(away, kept, len(codes) * reach, (len(codes) + 2) * reach)


def _judged(table: Table, reach: int, limit: int) -> list[Judged]:
    counts = {row.codes: row.n or 0 for row in table.rows}
    judged: list[Judged] = []
    tested: list[float] = []
    for group in dict.fromkeys(row.codes[0] for row in table.rows):
        own, others = (
            Enquiries(counts.get((group, side, YES), 0), counts.get((group, side, NO), 0), reach, reach)
            for side in (YES, NO)
        )
        if not (own.is_base(limit) and others.is_base(limit)):
            judged.append({"group": group, "state": "withheld"})
        elif min(own.least_away, others.least_away) < LEAST_TURNED_AWAY:
            judged.append({"group": group, "state": "too_few_to_say"})
        else:
            judged.append({"group": group, **_compared(own, others)})
        tested.append(judged[-1].get("p", 1.0))
    for each, q in zip(judged, _adjusted(tested), strict=True):
        each["family_size"] = len(judged)
        if "state" not in each:
            each |= {"q_value": q, "state": _state(each, q)}
    return judged


def _compared(own: Enquiries, others: Enquiries) -> Judged:
    share, apart = share_of(own), difference(own, others)
    return {
        "observed": share.value,
        "low": share.low,
        "high": share.high,
        "others": share_of(others).value,
        "difference": apart.value,
        "difference_low": apart.low,
        "difference_high": apart.high,
        "p": p_value(own, others),
    }


def _adjusted(p: Sequence[float]) -> list[float]:
    """Give the least false discovery rate at which each would be claimed."""
    ranked = sorted(p)
    return [min(1.0, *(len(p) * ranked[at] / (at + 1) for at in range(len(p)) if ranked[at] >= each)) for each in p]


def _state(judged: Judged, q: float) -> str:
    low, high = judged["difference_low"], judged["difference_high"]
    if low > 0 and q <= FALSE_FLAGS:
        return "turned_away_more"
    if high < 0:
        return "turned_away_less"
    return "about_the_same" if low >= -SAME_WITHIN and high <= SAME_WITHIN else "too_few_to_say"


def _statement(release: Release, judged: Judged) -> str:
    words, state = _wording(), judged["state"]
    label = str(release.manifest.get("labels", {}).get(GROUP, {}).get(judged["group"], judged["group"]))
    slots = {name: f"{value * 100:.1f}%" for name, value in judged.items() if isinstance(value, float)}
    slots |= {"own": slots.get("observed", ""), "people_inside": inside_sentence(label), "people": label}
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
    words: Mapping[str, str] = read_toml(reference_file("enquiries.toml"), DisclosureError)["statements"]
    return words


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _near(value: object, expected: object) -> bool:
    if not isinstance(value, int | float) or not isinstance(expected, int | float):
        return value is None and expected is None
    return math.isclose(value, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
