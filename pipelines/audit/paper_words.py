"""The PDF beside the page: the same words and figures in the same order, and nothing more.

Answers "does the paper say what the traced page says". Every figure of the page is a published cell, so every figure of
the paper is one when the two agree. What pages need (numbers, repeated heads, contents) is known exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import zip_longest
from unicodedata import category, normalize

from pipelines.audit.markup import Element, passages
from pipelines.audit.paper import Paper, Part, UnreadableError, read_paper
from pipelines.audit.phrases import Phrases

PAGE = "brief.html"
_ARTIFACT, _HEADER, _FOOTER = "Artifact", "Artifact Header", "Artifact Footer"
_NUMBER = re.compile(r"(.*?)\D*?(\d+)\D+(\d+)\D*", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z|D:\d{8}0{6}Z")
_PROPERTIES = frozenset({"Title", "Author", "Creator", "Producer", "ModDate", "CreationDate"})
Grid = tuple[str, list[list[str]]]


def paper_problems(path: str, page: Element, data: bytes, phrases: Phrases) -> Iterator[str]:
    """Name every place where a PDF says something else than its page.

    Args:
        path: the page, whose name the PDF shares.
        page: it as a tree.
        data: the PDF.
        phrases: words that descriptions of charts may be made of.
    """
    name = f"{path.removesuffix('.html')}.pdf"
    yield from (f"{name} {problem}. Release the edition again." for problem in _problems(page, data, phrases))


def _problems(page: Element, data: bytes, phrases: Phrases) -> Iterator[str]:
    try:
        paper = read_paper(data)
    except UnreadableError:
        yield "is damaged, or nobody can read it for certain"
        return
    yield from (f"holds {name}" for name in paper.strange)
    yield from _texts(page, paper)
    yield from _tables(page, paper)
    yield from _figures(page, paper, phrases)
    yield from _furniture(paper)
    yield from _contents(paper)
    yield from _properties(page, paper)


class _Seen(dict[int, int | None]):
    """Letters as they are, and nothing for signs that nobody sees, such as places where a word may be broken."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if category(chr(code)) == "Cf" else code
        return self[code]


_SEEN = _Seen()


def plain(text: str) -> str:
    """Give a text without blanks and unseen signs, a letter and its marks as one sign where there is one."""
    return "".join(normalize("NFC", text.translate(_SEEN)).split())


def is_aside(element: Element) -> bool:
    """Tell whether an element is for moving about in the page, or stands twice in it."""
    return element.tag in {"nav", "head", "svg", "summary", "table"} or bool(element.classes & {"skip", "unseen"})


def _texts(page: Element, paper: Paper) -> Iterator[str]:
    """Everything outside tables and charts, in reading order."""
    heads = {plain(each.text): each.text for each in page.all("h1", "h2", "h3", "h4")}
    told = [plain(each.text) for each in passages(page, is_aside)]
    written = [plain(text) for text in _written(paper.root)]
    # A letter and its marks may come in pieces.
    left, right = plain("".join(told)), plain("".join(written))
    if left == right:
        return
    same = next((at for at, (a, b) in enumerate(zip_longest(left, right)) if a != b), 0)
    seen, under = 0, ""
    for text in told:
        under = heads.get(text, under) if seen <= same else under
        seen += len(text)
    yield f"says something else than the page under “{under}”"


def _written(part: Part) -> Iterator[str]:
    """Give the texts of a PDF that a page has as well, element by element."""
    if part.kind in {"Table", "Caption", "Figure", "TOC"} or (part.kind == "Lbl" and not _says(part.text)):
        return
    for at, child in enumerate(part.children):
        if isinstance(child, str):
            yield child
        elif not _begins_contents(part, at):
            yield from _written(child)


