"""PNG files of drawings: few colours, no remarks, the same bytes for the same pixels.

Answers how large a picture file is and how long it takes. A drawing has flat colours and the shades of their edges;
these are told apart as finely as an eye can, so that a pixel is one byte.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.publish.chart_colours import channels, colour
from pipelines.publish.chartspec import chart_style

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INCHES_IN_METRE = 39.3701
# Shades of one channel that are told apart: five bits for the colours of the style, four for the edges between them.
_BITS = 5
_MASK = (1 << _BITS) - 1
_MOST = 256
_AT_ONCE = 1 << 16  # pixels
_PALETTE, _TRUE_COLOUR = 3, 2

Pixels = NDArray[np.uint8]
Cells = NDArray[Any]


def png_bytes(pixels: Pixels, *, dots_per_inch: int) -> bytes:
    """Write pixels as a PNG file.

    The colours of the chart style are kept exactly, the shades between them are rounded. A picture of more than 256
    such colours keeps every shade.

    Args:
        pixels: rows of red, green, blue and opacity, which is full everywhere.
        dots_per_inch: how large the picture is meant to be.
    """
    height, width, _ = pixels.shape
    places, palette = _few_colours(pixels)
    is_indexed = len(palette) <= _MOST
    data = places if is_indexed else pixels[..., :3].reshape(height, -1)
    kind = _PALETTE if is_indexed else _TRUE_COLOUR
    across = round(dots_per_inch * _INCHES_IN_METRE)
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)),
        *([_chunk(b"PLTE", palette.tobytes())] if is_indexed else []),
        _chunk(b"pHYs", struct.pack(">IIB", across, across, 1)),
        _chunk(b"IDAT", _squeezed(data)),
        _chunk(b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(chunks)


def _few_colours(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Give the place of each pixel in a palette, and the palette."""
    exact, merged = _exact_colours(), _merged()
    cells, is_used = _cells(np.ascontiguousarray(pixels).view("<u4")[..., 0], len(merged))
    used = np.flatnonzero(is_used)
    kept = np.unique(merged[used])
    places = np.zeros(len(merged), dtype=np.uint8)
    places[used] = np.searchsorted(kept, merged[used]).astype(np.uint8)
    palette = [exact.get(cell, _middle(cell)) for cell in kept.tolist()]
    return places.take(cells), np.array(palette, dtype=np.uint8)


def _cells(whole: Cells, most: int) -> tuple[Cells, Cells]:
    """Round every pixel, and tell which colours there are then; some rows at a time, which is far quicker."""
    cells, is_used = np.empty(whole.shape, dtype=np.uint16), np.zeros(most, dtype=bool)
    step = max(1, _AT_ONCE // whole.shape[1])
    for start in range(0, len(whole), step):
        rows = whole[start : start + step]
        rounded = _cell(rows & 255, rows >> 8 & 255, rows >> 16 & 255)
        cells[start : start + step] = rounded
        is_used[rounded] = True
    return cells, is_used


def _cell(red: Cells, green: Cells, blue: Cells) -> Cells:
    """Round a colour to five bits a channel, and give it one number."""
    shift = 8 - _BITS
    return (red >> shift) << (2 * _BITS) | (green >> shift) << _BITS | blue >> shift


def _middle(cell: int) -> tuple[int, int, int]:
    """Give the middle of the shades that are rounded to an edge colour."""
    red, green, blue = (((cell >> (place * _BITS) & _MASK) << (8 - _BITS)) + 8 for place in (2, 1, 0))
    return red, green, blue


@cache
def _merged() -> Cells:
    """Give for each rounded colour the one it is shown as: itself for one of the style, else rounded once more."""
    cells = np.arange(1 << (3 * _BITS), dtype=np.uint32)
    coarser = cells & ~np.uint32(1 << (2 * _BITS) | 1 << _BITS | 1)
    exact = list(_exact_colours())
    coarser[exact] = exact
    return coarser


@cache
def _exact_colours() -> dict[int, tuple[int, int, int]]:
    """Give the colours of the style by their rounded ones; the inks of fields are white and nearly black."""
    style, found = chart_style(), {}
    for each in (*style["inks"].values(), *(colour(role) for role in style["colours"])):
        red, green, blue = (round(part * 255) for part in channels(each))
        parts = [np.uint32(part) for part in (red, green, blue)]
        found[int(_cell(*parts))] = (red, green, blue)  # type: ignore[arg-type]
    return found


def _squeezed(data: Pixels) -> bytes:
    """Squeeze rows of bytes, each without a filter."""
    rows = np.zeros((data.shape[0], data.shape[1] + 1), dtype=np.uint8)
    rows[:, 1:] = data
    return zlib.compress(rows.tobytes(), chart_style()["png"]["squeezing"])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
