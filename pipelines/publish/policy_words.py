"""What a brief says in words beside scores of policy: whose and of when they are, what came most, what is not known.

Answers in sentences that cite published figures and scores. None says that a rule led to anything, as nothing here
could show it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipelines.publish.amounts import amount
from pipelines.publish.brief import Brief, day_label
from pipelines.publish.policy import Policy, Score
from pipelines.publish.policy_rows import policy_rows, table_of
from pipelines.publish.ranking import leaders
from pipelines.publish.sentences import Label, Part, Scored, Sentence, joined, one_after_another
from pipelines.publish.wording import own_wording, piece, say, wording


def slots(policy: Policy) -> dict[str, Part | Sentence]:
    """Give what wordings of policy are filled with: index, country, the edition that is shown and its year."""
    first = policy.scores[0] if policy.scores else None
    lowest, highest = policy.scale
    return {
        "index": Label(wording()["policy"]["index"]),
        "short": Label(policy.index),
        "country": Label(policy.country),
        "edition": Label(first.edition if first else "", "date"),
        "year": Label(str(first.data_year) if first else "", "date"),
        "lowest": Label(str(lowest), "axis"),
        "highest": Label(str(highest), "axis"),
    }


def policy_say(brief: Brief, policy: Policy, name: str, **further: Part | Sentence) -> Sentence:
    """Say one wording of `[policy]`; in a centre's own brief the one written for it, where there is one."""
    return say(brief, own_wording(brief, "policy", name), **(slots(policy) | further))


def scored(brief: Brief, policy: Policy, name: str, score: Score) -> Sentence:
    """Say a score with its edition, its year and the index's own words for it."""
    return policy_say(brief, policy, name, **_of(policy, score))


def policy_piece(brief: Brief, policy: Policy, name: str, score: Score) -> Sentence:
    """Say a score inside a sentence."""
    return piece(brief, wording()["policy"][name], **(slots(policy) | _of(policy, score)))


def _of(policy: Policy, score: Score) -> dict[str, Part | Sentence]:
    return {
        "area": Label(policy.area_label(score.area) if score.area in policy.areas else ""),
        "score": Scored(score),
        "band": Label(policy.band(score)),
        "edition": Label(score.edition, "date"),
        "year": Label(str(score.data_year), "date"),
    }


def paragraph(brief: Brief, policy: Policy) -> Sentence:
    """Say in one paragraph what came most, what the scores of these policy areas are, and what there is beside them."""
    said = [*_largest(brief, policy), *_outside(brief, policy), *_overall(brief, policy), *_missing(brief, policy)]
    return one_after_another(said)


def cautions(brief: Brief, policy: Policy) -> tuple[Sentence, ...]:
    """Say what scores are not: about everybody, an outcome, or a reason."""
    return tuple(policy_say(brief, policy, f"caution_{name}") for name in ("people", "outcome", "mapping"))


def source_lines(scores: Iterable[Score]) -> tuple[str, ...]:
    """Name each page that scores were read from, with its address and the day."""
    told = (f"{each.title}. Read on {day_label(each.read_on)} at {each.address}" for each in scores)
    return tuple(dict.fromkeys(told))


def _largest(brief: Brief, policy: Policy) -> list[Sentence]:
    """Name the largest advice types with an area, each area's score after them."""
    codes = _named(brief, policy, inside=True)
    areas = dict.fromkeys(policy.area_of[code] for code in codes[1])
    scores = [score for area in areas if (score := policy.score(area)) is not None]
    return [*codes[0], *(scored(brief, policy, "scored", score) for score in scores)]


def _outside(brief: Brief, policy: Policy) -> list[Sentence]:
    return _named(brief, policy, inside=False)[0]


def _named(brief: Brief, policy: Policy, *, inside: bool) -> tuple[list[Sentence], Collection[str]]:
    """Name the largest advice types inside or outside of policy areas, and give their codes."""
    table = table_of(brief)
    others = [row.code for row in policy_rows(brief, policy) if bool(row.area) != inside]
    lead = leaders(table, "clients", without=others)
    if not lead.cells:
        return [], []
    template = wording()["charts"]["described"]["item"]
    codes = [cell.codes[0] for cell in lead.cells]
    items = [
        piece(brief, template, label=Label(brief.label(table.dimensions[0], code)), **amount(table.rule, cell))
        for code, cell in zip(codes, lead.cells, strict=True)
    ]
    name = ("top" if inside else "outside") + ("_one" if len(items) == 1 else "")
    return [policy_say(brief, policy, name + ("" if lead.is_certain else "_shown"), list=joined(items))], codes


def _overall(brief: Brief, policy: Policy) -> list[Sentence]:
    said = [scored(brief, policy, "overall", policy.overall)] if policy.overall else []
    if policy.newer is not None:
        said += [scored(brief, policy, "newer", policy.newer), policy_say(brief, policy, "editions")]
    return said


def _missing(brief: Brief, policy: Policy) -> list[Sentence]:
    missing: list[Sentence] = [(Label(policy.area_label(area)),) for area in policy.areas if not policy.score(area)]
    return [policy_say(brief, policy, "missing", list=joined(missing))] if missing else []
