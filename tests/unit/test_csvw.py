"""The data files and their description are valid CSV on the Web, by the judgement of a validator that is not ours."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from csvw import CSVW

from pipelines.publish.brief import Brief
from pipelines.publish.opendata import column_meanings, data_files
from tests.builders import make_brief
from tests.workbooks import compared_brief, invented

METADATA = "data/metadata.json"
GENDER, PERIODS, FINDINGS = "data/by_gender.csv", "data/by_period.csv", "data/findings.csv"


def written(files: dict[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder / METADATA


def is_valid(files: dict[str, bytes], folder: Path) -> bool:
    """Validate without a word of complaint; the validator raises where it cannot go on."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return bool(CSVW(str(written(files, folder)), validate=True).is_valid)
        except (ValueError, KeyError, UserWarning):
            return False


def files_of(brief: Brief) -> dict[str, bytes]:
    return data_files(brief, column_meanings())


@pytest.mark.parametrize("kind", invented())
def test_a_validator_accepts_every_table_of_every_reader(kind: str, tmp_path: Path):
    files = files_of(invented()[kind])
    described = {f"data/{table['url']}" for table in json.loads(files[METADATA])["tables"]}
    assert described == set(files) - {METADATA}
    assert is_valid(files, tmp_path)


def test_a_validator_reads_the_figures_that_were_published(tmp_path: Path):
    files = files_of(compared_brief())
    tables = {str(table.url): list(table) for table in CSVW(str(written(files, tmp_path))).tables}
    rows = {row["gender_code"]: row for row in tables["by_gender.csv"]}
    assert (rows["F"]["n"], float(rows["F"]["share"]), rows["F"]["provisional"]) == (1080, 0.54, False)
    found = {row["group_code"]: row for row in tables["findings.csv"]}
    finding = next(each for each in compared_brief().findings if each.group == "AGED_55_PLUS")
    assert (found["AGED_55_PLUS"]["ratio_low"], found["AGED_55_PLUS"]["n"]) == (finding.ratio_low, finding.n)


def test_hidden_figures_are_empty_cells_that_a_validator_takes_for_nothing(tmp_path: Path):
    tables = {str(table.url): list(table) for table in CSVW(str(written(files_of(make_brief()), tmp_path))).tables}
    row = next(row for row in tables["by_gender.csv"] if row["status"] == "C")
    assert (row["n"], row["share"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        (GENDER, b",A,", b",B,"),
        (GENDER, b"4810", b"48.5"),
        (GENDER, b"4810", b"-5"),
        (GENDER, b"1.0000", b"1.5"),
        (GENDER, b"false", b"no"),
        (GENDER, b"2026-Q3,M", b"2026-Q3,F"),
        (GENDER, b"gender_code", b"gender"),
        (GENDER, b"2026-Q3,F", b",F"),
        (PERIODS, b"2026-Q3,2026-Q2", b"2026-Q3,2026-Q1"),
        (FINDINGS, b"under_served", b"flagged"),
        (METADATA, b'"base": "integer"', b'"base": "whole"'),
        (METADATA, b"http://www.w3.org/ns/csvw", b"http://example.org/"),
        (METADATA, b'"url": "by_gender.csv"', b'"url": "by_age_group.csv"'),
    ],
)
def test_what_is_wrong_is_not_accepted(path: str, right: bytes, wrong: bytes, tmp_path: Path):
    """The validator would be no proof if it accepted everything."""
    files = files_of(invented()["network"])
    assert right in files[path]
    assert not is_valid(files | {path: files[path].replace(right, wrong, 1)}, tmp_path)


def test_the_description_tells_what_a_catalogue_needs():
    described = json.loads(files_of(invented()["network"])[METADATA])
    assert described["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert described["dc:publisher"] == "Example Law Centres Network"
    assert described["dc:issued"] == "2026-10-20"
    columns = [column for table in described["tables"] for column in table["tableSchema"]["columns"]]
    assert [column["name"] for column in columns if not column.get("dc:description")] == []
