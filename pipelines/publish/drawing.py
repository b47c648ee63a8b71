"""matplotlib, and nothing else: words are measured in the packaged font, and a canvas of marks becomes pixels.

Answers: what do the pictures look like. The same canvas gives the same bytes every time: no date, no place on the disk,
packaged fonts. Each picture is linted before anything is drawn. Words are measured and outlined once and then reused.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from pipelines.publish.chart_colours import colour
from pipelines.publish.chartspec import ChartSpec, Drawing, chart_style
from pipelines.publish.layout import lay_out, stand_alone, told_by
from pipelines.publish.lint import canvas_defects, require_clean
from pipelines.publish.marks import DIAMOND, LEADING, Box, Canvas, Dot, Mark, Stroke, Text
from pipelines.publish.png import png_bytes
from pipelines.publish.svg import DASHES, OUTLINE, diamond, for_page, hatch_lines, standing_alone
from pipelines.resources import reference_file

if TYPE_CHECKING:
    from collections.abc import Iterator

_INCH = 72.0
# Words are measured and outlined at this size, in points, and made smaller where they are used.
_UNIT = 100.0


@lru_cache(maxsize=256)
def draw(spec: ChartSpec) -> Drawing:
    """Draw a chart four ways: wide and narrow for a page, SVG and PNG to stand alone.

    Raises:
        SettingsError: a text is cut, touches another, is too small or too faint.
    """
    wide, narrow = (lay_out(spec, is_narrow=flag, measure=text_width) for flag in (False, True))
    alone = stand_alone(spec, wide, measure=text_width)
    narrow = told_by(alone, narrow)
    for canvas in (narrow, alone):
        require_clean(spec.chart_id, figure_defects(canvas))
    return Drawing(
        wide=for_page(wide, f"{spec.chart_id}-w"),
        narrow=for_page(narrow, f"{spec.chart_id}-n"),
        svg=standing_alone(alone, spec).encode(),
        png=_png(alone),
        language=spec.language,
    )


def text_width(text: str, size: float, weight: int) -> float:
    """Measure a text in points, in the packaged font."""
    words = text.split(" ")
    return size * (sum(_word_width(word, weight) for word in words) + (len(words) - 1) * _word_width(" ", weight))


@cache
def font_letters() -> frozenset[int]:
    """Give the code points of the letters and signs that the packaged font has."""
    return frozenset(font_manager.get_font(_font_file(400)).get_charmap())


def figure_defects(canvas: Canvas) -> list[str]:
    """Lint a canvas with the widths its texts really have."""
    return canvas_defects(canvas, text_width)


def _font_file(weight: int) -> str:
    return str(reference_file("fonts", f"caseload-sans-{weight}.ttf"))


@cache
def _font(weight: int) -> FT2Font:
    return font_manager.get_font(_font_file(weight))


@lru_cache(maxsize=100_000)
def _word_width(word: str, weight: int) -> float:
    """Measure a word in its own size."""
    if not word:
        return 0.0
    font = _font(weight)
    font.set_size(_UNIT, _INCH)
    font.set_text(word, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0] / 64 / _UNIT)


@lru_cache(maxsize=20_000)
def _word_outline(word: str, weight: int) -> Path:
    """Give the outline of a word in its own size, on its baseline."""
    properties = font_manager.FontProperties(fname=_font_file(weight))
    corners, codes = text_to_path.get_text_path(properties, word)
    return Path(np.array(corners) / text_to_path.FONT_SCALE, codes)


def _png(canvas: Canvas) -> bytes:
    dots = chart_style()["png"]["dots_per_inch"]
    return png_bytes(_Brush(canvas, dots).pixels(), dots_per_inch=dots)


class _Brush:
    """Draws the marks of one canvas, back to front, at a number of dots per inch."""

    def __init__(self, canvas: Canvas, dots_per_inch: float) -> None:
        self._scale = dots_per_inch / _INCH
        self._height = round(canvas.height * self._scale)
        self._agg: Any = RendererAgg(round(canvas.width * self._scale), self._height, dots_per_inch)  # type: ignore[no-untyped-call]
        # Points from the upper left corner become dots from the lower left one.
        self._flip = Affine2D().scale(self._scale, -self._scale).translate(0, self._height)
        self._put(Box(0, 0, canvas.width, canvas.height, "background"))
        for mark in canvas.marks:
            self._put(mark)

    def pixels(self) -> Any:
        """Give what was drawn, as rows of red, green, blue and opacity."""
        return np.asarray(self._agg.buffer_rgba())

    def _put(self, mark: Mark) -> None:
        if isinstance(mark, Text):
            self._write(mark)
        elif isinstance(mark, Box):
            corners = _corners(mark)
            if mark.hatched:
                self._line(corners, mark.colour, 1.0, closed=True)
                for line in hatch_lines(mark):
                    self._line(line, mark.colour, 1.0)
            else:
                self._fill(_polygon(corners), mark.colour)
        elif isinstance(mark, Stroke):
            self._line(mark.points, mark.colour, mark.width, dashed=mark.dashed)
        else:
            self._dot(mark)

    def _pen(self, role: str, width: float) -> Any:
        pen = self._agg.new_gc()
        pen.set_foreground(colour(role))
        pen.set_linewidth(width)
        return pen

    def _fill(self, path: Path, role: str, place: Affine2D | None = None) -> None:
        self._agg.draw_path(self._pen(role, 0.0), path, place or self._flip, to_rgba(colour(role)))

    def _line(
        self,
        points: tuple[tuple[float, float], ...],
        role: str,
        width: float,
        *,
        dashed: bool = False,
        closed: bool = False,
    ) -> None:
        pen = self._pen(role, width)
        pen.set_capstyle("butt")
        if dashed:
            pen.set_dashes(0, [part * width for part in DASHES])
        path = _polygon(points) if closed else Path(np.array(points))
        self._agg.draw_path(pen, path, self._flip)

    def _dot(self, mark: Dot) -> None:
        pen = self._pen(mark.colour, OUTLINE)
        face = to_rgba(colour("background" if mark.hollow else mark.colour))
        is_diamond = mark.shape == DIAMOND
        path = _polygon(diamond(mark)) if is_diamond else Path.circle((mark.x, mark.y), mark.size / 2)
        self._agg.draw_path(pen, path, self._flip, face)

    def _write(self, mark: Text) -> None:
        for number, line in enumerate(mark.lines):
            shift = {"left": 0.0, "center": 0.5, "right": 1.0}[mark.anchor] * text_width(line, mark.size, mark.weight)
            for x, word in _words(line, mark):
                place = (mark.x - shift + x, mark.y + number * LEADING * mark.size)
                self._fill(_word_outline(word, mark.weight), mark.colour, self._flip_word(place, mark.size))

    def _flip_word(self, place: tuple[float, float], size: float) -> Affine2D:
        """Make a word as large as it is written and put it at its place; letters stand upright already."""
        dots = size * self._scale
        return Affine2D().scale(dots, dots).translate(place[0] * self._scale, self._height - place[1] * self._scale)


def _words(line: str, mark: Text) -> Iterator[tuple[float, str]]:
    """Give the words of a line, each with its distance from the start."""
    x = 0.0
    for word in line.split(" "):
        if word:
            yield x, word
        x += text_width(word, mark.size, mark.weight) + mark.size * _word_width(" ", mark.weight)


def _corners(mark: Box) -> tuple[tuple[float, float], ...]:
    right, bottom = mark.x + mark.width, mark.y + mark.height
    return (mark.x, mark.y), (right, mark.y), (right, bottom), (mark.x, bottom)


def _polygon(points: tuple[tuple[float, float], ...]) -> Path:
    return Path(np.array([*points, points[0]]), closed=True)
