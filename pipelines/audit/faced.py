"""What is told of barriers: does every number, verdict and word follow from the published counts?

Answers "could a group be said to face more barriers, or fewer, that does not". Shares, limits, verdicts, the order of
barriers and the sentences are worked out again here, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from pipelines.audit.faced_counts import NO_BARRIER, ONE, SEVERAL, People, apart, bounds
from pipelines.audit.group_verdicts import (
    NUMBERS,
    Judged,
    Told,
    begun,
    by_group,
    near,
    of_a_group,
    slots_of,
    with_verdicts,
    wording,
)
from pipelines.audit.markup import read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release, Table
from pipelines.audit.structure import BARRIER, COUNT, GROUP, MEMBERSHIP, NO, PAIR, SOURCE, YES
from pipelines.codelists import NOT_KNOWN, TOTAL

# What a verdict asks for, as every brief of this version has it.
LEAST_COUNTED, LEAST_RECORDED = 5, 0.25
MOST_NAMED, LEAST_NAMED = 3, 20
TOLD = Told(
    "barriers",
    "barriers",
    "barriers",
    "barriers.toml",
    worse="more_barriers",
    better="fewer_barriers",
    is_worse_higher=True,
)
_NUMBERS = (*NUMBERS, "recorded", "recorded_others")
_RECORDED, _SEVERAL, _ANY, _MOST, _PAIRS = "recorded", "several_barriers", "any_barrier", "most_recorded", "pairs"
_NO_ROWS = frozenset({TOTAL, NOT_KNOWN, "NONE"})


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
    if not all(near(one, other) for one, other in figures):
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
        yield from _judged(by_group(groups), release.reach, limit)


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
    return with_verdicts(judged, TOLD)


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


def _statement(release: Release, judged: Judged) -> str:
    labels, slots = release.manifest.get("labels", {}), slots_of(release, judged)
    if judged["group"] == TOTAL:
        return _of_all(judged, slots, labels)
    label = str(labels.get(GROUP, {}).get(judged["group"], judged["group"]))
    return of_a_group(wording(TOLD.file), slots, judged, label)


def _of_all(judged: Judged, slots: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> str:
    """Say what is told of all clients: by the name of its sentence, with what it lists."""
    words, measure = wording(TOLD.file), judged["measure"]
    name = str({_SEVERAL: "several", _ANY: "any", _MOST: "barriers"}.get(measure, measure))
    name += {"withheld": "_withheld", "not_told": "_not_told"}.get(judged["state"], "")
    dimension = {_MOST: BARRIER, _PAIRS: PAIR}.get(measure, SOURCE)
    named = [labels.get(dimension, {}).get(code, code) for code in judged.get("codes", ())]
    shares = [f"{share * 100:.1f}%" for share in judged.get("shares", ())]
    listed = [words["named"].format(label=label, own=own) for label, own in zip(named, shares, strict=False)]
    said = begun(words[name].format(**slots, list="; ".join(listed)))
    if measure == _RECORDED and judged["state"] == "estimate" and named:
        said += f" {begun(words['without'].format(**slots, sources='; '.join(named)))}"
    return said
