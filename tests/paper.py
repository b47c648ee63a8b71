"""Reads a tagged PDF as a reading program does: what is content, in which order, under which heads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot
from unicodedata import category, normalize

import pikepdf
import pypdf
from pypdf.generic import ContentStream, NameObject

_SHOWS_TEXT = {b"Tj", b"TJ", b"'", b'"'}
_SPOKEN = b"/ActualText"
_BEGINS, _ENDS = {b"BMC", b"BDC"}, {b"EMC"}


@dataclass
class Node:
    """One element of the structure tree; a child that is a number is content of a page."""

    kind: str
    element: pikepdf.Dictionary
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Give this element and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, kind: str) -> list[Node]:
        """Give the elements of a kind."""
        return [node for node in self.walk() if node.kind == kind]


def structure(pdf: pikepdf.Pdf) -> Node:
    """Read the structure tree."""
    return _node(pdf.Root.StructTreeRoot)


def _node(element: pikepdf.Dictionary) -> Node:
    kids = element.get("/K", [])
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    children = [_node(kid) for kid in listed if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return Node(str(element.get("/S", "/Root")).lstrip("/"), element, children)


def attribute(node: Node, name: str) -> str | None:
    """Give an attribute of an element, such as the scope of a head."""
    for each in node.element.get("/A", []):
        if name in each:
            return str(each[name])
    return None


def content_text(data: bytes) -> str:
    """Read the text of all pages without what is there for the sheet alone: heads, feet, heads of tables repeated."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    return "\n".join(_without_artifacts(page, reader).extract_text() for page in reader.pages)


def pages_of(data: bytes) -> list[str]:
    """Read the text of each sheet, with its head and foot."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def spoken_otherwise(data: bytes) -> bool:
    """Tell whether a reading program is told other signs than those that are drawn."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return any(_SPOKEN in page.get_contents().get_data() for page in pages)


def sizes_of(data: bytes) -> set[float]:
    """Give the sizes in which text is set, in points."""
    found: set[float] = set()

    def note(text: str, whole: list[float], line: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.add(round(size * hypot(line[2], line[3]) * hypot(whole[2], whole[3]), 2))

    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=note)
    return found


def _without_artifacts(page: pypdf.PageObject, reader: pypdf.PdfReader) -> pypdf.PageObject:
    stream, kept, depth = ContentStream(page.get_contents(), reader, "bytes"), [], []
    for operands, operator in stream.operations:
        if operator in _BEGINS:
            depth.append(operands[0] == "/Artifact")
        elif operator in _ENDS:
            depth.pop()
        elif operator in _SHOWS_TEXT and any(depth):
            continue
        kept.append((operands, operator))
    stream.operations = kept
    page[NameObject("/Contents")] = stream
    return page


def squeezed(text: str) -> str:
    """Leave out blanks and signs that nobody sees: where a line ends is no part of what is said."""
    seen = (letter for letter in normalize("NFC", text) if category(letter) != "Cf" and not letter.isspace())
    return "".join(seen)
