"""Tables on paper: no word is cut, none is too small, and what is wide goes across or in parts."""

from __future__ import annotations

import io

import pikepdf
import pytest

from pipelines.publish.document import Table
from pipelines.publish.drawing import text_width
from pipelines.publish.marks import SEMIBOLD
from pipelines.publish.pdf import brief_pdf
from pipelines.publish.pdf_data import paper_style
from pipelines.publish.pdf_tables import fit_table
from tests.paper import attribute, content_text, pages_of, sizes_of, squeezed, structure
from tests.printed import DAY, document_of, small_table

ROWS = {f"Row {number} with a name": [f"{number:,}" for number in range(1000, 1040)] for number in range(4)}


def table_of(columns: int, head: str = "Nationality") -> Table:
    rows = {name: cells[:columns] for name, cells in ROWS.items()}
    return small_table(["Group", *(f"{head} {number}" for number in range(columns))], rows)


def fit(table: Table):
    return fit_table(table, paper_style(), text_width)


def made(table: Table) -> bytes:
    return brief_pdf(document_of(table), {}, published_on=DAY)


@pytest.mark.parametrize(("columns", "is_across", "parts"), [(3, False, 1), (6, False, 1), (9, True, 1), (30, True, 3)])
def test_a_table_takes_the_sheet_it_needs(columns, is_across, parts):
    found = fit(table_of(columns))
    assert (found.is_across, len(found.parts)) == (is_across, parts)


def test_a_table_with_more_columns_gets_smaller_text_before_it_is_turned():
    sizes = [fit(table_of(columns)).size for columns in range(1, 8) if not fit(table_of(columns)).is_across]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == max(paper_style()["type"]["table"])


@pytest.mark.parametrize("columns", [1, 5, 9, 30])
def test_no_word_is_wider_than_its_column_and_no_table_wider_than_its_sheet(columns):
    found, sheet = fit(table_of(columns)), paper_style()["sheet"]
    room = sheet["height" if found.is_across else "width"] - 2 * sheet["side"]
    for part in found.parts:
        assert sum(width for _, width in part) <= room + 0.1
        words = text_width("Nationality", found.size, SEMIBOLD)
        assert all(width >= words for number, width in part if number)


def test_every_part_begins_with_the_heads_of_rows_and_none_is_lost():
    found = fit(table_of(30))
    assert all(part[0][0] == 0 for part in found.parts)
    assert [number for part in found.parts for number, _ in part if number] == list(range(1, 31))


def test_all_figures_of_a_table_in_parts_are_printed():
    text = content_text(made(table_of(30)))
    assert all(figure in text for figure in (f"{number:,}" for number in range(1000, 1030)))


def test_a_table_across_takes_its_section_with_it():
    data = made(table_of(9))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        boxes = [[float(side) for side in page.MediaBox[2:]] for page in pdf.pages]
    across = [width > height for width, height in boxes]
    assert across.count(True) == 1
    assert not across[0]
    assert "One section" in pages_of(data)[across.index(True)]


@pytest.mark.parametrize("columns", [1, 6, 9, 30])
def test_no_table_is_set_smaller_than_can_be_read(columns):
    assert min(sizes_of(made(table_of(columns)))) >= 8.5


def test_a_word_without_a_place_to_break_is_broken_and_not_cut():
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2
    table = small_table(["Group", word], {word: ["1"], "Short": ["2"]})
    assert sum(width for _, width in fit(table).parts[0]) < paper_style()["sheet"]["width"]
    assert squeezed(content_text(made(table))).count(word) == 2


def test_rows_under_a_common_head_keep_their_own_heads():
    table = small_table(["Group", "Clients", "Share"], {"In the group": ["5", "–"]}, group="Dual nationals")
    with pikepdf.open(io.BytesIO(made(table))) as pdf:
        heads = dict.fromkeys(("/Column", "/Row"), 0)
        for cell in structure(pdf).all("TH"):
            heads[attribute(cell, "/Scope")] += 1
    assert heads == {"/Column": 4, "/Row": 1}
