"""SVG text after matplotlib: cited figures, unique ids, and colours a page can change.

Answers how a drawing fits into a page: metadata and comments go, ids get the chart's name, every figure names its
published cell, and inside a page every colour becomes a variable, for light and dark.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from html import escape

from pipelines.publish.chartspec import chart_style
from pipelines.resources import reference_file

_DROPPED = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg[^>]*?) width="[\d.]+pt" height="[\d.]+pt"')
_OUR_ID = re.compile(r'<g id="caseload~([^~"]*)~([^"]*)">')
_ANY_ID = re.compile(r' id="([^"]+)"')
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_BLANKS = re.compile(r"\n\s*")


def text_id(kind: str, ref: str) -> str:
    """Make the id by which a text of a drawing is known again in its SVG."""
    return f"caseload~{kind}~{ref}"


def for_page(svg: str, prefix: str) -> str:
    """Make a drawing part of a page; its description stands beside it, so it is hidden from assistive technology.

    Args:
        svg: as matplotlib wrote it.
        prefix: makes ids unique on the page.
    """
    page = _SIZE.sub(r"\1", _cited(svg, prefix))
    page = page.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    names = chart_style()["css"]
    return _COLOUR.sub(lambda match: names.get(match[0], match[0]), page)


def standing_alone(svg: str, prefix: str, *, title: str) -> str:
    """Make a drawing a file of its own, with its title and the Latin part of the font inside."""
    inside = f'<title class="label">{escape(title)}</title><style>{_font_faces()}</style>'
    page = _cited(svg, prefix).replace("<svg ", '<svg role="img" lang="en-GB" ', 1)
    return re.sub(r"(<svg[^>]*>)", lambda match: match[1] + inside, page, count=1) + "\n"


def _cited(svg: str, prefix: str) -> str:
    page = _DROPPED.sub("", svg)
    page = _OUR_ID.sub(_citation, page)
    for name in sorted(set(_ANY_ID.findall(page)), key=len, reverse=True):
        page = page.replace(f' id="{name}"', f' id="{prefix}-{name}"')
        page = page.replace(f'"#{name}"', f'"#{prefix}-{name}"').replace(f"url(#{name})", f"url(#{prefix}-{name})")
    page = page.replace("'Caseload Sans'", _family()).replace("font-family: Caseload Sans", f"font-family: {_family()}")
    return _BLANKS.sub("\n", page).strip()


def _citation(match: re.Match[str]) -> str:
    kind, ref = match[1], match[2]
    if ref:
        return f'<g class="num" data-ref="{ref}">'
    return f'<g class="{kind}">' if kind else "<g>"


def _family() -> str:
    return ", ".join(f"'{name}'" if " " in name else name for name in chart_style()["font"]["fallback"].split(", "))


@cache
def _font_faces() -> str:
    faces = []
    for weight in (400, 600):
        packed = base64.b64encode(reference_file("fonts", f"source-sans-3-latin-{weight}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{packed})"
        faces.append(f"@font-face{{font-family:'Caseload Sans';font-weight:{weight};src:{source} format('woff2')}}")
    return "".join(faces)