def _says(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _begins_contents(part: Part, at: int) -> bool:
    """Tell whether an element is the heading right above the table of contents."""
    following = part.children[at + 1 : at + 2]
    return bool(following) and isinstance(following[0], Part) and following[0].kind == "TOC"


def _tables(page: Element, paper: Paper) -> Iterator[str]:
    told = [_grid_of_page(each) for each in page.all("table")]
    captions, tables = paper.root.all("Caption"), paper.root.all("Table")
    written = _whole([_grid_of_paper(*each) for each in zip(captions, tables, strict=False)])
    if len(captions) != len(tables) or len(told) != len(written):
        yield "has other tables than the page"
    for (caption, rows), (other, others) in zip(told, written, strict=False):
        if plain(caption) != plain(other) or rows != others:
            yield f"differs from the page in the table “{caption}”"


def _grid_of_page(table: Element) -> Grid:
    rows = [[plain(cell.text) for cell in row.children if isinstance(cell, Element)] for row in table.all("tr")]
    return " ".join(each.text for each in table.all("caption")), rows


def _grid_of_paper(caption: Part, table: Part) -> Grid:
    return caption.text, [[plain(cell.text) for cell in row.parts] for row in table.all("TR")]


def _whole(grids: Sequence[Grid]) -> list[Grid]:
    """Put tables that were too wide for the paper together again: their parts begin with the same column."""
    found: list[Grid] = []
    for caption, rows in grids:
        is_part = bool(found) and plain(found[-1][0]) == plain(caption) and _heads(found[-1][1]) == _heads(rows)
        if not is_part:
            found.append((caption, rows))
            continue
        before = found[-1][1]
        found[-1] = caption, [[*old, *new[1:]] for old, new in zip(before, rows, strict=True)]
    return found


def _heads(rows: list[list[str]]) -> list[str]:
    return [row[0] if row else "" for row in rows]


def _figures(page: Element, paper: Paper, phrases: Phrases) -> Iterator[str]:
    """Drawings say what those of the page say, and their descriptions are words of the page."""
    told = [plain(" ".join(each.text for each in svg.all("text"))) for svg in _wide(page)]
    figures = paper.root.all("Figure")
    if [plain(each.text) for each in figures] != told:
        yield "has charts that say something else than those of the page"
    described = [plain(each.text) for each in page.all("p") if "unseen" in each.classes]
    is_described = [plain(each.alt) for each in figures] == described
    if not is_described if described else not all(phrases.knows(each.alt) for each in figures):
        yield "describes a chart in other words than the page"
    if sorted(paper.spoken) != sorted(each.alt for each in figures if each.alt):
        yield "describes a chart in two ways"


def _wide(page: Element) -> list[Element]:
    return [svg for svg in page.all("svg") if not any("narrow" in each.classes for each in svg.up())]


def _furniture(paper: Paper) -> Iterator[str]:
    """Beside the text stand the name of the brief, the edition, page numbers and heads that are repeated."""
    heads = {plain(cell.text) for table in paper.root.all("Table") for cell in table.all("TH")}
    body = plain(paper.root.text)
    for at, kind, text in paper.beside:
        number = _NUMBER.fullmatch(text)
        is_right = {
            _HEADER: plain(text) in {"", plain(paper.properties.get("Title", ""))},
            _FOOTER: bool(number) and _is_number(text, body, (at, paper.n_pages)),
        }.get(kind, not _says(text) or plain(text) in heads)
        if not is_right:
            yield f"has something beside its text on page {at}"


def _is_number(text: str, body: str, expected: tuple[int, int]) -> bool:
    """Tell whether a text is the edition line and the number of the page of all pages."""
    for at in range(len(text), -1, -1):
        if plain(text[:at]) in body:
            return re.findall(r"\d+", text[at:]) == [str(number) for number in expected]
    return False


def _contents(paper: Paper) -> Iterator[str]:
    """Each line of the contents and of the outline is a heading, with the page it stands on."""
    places = {(plain(each.text), each.page) for each in paper.root.all("H1", "H2", "H3", "H4", "H5", "H6")}
    for entry in paper.root.all("TOCI"):
        text = plain("".join(child for child in _own(entry)))
        found = re.fullmatch(r"(.*?)\W*(\d+)", text, re.DOTALL)
        if not found or not any(text == f"{head}{page}" for head, page in places):
            yield "has a line in its contents that names no heading on its page"
    if not {plain(title) for title in paper.titles} <= {head for head, _ in places}:
        yield "has an outline that names other headings"


def _own(part: Part) -> Iterator[str]:
    for child in part.children:
        if isinstance(child, str):
            yield child
        elif child.kind != "TOC":
            yield from _own(child)


def _properties(page: Element, paper: Paper) -> Iterator[str]:
    """The file says of itself its title, its author, its one date and the program; the same in both places."""
    title = " ".join(each.text for each in page.all("title")[:1])
    told = paper.properties
    dates = {re.sub(r"\D", "", value)[:8] for name, value in told.items() if name.endswith("Date")}
    dates |= {re.sub(r"\D", "", found)[:8] for found in _DATE.findall(paper.metadata)}
    values = {" ".join(unescape(text).split()) for text in _TAG.split(paper.metadata)}
    is_known = told.keys() <= _PROPERTIES and plain(told.get("Title", "")) == plain(title)
    if not is_known or told.get("Title") not in values or told.get("Author") not in values or len(dates) != 1:
        yield "says something else of itself than the page"
