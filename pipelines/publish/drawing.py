"""matplotlib, and nothing else: a canvas of marks becomes SVG and PNG.

Answers: what do the pictures look like as bytes. The same canvas gives the same bytes every time: no date, fixed ids,
packaged fonts. Each picture is linted as drawn.
"""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO, StringIO
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Rectangle

from pipelines.publish.chartspec import ChartSpec, Drawing, chart_style
from pipelines.publish.layout import lay_out, stand_alone
from pipelines.publish.lint import TextBox, chart_defects, require_clean
from pipelines.publish.marks import Box, Canvas, Dot, Mark, Stroke, Text
from pipelines.publish.svg import for_page, standing_alone, text_id
from pipelines.resources import reference_file

_INCH = 72.0
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "caseload",
    "hatch.linewidth": 1.0,
    "text.hinting": "none",
    "text.parse_math": False,
    "axes.unicode_minus": False,
}


@lru_cache(maxsize=256)
def draw(spec: ChartSpec) -> Drawing:
    """Draw a chart four ways: wide and narrow for a page, SVG and PNG to stand alone.

    Raises:
        SettingsError: a text is cut, touches another or is too small.
    """
    _register_fonts()
    with mpl.rc_context({**_SETTINGS, "font.family": chart_style()["font"]["family"]}):
        wide, narrow = (lay_out(spec, is_narrow=flag, measure=text_width) for flag in (False, True))
        alone = _figure(stand_alone(spec, measure=text_width), spec.chart_id, is_opaque=True)
        return Drawing(
            wide=for_page(_svg(_figure(wide, spec.chart_id)), f"{spec.chart_id}-w"),
            narrow=for_page(_svg(_figure(narrow, spec.chart_id)), f"{spec.chart_id}-n"),
            svg=standing_alone(_svg(alone), spec.chart_id, title=spec.title).encode(),
            png=_png(alone),
        )


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float, weight: int) -> float:
    """Measure a text in points, in the packaged font."""
    font = font_manager.get_font(str(_font_file(weight)))
    font.set_size(size, _INCH)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0] / 64)


def figure_defects(canvas: Canvas) -> list[str]:
    """Draw a canvas and lint what was drawn."""
    _register_fonts()
    with mpl.rc_context({**_SETTINGS, "font.family": chart_style()["font"]["family"]}):
        return _lint(_plain_figure(canvas), canvas)


def _font_file(weight: int) -> str:
    return str(reference_file("fonts", f"caseload-sans-{weight}.ttf"))


@cache
def _register_fonts() -> None:
    for weight in (400, 600):
        font_manager.fontManager.addfont(_font_file(weight))


def _figure(canvas: Canvas, chart_id: str, *, is_opaque: bool = False) -> Figure:
    figure = _plain_figure(canvas)
    if is_opaque:
        figure.patch.set_visible(True)
        figure.patch.set_facecolor(chart_style()["colours"]["background"])
    require_clean(chart_id, _lint(figure, canvas))
    return figure


def _plain_figure(canvas: Canvas) -> Figure:
    """Make a figure whose data coordinates are points from the upper left corner."""
    figure = Figure(figsize=(canvas.width / _INCH, canvas.height / _INCH), dpi=_INCH)
    FigureCanvasAgg(figure)
    figure.patch.set_visible(False)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, canvas.width)
    axes.set_ylim(canvas.height, 0)
    axes.set_axis_off()
    for order, mark in enumerate(canvas.marks):
        _put(axes, mark, order)
    return figure


def _put(axes: Axes, mark: Mark, order: int) -> None:
    if isinstance(mark, Box):
        axes.add_patch(_rectangle(mark, order))
    elif isinstance(mark, Stroke):
        xs, ys = zip(*mark.points, strict=True)
        dashes = (0, (2.2, 1.6)) if mark.dashed else "solid"
        axes.plot(
            xs, ys, color=mark.colour, linewidth=mark.width, linestyle=dashes, zorder=order, solid_capstyle="butt"
        )
    elif isinstance(mark, Dot):
        face = chart_style()["colours"]["background"] if mark.hollow else mark.colour
        axes.plot([mark.x], [mark.y], "o", ms=8, mfc=face, mec=mark.colour, mew=2, zorder=order, clip_on=False)
    else:
        _write(axes, mark, order)


def _rectangle(mark: Box, order: int) -> Rectangle:
    spot = (mark.x, mark.y)
    if not mark.hatched:
        return Rectangle(spot, mark.width, mark.height, facecolor=mark.colour, edgecolor="none", zorder=order)
    return Rectangle(
        spot,
        mark.width,
        mark.height,
        facecolor="none",
        edgecolor=mark.colour,
        hatch="//////",
        linewidth=1,
        zorder=order,
    )


def _write(axes: Axes, mark: Text, order: int) -> None:
    axes.text(
        mark.x,
        mark.y,
        mark.text,
        fontsize=mark.size,
        color=mark.colour,
        ha=mark.anchor,
        va="baseline",
        fontweight=mark.weight,
        gid=text_id(mark.kind, mark.ref),
        zorder=order,
    )


def _lint(figure: Figure, canvas: Canvas) -> list[str]:
    boxes = []
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        boxes.append(TextBox(text.get_text(), float(text.get_fontsize()), box.x0, box.y0, box.x1, box.y1))
    return chart_defects(boxes, width=canvas.width, height=canvas.height)


def _svg(figure: Figure) -> str:
    file = StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return file.getvalue()


def _png(figure: Figure) -> bytes:
    file = BytesIO()
    figure.savefig(file, format="png", dpi=chart_style()["png"]["dots_per_inch"], metadata={"Software": None})
    return file.getvalue()
