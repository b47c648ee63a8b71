"""What invented exports are made of: draws from a fixed seed, and rows written as delimited text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

Row = list[str]
N_CASES = 240
FIRST_DAY = date(2025, 1, 1)
NATIONALITIES = (
    "Polish",
    "Romanian",
    "Italian",
    "Portuguese",
    "Spanish",
    "Bulgarian",
    "Lithuanian",
    "French",
    "Brazilian",
)
STREETS = ("N1 9GU", "SE15 4QN", "E8 1DY", "N16 7HX", "SE5 8TR")


class Draw:
    """Draws that are the same every time."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing secret is drawn

    def of(self, words: Sequence[str], blank: float = 0.0) -> str:
        """Give one word, or a blank in that share of draws."""
        return "" if self.random.random() < blank else self.random.choice(list(words))

    def several(self, words: Sequence[str], join: str) -> str:
        """Give one to three words in one cell."""
        return join.join(self.random.sample(list(words), self.random.choice((1, 1, 1, 2, 2, 3))))

    def day(self) -> date:
        """Give a day of 2025."""
        return FIRST_DAY + timedelta(days=self.random.randrange(365))

    def number(self, low: int, high: int) -> int:
        """Give a whole number, both ends included."""
        return self.random.randint(low, high)

    def name(self) -> str:
        """Give a made-up name."""
        return f"{self.of(('Ana', 'Piotr', 'Maria', 'Ion'))} {self.of(('Kowalska', 'Popescu', 'Rossi', 'Silva'))}"


def as_csv(rows: Sequence[Row], delimiter: str = ",") -> str:
    """Write rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
