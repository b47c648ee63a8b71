"""Sentences whose every figure is a published cell.

Answers: how can a number be said at all. A sentence is made of plain strings, labels and cited cells. A plain string
with a digit is refused, and so is citing a hidden cell, so a figure that was never published cannot reach a reader.
`trace` reads the finished page back and checks the same from outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from pipelines.disclosure.protected import Cell, Finding
from pipelines.errors import DisclosureError
from pipelines.figures import fewer_than, raw_value, shown

_DIGIT = re.compile(r"\d")
_SLOT = re.compile(r"\{(\w+)\}")
# The measure of a cell that each form of a figure says.
_MEASURES = {
    "n": "n",
    "share": "share",
    "percent": "share",
    "network_n": "network_n",
    "network_percent": "network_share",
}


@dataclass(frozen=True)
class Label:
    """Words that may hold digits: a code's label, a period, a name from the settings.

    `kind` becomes the class of the element it stands in, which `trace` knows.
    """

    text: str
    kind: str = "label"


@dataclass(frozen=True)
class Num:
    """One published figure, cited.

    `form`: `n` (a count), `share` (a percentage as said in text) or `percent` (one decimal, as in tables); `network_n`
    and `network_percent` are the same of the whole network, in a centre's own brief. A count below `limit` is said as
    "fewer than" the number `said`, or the limit itself; a limit of 0 says every count as it is. `begins` tells that it
    begins a sentence.
    """

    cell: Cell
    form: str = "n"
    limit: int = 0
    said: int = 0
    begins: bool = False

    def __post_init__(self) -> None:
        """Refuse a hidden or missing figure."""
        if self.value is None:
            raise DisclosureError(f"A sentence cites a hidden figure of table {self.cell.table_id}.")

    @property
    def value(self) -> float | int | None:
        """Give the figure itself."""
        found: float | int | None = getattr(self.cell, _MEASURES[self.form])
        return found

    @property
    def text(self) -> str:
        """Say the figure as it is shown."""
        if self.form != "n" or self.cell.n is None or self.cell.n >= self.limit:
            return shown(self.value, self.form.removeprefix("network_"))
        said = fewer_than(self.said or self.limit)
        return said[:1].upper() + said[1:] if self.begins else said

    @property
    def ref(self) -> str:
        """Give the address of the figure: table, codes, unit and measure."""
        return f"{cell_ref(self.cell)}.{_MEASURES[self.form]}"


@dataclass(frozen=True)
class Measured:
    """One figure of a finding, cited; `form` is `percent` or `ratio`.

    A finding is worked out from published figures and benchmarks alone, so its figures are published as well.
    """

    finding: Finding
    measure: str
    form: str

    def __post_init__(self) -> None:
        """Refuse a figure that the finding does not have."""
        if self.value is None:
            raise DisclosureError(f"A sentence cites a figure that {self.finding.finding_id} does not have.")

    @property
    def value(self) -> float | None:
        """Give the figure itself."""
        found: float | None = getattr(self.finding, self.measure)
        return found

    @property
    def text(self) -> str:
        """Say the figure as it is shown."""
        return shown(self.value, self.form)

    @property
    def ref(self) -> str:
        """Give the address of the figure: the finding and its measure."""
        return finding_ref(self.finding, self.measure)


Part = str | Label | Num | Measured
Sentence = tuple[Part, ...]


def cell_ref(cell: Cell) -> str:
    """Give the address of a cell: table, codes and unit, joined by full stops."""
    return ".".join((cell.table_id, *cell.codes, cell.unit))


def finding_ref(finding: Finding, measure: str) -> str:
    """Give the address of a figure of a finding."""
    return f"{finding.finding_id}.{measure}"


def sentence(*parts: Part) -> Sentence:
    """Build a sentence.

    Raises:
        DisclosureError: a plain string holds a digit.
    """
    for part in parts:
        if isinstance(part, str) and _DIGIT.search(part):
            raise DisclosureError("A plain string in a sentence holds a digit; cite a published cell instead.")
    return tuple(part for part in parts if part != "")


def fill(template: str, slots: Mapping[str, Part | Sentence]) -> Sentence:
    """Put cited figures and labels into a wording.

    Args:
        template: words with slots such as `{n}`; what is not a slot must be free of digits.
        slots: what goes into each slot; a sentence is put in part by part.
    Returns:
        The sentence.
    Raises:
        DisclosureError: the wording holds a digit.
        KeyError: the wording names a slot nobody filled.
    """
    parts: list[Part] = []
    for index, piece in enumerate(_SLOT.split(template)):
        value = slots[piece] if index % 2 else piece
        parts.extend(value if isinstance(value, tuple) else (value,))
    return sentence(*parts)


def joined(items: list[Sentence]) -> Sentence:
    """List several pieces as English does: `a, b and c`."""
    parts: list[Part] = []
    for index, item in enumerate(items):
        if index:
            parts.append(" and " if index == len(items) - 1 else ", ")
        parts.extend(item)
    return sentence(*parts)


def capitalised(said: Sentence) -> Sentence:
    """Begin a sentence with a capital letter when it begins with words."""
    if not said or isinstance(said[0], Measured):
        return said
    first = said[0]
    if isinstance(first, Num):
        return (Num(first.cell, first.form, first.limit, first.said, begins=True), *said[1:])
    text = first.text if isinstance(first, Label) else first
    upper = text[:1].upper() + text[1:]
    return (Label(upper, first.kind) if isinstance(first, Label) else upper, *said[1:])


def to_text(said: Sentence) -> str:
    """Render a sentence as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in said)


def to_html(said: Sentence) -> str:
    """Render a sentence as HTML in which every figure names the cell it shows."""
    return "".join(_part_html(part) for part in said)


def _part_html(part: Part) -> str:
    if isinstance(part, str):
        return escape(part)
    if isinstance(part, Label):
        return (
            f'<span class="{part.kind}">{escape(part.text)}</span>' if _DIGIT.search(part.text) else escape(part.text)
        )
    return f'<data value="{raw_value(part.value)}" data-ref="{escape(part.ref)}">{part.text}</data>'
