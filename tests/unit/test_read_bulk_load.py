"""The legal-aid bulk-load format: records of key and value become rows under the names of all keys."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from cells import assert_refused_or_the_same_in_pieces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import ReadError
from pipelines.ingest.reading.bulkload import read_bulk_load
from pipelines.ingest.reading.decoding import BLOCK_BYTES
from pipelines.ingest.reading.rows import Layout

FIXTURES = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
LAYOUT = Layout(format="bulk-load")
HEADER, COUNTS, WRONG = "header_record", "aggregate_record", "bulk_load_row"
Table = tuple[list[str], list[dict[str, str] | str]]


def table_of(path: Path, block_bytes: int = BLOCK_BYTES, layout: Layout = LAYOUT) -> Table:
    """Give the names and, for each row, its filled cells by name or its problem; no row number may be missing."""
    with read_bulk_load(path, layout, block_bytes=block_bytes) as rows:
        frame = pl.concat(rows.chunks)
    assert frame["row_number"].to_list() == list(range(frame.height))
    assert frame["n_cells"].unique().to_list() == [frame.width - 3]
    (_, *names), *found = frame.drop("row_number", "n_cells").rows()
    filled = [{name: cell for name, cell in zip(names, cells, strict=True) if cell} for _, *cells in found]
    assert not any(cells for cells, (problem, *_) in zip(filled, found, strict=True) if problem)
    return names, [problem or cells for cells, (problem, *_) in zip(filled, found, strict=True)]


def put(folder: Path, content: bytes | str) -> Path:
    path = folder / "claims.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


TABLES: dict[str, tuple[str, Table]] = {
    "header records hold for what follows": (
        "OFFICE,account=1A\nSCHEDULE,submissionPeriod=MAY-2026,areaOfLaw=LEGAL HELP\nOUTCOME,UFN=1\n",
        (
            ["OFFICE.account", "SCHEDULE.submissionPeriod", "SCHEDULE.areaOfLaw", "UFN"],
            [
                HEADER,
                HEADER,
                {
                    "OFFICE.account": "1A",
                    "SCHEDULE.submissionPeriod": "MAY-2026",
                    "SCHEDULE.areaOfLaw": "LEGAL HELP",
                    "UFN": "1",
                },
            ],
        ),
    ),
    "a second office takes away the schedule of the first": (
        "OFFICE,account=1A\nSCHEDULE,areaOfLaw=CRIME\nOUTCOME,UFN=1\nOFFICE,account=2B\nOUTCOME,UFN=2\n"
        "SCHEDULE,areaOfLaw=MEDIATION\nOUTCOME,UFN=3\nSCHEDULE,scheduleNum=9\nOUTCOME,UFN=4\n",
        (
            ["OFFICE.account", "SCHEDULE.areaOfLaw", "SCHEDULE.scheduleNum", "UFN"],
            [
                HEADER,
                HEADER,
                {"OFFICE.account": "1A", "SCHEDULE.areaOfLaw": "CRIME", "UFN": "1"},
                HEADER,
                {"OFFICE.account": "2B", "UFN": "2"},
                HEADER,
                {"OFFICE.account": "2B", "SCHEDULE.areaOfLaw": "MEDIATION", "UFN": "3"},
                HEADER,
                {"OFFICE.account": "2B", "SCHEDULE.scheduleNum": "9", "UFN": "4"},
            ],
        ),
    ),
    "a header record that cannot be read ends what the last one said": (
        'OFFICE,account=1A\nOUTCOME,UFN=1\nOFFICE,"account=2B\nOUTCOME,UFN=2\nOFFICE,2B\nOUTCOME,UFN=3\n',
        (
            ["OFFICE.account", "UFN"],
            [HEADER, {"OFFICE.account": "1A", "UFN": "1"}, "broken_quoting", {"UFN": "2"}, WRONG, {"UFN": "3"}],
        ),
    ),
    "keys in any order and spelling": (
        "OUTCOME,matterType=A:B,UFN=1\nOUTCOME,ufn=2,MATTER_TYPE=C-D\noutcome, Matter Type =E\n",
        (
            ["MATTER_TYPE", "UFN"],
            [{"MATTER_TYPE": "A:B", "UFN": "1"}, {"MATTER_TYPE": "C-D", "UFN": "2"}, {"MATTER_TYPE": "E"}],
        ),
    ),
    "header keys in another spelling": (
        "SCHEDULE,AREA_OF_LAW=CRIME\nOUTCOME,UFN=1\n",
        (["SCHEDULE.areaOfLaw", "UFN"], [HEADER, {"SCHEDULE.areaOfLaw": "CRIME", "UFN": "1"}]),
    ),
    "keys that come again": (
        "OUTCOME,REF=,UFN=1,REF=\nOUTCOME,REF=a,UFN=2,REF=b,REF=c\n",
        (
            ["REF", "UFN", "REF (2)", "REF (3)"],
            [{"UFN": "1"}, {"REF": "a", "UFN": "2", "REF (2)": "b", "REF (3)": "c"}],
        ),
    ),
    "a key that appears late": (
        "OUTCOME,UFN=1\nOUTCOME,UFN=2,STAGE=AB\n",
        (["UFN", "STAGE"], [{"UFN": "1"}, {"UFN": "2", "STAGE": "AB"}]),
    ),
    "padded and blank rows": (
        "OUTCOME,UFN=1,,,,\n,,,,,\n\nOUTCOME,,,\nOUTCOME,UFN=2\n,,,",
        (["UFN"], [{"UFN": "1"}, {}, {}, {}, {"UFN": "2"}, {}]),
    ),
    "counts are no cases": (
        "MATTERSTARTS,WB=17\nOUTCOME,UFN=1\nIMMIGRATIONCLR,A=1\n",
        (["UFN"], [COUNTS, {"UFN": "1"}, COUNTS]),
    ),
    "rows that are no records": (
        "OUTCOME,UFN=1\nCLAIM,UFN=2\nOUTCOME,UFN=3,note\nOUTCOME,=4\nTotal\n,UFN=5\n",
        (["UFN"], [{"UFN": "1"}, *[WRONG] * 5]),
    ),
    "quoted cells, values with equals signs and blanks": (
        'OUTCOME,"NAME=Łukasz, O\'Brien",REF=a=b,STAGE= x \n',
        (["NAME", "REF", "STAGE"], [{"NAME": "Łukasz, O'Brien", "REF": "a=b", "STAGE": " x "}]),
    ),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("block_bytes", [1, BLOCK_BYTES])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_become_rows(tmp_path: Path, name: str, block_bytes: int, end: str) -> None:
    text, expected = TABLES[name]
    assert table_of(put(tmp_path, "\ufeff" + text.replace("\n", end)), block_bytes) == expected


def test_the_profile_says_which_record_is_a_case(tmp_path: Path) -> None:
    path = put(tmp_path, "OUTCOME,UFN=1\nCLAIM,UFN=2\n")
    assert table_of(path, layout=Layout(format="bulk-load", record="Claim")) == (["UFN"], [WRONG, {"UFN": "2"}])


def test_the_digest_and_the_end_are_those_of_the_file(tmp_path: Path) -> None:
    content = b"OUTCOME,UFN=1\nOUTCOME,UFN=2"
    with read_bulk_load(put(tmp_path, content), LAYOUT) as rows:
        assert sum(chunk.height for chunk in rows.chunks) == 3
        assert (rows.digest(), rows.ends_cleanly()) == (sha256(content).hexdigest(), False)


@pytest.mark.parametrize("content", ["OFFICE,account=secret\n", "ref,name\nsecret,secret\n", "OUTCOME,,,\n"])
def test_a_file_without_cases_is_refused_without_its_values(tmp_path: Path, content: str) -> None:
    with pytest.raises(ReadError, match="holds no case in the bulk-load format") as refused:
        table_of(put(tmp_path, content))
    assert "secret" not in str(refused.value)


lines = st.lists(
    st.sampled_from(["OFFICE", "OUTCOME", "MATTERSTARTS", "UFN=1", "a=b=c", '"', "", " ", "=", "\n"]), max_size=25
)


@FIXTURES
@given(lines.map(",".join))
def test_damaged_text_is_refused_or_accounted_line_by_line(tmp_path: Path, content: str) -> None:
    path = put(tmp_path, content)
    assert_refused_or_the_same_in_pieces(path, table_of)
