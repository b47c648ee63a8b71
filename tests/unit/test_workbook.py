"""The workbook: its figures are the published ones, it follows the accessibility checklist, and its bytes repeat."""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile

import openpyxl
import pytest

from pipelines.errors import SettingsError
from pipelines.publish.findings_data import rows_told
from pipelines.publish.opendata import csv_bytes
from tests.builders import make_brief, make_edition
from tests.rounded import CENTRE, centre_brief, rounded_brief
from tests.workbooks import FRONT, MAIN, invented, made, parts, read, write, xml

KINDS = tuple(invented())
MARKS = {"[c]", "[z]"}
FORMATS = {"#,##0", "0.0%", "0.00"}
every_kind = pytest.mark.parametrize("kind", KINDS)


def published(brief, table_id):
    """The rows of a table's data file by codes and unit."""
    table = brief.tables[table_id]
    rows = csv.DictReader(io.StringIO(csv_bytes(table).decode()))
    return {(*(row[name] for name in table.dimensions), row["unit"]): row for row in rows}


def figure_columns(part):
    return [place for place, cell in enumerate(part.rows[0]) if cell.number_format in FORMATS]


@every_kind
def test_every_table_is_there_once_with_every_row(kind):
    brief, found = invented()[kind], read(kind)
    assert set(found) == {*FRONT, "findings", *brief.tables}
    for table_id, table in brief.tables.items():
        codes = [tuple(cell.value for cell in row[1 : 2 * len(table.dimensions) : 2]) for row in found[table_id].rows]
        assert len(set(codes)) == len(codes)
        assert {(*row, unit) for row in codes for unit in table.frame["unit"].unique()} == set(
            published(brief, table_id)
        )


@every_kind
def test_every_figure_is_the_published_one_and_every_hidden_one_is_marked(kind):
    brief, found = invented()[kind], read(kind)
    for table_id, table in brief.tables.items():
        rows, n_names = published(brief, table_id), 2 * len(table.dimensions)
        own = ["n"] if table_id == "by_period" else ["n", "share"]
        measures = [*own, *(f"network_{name}" for name in own)] if "network_n" in table.frame.columns else own
        units = table.frame["unit"].unique(maintain_order=True).to_list()
        columns = [(unit, measure) for unit in units for measure in measures]
        for row in found[table_id].rows:
            codes = tuple(cell.value for cell in row[1:n_names:2])
            figures = row[n_names : n_names + len(columns)]
            for (unit, measure), cell in zip(columns, figures, strict=True):
                expected = rows[*codes, unit]
                if measure in {"n", "share"} and expected["status"] == "C":
                    assert cell.value == "[c]"
                elif cell.value == "[z]":
                    too_small = brief.rule.base and int(expected["n"]) < 2 * brief.rule.base
                    assert expected[measure] == "" or (measure == "share" and too_small)
                else:
                    assert cell.value == float(expected[measure])


@every_kind
def test_there_are_as_many_numbers_as_the_tables_hold(kind):
    """A number that is nowhere in the data would be one too many."""
    brief, found = invented()[kind], read(kind)
    for table_id, table in brief.tables.items():
        numbers = [cell.value for row in found[table_id].rows for cell in row if isinstance(cell.value, int | float)]
        least = 2 * brief.rule.base if brief.rule.base else 0
        rows = table.frame.rows(named=True)
        counts = [row[name] for row in rows for name in ("n", "network_n") if row.get(name) is not None]
        shares = [row["share"] for row in rows if row["share"] is not None and row["n"] >= least]
        shares += [row["network_share"] for row in rows if row.get("network_share") is not None]
        assert len(numbers) == len(counts) + (0 if table_id == "by_period" else len(shares))
    for name in FRONT:
        assert not any(isinstance(cell.value, int | float) for row in found[name].page.iter_rows() for cell in row)


def test_a_rounded_count_next_to_nothing_has_no_share():
    part = read("network")["by_advice_type"]
    rows = dict(zip(part.column("Advice type code"), part.rows, strict=True))
    place = part.heads.index("Share of clients")
    assert [rows[code][place].value for code in ("TRAF", "ASY", "_T")] == ["[z]", "[z]", 1]


def test_a_centres_workbook_sets_the_rounded_network_beside_its_own_figures():
    part = read("centre")["by_gender"]
    assert part.heads == [
        "Gender",
        "Gender code",
        "Clients",
        "Share of clients",
        "All law centres: clients, rounded",
        "All law centres: share of clients",
    ]
    assert [cell.value for cell in part.rows[1]] == ["Female", "F", 337, 0.5114, 2460, 0.5114]
    assert [cell.value for cell in part.rows[3]][2:4] == ["[c]", "[c]"]


