"""A canvas as SVG: text stays text, every figure names its published cell, and a page can change the colours.

Answers how a drawing fits into a page or a file. Inside a page every colour is a variable, for light and dark; a file
of its own has light colours, its title and its font. The same canvas gives the same text every time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape

from pipelines.publish.chart_colours import colour, variable
from pipelines.publish.chartspec import ChartSpec, chart_style
from pipelines.publish.marks import DIAMOND, LEADING, REGULAR, Box, Canvas, Dot, Mark, Stroke, Text
from pipelines.resources import reference_file

Paint = Callable[[str], str]
_VARIABLE = re.compile(r"var\(--chart-[\w-]+, (#[0-9a-f]{6})\)")
_ANCHORS = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
DASHES = (2.2, 1.6)
OUTLINE = 2.0


def for_page(canvas: Canvas, prefix: str) -> str:
    """Draw a canvas for inside a page; its description stands beside it, so it is hidden from assistive technology.

    Args:
        canvas: what stands where.
        prefix: makes ids unique on the page.
    """
    return _svg(canvas, 'aria-hidden="true" focusable="false" ', prefix=prefix, paint=variable)


def light_colours(svg: str) -> str:
    """Give a drawing for a page its light colours for good, for paper and for readers that know no variables."""
    return _VARIABLE.sub(lambda match: match[1], svg)


def standing_alone(canvas: Canvas, spec: ChartSpec) -> str:
    """Draw a canvas as a file of its own, with the chart's title and the Latin part of the font inside."""
    size = f'width="{_n(canvas.width)}pt" height="{_n(canvas.height)}pt" role="img" lang="{spec.language}" '
    page = Box(0, 0, canvas.width, canvas.height, "background")
    behind = Canvas(canvas.width, canvas.height, (page, *canvas.marks))
    inside = f'<title class="label">{escape(spec.title)}</title><style>{_font_faces()}</style>'
    return _svg(behind, size, prefix=spec.chart_id, paint=colour, inside=inside) + "\n"


def _svg(canvas: Canvas, attributes: str, *, prefix: str, paint: Paint, inside: str = "") -> str:
    head = (
        f'<svg {attributes}viewBox="0 0 {_n(canvas.width)} {_n(canvas.height)}" xmlns="http://www.w3.org/2000/svg" '
        f'version="1.1" font-family="{escape(_family(), quote=True)}">'
    )
    hatches = {mark.colour: f"{prefix}-hatch-{mark.colour}" for mark in canvas.marks if _is_hatched(mark)}
    lines = [head, inside, *(_pattern(name, paint(role)) for role, name in hatches.items())]
    lines += (_drawn(mark, paint, hatches) for mark in canvas.marks)
    return "\n".join(line for line in (*lines, "</svg>") if line)


def _is_hatched(mark: Mark) -> bool:
    return isinstance(mark, Box) and mark.hatched


def _pattern(name: str, paint: str) -> str:
    side = chart_style()["size"]["hatch"]
    lines = (
        f"M -1 1 L 1 -1 M 0 {_n(side)} L {_n(side)} 0 M {_n(side - 1)} {_n(side + 1)} L {_n(side + 1)} {_n(side - 1)}"
    )
    return (
        f'<defs><pattern id="{name}" width="{_n(side)}" height="{_n(side)}" patternUnits="userSpaceOnUse">'
        f'<path d="{lines}" style="fill: none; stroke: {paint}"/></pattern></defs>'
    )


def _drawn(mark: Mark, paint: Paint, hatches: dict[str, str]) -> str:
    if isinstance(mark, Box):
        return _box(mark, paint, hatches)
    if isinstance(mark, Stroke):
        dashes = f"; stroke-dasharray: {','.join(_n(part * mark.width) for part in DASHES)}" if mark.dashed else ""
        line = f"fill: none; stroke: {paint(mark.colour)}; stroke-width: {_n(mark.width)}{dashes}"
        return f'<path d="{_path(mark.points)}" style="{line}"/>'
    if isinstance(mark, Dot):
        return _dot(mark, paint)
    return _text(mark, paint)


