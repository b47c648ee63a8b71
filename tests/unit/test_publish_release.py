"""The release: hidden stays hidden in every file, bytes repeat, and disk writes are all or nothing."""

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from pipelines.errors import DisclosureError, UsageError
from pipelines.periods import Period
from pipelines.publish import drawing, opendata, release
from pipelines.publish.shelf import newest_edition, read_edition, stage_edition, stand
from pipelines.resources import reference_file
from tests.builders import PERIOD, make_brief, make_edition, make_facts, make_tables, one_way


@pytest.fixture(autouse=True)
def _column_meanings(monkeypatch):
    if not reference_file("columns.toml").is_file():
        monkeypatch.setattr(release, "column_meanings", dict)


@pytest.fixture
def files():
    return release.render(make_brief(), make_facts())


def csv_rows(files, name):
    return list(csv.DictReader(io.StringIO(files[f"data/{name}.csv"].decode())))


def test_every_file_of_the_contract_is_there(files):
    data = {f"data/{name}.csv" for name in (*make_tables(), "findings")}
    expected = {
        "brief.html",
        "brief.pdf",
        "summary.html",
        "summary.pdf",
        "tables.xlsx",
        "manifest.json",
        "data/metadata.json",
        *data,
    }
    charts = {f"charts/{name}{suffix}" for name in make_tables() if name != "by_project" for suffix in (".svg", ".png")}
    assert set(files) == expected | charts


def test_a_second_render_is_byte_identical(files):
    drawing.draw.cache_clear()
    assert release.render(make_brief(), make_facts()) == files


def test_hidden_figures_are_in_no_file():
    """A hidden cell that carried a figure by mistake would be found: the marker stands nowhere."""
    counts = {"F": 2460, "M": None, "X": 1874}
    brief = replace(make_brief(), tables={"by_gender": one_way("by_gender", "gender_code", counts)}, findings=())
    files = release.render(brief, make_facts())
    row = next(row for row in csv_rows(files, "by_gender") if row["gender_code"] == "M")
    assert (row["n"], row["share"], row["status"]) == ("", "", "C")
    for name in ("brief.html", "charts/by_gender.svg"):
        assert "by_gender.M." not in files[name].decode()
        assert "[c]" in files[name].decode()


def test_hidden_cells_are_never_cited_or_shown_as_zero(files):
    page = files["brief.html"].decode()
    for name, table in make_tables().items():
        for unit in table.frame["unit"].unique():
            for cell in (cell for cell in table.cells(unit=unit) if cell.is_hidden):
                assert f'data-ref="{".".join((name, *cell.codes, unit))}.' not in page
    assert all(row["n"] != "0" for row in csv_rows(files, "by_nationality") if row["status"] == "C")


def test_a_planted_number_stops_the_release(monkeypatch):
    real = release.brief_html
    monkeypatch.setattr(release, "brief_html", lambda *args: real(*args).replace("Main points", "Main points 7"))
    with pytest.raises(DisclosureError):
        release.render(make_brief(), make_facts())


def test_tables_of_another_audience_are_refused():
    with pytest.raises(DisclosureError):
        release.render(make_brief(tables=make_tables("public")), make_facts())


def test_csv_has_the_contracts_columns_and_values(files):
    rows = csv_rows(files, "by_advice_type")
    assert list(rows[0]) == ["period", "advice_type_code", "unit", "n", "share", "status", "provisional"]
    assert rows[0] == {
        "period": "2026-Q3", "advice_type_code": "_T", "unit": "clients", "n": "4810", "share": "1.0000",
        "status": "A", "provisional": "false",
    }  # fmt: skip
    assert "\r" not in files["data/by_gender.csv"].decode()


def test_metadata_describes_every_column_of_every_file(files):
    described = json.loads(files["data/metadata.json"])
    for table in described["tables"]:
        header = files[f"data/{table['url']}"].decode().splitlines()[0].split(",")
        assert [column["name"] for column in table["tableSchema"]["columns"]] == header
        assert set(table["tableSchema"]["primaryKey"]) <= set(header)


def test_column_meanings_reach_the_metadata():
    meanings = {"n": {"description": "How many.", "unit": "clients, cases or issues"}}
    columns = opendata.csvw(make_brief(), meanings)["tables"][0]["tableSchema"]["columns"]
    assert next(column for column in columns if column["name"] == "n")["dc:description"] == "How many."


def test_the_manifest_holds_digests_of_every_output(files):
    manifest = json.loads(files["manifest.json"])
    others = {path: hashlib.sha256(data).hexdigest() for path, data in files.items() if path != "manifest.json"}
    assert manifest["outputs"] == others
    assert manifest["disclosure"]["threshold"] == 10
    assert manifest["benchmarks"] == []
    assert {table["table_id"] for table in manifest["tables"]} == set(make_tables())
    assert [finding["state"] for finding in manifest["findings"]] == ["cannot_tell", "cannot_tell", "withheld"]


