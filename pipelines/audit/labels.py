"""Labels of codes: does every file give a code the same label, and does a cited figure stand beside its own label?

Answers "is this figure about the people it stands beside". A reference to another figure of the same size would show
the right number for the wrong people; the words around it tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipelines.audit.markup import Element, Passage
from pipelines.audit.reading import Table
from pipelines.audit.structure import GROUP, MEMBERSHIP
from pipelines.codelists import NOT_KNOWN, TOTAL

# Codes that need no label of their own beside them, and a dimension that text also tells as "the quarter before".
_BARE = frozenset({TOTAL, NOT_KNOWN, "Y", "N"})
# What may stand between a label and its figure.
_BETWEEN = ' (:,“”"–'
_QUARTER = "quarter"
_AROUND = frozenset({"section", "tbody", "table", "tr", "article", "figure"})
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "caption", "th", "summary", "dt"})


class Labels:
    """Which label each code of each dimension has, and who said so first."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, str]] = {}
        self.problems: list[str] = []
        self._folded: dict[str, frozenset[str]] = {}

    def add(self, dimension: str, code: str, label: str, place: str) -> None:
        """Note a label; one code with two labels is a problem, and so is one label for two codes."""
        known, first = self._found.setdefault((dimension, code), (label, place))
        if known != label:
            self.problems.append(f"{dimension} {code} has two labels, in {first} and {place}. Release it again.")

    def add_all(self, told: object, place: str) -> None:
        """Note the labels that a file lists by dimension and code."""
        for dimension, codes in told.items() if isinstance(told, dict) else ():
            for code, label in codes.items() if isinstance(codes, dict) else ():
                self.add(str(dimension), str(code), " ".join(str(label).split()), place)

    def of(self, dimension: str, code: str) -> str | None:
        """Give the label of a code; None where no file says."""
        found = self._found.get((dimension, code))
        return found[0] if found else None

    def of_dimension(self, dimension: str) -> frozenset[str]:
        """Give all labels of a dimension, in small letters."""
        if dimension not in self._folded:
            told = (label for (name, _), (label, _) in self._found.items() if name == dimension)
            self._folded[dimension] = frozenset(map(_folded, told))
        return self._folded[dimension]

    def twice(self) -> Iterator[str]:
        """Name labels that stand for two codes of one dimension."""
        seen: dict[tuple[str, str], str] = {}
        for (dimension, code), (label, _) in self._found.items():
            other = seen.setdefault((dimension, label), code)
            if other != code and dimension and dimension != "state":
                yield f"{dimension} gives {code} and {other} one label. Release the edition again."


def label_problems(path: str, told: list[Passage], labels: Labels, tables: Mapping[str, Table]) -> Iterator[str]:
    """Name the cited figures beside which their labels do not stand.

    Args:
        path: the page.
        told: its passages.
        labels: the label of each code.
        tables: the tables that figures are cited from.
    """
    for passage in told:
        words = ""
        for (reference, _), lead in zip(passage.cited, passage.leads, strict=True):
            address = reference.rpartition(".")[0].split(".")
            table = tables.get(address[0])
            if table is None or len(address) != len(table.dimensions) + 2:
                continue
            words = words or _around(passage)
            named = dict(zip(table.dimensions, address[1:-1], strict=True))
            if named.get(MEMBERSHIP) == TOTAL:
                # Members and everybody else together are all clients, whatever the group.
                named.pop(GROUP, None)
            for dimension, code in named.items():
                label = labels.of(dimension, code) if code not in _BARE and dimension != _QUARTER else None
                above = _above(passage) if named.get(MEMBERSHIP) == NOT_KNOWN else ""
                is_beside = label is None or _is_next(_folded(label), _folded(lead), labels.of_dimension(dimension))
                if label is not None and (_folded(label) not in words + above or not is_beside):
                    yield f"{path} shows {reference} beside other words than its label. Release the edition again."


def _around(passage: Passage) -> str:
    """Give the words by which a passage is known: its own, the heads of its cell, the headings above it."""
    return _folded(" ".join([passage.text, *_heads(passage.block)]))


def _is_next(label: str, lead: str, others: Iterable[str]) -> bool:
    """Tell whether a figure that stands right behind a label of its dimension stands behind its own."""
    before = lead.rstrip(_BETWEEN)
    behind = [each for each in (label, *others) if before.endswith(each)]
    return not behind or max(behind, key=len) == label


def _above(passage: Passage) -> str:
    """Give the head of the row above: those of whom it is not known stand below those who belong."""
    row = next((each for each in passage.block.up() if each.tag == "tr"), None)
    if row is None or row.parent is None:
        return ""
    rows = [each for each in row.parent.children if isinstance(each, Element)]
    before = rows[: rows.index(row)][-1:]
    return _folded(" ".join(head.text for each in before for head in each.all("th")))


def _heads(block: Element) -> Iterator[str]:
    for at in block.up():
        if at.tag in {"td", "th"}:
            yield from _of_column(at)
        if at.tag in _AROUND:
            yield from (each.text for each in at.children if isinstance(each, Element) and each.tag in _HEADS)
        if at.tag == "tbody":
            yield from _of_group(at)


def _of_column(cell: Element) -> Iterator[str]:
    """Give the head of the column that a cell stands in."""
    row = cell.parent
    table = next((each for each in cell.up() if each.tag == "table"), None)
    if row is None or table is None:
        return
    place = [each for each in row.children if isinstance(each, Element)].index(cell)
    head = next((each for each in table.children if isinstance(each, Element) and each.tag == "thead"), None)
    lines = [each for each in head.children if isinstance(each, Element)] if head else []
    cells = [each for each in lines[0].children if isinstance(each, Element)] if lines else []
    yield from (each.text for each in cells[place : place + 1])


def _of_group(body: Element) -> Iterator[str]:
    for row in [each for each in body.children if isinstance(each, Element)][:1]:
        yield from (each.text for each in row.all("th") if each.named.get("scope") == "rowgroup")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
