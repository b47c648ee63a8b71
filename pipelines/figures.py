"""How a figure is written for readers and for machines.

Answers "how many decimals". Everything that is printed goes through here, so that one figure looks the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import DisclosureError

COUNT, SHARE, PERCENT, RATIO, HUNDRED, ABOUT = "n", "share", "percent", "ratio", "hundred", "about"
PEOPLE = "people"


@dataclass(frozen=True)
class NumberStyle:
    """The signs of a language between digits; `percent` has `{}` in the place of the number."""

    decimal: str = "."
    group: str = ","
    percent: str = "{}%"

    def rewrite(self, english: str) -> str:
        """Write a figure that is written the English way with these signs.

        >>> NumberStyle(",", " ", "{} %").rewrite("1,180.5%")
        '1 180,5 %'
        """
        number = english.removesuffix("%").translate({ord("."): self.decimal, ord(","): self.group})
        return self.percent.format(number) if english.endswith("%") else number


ENGLISH_NUMBERS = NumberStyle()


def shown(value: float | int | None, form: str, style: NumberStyle = ENGLISH_NUMBERS) -> str:
    """Write a figure the way readers see it.

    Args:
        value: the figure.
        form: `n`, `share`, `percent`, `ratio`, `hundred` (of a ratio: so many for every hundred), `about` (a multiple
            of ten, below a hundred of five) or `people` (a population, whole).
        style: the signs of the reader's language; how a figure is rounded is the same in all.

    >>> shown(1180, "n"), shown(0.2451, "share"), shown(0.0821, "share"), shown(0.2451, "percent"), shown(0.5, "ratio")
    ('1,180', '25%', '8.2%', '24.5%', '0.50')
    >>> shown(0.736, "hundred"), shown(1255.6, "about")
    ('74', '1,260')
    """
    if value is None:
        raise DisclosureError("A hidden figure cannot be written.")
    return style.rewrite(_english(value, form))


def _english(value: float | int, form: str) -> str:
    if form == COUNT:
        return f"{value:,}"
    if form == HUNDRED:
        return f"{value * 100:.0f}"
    if form == ABOUT:
        step = 10 if value >= 100 else 5
        return f"{step * round(value / step):,}"
    if form == PEOPLE:
        return f"{value:,.0f}"
    if form == RATIO:
        return f"{value:.2f}"
    decimals = 0 if form == SHARE and (round(value * 100, 1) >= 10 or value == 0) else 1
    return f"{value * 100:.{decimals}f}%"


def fewer_than(limit: int) -> str:
    """Say in words that a rounded count is below a limit, the way text says it.

    >>> fewer_than(10)
    'fewer than 10'
    """
    return f"fewer than {limit:,}"


def raw_value(value: float | int | None) -> str:
    """Write a figure the way machines read it: whole, or with four decimals."""
    return f"{value:.4f}" if isinstance(value, float) else str(value)
