"""How figures are written for readers, restated from what a brief looks like.

Answers "may this figure be shown as that text". The renderers have their own rules; a fault in them would be seen here.
"""

from __future__ import annotations

from datetime import date

# A share in a data file is rounded to four decimals; a page rounds the share itself.
HALF = 0.00005


def percents(value: float, *, is_exact: bool = True) -> set[str]:
    """Give the ways to write a share as a percentage: with one decimal, or whole from ten per cent.

    Args:
        value: a share from 0 to 1.
        is_exact: whether it is the share itself and not rounded to four decimals.
    """
    near = (0.0,) if is_exact else (-HALF, 0.0, HALF)
    return {way for step in near for way in _percents(value + step)}


def measured_texts(measure: str, value: float) -> set[str]:
    """Give the ways to write a figure of a finding: a ratio also as so many for every hundred, a number as a whole.

    A rate for every thousand people is written as a ratio is, a population as a whole.
    """
    if measure == "expected":
        step = 10 if value >= 100 else 5
        return {f"{step * round(value / step):,}"}
    if measure == "population":
        return {f"{value:,.0f}"}
    if measure.startswith("rate"):
        return {ratio_text(value)}
    return {ratio_text(value), f"{value * 100:.0f}"} if measure.startswith("ratio") else percents(value)


def ratio_text(value: float) -> str:
    """Write a ratio: two decimals."""
    return f"{value:.2f}"


def day_text(published_on: object) -> str:
    """Write a date as a page does; nothing where it is none."""
    try:
        day = date.fromisoformat(str(published_on))
    except ValueError:
        return ""
    return f"{day.day} {day:%B %Y}"


def _percents(value: float) -> tuple[str, str]:
    decimals = 0 if round(value * 100, 1) >= 10 or value == 0 else 1
    return f"{value * 100:.{decimals}f}%", f"{value * 100:.1f}%"