def test_quarters_say_which_figures_are_provisional():
    part = read("network")["by_period"]
    told = dict(zip(part.column("Quarter code"), part.column("Provisional"), strict=True))
    assert told["2026-Q3"] == "yes"
    assert told["2026-Q2"] == "no"
    assert "late cases are still expected" in " ".join(str(row[0].value) for row in part.page.iter_rows())


@pytest.mark.parametrize("kind", ["compared", "compared centre"])
def test_findings_have_their_limits_benchmark_and_state_in_words(kind):
    brief = invented()[kind]
    part = read(kind)["findings"]
    heads = {
        "Clients in the group": "n", "Clients compared": "base", "Clients not known": "not_known",
        "Share of clients": "observed", "Lower limit of the share": "low", "Upper limit of the share": "high",
        "Share of population": "benchmark", "Lowest share of population": "benchmark_low",
        "Highest share of population": "benchmark_high", "Ratio": "ratio", "Lower limit of the ratio": "ratio_low",
        "Upper limit of the ratio": "ratio_high",
    }  # fmt: skip
    assert len(part.rows) == len(rows_told(brief)) > 3
    for row, finding in zip(part.rows, rows_told(brief), strict=True):
        told = dict(zip(part.heads, (cell.value for cell in row), strict=True))
        assert (told["Breakdown code"], told["Group code"], told["State"]) == (
            finding.dimension,
            finding.group,
            finding.state,
        )
        assert told["Under-served"] == ("yes" if finding.is_under_served else "no")
        assert told["In words"] == finding.statement
        for head, measure in heads.items():
            value = getattr(finding, measure)
            is_hidden = finding.state == "withheld" and not measure.startswith("benchmark")
            assert told[head] == (("[c]" if is_hidden else "[z]") if value is None else pytest.approx(value, abs=5e-5))
    flagged = [row for row in part.rows if row[part.heads.index("Under-served")].value == "yes"]
    assert [row[part.heads.index("What this shows")].value for row in flagged] == ["Clearly lower"] * len(flagged) != []
    assert "The invented population" in {str(value).capitalize() for value in part.column("Population")}


def test_a_brief_without_findings_about_groups_has_no_such_sheet():
    found = parts(write(make_brief(findings=())))
    assert "findings" not in found
    assert "Comparisons" not in found["contents"].column("Sheet")


@pytest.mark.parametrize(
    ("brief", "whose", "readers", "state"),
    [
        (centre_brief(), CENTRE, f"{CENTRE} alone.", "Provisional: "),
        (
            rounded_brief(),
            "Example Law Centres Network",
            "Example Law Centres Network and its law centres.",
            "Provisional",
        ),
        (
            rounded_brief(edition=make_edition(audience="public", is_provisional=False)),
            "Example Law Centres Network",
            "Everybody.",
            "Final: ",
        ),
    ],
)
def test_the_cover_says_whose_figures_these_are_and_how_people_are_protected(brief, whose, readers, state):
    part = parts(write(brief))["cover"]
    told = {row[0].value: row[1].value for row in part.rows}
    assert (told["Whose figures"], told["Whom this is for"]) == (whose, readers)
    assert told["State of the figures"].startswith(state)
    assert told["How people are protected"] == brief.rule.statement
    assert "Edition 1, published 20 October 2026" in told["Period and edition"]
    assert told["Questions"] == "Questions about these figures go to Example Law Centres Network."
    assert part.page["A1"].value == (brief.edition.centre_name or brief.edition.title)


def test_notes_define_every_word_and_tell_what_is_not_collected():
    part = read("centre")["notes"]
    told = list(zip(part.column("Subject"), part.column("Explanation"), strict=True))
    subjects = {subject for subject, _ in told}
    assert {"Counting unit", "Share", "Not known", "Hidden figures", "Marks", "Data quality"} <= subjects
    assert ("Not collected: Barriers", "Northgate casework; Riverside, Settled Futures") in told
    part = read("compared")["notes"]
    assert any("The figures are invented. Source: A test" in text for text in part.column("Explanation"))


@every_kind
def test_every_sheet_explains_its_marks(kind):
    for part in read(kind).values():
        above = " ".join(str(part.page.cell(row, 1).value) for row in range(1, part.top))
        used = {cell.value for row in part.rows for cell in row if cell.value in MARKS}
        assert all(f"{mark} marks" in above for mark in used)


def test_a_mark_that_no_figure_has_is_explained_nowhere():
    """Rounded figures hide nothing; a reader who is told of hidden ones would look for them."""
    texts = {cell.value for part in read("compared").values() for row in part.page.iter_rows() for cell in row}
    assert not any("[c]" in str(text) for text in texts)