def _box(mark: Box, paint: Paint, hatches: dict[str, str]) -> str:
    right, bottom = mark.x + mark.width, mark.y + mark.height
    path = _path(((mark.x, mark.y), (right, mark.y), (right, bottom), (mark.x, bottom))) + " z"
    if not mark.hatched:
        return f'<path d="{path}" style="fill: {paint(mark.colour)}"/>'
    return f'<path d="{path}" style="fill: url(#{hatches[mark.colour]}); stroke: {paint(mark.colour)}"/>'


def _dot(mark: Dot, paint: Paint) -> str:
    face = paint("background" if mark.hollow else mark.colour)
    style = f'style="fill: {face}; stroke: {paint(mark.colour)}; stroke-width: {_n(OUTLINE)}"'
    if mark.shape == DIAMOND:
        return f'<path d="{_path(diamond(mark))} z" {style}/>'
    return f'<circle cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.size / 2)}" {style}/>'


def diamond(mark: Dot) -> tuple[tuple[float, float], ...]:
    """Give the corners of a diamond around a point."""
    reach = mark.size * 0.7
    return ((mark.x, mark.y - reach), (mark.x + reach, mark.y), (mark.x, mark.y + reach), (mark.x - reach, mark.y))


def _text(mark: Text, paint: Paint) -> str:
    cited = f' class="num" data-ref="{escape(mark.ref, quote=True)}"' if mark.ref else ""
    kind = f' class="{mark.kind}"' if mark.kind and not cited else ""
    weight = "" if mark.weight == REGULAR else f"; font-weight: {mark.weight}"
    style = f'style="font-size: {_n(mark.size)}px{weight}; fill: {paint(mark.colour)}"'
    spot = f'x="{_n(mark.x)}" y="{_n(mark.y)}"'
    return f"<text {spot}{_ANCHORS[mark.anchor]}{cited}{kind} {style}>{''.join(_inside(mark))}</text>"


def _inside(mark: Text) -> Iterator[str]:
    """Give the words of a text: plain, in lines, or in parts that each cite their figure."""
    if mark.parts:
        for text, ref in mark.parts:
            said = escape(text)
            yield f'<tspan class="num" data-ref="{escape(ref, quote=True)}">{said}</tspan>' if ref else said
    elif len(mark.lines) == 1:
        yield escape(mark.text)
    else:
        for number, line in enumerate(mark.lines):
            y = mark.y + number * LEADING * mark.size
            yield f'{" " if number else ""}<tspan x="{_n(mark.x)}" y="{_n(y)}">{escape(line)}</tspan>'


def _path(points: tuple[tuple[float, float], ...]) -> str:
    return "M " + " L ".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


@cache
def _family() -> str:
    return ", ".join(f"'{name}'" if " " in name else name for name in chart_style()["font"]["fallback"].split(", "))


@cache
def _font_faces() -> str:
    faces = []
    for weight in (400, 600):
        packed = base64.b64encode(reference_file("fonts", f"source-sans-3-latin-{weight}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{packed}) format('woff2')"
        faces.append(f"@font-face{{font-family:'Caseload Sans';font-weight:{weight};src:{source}}}")
    return "".join(faces)


def hatch_lines(mark: Box) -> Iterator[tuple[tuple[float, float], ...]]:
    """Give the slanted lines of a hatched box, cut at its edges; they stand where the pattern of a page has them."""
    side = chart_style()["size"]["hatch"]
    first = int((mark.x + mark.y) // side) + 1
    last = int((mark.x + mark.width + mark.y + mark.height) // side)
    for number in range(first, last + 1):
        total = number * side
        left = max(mark.x, total - mark.y - mark.height)
        right = min(mark.x + mark.width, total - mark.y)
        if right > left:
            yield (left, total - left), (right, total - right)
