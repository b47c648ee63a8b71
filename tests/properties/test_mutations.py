"""One changed digit, word or reference in one released file, and the auditor says so: more than two hundred of them.

The release is a real one: a demo run with the network's, the public's and a law centre's brief. The digest of the
changed file is renewed in the manifest, so that it is not the digest that gives the change away.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from pipelines.audit import file_problems
from pipelines.audit.beside import beside_problems
from pipelines.cli import main
from pipelines.errors import DisclosureError
from tests.properties import mutations
from tests.properties.mutations import (
    Files,
    Maker,
    cell,
    flipped,
    leaf,
    other_digit,
    other_limit,
    other_word,
    with_change,
)
from tests.properties.mutations_of_archives import paper_glyph, paper_property, sheet_part

pytestmark = pytest.mark.slow
SEED, ROUNDS = 2026, 7
XLSX = r"tables\.xlsx"
EDITION = {"network", "title", "period_label", "published_on", "edition", "audience", "period", "centre_name", "about"}
VOCABULARY = {"@type", "@language", "dct:language", "spdx:algorithm"}
TEXTS = ("statement", "headline", "state")


def _is_figure(path: tuple[object, ...], value: object) -> bool:
    return path[0] == "findings" and isinstance(value, int | float)


def _is_score(path: tuple[object, ...], value: object) -> bool:
    return path[0] == "policy" and bool(value)


def _is_word_of_finding(path: tuple[object, ...], value: object) -> bool:
    return path[0] == "findings" and path[-1] in TEXTS and bool(value)


def _is_word_of_edition(path: tuple[object, ...], _: object) -> bool:
    return path[0] in EDITION


def _is_word_of_rule(path: tuple[object, ...], _: object) -> bool:
    return path[0] in {"disclosure", "tables"}


def _is_threshold(path: tuple[object, ...], _: object) -> bool:
    return path == ("disclosure", "threshold")


def _is_place(path: tuple[object, ...], _: object) -> bool:
    return path[0] == "centre_places"


def _word(rng: random.Random, text: str) -> str | None:
    return other_word(rng, text, [])


def _is_measure(name: str) -> bool:
    return name not in {"period", "group_code"}


SHEETS, STRINGS, TABLES = r"xl/worksheets/sheet\d+\.xml", r"xl/sharedStrings\.xml", r"xl/tables/table\d+\.xml"
SWAPPED = {"clients": "cases", "cases": "issues"}, {"A": "C", "C": "A"}, {"true": "false", "false": "true"}
# What is changed, in which files, and how.
KINDS: dict[str, tuple[str, Maker]] = {
    "page: number": (r"(brief|summary)\.html", mutations.shown_number),
    "page: value": (r"(brief|summary)\.html", mutations.value_attribute),
    "page: reference": (r"(brief|summary)\.html", mutations.reference),
    "page: word": (r"(brief|summary)\.html", mutations.page_word),
    "page: word in a drawing": (r"brief\.html", mutations.drawn_word),
    "page: number in a drawing": (r"brief\.html", mutations.drawn_number),
    "compare page: number": (r"compare\.html", mutations.shown_number),
    "compare page: reference": (r"compare\.html", mutations.reference),
    "compare page: word": (r"compare\.html", mutations.page_word),
    "drawing: word": (r"charts/.*\.svg", mutations.drawn_word),
    "drawing: number": (r"charts/.*\.svg", mutations.drawn_number),
    "drawing: reference": (r"charts/.*\.svg", mutations.reference),
    "table: count": (r"data/by_.*\.csv", cell(lambda name: name in {"n", "network_n"}, other_digit)),
    "table: share": (r"data/by_.*\.csv", cell(lambda name: name.endswith("share"), other_digit)),
    "table: status": (r"data/by_.*\.csv", cell(lambda name: name == "status", flipped(SWAPPED[1]))),
    "table: provisional": (r"data/by_.*\.csv", cell(lambda name: name == "provisional", flipped(SWAPPED[2]))),
    "table: code": (r"data/by_.*\.csv", cell(lambda name: name.endswith(("_code", "_id")), _word)),
    "table: unit": (r"data/by_.*\.csv", cell(lambda name: name == "unit", flipped(SWAPPED[0]))),
    "findings: figure": (r"data/findings\.csv", cell(_is_measure, other_digit)),
    "findings: word": (r"data/findings\.csv", cell(lambda name: name in {"dimension", "state"}, _word)),
    "manifest: figure of a finding": (r"manifest\.json", leaf(_is_figure)),
    "manifest: words of a finding": (r"manifest\.json", leaf(_is_word_of_finding)),
    "manifest: edition": (r"manifest\.json", leaf(_is_word_of_edition)),
    "manifest: rule and tables": (r"manifest\.json", leaf(_is_word_of_rule)),
    "manifest: threshold": (r"manifest\.json", leaf(_is_threshold, other_limit)),
    "description: any value": (r"data/metadata\.json", leaf(lambda _, value: value is not None)),
    "workbook: figure": (XLSX, sheet_part(SHEETS, r"(?<!t=\"s\")><v>(\d[\d.]*)</v>", other_digit)),
    "workbook: word": (XLSX, sheet_part(STRINGS, r"<t[^>]*>([^<]{4,})<", _word)),
    "workbook: number in words": (XLSX, sheet_part(STRINGS, r"<t[^>]*>([^<]*\d[^<]*)<", other_digit)),
    "workbook: other text in a cell": (XLSX, sheet_part(SHEETS, r't="s"><v>(\d+)</v>', other_digit)),
    "workbook: head": (XLSX, sheet_part(TABLES, r'<tableColumn id="\d+" name="([^"]*)"', _word)),
    "workbook: property": (XLSX, sheet_part(r"docProps/core\.xml", r"<dc:[a-z]+>([^<]{4,})<", _word)),
    "paper: letter or digit": (r"(brief|summary)\.pdf", paper_glyph),
    "paper: title or description": (r"brief\.pdf", paper_property),
    "policy: figure": (r"data/policy_context\.csv", cell(lambda name: name != "period", other_digit)),
    "policy: code": (r"data/policy_context\.csv", cell(lambda name: name.endswith("_code"), _word)),
    "rates by area: figure": (r"data/area_rates\.csv", cell(lambda name: name != "period", other_digit)),
    "rates by area: code": (r"data/area_rates\.csv", cell(lambda name: name.endswith("_code"), _word)),
    "manifest: law centre": (r"manifest\.json", leaf(_is_place)),
    "manifest: score of policy": (r"manifest\.json", leaf(_is_score)),
}


def _is_told(path: tuple[object, ...], value: object) -> bool:
    """Leave out the vocabulary of the catalogue, which holds nothing of ours."""
    return path[0] == "@graph" and path[-1] not in VOCABULARY and bool(value)


BESIDE: dict[str, tuple[Maker, ...]] = {
    "index.html": (mutations.page_word, mutations.page_number, mutations.address),
    "catalog.jsonld": (leaf(_is_told),),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("mutations")
    assert main(["demo", "--out", str(root), "--cases", "5000", "--seed", "7"]) == 0
    arguments = ["--workspace", str(root), "--audience", "centre-riverside", "--as-of", "2026-12-01"]
    assert main(["run", *arguments]) == 0
    return root / "outputs" / "release"


@pytest.fixture(scope="module")
def releases(shelf) -> dict[str, Files]:
    return {path.parent.relative_to(shelf).as_posix(): _files(path.parent) for path in shelf.rglob("manifest.json")}


def _files(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_caught(key: str, files: Files) -> bool:
    try:
        return bool(file_problems(key, files))
    except DisclosureError:
        return True


def test_the_releases_themselves_are_in_order(releases):
    assert {key: file_problems(key, files) for key, files in releases.items()} == {key: [] for key in releases}


def test_every_change_of_a_digit_a_word_or_a_reference_is_found(releases):
    rng, tried, missed = random.Random(SEED), Counter(), []  # noqa: S311 - changes that repeat
    places = [(key, path) for key in sorted(releases) for path in sorted(releases[key])]
    for kind, (pattern, maker) in KINDS.items():
        found = [(key, path) for key, path in places if re.fullmatch(pattern, path)]
        for key, path in rng.choices(found, k=ROUNDS):
            data = maker(rng, releases[key][path])
            if data is not None:
                tried[kind] += 1
                if not is_caught(key, with_change(releases[key], path, data)):
                    missed.append((kind, key, path, *_difference(releases[key][path], data)))
    print("\n".join(f"{n:3d} {kind}" for kind, n in tried.items()))
    assert missed == []
    assert tried.total() >= 200
    assert tried.keys() == KINDS.keys()


def _difference(before: bytes, after: bytes) -> tuple[str, str]:
    at = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    around = slice(max(0, at - 60), at + 40)
    return before[around].decode("utf-8", "replace"), after[around].decode("utf-8", "replace")


# What stands beside the editions


@pytest.mark.parametrize("name", ["index.html", "catalog.jsonld"])
def test_a_change_of_the_list_or_the_catalogue_is_found(shelf, name):
    rng, path, missed = random.Random(SEED), shelf / name, []  # noqa: S311 - changes that repeat
    manifests = list(shelf.rglob("manifest.json"))
    told = {each.parent.relative_to(shelf).as_posix(): json.loads(each.read_bytes()) for each in manifests}
    before = path.read_bytes()
    assert list(beside_problems(shelf, told)) == []
    makers = BESIDE[name]
    for turn in range(20):
        data = makers[turn % len(makers)](rng, before)
        path.write_bytes(data)
        if not list(beside_problems(shelf, told)):
            missed.append(_difference(before, data))
    path.write_bytes(before)
    assert missed == []
