"""The parts of a sentence: labels and cited figures, and how each is written.

Answers "what can stand in a sentence beside plain words". A figure is a published cell or a figure of a finding; one
that is hidden cannot be cited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipelines.disclosure.protected import Cell, Finding
from pipelines.errors import DisclosureError
from pipelines.figures import fewer_than, shown
from pipelines.publish.languages import Language
from pipelines.publish.policy import Score

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
    def is_below(self) -> bool:
        """Tell whether the figure is said as "fewer than" a number."""
        return self.form == "n" and self.cell.n is not None and self.cell.n < self.limit

    @property
    def text(self) -> str:
        """Say the figure as it is shown."""
        if not self.is_below:
            return shown(self.value, self.form.removeprefix("network_"))
        said = fewer_than(self.said or self.limit)
        return capital(said) if self.begins else said

    def said_in(self, language: Language) -> str | None:
        """Say the figure in a language; None where it has no words for it."""
        if not self.is_below:
            return language.figure(self.value, self.form.removeprefix("network_"))
        said = language.below(self.said or self.limit)
        return capital(said) if said and self.begins else said

    @property
    def counts(self) -> int | None:
        """Give the number that a counted noun beside the figure follows; None for a share."""
        return (self.said or self.limit) if self.is_below else self.cell.n if self.form == "n" else None

    @property
    def ref(self) -> str:
        """Give the address of the figure: table, codes, unit and measure."""
        return f"{cell_ref(self.cell)}.{_MEASURES[self.form]}"


@dataclass(frozen=True)
class Measured:
    """One figure of a finding, cited; `form` is `percent`, `ratio` or `people`.

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


@dataclass(frozen=True)
class Scored:
    """One score of an index of policy, cited: a public figure, of its edition and policy area."""

    score: Score
    form: str = "n"

    @property
    def value(self) -> int:
        """Give the score itself."""
        return self.score.value

    @property
    def text(self) -> str:
        """Say the score as it is shown."""
        return shown(self.value, self.form)

    @property
    def ref(self) -> str:
        """Give the address of the score: its edition and its policy area."""
        return self.score.ref


@dataclass(frozen=True)
class Phrase:
    """A wording and what fills it, whose language is chosen when it is read: whole, with all that is in it.

    A brief in English has none, as its wordings are filled at once. `ways` change the filled wording, such as its first
    letter.
    """

    template: str
    slots: Mapping[str, Part | Sentence]
    ways: tuple[Callable[[Sentence], Sentence], ...] = ()

    @property
    def counts(self) -> int | None:
        """Give the number that a counted noun follows."""
        counted = self.slots.get("n")
        return counted.counts if isinstance(counted, Num) else None


Part = str | Label | Num | Measured | Scored | Phrase
Sentence = tuple[Part, ...]


def cell_ref(cell: Cell) -> str:
    """Give the address of a cell: table, codes and unit, joined by full stops."""
    return ".".join((cell.table_id, *cell.codes, cell.unit))


def finding_ref(finding: Finding, measure: str) -> str:
    """Give the address of a figure of a finding."""
    return f"{finding.finding_id}.{measure}"


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]
