"""The catalogue beside the editions: does it say of every brief and every file what they are?

Answers "does a machine find the brief it looks for". Anybody may have the catalogue, so that it names no brief of a
single law centre.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.audit.page_words import strings
from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.reading import AREA_RATES, CENTRE, FINDINGS, is_ours, split_key
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.periods import Period
from pipelines.resources import reference_file

CATALOGUE = "catalog.jsonld"
_TYPES = {
    ".html": "text/html", ".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/csvm+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".svg": "image/svg+xml", ".png": "image/png",
}  # fmt: skip
_MEDIA = "https://www.iana.org/assignments/media-types/"
_RIGHT = "http://publications.europa.eu/resource/authority/access-right/"
_RIGHTS = {"network": "RESTRICTED", "public": "PUBLIC"}
_ADDRESSES = frozenset(
    {
        "http://publications.europa.eu/resource/authority/language/ENG",
        "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
        *(f"{_RIGHT}{name}" for name in ("RESTRICTED", "PUBLIC")),
        *(f"{_MEDIA}{name}" for name in _TYPES.values()),
    }
)
_LEADS = (
    "dct:publisher",
    "dcat:inSeries",
    "dcat:dataset",
    "dcat:first",
    "dcat:last",
    "dcat:prev",
    "dct:isReplacedBy",
    "dcat:previousVersion",
)
Manifests = Mapping[str, Mapping[str, Any]]


def catalogue_problems(root: Path, text: str, manifests: Manifests) -> Iterator[str]:
    """Name what the catalogue says otherwise than the manifests, as the end of a sentence.

    Args:
        root: the folder of all releases.
        text: the catalogue.
        manifests: what each release says of itself, by `period/edition/audience`.
    """
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
    time: Mapping[str, str] = dataset["dct:temporal"]
    return bool(
        dataset["dct:identifier"] == key
        and dataset["dcat:version"] == str(number)
        and dataset["dct:issued"] == told["published_on"]
        and dataset["dct:title"]["@value"].startswith(title)
        and dataset["dcat:inSeries"] == f"{CATALOGUE}#{audience}"
        and dataset["dct:accessRights"] == f"{_RIGHT}{_RIGHTS[audience]}"
        and (time["dcat:startDate"], time["dcat:endDate"]) == (first.isoformat(), last.isoformat())
    )


def _is_file(root: Path, key: str, told: Mapping[str, Any]) -> bool:
    address = str(told["dcat:downloadURL"])
    path, name = root / address, address.removeprefix(f"{key}/")
    if not address.startswith(f"{key}/") or ".." in address or not path.is_file():
        return False
    words = read_toml(reference_file("pages.toml"), DisclosureError)["catalogue"]
    title = words["files"].get(name, words["table"].format(table=path.stem))
    return bool(
        told["@id"] == f"{key}/{name}#file"
        and told["dcat:mediaType"] == f"{_MEDIA}{_TYPES.get(path.suffix)}"
        and told["dct:accessRights"] == f"{_RIGHT}{_RIGHTS[split_key(key)[2]]}"
        and told["spdx:checksum"]["spdx:checksumValue"] == hashlib.sha256(path.read_bytes()).hexdigest()
        and told["dct:title"]["@value"] == title
    )


def _whole(graph: Mapping[str, Mapping[str, Any]], public: Manifests) -> Iterator[str]:
    """The catalogue itself, its publisher and its series: dates and order are those of the editions."""
    dates = sorted(str(each["published_on"]) for each in public.values())
    catalogue = graph[CATALOGUE]
    if dates and (catalogue["dct:issued"], catalogue["dct:modified"]) != (dates[0], dates[-1]):
        yield "names other days than the manifests"
    series = {f"{CATALOGUE}#{split_key(key)[2]}" for key in public}
    known = {CATALOGUE, f"{CATALOGUE}#publisher", *series} | {f"{key}/" for key in public}
    addresses = {text for text in strings(list(graph.values())) if "://" in text}
    if graph.keys() != known or not addresses <= _ADDRESSES:
        yield "holds something that nobody knows"
    rights = {name: f"{_RIGHT}{_RIGHTS[name.partition('#')[2]]}" for name in series & graph.keys()}
    if any(graph[name]["dct:accessRights"] != right for name, right in rights.items()):
        yield "gives a series to other readers than its briefs"
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
    facts = [str(each.get(name) or "") for each in public.values() for name in ("network", "title", "period_label")]
    facts += [f"edition {split_key(key)[1]}: for the {split_key(key)[2]}" for key in public]
    phrases = Phrases(
        [*facts, *tables, FINDINGS, AREA_RATES, *whole], pieces, is_open=not all(map(is_ours, public.values()))
    )
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
