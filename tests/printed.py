"""Briefs on paper and on a page, for tests: the document, what it was made of, and the words that both show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from html.parser import HTMLParser

from pipelines.publish import release
from pipelines.publish.brief import Brief
from pipelines.publish.charts import chart_for
from pipelines.publish.chartspec import Drawing
from pipelines.publish.document import (
    BODY,
    CAUTION,
    FINDING,
    INTRO,
    MARK,
    NOTE,
    SUBTITLE,
    TITLE,
    WORDS,
    Cell,
    Column,
    Comment,
    Document,
    Listing,
    Paragraph,
    Picture,
    Row,
    RowGroup,
    Section,
    Table,
    Terms,
    Tile,
    Tiles,
)
from pipelines.publish.drawing import draw
from pipelines.publish.page import lay_out
from pipelines.publish.pdf import brief_pdf
from pipelines.publish.sentences import Label, Sentence, to_text
from tests.builders import make_brief, make_facts
from tests.paper import squeezed
from tests.rounded import centre_brief, rounded_brief

BRIEFS = {"network": make_brief, "public": rounded_brief, "centre": centre_brief}
DAY = date(2026, 10, 20)


@dataclass(frozen=True, eq=False)
class Printed:
    """A brief, its document, its page and its PDF."""

    brief: Brief
    document: Document
    drawings: dict[str, Drawing]
    html: str
    pdf: bytes


@cache
def printed(name: str) -> Printed:
    """Render one of the invented briefs both ways, from the files a release lists."""
    brief = BRIEFS[name]()
    files = release.render(brief, make_facts())
    specs = {table: chart_for(brief, table) for table in brief.tables}
    drawings = {table: draw(spec) for table, spec in specs.items() if spec is not None}
    listed = [path for path in files if path.startswith("data/")]
    document = lay_out(brief, charted=drawings, files=[*listed, "manifest.json"])
    pdf = brief_pdf(document, drawings, published_on=brief.edition.published_on)
    return Printed(brief, document, drawings, files["brief.html"].decode(), pdf)


def given(text: str) -> Sentence:
    """Say a text as it is, digits included."""
    return (Label(text),) if text else ()


def small_table(
    columns: list[str], rows: dict[str, list[str]], *, table_id: str = "table", kind: str = "figure", group: str = ""
) -> Table:
    """Build a table of texts."""
    heads = tuple(Column(given(head), is_words=kind == WORDS) for head in columns)
    lines = tuple(Row(given(head), tuple(Cell((given(text),), kind) for text in cells)) for head, cells in rows.items())
    return Table(table_id, given(f"Caption of {table_id}"), heads, (RowGroup(given(group), lines),))


def document_of(*blocks: object, title: str = "A title") -> Document:
    """Build a document of one section with these blocks."""
    section = Section("one", given("One section"), tuple(blocks))  # type: ignore[arg-type]
    return Document(
        given(f"{title} – in a list"), given(title), given("Network"), given("Below"), given("Edition 1."), (section,),
        given("The end."),
    )  # fmt: skip


def every_block(text: str) -> Document:
    """Build a document in which a text stands in every place that a document has."""
    said = given(text)
    roles = (BODY, INTRO, NOTE, TITLE, SUBTITLE, CAUTION, FINDING)
    rows = (Row(said, (Cell((said, said)), Cell((said,), WORDS), Cell((said,), MARK))),)
    table = Table("t", said, (Column(said),) * 4, (RowGroup(said, rows), RowGroup((), rows)), notes=(said, said))
    blocks = (
        *(Paragraph(said, role) for role in roles),
        Listing((said, said)),
        Listing((said,), is_files=True),
        Tiles((Tile(said, said, said), Tile(said, said))),
        table,
        Terms(((said, said),)),
        Comment((said, said), said),
    )
    inner = Section("inner", said, (Paragraph(said),), is_quiet=True)
    sections = (Section("outer", said, blocks, (inner,)), Section("last", said))
    return Document(said, said, said, said, said, sections, said)


def words_of(document: Document, drawings: dict[str, Drawing]) -> list[str]:
    """Give every text of a document in reading order, without its contents."""
    said = [document.kicker, document.title, document.subtitle, document.edition_line]
    texts = [to_text(each) for each in said]
    for _, section in document.walk():
        texts.append(to_text(section.heading))
        for block in section.blocks:
            texts += chart_words(drawings[block.chart_id]) if isinstance(block, Picture) else _block_words(block)
    return [*texts, to_text(document.footer)]


def _block_words(block: object) -> list[str]:
    match block:
        case Paragraph():
            said = [block.text]
        case Listing():
            said = list(block.items)
        case Tiles():
            said = [each for tile in block.tiles for each in (tile.figure, tile.words, tile.tag)]
        case Table():
            said = _table_words(block)
        case Terms():
            said = [each for item in block.items for each in item]
        case Comment():
            said = [*block.paragraphs, block.said_by]
    return [to_text(each) for each in said]


def _table_words(table: Table) -> list[Sentence]:
    said = [table.caption, *(column.head for column in table.columns)]
    for group in table.groups:
        said.append(group.head)
        for row in group.rows:
            said += [row.head, *(part for cell in row.cells for part in cell.parts)]
    return [*said, *table.notes]


def chart_words(drawing: Drawing) -> list[str]:
    """Give the texts of a drawing in the order in which they are drawn."""
    return page_words(drawing.wide)


def page_words(html: str) -> list[str]:
    """Give the texts of a page as they are shown on paper: once, without ways through the page."""
    reader = _Shown()
    reader.feed(html)
    return reader.texts


class _Shown(HTMLParser):
    """Collects shown texts; what stands in a passed-over element is left out."""

    _VOID = ("meta", "link", "br", "img", "hr", "wbr", "input", "col")
    _TAGS = ("title", "style", "nav", "summary", "script", "defs")
    _CLASSES = ("narrow", "unseen", "skip")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag not in self._VOID:
            self._open.append(tag in self._TAGS or any(name in self._CLASSES for name in classes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._VOID:
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself holds no text."""

    def handle_data(self, data: str) -> None:
        if not any(self._open) and data.strip():
            self.texts.append(data)


def front_of(document: Document) -> int:
    """Give how many sections stand before the table of contents: the main points and what comes before them."""
    sections = list(document.walk())
    main = next((at for at, (_, section) in enumerate(sections) if section.section_id == "main"), None)
    tops = [at for at, (level, _) in enumerate(sections) if level == 1 and (main is None or at > main)]
    return tops[0] if tops else len(sections)


def without_contents(text: str, document: Document) -> str:
    """Take the table of contents, its page numbers and the bullets of lists out of the text of a PDF."""
    heads = [to_text(section.heading) for level, section in document.walk() if level <= 2]
    entries = "".join(re.escape(squeezed(head)) + r"\d+?" for head in heads)
    following = to_text(list(document.walk())[front_of(document)][1].heading)
    found = re.search(f"Contents{entries}(?={re.escape(squeezed(following))})", squeezed(text))
    assert found is not None, "the table of contents is not as the document has it"
    return (squeezed(text)[: found.start()] + squeezed(text)[found.end() :]).replace("•", "")
