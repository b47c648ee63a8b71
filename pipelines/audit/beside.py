"""The list and the catalogue beside the editions: do they say of every brief what its manifest says?

Answers "does the way to a brief lead to that brief". They hold no figure; every name, date and number in them is
that of a manifest, and the catalogue, which anybody may have, names no brief of a single law centre.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.audit.catalogue import CATALOGUE, Manifests, catalogue_problems
from pipelines.audit.markup import Element, passages, read_markup
from pipelines.audit.page_words import strings
from pipelines.audit.paper_words import plain
from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.reading import CENTRE, is_ours, split_key
from pipelines.audit.structure import GROUP
from pipelines.audit.written import day_text
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

INDEX = "index.html"
_DIGITS = re.compile(r"\d+")


def beside_problems(root: Path, manifests: Manifests) -> Iterator[str]:
    """Name what the list and the catalogue say otherwise than the manifests.

    Args:
        root: the folder of all releases.
        manifests: what each release says of itself, by `period/edition/audience`.
    """
    for name, problems in ((INDEX, _index), (CATALOGUE, catalogue_problems)):
        if (root / name).is_file():
            try:
                found = list(problems(root, (root / name).read_text("utf-8"), manifests))
            except (ValueError, KeyError, TypeError, AttributeError):
                found = ["is damaged"]
            yield from (f"{name} {problem}. Release an edition again." for problem in dict.fromkeys(found))


def _index(root: Path, text: str, manifests: Manifests) -> Iterator[str]:
    page = read_markup(text)
    lines = [each for each in page.all("li") if "brief" in each.classes]
    listed = [_key(line) for line in lines]
    if lines and sorted(listed) != sorted(manifests):
        yield "lists other briefs than there are"
    for key, line in zip(listed, lines, strict=True):
        if key in manifests and not _is_right(root, key, line, manifests):
            yield f"tells something else of {key} than its manifest"
    whole, pieces = packaged()
    is_open = not all(map(is_ours, manifests.values()))
    phrases = Phrases(
        [*(text for told in manifests.values() for text in _facts(told)), *whole], pieces, is_open=is_open
    )
    texts = [text for each in passages(page, lambda at: "links" in at.classes) for text in each.words]
    links = [link.text for each in page.walk() if "links" in each.classes for link in each.all("a")]
    if not all(map(phrases.knows, (*texts, *links))) or page.has_unseen_signs:
        yield "has words that no manifest has"


def _key(line: Element) -> str:
    """Give the release that a line of the list leads to."""
    folders = {each.named.get("href", "").rpartition("/")[0] for each in line.all("a")}
    return folders.pop() if len(folders) == 1 else ""


def _is_right(root: Path, key: str, line: Element, manifests: Manifests) -> bool:
    told, (period, number, audience) = manifests[key], split_key(key)
    groups = " ".join(f"{name}.{code}" for name, code in _flagged(key, manifests))
    addresses = [root / each.named.get("href", "") for each in line.all("a")]
    published = f"Edition {number}, published {day_text(told.get('published_on'))}"
    about = [each for each in line.all("p") if "edition" in each.classes]
    readers = [each for each in line.all("p") if "reader" in each.classes]
    around = next((each for each in line.up() if "data-period" in each.named), None)
    editions = _numbers(period, audience, manifests)
    numbers, is_replaced = {*_DIGITS.findall(" ".join(_facts(told))), *map(str, editions)}, number != max(editions)
    return (
        line.named.get("data-reader") == audience
        and line.named.get("data-groups") == groups
        and around is not None
        and around.named["data-period"] == period
        and all(each.text.startswith(published) for each in about)
        and all(each.text.endswith(f"{told.get('period_label')}, {published}") for each in readers)
        and all(each.text.startswith(f"{_wording('index')['brief_for']} ") for each in readers)
        and _are_named(line, told)
        and [each.text for each in line.all("p") if "flags" in each.classes] == _flags(key, told)
        and ("replaced" in line.classes or "replaced by" in line.text) == is_replaced
        and all(address.is_file() for address in addresses)
        and set(_DIGITS.findall(line.text)) <= numbers
    )


def _wording(page: str) -> dict[str, Any]:
    found: dict[str, Any] = read_toml(reference_file("pages.toml"), DisclosureError)[page]
    return found


def _are_named(line: Element, told: Mapping[str, Any]) -> bool:
    """Tell whether each link has the name of its file, and says to those who hear it whose brief it is."""
    names = dict(_wording("index")["links"])
    names |= {f"brief.{each['tag']}.html": each["name"] for each in told.get("languages") or ()}
    whose = plain(" ".join(each.text for each in line.all("p") if "reader" in each.classes))
    for link in (each for part in line.all("p") if "links" in part.classes for each in part.all("a")):
        name, _, rest = link.text.partition(": ")
        if name != names.get(link.named.get("href", "").rpartition("/")[2]) or plain(rest) not in whose:
            return False
    return True


def _numbers(period: str, audience: str, manifests: Manifests) -> list[int]:
    keys = [split_key(key) for key in manifests]
    return [number for when, number, who in keys if (when, who) == (period, audience)]


def _flagged(key: str, manifests: Manifests) -> list[tuple[str, str]]:
    """Give the groups by which a brief is found: a centre's by those of the network's brief that it stands beside."""
    period, number, audience = split_key(key)
    if audience.startswith(CENTRE):
        earlier = [each for each in _numbers(period, "network", manifests) if each <= number]
        key = f"{period}/{max(earlier)}/network" if earlier else ""
    findings = manifests.get(key, {}).get("findings") or ()
    return [(str(each["dimension"]), str(each["group"])) for each in findings if each.get("is_under_served")]


def _flags(key: str, told: Mapping[str, Any]) -> list[str]:
    """Say what a line tells of groups and areas: of a brief for one law centre nothing."""
    if split_key(key)[2].startswith(CENTRE):
        return []
    words, labels = _wording("index"), told.get("labels") or {}
    asked = (
        ("flagged", "findings", "is_under_served", True),
        ("longer", "waiting", "state", "waits_longer"),
        ("longer_to_open", "opening", "state", "waits_longer"),
        ("several_barriers", "barriers", "state", "more_barriers"),
        ("turned_away", "enquiries", "state", "turned_away_more"),
        ("few_from", "area_rates", "is_clearly_below", True),
    )
    lines = []
    for name, part, field, value in asked:
        listed = [each for each in told.get(part) or () if each.get(field) == value]
        codes = [(each.get("dimension", GROUP), each["group"]) for each in listed]
        names = [
            words["small_areas"] if code == "_POOLED" else labels.get(at, {}).get(code, code) for at, code in codes
        ]
        lines += [" ".join(f"{words[name]} {'; '.join(names)}".split())] if names else []
    return lines


def _facts(told: Mapping[str, Any]) -> Iterator[str]:
    """Give what a list may tell of an edition."""
    yield from (str(told.get(name) or "") for name in ("network", "title", "period_label", "centre_name"))
    yield from strings(told.get("labels") or {})
    edition = f"Edition {told.get('edition')}, published {day_text(told.get('published_on'))}"
    reader = told.get("centre_name") or f"the {told.get('audience')}"
    yield from (edition, f"{told.get('period_label')}, {edition}", f"{reader}, {told.get('period_label')}, {edition}")
    yield f"{told.get('title')}, {told.get('period_label')}, edition {told.get('edition')}: for {reader}"
