"""Scores of policy on pages and in drawings: does each stand beside its own area, its own words and at its own place?

Answers "is this the score of what it stands beside". Two areas may have one score, so that the number alone would not
tell; the words around it do, and in a drawing the place of the diamond on its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipelines.audit.markup import Element, Passage
from pipelines.audit.policy import Facts, areas_of, band_of, bands, scores_of
from pipelines.audit.reading import Release
from pipelines.codelists import TOTAL

_POINT = re.compile(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)")
_CORNERS, _ENDS, _MARKS = 4, 2, 4
# Places are written with two decimals.
_NEAR = 0.02
_LINES = 5


def policy_page_problems(release: Release, path: str, page: Element, told: Sequence[Passage]) -> Iterator[str]:
    """Name the scores of an English page that stand beside other words than theirs, or at another place.

    Args:
        release: the release.
        path: the page.
        page: it as a tree.
        told: its passages, without drawings.
    """
    scores, areas = scores_of(release), areas_of(release)
    for passage in told:
        for at, (reference, _) in enumerate(passage.cited):
            score = scores.get(reference)
            if score is not None and not _is_beside(passage, at, score, areas):
                yield f"{path} shows {reference} beside other words than its own. Release the edition again."
    for svg in page.all("svg"):
        yield from policy_drawing_problems(release, path, svg)


def policy_drawing_problems(release: Release, path: str, svg: Element) -> Iterator[str]:
    """Name the scores of a drawing in English that stand beside another area, other words, or at another place."""
    scores, areas = scores_of(release), areas_of(release)
    children = [each for each in svg.children if isinstance(each, Element)]
    for at, text in enumerate(children):
        cited = [each.named["data-ref"] for each in text.walk() if each.named.get("data-ref", "") in scores]
        if cited and not _is_drawn(children[:at], text, scores[cited[0]], areas):
            yield f"{path} draws {cited[0]} beside another name, in other words or at another place. Release it again."


def _is_beside(passage: Passage, at: int, score: Facts, areas: Mapping[str, str]) -> bool:
    if passage.is_within("tr"):
        return _is_in_row(passage.block, score, areas)
    lead = passage.leads[at]
    after = passage.text[len(lead) :] if passage.text.startswith(lead) else passage.text
    following = passage.leads[at + 1][len(lead) :] if at + 1 < len(passage.leads) else after
    return _is_named(lead, score, areas) and _first(following, bands()) in {"", band_of(score["value"])}


def _is_named(lead: str, score: Facts, areas: Mapping[str, str]) -> bool:
    """Tell whether the last policy area before a score is its own; the overall score has its year or its edition."""
    if score["area"] == TOTAL:
        sentence = lead.rpartition(". ")[2]
        return str(score["data_year"]) in sentence or str(score["edition"]) in sentence
    places = {area: lead.rfind(label) for area, label in areas.items()}
    return max(places, key=lambda area: places[area]) == score["area"] and places[score["area"]] >= 0


def _first(text: str, words: Sequence[str]) -> str:
    """Give the word of the index that stands first in a text; of two that begin together the longer one."""
    places = [(text.find(word), -len(word), word) for word in words if word in text]
    ends = {at - size: (at, size, word) for at, size, word in sorted(places, key=lambda each: each[1], reverse=True)}
    return min(ends.values())[2] if ends else ""


def _is_in_row(block: Element, score: Facts, areas: Mapping[str, str]) -> bool:
    """Tell whether a row of a table has the words of its score, and stands under the name of its area."""
    row = next(each for each in block.up() if each.tag == "tr")
    body = next((each for each in row.up() if each.tag == "tbody"), row)
    heads = [each.text for each in body.all("th") if each.named.get("scope") == "rowgroup"]
    return band_of(score["value"]) in [each.text for each in row.all("td")] and heads[:1] == [areas.get(score["area"])]


def _is_drawn(before: Sequence[Element], text: Element, score: Facts, areas: Mapping[str, str]) -> bool:
    names = [each.text for each in before if each.tag == "text" and "label" in each.classes][-_LINES:]
    ends = {" ".join(names[at:]) for at in range(len(names))}
    told = text.text.removeprefix(str(score["value"])).lstrip(" :")
    is_worded = bool(told) and band_of(score["value"]).startswith(told)
    return is_worded and areas.get(score["area"]) in ends and _is_placed(before, score)


def _is_placed(before: Sequence[Element], score: Facts) -> bool:
    """Tell whether the diamond before the words stands on its line where the score is."""
    paths = [each for each in before if each.tag == "path"][-_MARKS:]
    points = [[float(x) for x, _ in _POINT.findall(each.named.get("d", ""))] for each in paths]
    if len(paths) < _MARKS or (len(points[0]), len(points[-1])) != (_ENDS, _CORNERS):
        return False
    (left, right), diamond = points[0], points[-1]
    return abs(diamond[0] - (left + (right - left) * score["value"] / 100)) <= _NEAR and right > left
