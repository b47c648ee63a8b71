"""typst, and nothing else: a document becomes a tagged PDF.

Answers: what does somebody open who wants paper, or a file to send on. The PDF meets PDF/UA-1 (accessibility) and
PDF/A-2a (keeping); the typesetter refuses to make one that does not. It has one date, that of publication, so that its
bytes repeat.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache

import typst

from pipelines.errors import SettingsError
from pipelines.publish.chartspec import Drawing
from pipelines.publish.document import Document
from pipelines.publish.pdf_data import paper_data
from pipelines.publish.pdf_tags import with_row_heads
from pipelines.resources import reference_file

_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_UNKNOWN_LETTER = re.compile(r'the text `"(.+)"` could not be displayed', re.DOTALL)


def brief_pdf(document: Document, drawings: Mapping[str, Drawing], *, published_on: date) -> bytes:
    """Set a document on paper.

    Args:
        document: what is said, block by block, and in which language.
        drawings: the drawn charts by id.
        published_on: the only date the file knows.
    Returns:
        A PDF that meets PDF/UA-1 and PDF/A-2a. The same document gives the same bytes.
    Raises:
        SettingsError: a text has a letter that no font of the package has.
    """
    data = paper_data(document, drawings, published_on=published_on)
    midnight = datetime(published_on.year, published_on.month, published_on.day, tzinfo=UTC)
    try:
        made = typst.compile(
            reference_file("templates", "brief.typ"),
            format="pdf",
            pdf_standards=_STANDARDS,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=int(midnight.timestamp()),
        )
    except typst.TypstError as problem:
        raise _explained(problem) from None
    return with_row_heads(made)


@cache
def _fonts() -> typst.Fonts:
    """Give the fonts of the package, and for letters they lack those of the typesetter; never a machine's own."""
    folder = str(reference_file("fonts"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def _explained(problem: typst.TypstError) -> Exception:
    unknown = _UNKNOWN_LETTER.search(problem.message)
    if unknown is None:
        return problem
    letters = ", ".join(sorted({f"U+{ord(letter):04X}" for letter in unknown[1]}))
    return SettingsError(f"The PDF cannot show {letters}: no font of the package has it. Write the text another way.")
