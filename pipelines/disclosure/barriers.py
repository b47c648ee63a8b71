"""Which barriers clients face, which come together, and which groups face several: from published counts alone.

Answers "what stands in the way of clients, and is it more for one group than for all others". Sentences come from
`reference/barriers.toml`. A share is one of clients whose barriers are recorded, so that a source that records none
makes nobody look free of them; each verdict holds for every true count behind rounded figures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from pipelines.codelists import TOTAL, inside_sentence
from pipelines.disclosure.barrier_counts import MOST, PAIRS, Side, Words, everybody_of, leading, sides_of
from pipelines.disclosure.faced import Faced
from pipelines.disclosure.group_words import ESTIMATE, Verdicts, compared, few, filled, state_of
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.statements import read_sentences
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.rounded_shares import Gap, compare_shares, share_of
from pipelines.statistics.states import TOO_FEW_TO_SAY, WITHHELD

EVERYBODY, GROUPS = "by_barrier_count", "by_group_of_interest_barriers"
RECORDED, SEVERAL, ANY = "recorded", "several_barriers", "any_barrier"
FACES = Verdicts("more_barriers", "fewer_barriers", is_worse_higher=True)
NOT_TOLD = "not_told"
SELDOM = "seldom_recorded"
# What of the tables is told of each measure that names codes, by the name of its sentence.
_LISTS = {MOST: "barriers", PAIRS: "pairs"}


def barrier_findings(
    tables: Mapping[str, ProtectedTable], words: Words, *, without: Collection[str] = ()
) -> tuple[Faced, ...]:
    """State what is recorded of barriers, and how each group of interest compares with all others.

    All groups of the table are one family, those without enough clients included with p = 1.

    Args:
        tables: the protected tables of one audience, by their ids.
        words: the labels of groups, barriers, pairs and sources, and the network's word for a client.
        without: the sources that do not collect barriers.
    Returns:
        Those of all clients, then one per group in the order of the table; none where no source records barriers.
    """
    if EVERYBODY not in tables:
        return ()
    sides = list(sides_of(tables[GROUPS])) if GROUPS in tables else []
    gaps = [_gap(each) for each in sides]
    q_values = benjamini_hochberg([each.p_value if each else 1.0 for each in gaps]).tolist()
    told = [_of_group(*each, words) for each in zip(sides, gaps, q_values, strict=True)]
    return (*_of_everybody(tables, words, without), *(Faced(**each, family_size=len(sides)) for each in told))


@cache
def rules() -> Mapping[str, Any]:
    """Read the rules and the wording of barriers.

    Raises:
        SettingsError: a sentence holds a digit, which would be a figure that nobody published.
    """
    return read_sentences("barriers.toml", ("statements",))


def _of_everybody(tables: Mapping[str, ProtectedTable], words: Words, without: Collection[str]) -> Iterator[Faced]:
    side = everybody_of(tables[EVERYBODY])
    slots: dict[str, Any] = {"clients": words.clients, "few": few(side.rule)}
    if not side.is_base:
        yield _named(RECORDED, WITHHELD, _said("recorded_withheld", slots), codes=tuple(sorted(without)))
        return
    yield _named(
        RECORDED, ESTIMATE, _recorded(side, words, without), observed=side.recorded, codes=tuple(sorted(without))
    )
    yield _estimate(SEVERAL, "several", side, slots)
    if side.has_none(rules()["rules"]["least_counted"]):
        yield _estimate(ANY, "any", side, slots)
    else:
        yield _named(ANY, NOT_TOLD, _said("any_not_told", slots))
    for measure, name in _LISTS.items():
        if (found := leading(tables, measure, side, rules()["rules"])) is not None:
            yield _list(measure, name, found, words)


def _recorded(side: Side, words: Words, without: Collection[str]) -> str:
    labels = words.labels["source_id"]
    told = _said("recorded", {"clients": words.clients, "own": side.recorded})
    sources = "; ".join(labels.get(each, each) for each in sorted(without))
    return f"{told} {_said('without', {'sources': sources, 'clients': words.clients})}" if without else told


def _estimate(measure: str, name: str, side: Side, slots: Mapping[str, Any]) -> Faced:
    share = share_of(side.several if measure == SEVERAL else side.any)
    said = _said(name, {**slots, "own": share.share, "low": share.low, "high": share.high})
    return _named(measure, ESTIMATE, said, observed=share.share, low=share.low, high=share.high)


def _list(measure: str, name: str, found: Mapping[str, float], words: Words) -> Faced:
    if not found:
        return _named(measure, NOT_TOLD, _said(f"{name}_not_told", {"clients": words.clients}))
    labels = words.labels[f"barrier{'_pair' if measure == PAIRS else ''}_code"]
    named = [_said("named", {"label": labels.get(code, code), "own": share}) for code, share in found.items()]
    said = _said(name, {"clients": words.clients, "list": "; ".join(named)})
    return _named(measure, ESTIMATE, said, codes=tuple(found), shares=tuple(found.values()))


def _named(measure: str, state: str, statement: str, **figures: Any) -> Faced:
    return Faced(f"barriers.{measure}", TOTAL, measure, state, statement, **figures)


def _gap(side: Side) -> Gap | None:
    return None if _lacking(side) else compare_shares(side.several, side.others)


def _lacking(side: Side) -> str:
    """Say what is missing for a comparison; empty where nothing is."""
    least = rules()["rules"]
    if not side.is_base:
        return WITHHELD
    if min(side.least_recorded) < least["least_recorded"]:
        return SELDOM
    if min(each.fewest.having for each in (side.several, side.others)) < least["least_counted"]:
        return TOO_FEW_TO_SAY
    return ""


def _of_group(side: Side, gap: Gap | None, q_value: float, words: Words) -> dict[str, Any]:
    label = words.labels["group_code"].get(side.group, side.group)
    slots: dict[str, Any] = {"people": label, "people_inside": inside_sentence(label), "clients": words.clients}
    name = {"finding_id": f"{side.group.lower()}.{SEVERAL}", "group": side.group, "measure": SEVERAL}
    if gap is None:
        state = _lacking(side)
        return name | {"state": state, "statement": _said(state, slots | {"few": few(side.rule)})}
    state = state_of(gap, q_value, FACES, least=rules()["rules"]["least_difference"])
    own, others = share_of(side.several), share_of(side.others)
    figures: dict[str, Any] = {"recorded": side.recorded, "recorded_others": side.recorded_others}
    told = {"own": own.share, "low": own.low, "high": own.high, "others": others.share} | figures
    beside = _said("compared", slots | told | {"people": inside_sentence(label)})
    return (
        name
        | figures
        | compared(own, others, gap, q_value)
        | {"state": state, "statement": f"{beside} {_said(state, slots)}"}
    )


def _said(name: str, slots: Mapping[str, Any]) -> str:
    return filled(rules(), name, slots)
