"""What is told of barriers: does every number, verdict and word follow from the published counts?

Answers "could a group be said to face more barriers, or fewer, that does not". Shares, limits, verdicts, the order of
barriers and the sentences are worked out again here, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from pipelines.audit.faced_counts import NO_BARRIER, ONE, SEVERAL, People, apart, bounds
from pipelines.audit.markup import read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release, Table
from pipelines.audit.structure import BARRIER, COUNT, GROUP, MEMBERSHIP, NO, PAIR, SOURCE, YES
from pipelines.codelists import NOT_KNOWN, TOTAL, inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

# What a verdict asks for, as every brief of this version has it.
SAME_WITHIN, LEAST_COUNTED, LEAST_RECORDED, FALSE_FLAGS = 0.1, 5, 0.25, 0.05
MOST_NAMED, LEAST_NAMED = 3, 20
_TOLERANCE = 1e-9
_NUMBERS = (
    "observed", "low", "high", "others", "recorded", "recorded_others",
    "difference", "difference_low", "difference_high", "q_value",
)  # fmt: skip
_RECORDED, _SEVERAL, _ANY, _MOST, _PAIRS = "recorded", "several_barriers", "any_barrier", "most_recorded", "pairs"
_NO_ROWS = frozenset({TOTAL, NOT_KNOWN, "NONE"})
Judged = dict[str, Any]


def faced_problems(release: Release) -> Iterator[str]:
    """Name everything that a release says of barriers and that its tables do not."""
    told = release.manifest.get("barriers")
    if told is None and not release.is_ours:
        return
    listed = [each for each in told or () if isinstance(each, dict)]
    expected = list(_expected(release))
    names = [(each["group"], each["measure"]) for each in expected]
    if len(listed) != len(told or ()) or [(each.get("group"), each.get("measure")) for each in listed] != names:
        yield release.problem("manifest.json tells of other barriers than the tables have. Release it again.")
        return
    page = plain(read_markup(release.files[PAGE].decode("utf-8", "replace")).text) if PAGE in release.files else None
    for each, wanted in zip(listed, expected, strict=True):
        for problem in _problems(release, each, wanted, page):
            yield release.problem(f"what is told of barriers, {wanted['group']} {wanted['measure']}, {problem}")


def _problems(release: Release, told: Mapping[str, Any], expected: Judged, page: str | None) -> Iterator[str]:
    figures = [(told.get(name), expected.get(name)) for name in _NUMBERS]
    figures += zip_longest(told.get("shares") or (), expected.get("shares", ()))
    if not all(_near(one, other) for one, other in figures):
        yield "does not follow from published counts. Release the edition again."
    if list(told.get("codes") or ()) != list(expected.get("codes", ())):
        yield "names other codes than the tables give. Release the edition again."
    if told.get("state") != expected["state"] or told.get("family_size") != expected.get("family_size"):
        yield "is a verdict that its numbers do not give. Release the edition again."
    if release.is_ours and told.get("statement") != _statement(release, expected):
        yield "says something that its numbers do not. Release the edition again."
    if page is not None and plain(str(told.get("statement"))) not in page:
        yield "does not stand in the brief. Release the edition again."


def _expected(release: Release) -> Iterator[Judged]:
    """Work out again what the tables of a release say, in their order."""
    limit = int(release.manifest.get("disclosure", {}).get("threshold") or 0)
    table = _cut_by(release, (COUNT,))
    if table is None:
        return
    people = People({row.codes[0]: row.n or 0 for row in table.rows}, release.reach)
    yield from _of_everybody(release, people, limit)
    if (groups := _cut_by(release, (GROUP, MEMBERSHIP, COUNT))) is not None:
        found: dict[str, dict[str, dict[str, int]]] = {}
        for row in groups.rows:
            found.setdefault(row.codes[0], {}).setdefault(row.codes[1], {})[row.codes[2]] = row.n or 0
        yield from _judged(found, release.reach, limit)


def _cut_by(release: Release, dimensions: tuple[str, ...]) -> Table | None:
    return next((table for table in release.tables.values() if table.dimensions == dimensions), None)


def _of_everybody(release: Release, people: People, limit: int) -> Iterator[Judged]:
    told = release.structure.get("sources_without")
    sources = {"codes": list(told.get("barrier", ())) if isinstance(told, dict) else _named(release)}
    everybody: Judged = {"group": TOTAL, "state": "estimate"}
    if not people.is_base(limit):
        yield everybody | sources | {"measure": _RECORDED, "state": "withheld"}
        return
    yield everybody | sources | {"measure": _RECORDED, "observed": people.recorded}
    yield everybody | {"measure": _SEVERAL} | _share(people, (SEVERAL,))
    if people.counts.get(NO_BARRIER, 0) - release.reach >= LEAST_COUNTED:
        yield everybody | {"measure": _ANY} | _share(people, (ONE, SEVERAL))
    else:
        yield everybody | {"measure": _ANY, "state": "not_told"}
    for measure, dimension in ((_MOST, BARRIER), (_PAIRS, PAIR)):
        if (table := _cut_by(release, (dimension,))) is not None:
            found = _leading(table, people, release.reach)
            state = "estimate" if found["codes"] else "not_told"
            yield everybody | {"measure": measure, "state": state, **found}


def _named(release: Release) -> list[str]:
    """Give the sources that the manifest names, where its structure leaves open which clients are theirs."""
    told = release.manifest.get("barriers")
    first = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
    return list(first.get("codes") or ())


def _share(people: People, codes: tuple[str, ...]) -> Judged:
    corners = people.corners(codes)
    low, high = bounds(corners)
    return {"observed": corners[0].share, "low": low, "high": high}


def _leading(table: Table, people: People, reach: int) -> Judged:
    """Give the rows that are certainly the largest: each often enough, and no other within rounding's reach."""
    counts = {row.codes[0]: row.n or 0 for row in table.rows if row.codes[0] not in _NO_ROWS}
    order = sorted(counts, key=lambda code: -counts[code])
    size = 0
    for k in range(1, min(MOST_NAMED, len(order)) + 1):
        following = [counts[code] for code in order[k:]]
        is_apart = not following or counts[order[k - 1]] - following[0] > 2 * reach
        if counts[order[k - 1]] >= LEAST_NAMED and is_apart:
            size = k
    base = people.part((SEVERAL,)).n
    return {"codes": order[:size], "shares": [counts[code] / base for code in order[:size]]}


