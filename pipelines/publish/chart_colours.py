"""The colours of charts by their role, in light and in dark.

Answers "which colour is this here". A mark names a role; a picture takes the light colour, a page a variable that its
reader's setting fills. A role that begins with `on_` is the text colour that reads best on the role after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipelines.publish.chartspec import chart_style

LIGHT_MODE, DARK_MODE = "colours", "dark"
ON = "on_"


@cache
def colour(role: str, mode: str = LIGHT_MODE) -> str:
    """Give the colour of a role.

    Args:
        role: a name of `[colours]`, or `on_` and such a name.
        mode: `colours` for light, `dark` for dark.
    Returns:
        A hexadecimal colour.
    """
    style = chart_style()
    if role.startswith(ON):
        behind = colour(role.removeprefix(ON), mode)
        return max((str(ink) for ink in style["inks"].values()), key=lambda ink: contrast(ink, behind))
    return str(style[mode][role])


def variable(role: str) -> str:
    """Give the colour of a role inside a page: a variable, and the light colour where nobody sets it."""
    return f"var(--chart-{role.replace('_', '-')}, {colour(role)})"


@cache
def chart_css() -> str:
    """Set the variables of all roles for a page: light, dark where the reader wishes it, light on paper."""
    light, dark = ("".join(_declarations(mode)) for mode in (LIGHT_MODE, DARK_MODE))
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


@cache
def contrast(first: str, second: str) -> float:
    """Give the contrast of two colours, from 1 to 21.

    Source: Web Content Accessibility Guidelines 2.2, relative luminance.
    Examples:
        >>> contrast("#000000", "#ffffff")
        21.0
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def channels(colour_text: str) -> tuple[float, float, float]:
    """Give red, green and blue of a hexadecimal colour, each from 0 to 1."""
    red, green, blue = (int(colour_text[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue


def _luminance(colour_text: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels(colour_text)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _declarations(mode: str) -> Iterator[str]:
    roles = chart_style()["colours"]
    heats = [f"{ON}{role}" for role in roles if role.startswith("heat")]
    for role in (*roles, *heats):
        yield f"--chart-{role.replace('_', '-')}:{colour(role, mode)};"
