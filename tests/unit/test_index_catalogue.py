"""The catalogue: every shared edition as DCAT that a reader of RDF understands, and no law centre's own brief."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import XSD
from shelves import few, place

from pipelines.publish.catalog import write_catalogue

# All terms of version 3, some of which the package's own list lacks.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
BASE = "https://network.example/release/"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
CHECKSUM, VALUE = (URIRef(f"http://spdx.org/rdf/terms#{name}") for name in ("checksum", "checksumValue"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return place(tmp_path_factory.mktemp("shelf"), few())


@pytest.fixture(scope="module")
def graph(root: Path) -> Graph:
    return read(write_catalogue(root))


def read(path: Path) -> Graph:
    return Graph().parse(path, format="json-ld", publicID=f"{BASE}catalog.jsonld")


def brief(address: str) -> URIRef:
    return URIRef(f"{BASE}{address}/")


def test_it_lists_every_shared_edition(graph):
    found = {str(each).removeprefix(BASE) for each in graph.subjects(RDF.type, DCAT.Dataset)}
    shared = {f"{each.period}/{each.number}/{each.audience}/" for each in few() if not each.centre_name}
    assert found == shared
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    series = set(graph.subjects(RDF.type, DCAT.DatasetSeries))
    assert set(graph.objects(catalogue, DCAT.dataset)) == series | {URIRef(BASE + each) for each in found}


def test_it_names_no_law_centres_own_brief(root, graph):
    text = (root / "catalog.jsonld").read_text("utf-8")
    assert "centre-" not in text
    assert "Kirkby" not in text
    assert graph


def test_an_edition_says_what_it_is_about_since_when_and_for_whom(graph):
    edition = brief("2026-Q3/3/network")
    assert graph.value(edition, DCTERMS.issued) == Literal("2026-12-01", datatype=XSD.date)
    assert graph.value(edition, DCAT.version) == Literal("3")
    time = graph.value(edition, DCTERMS.temporal)
    assert graph.value(time, DCAT.startDate) == Literal("2026-07-01", datatype=XSD.date)
    assert graph.value(time, DCAT.endDate) == Literal("2026-09-30", datatype=XSD.date)
    assert graph.value(edition, DCTERMS.accessRights) == URIRef(f"{ACCESS}RESTRICTED")
    assert graph.value(brief("2026-Q3/1/public"), DCTERMS.accessRights) == URIRef(f"{ACCESS}PUBLIC")
    assert graph.value(edition, DCTERMS.title).language.lower() == "en-gb"


def test_editions_know_each_other(graph):
    first, last = brief("2026-Q3/1/network"), brief("2026-Q3/3/network")
    assert graph.value(last, DCAT.previousVersion) == first
    assert graph.value(first, DCTERMS.isReplacedBy) == last
    assert graph.value(last, DCAT.prev) == brief("2026-Q2/1/network")
    assert graph.value(brief("2026-Q3/1/public"), DCTERMS.isReplacedBy) is None
    series = graph.value(last, DCAT.inSeries)
    assert graph.value(series, DCAT.last) == last
    assert graph.value(series, DCAT["first"]) == brief("2026-Q2/1/network")


def test_every_file_it_names_is_there_with_its_digest_and_kind(root, graph):
    files = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(files) > 20
    for each in files:
        path = root / str(graph.value(each, DCAT.downloadURL)).removeprefix(BASE)
        digest = str(graph.value(graph.value(each, CHECKSUM), VALUE))
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        assert str(graph.value(each, DCAT.mediaType)).startswith("https://www.iana.org/assignments/media-types/")
    owners = {owner for each in files for owner in graph.subjects(DCAT.distribution, each)}
    assert owners == set(graph.subjects(RDF.type, DCAT.Dataset))


def test_nothing_needs_a_request_to_be_read_and_bytes_repeat(root):
    first = write_catalogue(root).read_text("utf-8")
    assert write_catalogue(root).read_text("utf-8") == first
    assert '"@context": {' in first


def test_an_empty_shelf_gives_an_empty_catalogue(tmp_path):
    graph = read(write_catalogue(tmp_path))
    assert list(graph.subjects(RDF.type, DCAT.Dataset)) == []
    assert graph.value(predicate=RDF.type, object=DCAT.Catalog) is not None