def _judged(found: Mapping[str, Mapping[str, Mapping[str, int]]], reach: int, limit: int) -> list[Judged]:
    judged: list[Judged] = []
    for group, sides in found.items():
        own, others = (People(sides.get(side, {}), reach) for side in (YES, NO))
        lacking = _lacking(own, others, limit)
        figures = {"state": lacking} if lacking else _compared(own, others)
        judged.append({"group": group, "measure": _SEVERAL, **figures})
    adjusted = _adjusted([each.get("p", 1.0) for each in judged])
    for each, q in zip(judged, adjusted, strict=True):
        each["family_size"] = len(judged)
        if "state" not in each:
            each |= {"q_value": q, "state": _state(each, q)}
    return judged


def _lacking(own: People, others: People, limit: int) -> str:
    if not (own.is_base(limit) and others.is_base(limit)):
        return "withheld"
    if min(own.least_recorded, others.least_recorded) < LEAST_RECORDED:
        return "seldom_recorded"
    fewest = min(each.part((SEVERAL,), -1).x for each in (own, others))
    return "too_few_to_say" if fewest < LEAST_COUNTED else ""


def _compared(own: People, others: People) -> Judged:
    mine, theirs = own.corners((SEVERAL,)), others.corners((SEVERAL,))
    low, high, p = apart(mine, theirs)
    return {
        **_share(own, (SEVERAL,)),
        "others": theirs[0].share,
        "recorded": own.recorded,
        "recorded_others": others.recorded,
        "difference": mine[0].share - theirs[0].share,
        "difference_low": low,
        "difference_high": high,
        "p": p,
    }


def _adjusted(p: Sequence[float]) -> list[float]:
    """Give the least false discovery rate at which each would be claimed."""
    ranked = sorted(p)
    return [min(1.0, *(len(p) * ranked[at] / (at + 1) for at in range(len(p)) if ranked[at] >= each)) for each in p]


def _state(judged: Judged, q: float) -> str:
    low, high = judged["difference_low"], judged["difference_high"]
    if low > 0 and q <= FALSE_FLAGS:
        return "more_barriers"
    if high < 0:
        return "fewer_barriers"
    return "about_the_same" if low >= -SAME_WITHIN and high <= SAME_WITHIN else "too_few_to_say"


def _statement(release: Release, judged: Judged) -> str:
    words, labels = _wording(), release.manifest.get("labels", {})
    slots = {name: f"{value * 100:.1f}%" for name, value in judged.items() if isinstance(value, float)}
    label = str(labels.get(GROUP, {}).get(judged["group"], judged["group"]))
    slots |= {"own": slots.get("observed", ""), "people_inside": inside_sentence(label), "people": label}
    slots |= {"clients": str(release.manifest.get("words", {}).get("clients", ""))}
    slots["few"] = f"{max(int(release.manifest['disclosure']['threshold']), 2 * (release.reach + 1)):,}"
    if judged["group"] == TOTAL:
        return _of_all(judged, slots, labels)
    said = _begun(words[judged["state"]].format(**slots))
    if "observed" not in judged:
        return said
    compared = words["compared"].format(**(slots | {"people": inside_sentence(label)}))
    return f"{_begun(compared)} {said}"


def _of_all(judged: Judged, slots: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> str:
    """Say what is told of all clients: by the name of its sentence, with what it lists."""
    words, measure = _wording(), judged["measure"]
    name = str({_SEVERAL: "several", _ANY: "any", _MOST: "barriers"}.get(measure, measure))
    name += {"withheld": "_withheld", "not_told": "_not_told"}.get(judged["state"], "")
    dimension = {_MOST: BARRIER, _PAIRS: PAIR}.get(measure, SOURCE)
    named = [labels.get(dimension, {}).get(code, code) for code in judged.get("codes", ())]
    shares = [f"{share * 100:.1f}%" for share in judged.get("shares", ())]
    listed = [words["named"].format(label=label, own=own) for label, own in zip(named, shares, strict=False)]
    said = _begun(words[name].format(**slots, list="; ".join(listed)))
    if measure == _RECORDED and judged["state"] == "estimate" and named:
        said += f" {_begun(words['without'].format(**slots, sources='; '.join(named)))}"
    return said


@cache
def _wording() -> Mapping[str, str]:
    words: Mapping[str, str] = read_toml(reference_file("barriers.toml"), DisclosureError)["statements"]
    return words


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _near(value: object, expected: object) -> bool:
    if not isinstance(value, int | float) or not isinstance(expected, int | float):
        return value is None and expected is None
    return math.isclose(value, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
