"""A PDF file as its structure tells it: headings, paragraphs, lists, tables and figures with their text.

Answers "what does this file say, to eyes and to a screen reader". Letters are read from what is drawn, by the font's
own table; text that belongs to no element of the structure is kept apart by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from pipelines.audit.drawn import instructions, spoken_text
from pipelines.audit.letters import Fonts, inside

_MOST_PAGES, _MOST_DEPTH = 400, 60
_SPOKEN = ("/ActualText", "/E")
_XREF, _EOF = b"startxref", b"%%EOF"


class UnreadableError(Exception):
    """The file is no PDF, or one that nobody can read for certain."""


@dataclass(eq=False)
class Part:
    """An element of the structure, by its kind, such as `P` or `TD`; `page` counts from 1."""

    kind: str
    alt: str = ""
    page: int = 0
    children: list[Part | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Give all text in it, as it follows."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def parts(self) -> list[Part]:
        """Give the elements directly in it."""
        return [child for child in self.children if isinstance(child, Part)]

    def all(self, *kinds: str) -> list[Part]:
        """Give the elements of some kinds in it, itself included, in reading order."""
        inner = [each for child in self.parts for each in child.all(*kinds)]
        return [self, *inner] if self.kind in kinds else inner


@dataclass(frozen=True, eq=False)
class Paper:
    """A PDF: its structure, and beside it what is drawn on each page as (page, what it is said to be, text).

    `spoken` are descriptions in the drawing itself; `titles` the entries of the outline; `properties` what the file
    says of itself; `strange` names whatever is in it that a brief has no use for.
    """

    root: Part
    n_pages: int
    beside: tuple[tuple[int, str, str], ...]
    spoken: tuple[str, ...]
    titles: tuple[str, ...]
    properties: Mapping[str, str]
    metadata: str
    strange: tuple[str, ...]


@lru_cache(maxsize=4)
def read_paper(data: bytes) -> Paper:
    """Read a PDF file.

    Raises:
        UnreadableError: it is damaged, encrypted, too long or has no structure.
    """
    try:
        reader = PdfReader(BytesIO(data), strict=True)
        if reader.is_encrypted or not 0 < len(reader.pages) <= _MOST_PAGES:
            raise UnreadableError
        return _paper(reader, data)
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        raise UnreadableError from None


def _paper(reader: PdfReader, data: bytes) -> Paper:
    root: Any = reader.trailer["/Root"]
    drawn = [_Page(page) for page in reader.pages]
    pages = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    tree = _tree(root["/StructTreeRoot"], drawn, pages)
    metadata = root["/Metadata"].get_object().get_data().decode("utf-8") if "/Metadata" in root else ""
    return Paper(
        root=tree,
        n_pages=len(drawn),
        beside=tuple((at, kind, text) for at, page in enumerate(drawn, 1) for kind, text in page.beside),
        spoken=tuple(text for page in drawn for text in page.spoken),
        titles=tuple(_titles(reader.outline)),
        properties={str(name)[1:]: str(value) for name, value in (reader.metadata or {}).items()},
        metadata=metadata,
        strange=tuple(dict.fromkeys([*_strange(reader, data), *(name for page in drawn for name in page.strange)])),
    )


def _titles(entries: Any) -> Iterator[str]:
    for entry in entries:
        yield from _titles(entry) if isinstance(entry, list) else (str(entry.title),)


def _strange(reader: PdfReader, data: bytes) -> Iterator[str]:
    """Name what a brief has no use for: files in it, programs, forms, addresses outside, older states of the file."""
    root: Any = reader.trailer["/Root"]
    yield from (name for name in ("/AcroForm", "/AA", "/OpenAction", "/AF", "/Collection", "/Perms") if name in root)
    names = inside(root, "/Names")
    yield from (name for name in names if name not in {"/Dests"})
    if data.count(_XREF) != 1 or not data.rstrip().endswith(_EOF) or data.count(_EOF) != 1:
        yield "an older state of the file"
    for page in reader.pages:
        for note in (each.get_object() for each in inside(page, "/Annots")):
            action = inside(note, "/A")
            if note.get("/Subtype") != "/Link" or action.get("/S", "/GoTo") != "/GoTo":
                yield "a note, or a link to somewhere else"


class _Page:
    """What is drawn on one page, by the number of its marked content."""

    def __init__(self, page: Any) -> None:
        self.marked: dict[int, str] = {}
        self.beside: list[tuple[str, str]] = []
        self.spoken: list[str] = []
        self.strange: list[str] = []
        self._marks: list[tuple[str, int | None]] = []
        contents = page.get_contents()
        if contents is not None:
            self._draw(contents.get_data(), page["/Resources"].get_object(), depth=0)

    def _draw(self, data: bytes, resources: Any, *, depth: int) -> None:
        if depth > _MOST_DEPTH:
            raise UnreadableError
        fonts, font = Fonts(resources), ""
        for operator, operands in instructions(data):
            if operator in {"BDC", "BMC"}:
                self._begin(operands)
            elif operator == "EMC":
                self._marks.pop()
            elif operator == "Tf":
                font = operands[0]
            elif operator in {"Tj", "TJ", "'", '"'}:
                self._say(fonts.decode(font, operands[-1]))
            elif operator in {"Do", "BI", "ID", "EI"}:
                self._include(operands, resources, depth=depth)

    def _begin(self, operands: list[Any]) -> None:
        kind, told = operands[0][1:], operands[1] if len(operands) > 1 else {}
        if not isinstance(told, dict):
            raise UnreadableError
        if kind == "Artifact":
            kind = f"{kind} {told.get('/Subtype', '/')[1:]}".strip()
            self.beside.append((kind, ""))
        if "/Alt" in told:
            self.spoken.append(spoken_text(told["/Alt"]))
        self.strange += [name for name in _SPOKEN if name in told]
        self._marks.append((kind, told.get("/MCID")))

    def _say(self, text: str) -> None:
        kind, number = next((mark for mark in reversed(self._marks) if mark[1] is not None), ("", None))
        if number is not None:
            self.marked[number] = self.marked.get(number, "") + text
        elif self.beside and self._marks:
            self.beside[-1] = (self.beside[-1][0], self.beside[-1][1] + text)
        else:
            self.beside.append((kind, text))

    def _include(self, operands: list[Any], resources: Any, *, depth: int) -> None:
        form: Any = resources["/XObject"][operands[0]].get_object() if operands else {}
        if form.get("/Subtype") != "/Form":
            self.strange.append("a picture made of dots")
            return
        self._draw(form.get_data(), inside(form, "/Resources") or resources, depth=depth + 1)


def _tree(node: Any, drawn: list[_Page], pages: Mapping[int, int]) -> Part:
    """Follow the structure; every piece of marked content is taken once."""
    root = Part("", children=[])
    _follow(node.get("/K"), root, (drawn, pages), page=None)
    for at, page in enumerate(drawn, 1):
        root.children += [Part("left over", page=at, children=[text]) for text in page.marked.values() if text.strip()]
    return root


def _follow(node: Any, into: Part, book: tuple[list[_Page], Mapping[int, int]], *, page: int | None) -> None:
    drawn, pages = book
    node = node.get_object() if node is not None else []
    if isinstance(node, list):
        for each in node:
            _follow(each, into, book, page=page)
    elif isinstance(node, int):
        if page is None:
            raise UnreadableError
        into.page = into.page or page + 1
        into.children.append(drawn[page].marked.pop(int(node), ""))
    else:
        if "/Pg" in node:
            page = pages[node.raw_get("/Pg").idnum]
        if node.get("/Type") == "/MCR":
            _follow(node["/MCID"], into, book, page=page)
        elif "/S" in node:
            _element(node, into, book, page=page)


def _element(node: Any, into: Part, book: tuple[list[_Page], Mapping[int, int]], *, page: int | None) -> None:
    part = Part(str(node["/S"])[1:], alt=str(node.get("/Alt", "")))
    into.children.append(part)
    if any(name in node for name in _SPOKEN):
        part.children.append("\N{REPLACEMENT CHARACTER}")
    _follow(node.get("/K"), part, book, page=page)
    part.page = part.page or next((child.page for child in part.parts if child.page), 0)
