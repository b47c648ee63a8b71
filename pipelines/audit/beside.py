"""The list and the catalogue beside the editions: do they say of every brief what its manifest says?

Answers "does the way to a brief lead to that brief". They hold no figure; every name, date and number in them is
that of a manifest, and the catalogue, which anybody may have, names no brief of a single law centre.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.audit.markup import Element, passages, read_markup
from pipelines.audit.page_words import day_text, strings
from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.reading import CENTRE, is_ours, split_key
from pipelines.periods import Period

INDEX, CATALOGUE = "index.html", "catalog.jsonld"
_TYPES = {
    ".html": "text/html", ".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/csvm+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".svg": "image/svg+xml", ".png": "image/png",
}  # fmt: skip
_RIGHTS = {"network": "RESTRICTED", "public": "PUBLIC"}
_LEADS = ("dcat:dataset", "dcat:first", "dcat:last", "dcat:prev", "dct:isReplacedBy", "dcat:previousVersion")
_DIGITS = re.compile(r"\d+")
Manifests = Mapping[str, Mapping[str, Any]]


def beside_problems(root: Path, manifests: Manifests) -> Iterator[str]:
    """Name what the list and the catalogue say otherwise than the manifests.

    Args:
        root: the folder of all releases.
        manifests: what each release says of itself, by `period/edition/audience`.
    """
    for name, problems in ((INDEX, _index), (CATALOGUE, _catalogue)):
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
    if not all(map(phrases.knows, (*texts, *links))):
        yield "has words that no manifest has"


def _key(line: Element) -> str:
    """Give the release that a line of the list leads to."""
    folders = {each.named.get("href", "").rpartition("/")[0] for each in line.all("a")}
    return folders.pop() if len(folders) == 1 else ""


def _is_right(root: Path, key: str, line: Element, manifests: Manifests) -> bool:
    told, (period, number, audience) = manifests[key], split_key(key)
    groups = " ".join(f"{name}.{code}" for name, code in _flagged(key, manifests))
    addresses = [root / each.named.get("href", "") for each in line.all("a")]
    around = next((each for each in line.up() if "data-period" in each.named), None)
    editions = _numbers(period, audience, manifests)
    numbers, is_replaced = {*_DIGITS.findall(" ".join(_facts(told))), *map(str, editions)}, number != max(editions)
    return (
        line.named.get("data-reader") == audience
        and line.named.get("data-groups") == groups
        and around is not None
        and around.named["data-period"] == period
        and f"Edition {number}, published {day_text(told.get('published_on'))}" in line.text
        and ("replaced" in line.classes or "replaced by" in line.text) == is_replaced
        and all(address.is_file() for address in addresses)
        and set(_DIGITS.findall(line.text)) <= numbers
    )


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


def _facts(told: Mapping[str, Any]) -> Iterator[str]:
    """Give what a list may tell of an edition."""
    yield from (str(told.get(name) or "") for name in ("network", "title", "period_label", "centre_name", "audience"))
    yield from strings(told.get("labels") or {})
    edition = f"Edition {told.get('edition')}, published {day_text(told.get('published_on'))}"
    reader = told.get("centre_name") or f"the {told.get('audience')}"
    yield from (edition, f"{told.get('period_label')}, {edition}", f"{reader}, {told.get('period_label')}, {edition}")
    yield f"{told.get('title')}, {told.get('period_label')}, edition {told.get('edition')}: for {reader}"


def _catalogue(root: Path, text: str, manifests: Manifests) -> Iterator[str]:
    told = json.loads(text)
    graph = {str(each["@id"]): each for each in told["@graph"]}
    public = {key: each for key, each in manifests.items() if split_key(key)[2] in _RIGHTS}
    listed = {name.rstrip("/"): each for name, each in graph.items() if each["@type"] == "dcat:Dataset"}
    if listed.keys() != public.keys() or CENTRE in text:
        yield "lists other briefs than there are for more than one law centre"
    for key, dataset in listed.items():
        if key in public and not _is_dataset(key, dataset, public[key]):
            yield f"tells something else of {key} than its manifest"
        if not all(_is_file(root, key, each) for each in dataset["dcat:distribution"]):
            yield f"tells something else of the files of {key} than they are"
    yield from _whole(graph, public)
    yield from _texts(told, public)


def _is_dataset(key: str, dataset: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    period, number, audience = split_key(key)
    first, last = Period.parse(period).first.first_day, Period.parse(period).last.last_day
    title = f"{told['title']}, {told['period_label']}, edition {number}: for the {audience}"
    time = dataset["dct:temporal"]
    return (
        dataset["dct:identifier"] == key
        and dataset["dcat:version"] == str(number)
        and dataset["dct:issued"] == told["published_on"]
        and dataset["dct:title"]["@value"].startswith(title)
        and dataset["dcat:inSeries"] == f"{CATALOGUE}#{audience}"
        and str(dataset["dct:accessRights"]).endswith(f"/{_RIGHTS[audience]}")
        and (time["dcat:startDate"], time["dcat:endDate"]) == (first.isoformat(), last.isoformat())
    )


def _is_file(root: Path, key: str, told: Mapping[str, Any]) -> bool:
    address = str(told["dcat:downloadURL"])
    path, name = root / address, address.removeprefix(f"{key}/")
    if not address.startswith(f"{key}/") or ".." in address or not path.is_file():
        return False
    is_titled = path.suffix != ".csv" or f" {path.stem} " in f" {told['dct:title']['@value']} "
    return (
        told["@id"] == f"{key}/{name}#file"
        and str(told["dcat:mediaType"]).endswith(f"/{_TYPES.get(path.suffix)}")
        and str(told["dct:accessRights"]).endswith(f"/{_RIGHTS[split_key(key)[2]]}")
        and told["spdx:checksum"]["spdx:checksumValue"] == hashlib.sha256(path.read_bytes()).hexdigest()
        and is_titled
    )


def _whole(graph: Mapping[str, Mapping[str, Any]], public: Manifests) -> Iterator[str]:
    """The catalogue itself, its publisher and its series: dates and order are those of the editions."""
    dates = sorted(str(each["published_on"]) for each in public.values())
    catalogue = graph[CATALOGUE]
    if dates and (catalogue["dct:issued"], catalogue["dct:modified"]) != (dates[0], dates[-1]):
        yield "names other days than the manifests"
    parts = {CATALOGUE, *(f"{CATALOGUE}#{name}" for name in ("publisher", *_RIGHTS))}
    known = parts | {f"{key}/" for key in public}
    for node in graph.values():
        for name in _LEADS:
            if not set(_listed(node.get(name))) <= known:
                yield "leads to a brief that is not there"


def _listed(value: object) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value is not None else []


def _texts(told: Mapping[str, Any], public: Manifests) -> Iterator[str]:
    """Every text for people is packaged, or that of a manifest."""
    whole, pieces = packaged()
    tables = [name for each in public.values() for item in each.get("tables") or () for name in (item["table_id"],)]
    facts = [text for each in public.values() for text in _facts(each)]
    phrases = Phrases([*facts, *tables, "findings", *whole], pieces, is_open=not all(map(is_ours, public.values())))
    if not all(map(phrases.knows, _values(told["@graph"]))):
        yield "has words that no manifest has"


def _values(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "@value" in value:
            yield str(value["@value"])
        for name, each in value.items():
            yield from (str(each),) if name == "foaf:name" else _values(each)
    elif isinstance(value, list):
        for each in value:
            yield from _values(each)
