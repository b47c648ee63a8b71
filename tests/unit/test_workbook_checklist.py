"""The workbook follows the checklist for accessible spreadsheets of the Government Analysis Function."""

import re

import pytest

from tests.workbooks import FRONT, MAIN, invented, made, read, xml

MARKS = {"[c]", "[z]"}
FORMATS = {"#,##0", "0.0%", "0.00"}
every_kind = pytest.mark.parametrize("kind", tuple(invented()))


def figure_columns(part):
    return [place for place, cell in enumerate(part.rows[0]) if cell.number_format in FORMATS]


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
