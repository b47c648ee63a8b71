"""Jinja2, and nothing else: the brief and the index as single HTML files.

Answers: what does a reader open. One file, no request to anywhere, light and dark, wide and narrow, on paper too.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.publish.brief import Brief
from pipelines.publish.chartspec import Drawing
from pipelines.publish.page import lay_out_page
from pipelines.publish.sentences import Sentence, to_html, to_text
from pipelines.publish.wording import wording
from pipelines.resources import reference_file


@dataclass(frozen=True)
class IndexEdition:
    """One edition in the index: its briefs by reader, each with its address relative to the index page."""

    period: str
    period_label: str
    number: int
    published: str
    is_latest: bool
    is_provisional: bool
    title: str
    network: str
    briefs: tuple[tuple[str, str], ...]
    centre_briefs: tuple[tuple[str, str], ...] = ()


def brief_html(brief: Brief, drawings: dict[str, Drawing]) -> str:
    """Render a brief.

    Args:
        brief: what it says.
        drawings: the drawn charts by table.
    Returns:
        One HTML document that stands alone.
    """
    template = _environment().get_template("brief.html.j2")
    return template.render(
        brief=brief,
        page=lay_out_page(brief),
        drawings=drawings,
        words=wording(),
        files=[f"data/{name}.csv" for name in (*brief.tables, "findings")],
        style=_style(),
    )


def index_html(editions: Sequence[IndexEdition], network: str) -> str:
    """Render the list of releases."""
    template = _environment().get_template("index.html.j2")
    return template.render(editions=editions, network=network, style=_style())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(reference_file("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = _said
    environment.filters["plain"] = to_text
    environment.filters["svg"] = Markup
    return environment


def _said(sentence: Sentence) -> Markup:
    """Mark a rendered sentence as safe; `to_html` escaped every part of it."""
    return Markup(to_html(sentence))  # noqa: S704 - escaped part by part


@cache
def _style() -> Markup:
    sheet = reference_file("templates", "brief.css").read_text(encoding="utf-8")
    faces = "".join(_font_face(weight) for weight in (400, 600))
    return Markup(faces + sheet)  # noqa: S704 - packaged files only


def _font_face(weight: int) -> str:
    packed = base64.b64encode(reference_file("fonts", f"caseload-sans-{weight}.woff2").read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{packed}) format('woff2')"
    return f"@font-face{{font-family:'Caseload Sans';font-weight:{weight};font-display:block;src:{source}}}\n"
