"""What is told of groups beside all others: a list of the manifest, its verdicts and its words, beside the tables.

Answers "does every number, verdict and sentence follow". Which counts a share is made of is worked out by whoever asks:
`waits` for the time to an outcome, `openings` for the time from first contact to opening, `enquiries` for those turned
away, `faced` for barriers.
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
NUMBERS = ("observed", "low", "high", "others", "difference", "difference_low", "difference_high", "q_value")
Judged = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One list of a manifest: its name there, what one and several of its items are, and the file of its sentences.

    `worse` and `better` are the states of a group whose share differs; a share is worse where it is lower, or higher.
    """

    name: str
    one: str
    several: str
    file: str
    worse: str
    better: str
    is_worse_higher: bool = False


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
    if not all(near(listed.get(name), expected.get(name)) for name in NUMBERS):
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


def with_verdicts(judged: Sequence[Judged], told: Told) -> list[Judged]:
    """Add to each group the size of its family, and the state where its numbers give one."""
    tested = [each.get("p", 1.0) for each in judged]
    for each, q in zip(judged, _adjusted(tested), strict=True):
        each["family_size"] = len(judged)
        if "state" not in each:
            each |= {"q_value": q, "state": _state(each, q, told)}
    return list(judged)


def _adjusted(p: Sequence[float]) -> list[float]:
    """Give the least false discovery rate at which each would be claimed."""
    ranked = sorted(p)
    return [min(1.0, *(len(p) * ranked[at] / (at + 1) for at in range(len(p)) if ranked[at] >= each)) for each in p]


def _state(judged: Judged, q: float, told: Told) -> str:
    low, high = judged["difference_low"], judged["difference_high"]
    if told.is_worse_higher:
        low, high = -high, -low
    if high < 0 and q <= FALSE_FLAGS:
        return told.worse
    if low > 0:
        return told.better
    return "about_the_same" if low >= -SAME_WITHIN and high <= SAME_WITHIN else "too_few_to_say"


def of_a_group(sentences: Mapping[str, str], slots: Mapping[str, str], judged: Judged, label: str) -> str:
    """Say how a group compares with all others, and what that means; the second alone where there are no figures."""
    own = {**slots, "people_inside": inside_sentence(label), "people": label}
    said = begun(sentences[judged["state"]].format(**own))
    if "observed" not in judged:
        return said
    compared = sentences["compared"].format(**(own | {"people": inside_sentence(label)}))
    return f"{begun(compared)} {said}"


def slots_of(release: Release, judged: Judged) -> dict[str, str]:
    """Give what sentences are filled with: shares, the network's words, and the number below which none is told."""
    slots = {name: f"{value * 100:.1f}%" for name, value in judged.items() if isinstance(value, float)}
    slots |= {name: str(release.manifest.get("words", {}).get(name, "")) for name in ("clients", "case")}
    few = max(int(release.manifest["disclosure"]["threshold"]), 2 * (release.reach + 1))
    return slots | {"own": slots.get("observed", ""), "few": f"{few:,}"}


def _statement(release: Release, file: str, judged: Judged) -> str:
    sentences, slots = wording(file), slots_of(release, judged)
    if judged["group"] == TOTAL:
        return begun(sentences["everybody"].format(**slots))
    label = str(release.manifest.get("labels", {}).get(GROUP, {}).get(judged["group"], judged["group"]))
    return of_a_group(sentences, slots, judged, label)


@cache
def wording(file: str) -> Mapping[str, str]:
    """Read the sentences of a file."""
    words: Mapping[str, str] = read_toml(reference_file(file), DisclosureError)["statements"]
    return words


def begun(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def near(value: object, expected: object) -> bool:
    """Tell whether two numbers are the same but for the last digits, or neither is one."""
    if not isinstance(value, int | float) or not isinstance(expected, int | float):
        return value is None and expected is None
    return math.isclose(value, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
