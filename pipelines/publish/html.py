"""Jinja2, and nothing else: the brief and the pages beside it as single HTML files.

Answers: what does a reader open. One file, no request to anywhere, light and dark, wide and narrow, on paper too.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache, partial
from hashlib import sha256
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.publish.chart_colours import chart_css
from pipelines.publish.chartspec import Drawing
from pipelines.publish.document import Document, Table
from pipelines.publish.languages import ENGLISH, Language, brief_file
from pipelines.publish.messages import Message
from pipelines.publish.sentences import Sentence, to_html, to_text
from pipelines.publish.wording import worded, wording
from pipelines.resources import reference_file


def brief_html(document: Document, drawings: Mapping[str, Drawing]) -> str:
    """Render a brief.

    Args:
        document: what it says, in order.
        drawings: the drawn charts by id.
    Returns:
        One HTML document that stands alone.
    """
    template = _environment(document.language).get_template("brief.html.j2")
    return template.render(document=document, drawings=drawings, words=wording(), style=_style())


def page_html(name: str, *, has_faces: bool = True, **values: Any) -> str:
    """Render a page beside the briefs: the index, a centre beside the network, or the report of a run.

    Args:
        name: of its template; a style sheet and a script of that name are put into the page where there are any.
        has_faces: False leaves the letters and the colours of charts out of a page that is made every day.
        values: what the template lays out.
    Returns:
        One HTML document that stands alone; its security policy allows that script and no other.
    """
    script = _packaged(f"{name}.js")
    return (
        _environment()
        .get_template(f"{name}.html.j2")
        .render(
            **values,
            style=(_style() if has_faces else _packaged("brief.css")) + _packaged(f"{name}.css"),
            script=script,
            script_digest=base64.b64encode(sha256(script.encode()).digest()).decode() if script else "",
        )
    )


@cache
def _environment(language: Language = ENGLISH) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(reference_file("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = partial(_said, language=language)
    environment.filters["plain"] = partial(to_text, language=language)
    environment.filters["captioned"] = partial(_captioned, language=language)
    environment.filters["file"] = brief_file
    environment.globals["language"] = language
    environment.filters["svg"] = Markup
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["shape"] = _shape
    return environment


def _said(sentence: Sentence | Message, *, language: Language) -> Markup:
    """Mark a rendered sentence, or one wording, as safe; `to_html` escaped every part of it."""
    said = (sentence,) if isinstance(sentence, str) else sentence
    return Markup(to_html(said, language))  # noqa: S704 - escaped part by part


def _captioned(caption: Sentence, *, language: Language) -> Markup:
    """Name the table that is folded away."""
    return _said(worded(language, wording()["page"]["table"], {"caption": caption}), language=language)


def _shape(table: Table) -> str:
    """Tell how a table is set: figures with their shares in one cell, words alone, or plain."""
    cells = [cell for group in table.groups for row in group.rows for cell in row.cells]
    if any(len(cell.parts) > 1 for cell in cells):
        return "crossed"
    return "wordy" if cells and all(cell.kind == "words" for cell in cells) else ""


@cache
def _style() -> Markup:
    sheet = reference_file("templates", "brief.css").read_text(encoding="utf-8")
    faces = "".join(_font_face(weight) for weight in (400, 600))
    return Markup(faces + chart_css() + sheet)  # noqa: S704 - packaged files only


@cache
def _packaged(name: str) -> Markup:
    """Give a packaged file that goes into a page as it is; nothing where there is none."""
    path = reference_file("templates", name)
    return Markup(path.read_text(encoding="utf-8") if path.is_file() else "")  # noqa: S704 - packaged files only


def _font_face(weight: int) -> str:
    packed = base64.b64encode(reference_file("fonts", f"caseload-sans-{weight}.woff2").read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{packed}) format('woff2')"
    return f"@font-face{{font-family:'Caseload Sans';font-weight:{weight};font-display:block;src:{source}}}\n"
