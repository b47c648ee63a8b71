"""Sheets of a workbook that hold more cases than the one that is read.

Answers "are there further sheets with the same headings", such as one for each quarter. A profile reads one sheet, so
the cases of the others would be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.ingest.reading.opening import open_rows
from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.reading.workbooks import Sheet
from pipelines.ingest.words import normalised
from pipelines.inspecting.top import find_top

# Two sheets are alike when they share this share of their headings.
_ALIKE = 0.8
# A workbook with more sheets than this is no set of quarters or years.
_MOST_SHEETS = 24


def find_alike(path: Path, layout: Layout, sheets: Sequence[Sheet], names: Sequence[str]) -> tuple[str, ...]:
    """Find the other visible sheets whose headings are those of the sheet that is read.

    Args:
        path: the workbook.
        layout: how it is opened; its sheet is the one that is read.
        sheets: every sheet.
        names: the headings of the sheet that is read.
    Returns:
        The names of those sheets, in their order.
    """
    others = [it for it in sheets if it.name != layout.sheet and it.visibility == "visible" and it.n_rows > 1]
    if not layout.sheet or len(others) > _MOST_SHEETS:
        return ()
    wanted = {normalised(name) for name in names}
    return tuple(it.name for it in others if _share(wanted, _headings(path, replace(layout, sheet=it.name))) >= _ALIKE)


def _headings(path: Path, layout: Layout) -> set[str]:
    with open_rows(path, replace(layout, hidden_rows="keep")) as rows:
        first = next(rows.chunks, None)
        top = find_top(first, layout.format) if first is not None else None
    return {normalised(name) for name in top.names} if top and top.depth else set()


def _share(wanted: set[str], found: set[str]) -> float:
    return len(wanted & found) / (len(wanted | found) or 1)
