"""The heads of rows in a tagged PDF.

Answers "which row is this figure in" for who listens to a table. The typesetter marks the heads of columns and takes
every other cell for a figure, each with a list of its column heads. Here the first cell of a row becomes a head of its
row, and the lists go, since a reading program that finds a list looks no further; without, it follows rows and columns.
"""

from __future__ import annotations

import re

# Rows and cells of the structure as the typesetter writes them. Every change keeps the length of the file, so that the
# places of its parts stay true.
_FIRST_OF_ROW = re.compile(rb"/S/TR/P \d+ 0 R/K\[(\d+) 0 R")
_CELL = re.compile(
    rb"(?<=\n)(\d+)( 0 obj\n<</Type/StructElem/S)/TD(/P \d+ 0 R/A\[<</O/Table)(/Headers\[(?:\(U\d+x\d+y\d+\))*\])"
)
_HEAD, _FIGURE, _ROW = b"/TH", b"/TD", b"/Scope/Row"


def with_row_heads(pdf: bytes) -> bytes:
    """Mark the first cell of each row of a table as the head of the row.

    Args:
        pdf: as the typesetter wrote it.
    Returns:
        The same pages with better marks, of the same length.
    """
    first = set(_FIRST_OF_ROW.findall(pdf))

    def marked(match: re.Match[bytes]) -> bytes:
        number, begin, middle, heads = match.groups()
        kind, scope = (_HEAD, _ROW) if number in first else (_FIGURE, b"")
        return number + begin + kind + middle + scope.ljust(len(heads))

    return _CELL.sub(marked, pdf)