@every_kind
def test_contents_lead_to_every_sheet_and_every_sheet_leads_back(kind):
    found = read(kind)
    pages = [part.page.title for part in found.values()]
    contents = found["contents"]
    assert contents.column("Sheet") == [name for name in pages if name != "Contents"]
    targets = [row[0].hyperlink.location for row in contents.rows]
    assert targets == [f"'{name}'!A1" for name in contents.column("Sheet")]
    for part in (part for name, part in found.items() if name != "contents"):
        links = [cell.hyperlink.location for (cell,) in part.page["A1" : f"A{part.top}"] if cell.hyperlink]
        assert "'Contents'!A1" in links


@every_kind
def test_a_second_run_gives_the_same_bytes_and_the_date_is_that_of_the_edition(kind):
    data = made(kind)
    assert write(invented()[kind]) == data
    with ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    facts = openpyxl.load_workbook(io.BytesIO(data)).properties
    assert facts.created == facts.modified == datetime(2026, 10, 20)
    assert facts.language == "en-GB"
    assert invented()[kind].edition.title in facts.title
    assert facts.creator == "Example Law Centres Network"


def test_a_text_that_no_cell_can_hold_stops_the_run():
    edition = replace(make_edition(), about="a" * 40_000)
    with pytest.raises(SettingsError, match="longer than"):
        write(make_brief(edition=edition))


@every_kind
def test_each_sheet_is_one_marked_up_table_below_its_title_and_nothing_else(kind):
    for name, part in read(kind).items():
        page = part.page
        assert page["A1"].value
        assert all(page.cell(row, 1).value for row in range(1, part.top)), "no blank rows above the table"
        assert all(page.cell(row, 2).value is None for row in range(1, part.top))
        assert page.max_row == part.top + len(part.rows)
        assert page.max_column == len(part.heads)
        assert all(isinstance(head, str) and head.strip() for head in part.heads)
        assert len({head.casefold() for head in part.heads}) == len(part.heads)
        assert all(cell.value not in {None, ""} for row in part.rows for cell in row), name
        assert page.sheet_state == "visible"
        assert not page.merged_cells.ranges
        assert page.freeze_panes is None
        assert page.auto_filter.ref is None


@every_kind
def test_nothing_is_hidden_split_filtered_or_formatted_away(kind):
    data = made(kind)
    for name, root in xml(data, "xl/worksheets/sheet").items():
        tags = {element.tag.removeprefix(MAIN) for element in root.iter()}
        assert not tags & {"pane", "autoFilter", "mergeCell", "conditionalFormatting", "dataValidation", "f"}, name
        assert not any(element.get("hidden") or element.get("customHeight") for element in root.iter())
    names, descriptions = [], []
    for root in xml(data, "xl/tables/").values():
        names.append(root.get("displayName"))
        assert root.get("headerRowCount", "1") == "1"
        assert root.get("totalsRowShown") == "0"
        assert root.find(f"{MAIN}autoFilter") is None
        descriptions += [element.attrib for element in root.iter() if element.get("altText")]
    assert len(set(names)) == len(names) == len(descriptions)
    assert all(each["altText"] and each["altTextSummary"] for each in descriptions)


@every_kind
def test_text_is_wrapped_and_stands_left_and_figures_stand_right_with_their_format(kind):
    for name, part in read(kind).items():
        figures = figure_columns(part)
        assert bool(figures) == (name not in FRONT)
        for row in part.page.iter_rows():
            for cell in (cell for cell in row if cell.value is not None):
                assert cell.alignment.wrap_text
                is_figure = cell.row >= part.top and cell.column - 1 in figures
                assert cell.alignment.horizontal == ("right" if is_figure else "left"), cell.coordinate
                assert cell.font.size >= 12
        for row in part.rows:
            for place, cell in enumerate(row):
                assert isinstance(cell.value, int | float) <= (place in figures)
                assert place not in figures or cell.number_format == part.rows[0][place].number_format
                assert place not in figures or not isinstance(cell.value, str) or cell.value in MARKS


@every_kind
def test_columns_and_rows_are_large_enough_for_their_words(kind):
    for part in read(kind).values():
        dimensions = part.page.column_dimensions
        widths = {}
        for each in dimensions.values():
            widths |= dict.fromkeys(range(each.min, each.max + 1), each.width)
        for row in part.page.iter_rows():
            for cell in (cell for cell in row if isinstance(cell.value, str) and not cell.hyperlink):
                assert len(max(cell.value.split(), key=len)) <= widths[cell.column]
                lines = part.page.row_dimensions[cell.row].height / cell.font.size
                assert lines * widths[cell.column] >= 0.8 * len(cell.value), cell.coordinate


@every_kind
def test_sheets_have_short_names_that_differ(kind):
    names = [part.page.title for part in read(kind).values()]
    assert names[:3] == ["Cover", "Contents", "Notes"]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
