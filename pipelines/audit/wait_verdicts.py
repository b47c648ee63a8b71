"""What is told of waits beside what the tables give: a list of the manifest, its verdicts and its words.

Answers "does every number, verdict and sentence follow". Which counts a share is made of is worked out by whoever asks:
`waits` for the time to an outcome, `openings` for the time from first contact to opening.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.audit.markup import read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release, Table
from pipelines.audit.structure import GROUP
from pipelines.codelists import TOTAL, inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

# What a verdict asks for, as every brief of this version has it.
SAME_WITHIN, FALSE_FLAGS = 0.1, 0.05
_TOLERANCE = 1e-9
_NUMBERS = ("observed", "low", "high", "others", "difference", "difference_low", "difference_high", "q_value")
Judged = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One list of a manifest: its name there, what one and several of its items are, and the file of its sentences."""

    name: str
    one: str
    several: str
    file: str


def list_problems(release: Release, told: Told, expected: Sequence[Judged]) -> Iterator[str]:
    """Name everything that a list says and that the tables do not.

    Args:
        release: its manifest has the list, its page the sentences.
        told: which list.
        expected: what the tables give, in their order.
    """
    found = release.manifest.get(told.name)
    if found is None and not release.is_ours:
        return
    listed = [each for each in found or () if isinstance(each, dict)]
    by_group = {each["group"]: each for each in expected}
    if len(listed) != len(found or ()) or [each.get("group") for each in listed] != list(by_group):
        yield release.problem(f"manifest.json tells of other {told.several} than the tables have. Release it again.")
        return
    page = plain(read_markup(release.files[PAGE].decode("utf-8", "replace")).text) if PAGE in release.files else None
    for each in listed:
        for problem in _problems(release, told, each, (by_group[each["group"]], page)):
            yield release.problem(f"what is told of the {told.one} of {each['group']} {problem}")


def _problems(
    release: Release, told: Told, listed: Mapping[str, Any], beside: tuple[Judged, str | None]
) -> Iterator[str]:
    expected, page = beside
    if not all(_near(listed.get(name), expected.get(name)) for name in _NUMBERS):
        yield "does not follow from published counts. Release the edition again."
    if listed.get("state") != expected["state"] or listed.get("family_size") != expected.get("family_size"):
        yield "is a verdict that its numbers do not give. Release the edition again."
    if release.is_ours and listed.get("statement") != _statement(release, told.file, expected):
        yield "says something that its numbers do not. Release the edition again."
    if page is not None and plain(str(listed.get("statement"))) not in page:
        yield "does not stand in the brief. Release the edition again."


def by_group(table: Table) -> dict[str, dict[str, dict[str, int]]]:
    """Give the rows of a table of groups: by group, by membership, by the code of the last dimension."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in table.rows:
        found.setdefault(row.codes[0], {}).setdefault(row.codes[1], {})[row.codes[2]] = row.n or 0
    return found


def with_verdicts(judged: Sequence[Judged]) -> list[Judged]:
    """Add to each group the size of its family, and the state where its numbers give one."""
    ranked = [each.get("p", 1.0) for each in judged]
    for each, q in zip(judged, _adjusted(ranked), strict=True):
        each["family_size"] = len(judged)
        if "state" not in each:
            each |= {"q_value": q, "state": _state(each, q)}
    return list(judged)


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


def _statement(release: Release, file: str, judged: Judged) -> str:
    sentences, state = _wording(file), judged["state"]
    label = str(release.manifest.get("labels", {}).get(GROUP, {}).get(judged["group"], judged["group"]))
    slots = {name: f"{value * 100:.1f}%" for name, value in judged.items() if isinstance(value, float)}
    slots |= {"own": slots.get("observed", ""), "people_inside": inside_sentence(label), "people": label}
    slots |= {name: str(release.manifest.get("words", {}).get(name, "")) for name in ("clients", "case")}
    slots["few"] = f"{max(int(release.manifest['disclosure']['threshold']), 2 * (release.reach + 1)):,}"
    if judged["group"] == TOTAL:
        return _begun(sentences["everybody"].format(**slots))
    said = _begun(sentences[state].format(**slots))
    if "observed" not in judged:
        return said
    compared = sentences["compared"].format(**(slots | {"people": inside_sentence(label)}))
    return f"{_begun(compared)} {said}"


@cache
def _wording(file: str) -> Mapping[str, str]:
    words: Mapping[str, str] = read_toml(reference_file(file), DisclosureError)["statements"]
    return words


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _near(value: object, expected: object) -> bool:
    if not isinstance(value, int | float) or not isinstance(expected, int | float):
        return value is None and expected is None
    return math.isclose(value, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
