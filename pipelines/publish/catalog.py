"""The shelf as a catalogue for machines, after the W3C's DCAT 3: which editions there are, from when, in which files.

Answers "what can be harvested from here". It lists the briefs for the public and, marked as restricted, those for the
network. Briefs for one law centre hold exact figures that are for that centre alone, so a list that machines copy does
not name them. Addresses are relative to the catalogue, so that the shelf can be put anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines import disk
from pipelines.modes import OPEN_FILE
from pipelines.publish.opendata import json_bytes
from pipelines.publish.pagewords import page_words
from pipelines.publish.shelf import MANIFEST, Released, released

FILE = "catalog.jsonld"
LISTED = ("network", "public")
_ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
_RIGHTS = {"network": f"{_ACCESS}RESTRICTED", "public": f"{_ACCESS}PUBLIC"}
_ENGLISH = "http://publications.europa.eu/resource/authority/language/ENG"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/csvm+json",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LINKS = (
    "dataset",
    "distribution",
    "downloadURL",
    "first",
    "inSeries",
    "last",
    "mediaType",
    "prev",
    "previousVersion",
)
# Written out in the file, so that whoever reads it asks nobody for it.
_CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "spdx:algorithm": {"@type": "@id"},
    "spdx:checksumValue": {"@type": "xsd:hexBinary"},
    **{f"dcat:{name}": {"@type": "@id"} for name in _LINKS},
    **{f"dct:{name}": {"@type": "@id"} for name in ("accessRights", "isReplacedBy", "language", "publisher")},
    **{name: {"@type": "xsd:date"} for name in ("dct:issued", "dct:modified", "dcat:startDate", "dcat:endDate")},
}


def write_catalogue(release_root: Path) -> Path:
    """Write `catalog.jsonld` for the briefs on the shelf.

    Args:
        release_root: the folder of all releases.
    Returns:
        The path of the catalogue.
    """
    target = release_root / FILE
    disk.replace_file(target, json_bytes(catalogue(released(release_root))), OPEN_FILE)
    return target


def catalogue(briefs: Sequence[Released]) -> dict[str, Any]:
    """Describe briefs as a DCAT catalogue.

    Args:
        briefs: in the order of the shelf; those for one centre are left out.
    Returns:
        A JSON-LD document: the catalogue, its publisher, a series for each audience, and a data set for each edition.
    """
    shown = [brief for brief in briefs if brief.audience in LISTED]
    audiences = [name for name in LISTED if any(brief.audience == name for brief in shown)]
    network = ", ".join(sorted({str(brief.manifest["network"]) for brief in shown}))
    publisher = {"@id": f"{FILE}#publisher", "@type": "foaf:Organization", "foaf:name": network}
    parts = [_series(audience, shown) for audience in audiences] + [_dataset(brief, shown) for brief in shown]
    return {"@context": _CONTEXT, "@graph": [_head(network, parts, shown), publisher, *parts]}


def _head(network: str, parts: Sequence[dict[str, Any]], shown: Sequence[Released]) -> dict[str, Any]:
    words = page_words("catalogue")
    published = sorted(brief.manifest["published_on"] for brief in shown)
    dates = {"dct:issued": published[0], "dct:modified": published[-1]} if published else {}
    return {
        "@id": FILE,
        "@type": "dcat:Catalog",
        "dct:title": _english(words["title"].format(network=network)),
        "dct:description": _english(words["description"]),
        "dct:language": _ENGLISH,
        "dct:publisher": f"{FILE}#publisher",
        "dcat:dataset": [part["@id"] for part in parts],
        **dates,
    }


def _series(audience: str, shown: Sequence[Released]) -> dict[str, Any]:
    """Describe all editions for one audience, of which the first and last period are named."""
    standing = _standing([brief for brief in shown if brief.audience == audience])
    return {
        "@id": f"{FILE}#{audience}",
        "@type": "dcat:DatasetSeries",
        "dct:title": _english(page_words("catalogue")["series"][audience]),
        "dct:accessRights": _RIGHTS[audience],
        "dct:publisher": f"{FILE}#publisher",
        "dcat:first": _address(standing[0]),
        "dcat:last": _address(standing[-1]),
    }


def _dataset(brief: Released, shown: Sequence[Released]) -> dict[str, Any]:
    words, manifest = page_words("catalogue"), brief.manifest
    title = words["dataset"].format(
        title=manifest["title"],
        period=manifest["period_label"],
        number=brief.number,
        reader=words["readers"][brief.audience],
    )
    return {
        "@id": _address(brief),
        "@type": "dcat:Dataset",
        "dct:title": _english(title),
        "dct:identifier": brief.folder,
        "dct:issued": manifest["published_on"],
        "dct:language": _ENGLISH,
        "dct:publisher": f"{FILE}#publisher",
        "dct:accessRights": _RIGHTS[brief.audience],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": brief.period.quarters[0].first_day.isoformat(),
            "dcat:endDate": brief.period.quarters[-1].last_day.isoformat(),
        },
        "dcat:version": str(brief.number),
        "dcat:inSeries": f"{FILE}#{brief.audience}",
        "dcat:distribution": list(_distributions(brief)),
        **_versions(brief, shown),
    }


def _versions(brief: Released, shown: Sequence[Released]) -> dict[str, str]:
    """Name the edition before, the one that replaced this one, and the period before."""
    own = [each for each in shown if each.audience == brief.audience]
    same = [each for each in own if each.period == brief.period]
    place, standing = same.index(brief), _standing(own)
    found = {"dcat:previousVersion": _address(same[place - 1])} if place else {}
    if brief is not same[-1]:
        return found | {"dct:isReplacedBy": _address(same[place + 1])}
    before = standing[: standing.index(brief)]
    return found | ({"dcat:prev": _address(before[-1])} if before else {})


def _standing(own: Sequence[Released]) -> list[Released]:
    """Give the newest edition of each period of one audience, in the order of the shelf."""
    return list({str(brief.period): brief for brief in own}.values())


def _distributions(brief: Released) -> Iterator[dict[str, Any]]:
    """Describe the files of a brief that stand alone; charts and the manifest are parts of it."""
    words = page_words("catalogue")
    for path, digest in sorted(brief.manifest["outputs"].items()):
        kind = PurePosixPath(path)
        name = words["files"].get(path, words["table"].format(table=kind.stem) if kind.suffix == ".csv" else "")
        if name and path != MANIFEST:
            yield {
                "@id": f"{brief.folder}/{path}#file",
                "@type": "dcat:Distribution",
                "dct:title": _english(name),
                "dct:accessRights": _RIGHTS[brief.audience],
                "dcat:downloadURL": f"{brief.folder}/{path}",
                "dcat:mediaType": f"{_MEDIA}{_TYPES[kind.suffix]}",
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                    "spdx:checksumValue": digest,
                },
            }


def _address(brief: Released) -> str:
    return f"{brief.folder}/"


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en-GB"}