class _Structure(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.urls = [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append((tag, named))
        self.ids += [named["id"]] if "id" in named else []
        self.urls += [named[key] for key in ("href", "src", "xlink:href") if key in named]


def test_the_page_is_accessible_in_structure(files):
    page = _Structure()
    page.feed(files["brief.html"].decode())
    names = [tag for tag, _ in page.tags]
    assert names.count("h1") == 1
    assert {"header", "nav", "main", "footer"} <= set(names)
    assert names.count("caption") == names.count("table")
    assert len(page.ids) == len(set(page.ids))
    assert all(named.get("scope") for tag, named in page.tags if tag == "th")
    assert all(named.get("aria-hidden") == "true" for tag, named in page.tags if tag == "svg")
    fragments = [url[1:] for url in page.urls if url.startswith("#")]
    assert set(fragments) <= set(page.ids)
    levels = [int(tag[1]) for tag in names if re.fullmatch(r"h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_page_asks_nobody_for_anything(files):
    text = files["brief.html"].decode()
    page = _Structure()
    page.feed(text)
    assert all(not url.startswith(("http", "//")) for url in page.urls)
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert not re.search(r"url\((?!data:|#)", text)


def test_the_page_reflows():
    """Wide and narrow drawings are both there, and every table can scroll by keyboard."""
    text = release.render(make_brief(), make_facts())["brief.html"].decode()
    assert text.count('class="wide"') == text.count('class="narrow"') == 9
    assert text.count('class="table-scroll" role="region"') == text.count("<table")
    assert text.count('tabindex="0"') == text.count("<table")


def test_markup_in_settings_is_escaped():
    edition = make_edition(title="Advice <script>alert(0)</script>", about="<b>bold</b>")
    text = release.render(make_brief(edition=edition), make_facts())["brief.html"].decode()
    assert "<script" not in text
    assert "<b>" not in text


def test_a_brief_with_next_to_nothing_renders():
    table = one_way("by_gender", "gender_code", {"F": None, "M": None}, total=None, unknown=None)
    files = release.render(
        make_brief(tables={"by_gender": table}, findings=(), notes=(), not_collected={}), make_facts()
    )
    assert "charts/by_gender.svg" not in files
    assert "is hidden" in files["brief.html"].decode()


def test_an_edition_is_written_whole_and_read_back(tmp_path):
    assert newest_edition(tmp_path, PERIOD) is None
    folder = stand(
        stage_edition(tmp_path, PERIOD, 1, {"network": {"data/a.csv": b"a\n"}, "public": {"brief.html": b"b"}})
    )
    assert folder == tmp_path / "2026-Q3" / "1"
    assert read_edition(tmp_path, PERIOD, 1) == {"network": {"data/a.csv": b"a\n"}, "public": {"brief.html": b"b"}}
    stand(stage_edition(tmp_path, PERIOD, 10, {"network": {"a.csv": b""}}))
    assert newest_edition(tmp_path, PERIOD) == 10
    with pytest.raises(UsageError):
        read_edition(tmp_path, Period.parse("2026-Q2"), 1)


def test_an_edition_is_never_overwritten(tmp_path):
    stand(stage_edition(tmp_path, PERIOD, 1, {"network": {"a.csv": b"old"}}))
    with pytest.raises(UsageError):
        stand(stage_edition(tmp_path, PERIOD, 1, {"network": {"a.csv": b"new"}}))
    assert read_edition(tmp_path, PERIOD, 1) == {"network": {"a.csv": b"old"}}


@pytest.mark.parametrize(
    "path", ["a.parquet", "noext", "../a.csv", "/a.csv", ".hidden.csv", "a/../b.csv", "a.csv.exe", ""]
)
def test_unknown_types_and_paths_are_refused_and_leave_nothing(tmp_path, path):
    with pytest.raises(DisclosureError):
        stand(stage_edition(tmp_path, PERIOD, 1, {"network": {"good.csv": b"", path: b""}}))
    assert list(tmp_path.iterdir()) == []


def test_a_strange_audience_is_refused(tmp_path):
    with pytest.raises(DisclosureError):
        stand(stage_edition(tmp_path, PERIOD, 1, {"../network": {"a.csv": b""}}))


def test_a_failure_half_way_leaves_nothing(tmp_path):
    with pytest.raises(TypeError):
        stand(stage_edition(tmp_path, PERIOD, 1, {"network": {"a.csv": b"", "b.csv": "not bytes"}}))
    assert list((tmp_path / "2026-Q3").iterdir()) == []
