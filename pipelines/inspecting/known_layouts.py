"""Files without headings whose columns are laid down by whoever takes them.

Answers "is this one of the layouts we know" from the number of columns and the look of their cells. The layouts are
`[[layouts]]` of `reference/recognition.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.inspecting.book import KnownLayout, book

# Slips are left out of account: this share of a column's filled cells looks as it should.
_MOST = 0.9


def find_layout(rows: Sequence[Sequence[str]], width: int) -> KnownLayout | None:
    """Give the layout of a file without headings, if it is a known one.

    Args:
        rows: the first rows, their cells trimmed.
        width: how many columns the file has.
    """
    filled = [row for row in rows if any(row)]
    return next((it for it in book().layouts if len(it.names) == width and _fits(it, filled)), None)


def _fits(layout: KnownLayout, rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the cells look as the layout says; one of its columns may be blank, not all of them."""
    seen = 0
    for name, pattern in layout.looks.items():
        index = layout.names.index(name)
        cells = [row[index] for row in rows if index < len(row) and row[index]]
        if sum(bool(re.fullmatch(pattern, cell)) for cell in cells) < _MOST * len(cells):
            return False
        seen += bool(cells)
    return seen > 1
