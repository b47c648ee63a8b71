"""The auditor on PDF files and workbooks: what has no place in them, and what only they say."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pikepdf
import pytest

from pipelines.audit import file_problems
from pipelines.publish.release import render
from tests.builders import make_facts
from tests.properties.mutations import with_change
from tests.rounded import rounded_brief

KEY = "2026-Q3/1/network"
COVER, NOTES = 1, 3


@pytest.fixture(scope="module")
def files():
    return render(rounded_brief(), make_facts())


@pytest.fixture(scope="module")
def added(files):
    """Give the problems that a changed file brings."""
    before = set(file_problems(KEY, files))

    def of(path: str, data: bytes) -> str:
        found = file_problems(KEY, with_change(files, path, data))
        return "\n".join(problem for problem in found if problem not in before)

    return of


def test_a_release_as_it_was_rendered_has_no_problem_with_its_documents(files):
    assert not [problem for problem in file_problems(KEY, files) if ".pdf" in problem or ".xlsx" in problem]


# PDF


def changed_pdf(files, change) -> bytes:
    with pikepdf.open(io.BytesIO(files["brief.pdf"])) as pdf:
        change(pdf)
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()


def attach(pdf) -> None:
    pdf.attachments["cases.csv"] = b"client,age"


def run_a_program(pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def lead_outside(pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org/"))
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])


def draw_beside(pdf) -> None:
    """Draw the first letters of the page once more, outside everything that is read aloud."""
    page = pdf.pages[0]
    shown = re.search(rb"/f0 [\d.]+ Tf.*?TJ", page.Contents.read_bytes(), re.DOTALL)
    page.contents_add(b"BT " + shown[0] + b" ET")


def draw_a_picture(pdf) -> None:
    page = pdf.pages[0]
    picture = pdf.make_stream(b"\0", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1)
    page.Resources.XObject = pikepdf.Dictionary(p=picture)
    page.contents_add(b"q /p Do Q")


def say_another_word(pdf) -> None:
    next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each).Alt = "Nobody came."


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (attach, "holds /EmbeddedFiles"),
        (run_a_program, "holds /OpenAction"),
        (lead_outside, "a link to somewhere else"),
        (draw_beside, "has something beside its text on page 1"),
        (draw_a_picture, "a picture made of dots"),
        (say_another_word, "describes a chart"),
    ],
)
def test_what_has_no_place_in_a_pdf_is_found(files, added, change, problem):
    assert problem in added("brief.pdf", changed_pdf(files, change))


def test_an_older_state_of_a_pdf_is_found(files, added):
    appended = files["brief.pdf"] + b"\nxref\n0 0\ntrailer <<>>\nstartxref\n0\n%%EOF\n"
    assert "brief.pdf" in added("brief.pdf", appended)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", b"PK\x03\x04"])
def test_a_damaged_pdf_or_workbook_is_found(added, data):
    for path in ("brief.pdf", "tables.xlsx"):
        assert f"{path} is damaged" in added(path, data)


def test_the_pdf_of_another_brief_is_found(added):
    other = render(rounded_brief(notes=("Another note.",)), make_facts())
    assert "brief.pdf says something else than the page" in added("brief.pdf", other["brief.pdf"])


# Workbooks


def changed_workbook(files, name: str, before: str, after: str, **more: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files["tables.xlsx"])) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == name:
                assert re.search(before.encode(), text), before
                text = re.sub(before.encode(), after.encode(), text, count=1)
            new.writestr(part.filename, text)
        for path, content in more.items():
            new.writestr(path, content)
    return file.getvalue()


SHEET = "xl/worksheets/sheet6.xml"


@pytest.mark.parametrize(
    ("name", "before", "after", "problem"),
    [
        (SHEET, r"<v>(\d{4})</v>", r"<f>1+1</f><v>\1</v>", "<f> in a sheet"),
        (SHEET, r'<row r="9"', r'<row hidden="1" r="9"', "a hidden row or column"),
        (SHEET, r"<pageMargins", r'<mergeCells><mergeCell ref="A1:B1"/></mergeCells><pageMargins', "<mergeCells>"),
        ("xl/workbook.xml", r'sheetId="6"', r'sheetId="6" state="veryHidden"', "holds state"),
        ("xl/workbook.xml", r"<calcPr", r"<definedNames><definedName/></definedNames><calcPr", "a name for"),
        ("xl/styles.xml", r'formatCode="0.0%"', 'formatCode="&quot;4&quot;"', "a format with words in it"),
        ("xl/sharedStrings.xml", r"</sst>", r"<si><t>four women</t></si></sst>", "a text that stands in no cell"),
        ("docProps/core.xml", r"</dc:creator>", r" and others</dc:creator>", "says something else of itself"),
        ("docProps/app.xml", r"<Company>", r"<Company>Somebody", "says something else of itself"),
        (SHEET, r'\?>', '?><!DOCTYPE x [<!ENTITY y "4">]>', "is damaged"),
        ("xl/_rels/workbook.xml.rels", r"/>", ' TargetMode="External"/>', "an address outside"),
    ],
)  # fmt: skip
def test_what_has_no_place_in_a_workbook_is_found(files, added, name, before, after, problem):
    assert problem in added("tables.xlsx", changed_workbook(files, name, before, after))


@pytest.mark.parametrize("path", ["xl/comments1.xml", "xl/vbaProject.bin", "customXml/item1.xml"])
def test_a_part_that_nobody_knows_is_found(files, added, path):
    found = added("tables.xlsx", changed_workbook(files, "", "", "", **{path: b"<x/>"}))
    assert "a part that nobody knows" in found


def test_a_workbook_that_would_fill_the_machine_is_not_opened(files, added):
    bomb = changed_workbook(files, "", "", "", **{"xl/media/image1.png": b"0" * 70_000_000})
    assert "tables.xlsx is damaged" in added("tables.xlsx", bomb)


def test_a_figure_a_mark_and_a_code_of_a_workbook_must_be_those_of_the_data(files, added):
    for before, after in ((r"<v>1180</v>", "<v>1185</v>"), (r"<v>0.2453</v>", "<v>0.2454</v>")):
        book = changed_workbook(files, "xl/worksheets/sheet7.xml", before, after)
        assert "tables.xlsx differs from by_nationality.csv in the row (RO)" in added("tables.xlsx", book)


def test_words_of_another_version_are_not_held_against_this_one(files, added):
    told = json.loads(files["manifest.json"])
    told["product"]["version"] = "0.0.1"
    book = changed_workbook(files, "xl/sharedStrings.xml", "Go to the contents", "Leap to the contents")
    old = with_change(files | {"manifest.json": json.dumps(told).encode()}, "tables.xlsx", book)
    assert "tables.xlsx has words" in added("tables.xlsx", book)
    assert not [problem for problem in file_problems(KEY, old) if "tables.xlsx has words" in problem]


def told_otherwise(files, sheet: int, subject: str, other: str) -> bytes:
    """Put another text of the workbook in the place of a subject."""
    with zipfile.ZipFile(io.BytesIO(files["tables.xlsx"])) as book:
        texts = re.findall(r"<si><t[^>]*>([^<]*)</t></si>", book.read("xl/sharedStrings.xml").decode())
    return changed_workbook(
        files,
        f"xl/worksheets/sheet{sheet}.xml",
        rf'(<c r="A\d+"[^>]*><v>){texts.index(subject)}</v>',
        rf"\g<1>{texts.index(other)}</v>",
    )


@pytest.mark.parametrize(
    ("sheet", "subject", "other"),
    [
        (COVER, "Whose figures", "Published by"),
        (COVER, "State of the figures", "Period and edition"),
        (COVER, "About the data", "Data quality"),
        (NOTES, "Share", "No share"),
        (NOTES, "Data quality", "About the data"),
        (NOTES, "People aged 55 and over", "Not known"),
        (NOTES, "Not collected: Barriers", "Not collected: Main client or family member"),
    ],
)
def test_a_subject_of_a_workbook_beside_what_is_said_of_another_is_found(files, added, sheet, subject, other):
    found = added("tables.xlsx", told_otherwise(files, sheet, subject, other))
    assert "tables.xlsx has other subjects, or other words beside them" in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Go to the contents", "Go to the notes"),
        ("Go to the notes", "Example Law Centres Network"),
        ("Example Law Centres Network", "Go to the contents"),
    ],
)
def test_a_line_above_the_cover_that_belongs_somewhere_else_is_found(files, added, before, after):
    found = added("tables.xlsx", told_otherwise(files, COVER, before, after))
    assert "tables.xlsx has other lines above the table on the sheet “Cover”" in found
