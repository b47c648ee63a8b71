"""The PDF of a brief: accessible, fit for keeping, the same words as the page, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from unicodedata import category

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.audit import audit
from pipelines.errors import SettingsError
from pipelines.publish.document import Picture, Table
from pipelines.publish.languages import Language
from pipelines.publish.pdf import brief_pdf
from pipelines.publish.release import render
from pipelines.publish.sentences import to_text
from pipelines.resources import reference_file
from tests import paper
from tests.builders import make_edition, make_facts
from tests.documents import blocks_of
from tests.paper import attribute, content_text, squeezed, structure
from tests.printed import (
    BRIEFS,
    DAY,
    document_of,
    every_block,
    front_of,
    page_words,
    printed,
    small_table,
    without_contents,
    words_of,
)
from tests.rounded import rounded_brief

LETTERS = sorted(TTFont(reference_file("fonts", "caseload-sans-400.ttf")).getBestCmap())
SHOWN = "".join(chr(code) for code in LETTERS if category(chr(code))[0] not in "CMZ")


@pytest.fixture(params=BRIEFS)
def brief(request):
    return printed(request.param)


@pytest.fixture
def pdf(brief):
    with pikepdf.open(io.BytesIO(brief.pdf)) as opened:
        yield opened


def test_it_says_that_it_is_accessible_and_fit_for_keeping(pdf, brief):
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en-GB"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as told:
        assert told["dc:title"] == to_text(brief.document.name)
        assert told["dc:creator"] == [to_text(brief.document.kicker)]
        assert told["pdfuaid:part"] == "1"
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "A")
        assert told["xmp:CreateDate"] == told["xmp:ModifyDate"] == f"{DAY}T00:00:00Z"


def test_every_chart_is_described(pdf, brief):
    figures = structure(pdf).all("Figure")
    assert [str(figure.element.Alt) for figure in figures] == [
        to_text(picture.description) for picture in blocks_of(brief.document, Picture)
    ]


def test_every_table_has_heads_of_columns_and_of_rows(pdf, brief):
    tables = blocks_of(brief.document, Table)
    for node, table in zip(structure(pdf).all("Table"), tables, strict=True):
        scopes = [attribute(cell, "/Scope") for cell in node.all("TH")]
        rows = [row for group in table.groups for row in group.rows]
        groups = [group for group in table.groups if group.head]
        assert scopes.count("/Column") == len(table.columns) + len(groups)
        assert scopes.count("/Row") == len(rows)
        assert len(node.all("TD")) == sum(len(row.cells) for row in rows)


def test_each_row_begins_with_its_head(pdf):
    for row in (row for table in structure(pdf).all("TBody") for row in table.all("TR")):
        kinds = [(cell.kind, attribute(cell, "/Scope")) for cell in row.children]
        assert kinds[0] in {("TH", "/Row"), ("TH", "/Column")}
        assert {kind for kind, _ in kinds[1:]} <= {"TD"}


def test_headings_begin_at_the_first_level_and_skip_none(pdf, brief):
    levels = [int(node.kind[1]) for node in structure(pdf).walk() if node.kind in {"H1", "H2", "H3", "H4"}]
    told, front = [level for level, _ in brief.document.walk()], front_of(brief.document)
    assert levels == [*told[:front], 1, *told[front:]]


def test_bookmarks_name_the_sections(pdf, brief):
    with pdf.open_outline() as outline:
        named = [item.title for item in outline.root]
    assert named == [to_text(section.heading) for section in brief.document.sections]


def test_every_font_is_inside(pdf):
    fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/FontDescriptor")]
    assert fonts
    assert all("/FontFile2" in font.FontDescriptor or "/FontFile3" in font.FontDescriptor for font in fonts)


def test_it_holds_nothing_that_acts_or_leads_outside(pdf):
    kinds = {str(each.get("/S", "")) for each in pdf.objects if isinstance(each, pikepdf.Dictionary)}
    assert not kinds & {"/URI", "/JavaScript", "/Launch", "/GoToR", "/SubmitForm"}
    assert not pdf.attachments
    assert "/OpenAction" not in pdf.Root


def test_it_says_what_the_document_says_in_the_same_order(brief):
    text = without_contents(content_text(brief.pdf), brief.document)
    assert text == squeezed("".join(words_of(brief.document, brief.drawings))).replace("•", "")


def test_it_says_what_the_page_says_in_the_same_order(brief):
    text = without_contents(content_text(brief.pdf), brief.document)
    assert text == squeezed("".join(page_words(brief.html))).replace("•", "")


def test_each_sheet_names_the_brief_and_its_number(brief):
    pages = paper.pages_of(brief.pdf)
    for number, text in enumerate(pages, start=1):
        assert text.rstrip().endswith(f"Page {number} of {len(pages)}")
        assert squeezed(to_text(brief.document.edition_line)) in squeezed(text)
        assert number == 1 or squeezed(text).startswith(squeezed(to_text(brief.document.name)))


def test_nothing_is_set_smaller_than_can_be_read(brief):
    assert min(paper.sizes_of(brief.pdf)) >= 8.5


def test_another_run_gives_the_same_bytes():
    code = "from tests.printed import printed; import hashlib; print(hashlib.sha256(printed('public').pdf).hexdigest())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(printed("public").pdf).hexdigest()


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet=SHOWN, min_size=1, max_size=24))
@example('#let x = 1 *a* _b_ $c$ <d> @e "f" \\g //h /*i*/ `j` ~k [l] {m} -- --- ...')
@example("= Heading #pagebreak() + list / term: https://example.org 'q'")
@example("office ffi fi fl don't U.S. 1/2 ½")
@example("e\u0301te\u0301 in two pieces, é in one; tied\u00a0and\u202fnarrow spaces; un\u00adseen\u200b signs\u2060")
@example("Adébáyọ̀ Ẹniọlá x̂, Việt Nam")
@example("Łódź Ștefănești Пловдив Ελλάδα Llŷn")
@example("≥ 5, ✓ and → that the fonts of the package lack")
def test_every_text_comes_out_as_it_was_written(text):
    document = every_block(text)
    made = brief_pdf(document, {}, published_on=DAY)
    assert without_contents(content_text(made), document) == squeezed("".join(words_of(document, {}))).replace("•", "")
    assert not paper.spoken_otherwise(made)


def test_a_letter_that_no_font_has_is_named_by_number_alone():
    with pytest.raises(SettingsError) as told:
        brief_pdf(document_of(title="Advice 相談"), {}, published_on=DAY)
    assert "U+76F8" in str(told.value)
    assert "相" not in str(told.value)


def test_the_language_is_marked():
    made = brief_pdf(replace(document_of(), language=Language("pl", "polski")), {}, published_on=DAY)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert str(opened.Root.Lang) == "pl"


def test_a_long_table_repeats_its_heads_for_the_eye_alone():
    rows = {f"Row {number}": [f"{number}"] for number in range(150)}
    made = brief_pdf(document_of(small_table(["Head of rows", "Head of figures"], rows)), {}, published_on=DAY)
    sheets = [text for text in paper.pages_of(made) if "Row" in text]
    assert len(sheets) > 2
    assert all("Head of figures" in text for text in sheets)
    assert content_text(made).count("Head of figures") == 1


def test_a_cell_longer_than_a_sheet_loses_nothing():
    names = "; ".join(f"Law centre number {number}" for number in range(600))
    document = document_of(small_table(["Field", "Sources"], {"Barriers": [names]}, kind="words"))
    assert squeezed(names) in squeezed(content_text(brief_pdf(document, {}, published_on=DAY)))


def test_a_document_without_blocks_can_be_set():
    made = brief_pdf(document_of(), {}, published_on=DAY)
    assert "One section" in content_text(made)


def test_the_auditor_reads_names_with_signs_of_markup_as_the_file_says_them():
    edition = make_edition(network_name="Law & Co <North>", title="Advice & help")
    found = audit({"2026-Q3/1/network": render(rounded_brief(edition=edition), make_facts())}).problems
    assert not [each for each in found if "of itself" in each]
