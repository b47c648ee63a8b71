"""The lines above the tables of a workbook, written once more: what is counted, the rule, the marks, the way back.

Answers "does each line stand above its own table". Every line follows from the wording for that table, the manifest and
the marks that the table has. Names and years that only the brief knows may be any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipelines.audit.own_wording import filled, wording
from pipelines.audit.paper_words import plain
from pipelines.audit.reading import AREA_RATES, FINDINGS, POLICY, Release
from pipelines.audit.sheets import Sheet, Workbook

COVER, CONTENTS, NOTES = "cover", "contents", "notes"
# The marks that stand in the place of figures, by the wording that explains each.
_MARKS = {"[c]": "hidden", "[z]": "not_to_be_had"}
_OWN = {
    FINDINGS: (("comparisons", ("intro", "nothing")),),
    POLICY: tuple(("policy", (name,)) for name in ("intro", "caution_people", "caution_outcome", "caution_mapping")),
    AREA_RATES: (("areas", ("intro",)), ("areas", ("caution",))),
}
_SUBTITLES = {
    "text": ("subtitle", "subtitle_period", "subtitle_crossed"),
    "charts": ("subtitle_compared", "subtitle_recorded"),
    "workbook": ("crossed",),
}
_OPEN = re.compile(r"\{\w+\}")
Choice = tuple[str, ...]


def line_problems(release: Release, book: Workbook) -> Iterator[str]:
    """Name the sheets above whose tables stand other lines than this version writes there, as the end of a sentence."""
    for sheet in book.sheets:
        expected = list(_expected(release, sheet))
        is_right = len(expected) == len(sheet.lines) - 1 and all(
            any(_reads(release, template, str(line)) for template in choice)
            for choice, line in zip(expected, sheet.lines[1:], strict=True)
        )
        if not is_right:
            yield f"has other lines above the table on the sheet “{sheet.name}” than belong there"


def marks_told(release: Release, sheets: Iterable[Sheet]) -> list[str]:
    """Explain the marks that stand in the place of figures on some sheets."""
    used = {value for sheet in sheets for row in sheet.rows for value in row}
    return [filled(release, wording()["workbook"][name]) for mark, name in _MARKS.items() if mark in used]


def _expected(release: Release, sheet: Sheet) -> Iterator[Choice]:
    """Give what may stand on each line below the title."""
    own, told = wording()["workbook"], release.manifest
    if sheet.table_name == COVER:
        yield (str(told.get("network")),)
        yield from ((str(text),) for text in (told.get("title"),) if told.get("centre_name"))
        yield from ((own["back"],), (own["go_to_notes"],))
    elif sheet.table_name in {CONTENTS, NOTES}:
        yield (own[f"on_{sheet.table_name}"],)
        yield from ((own["back"],),) if sheet.table_name == NOTES else ()
    else:
        yield from _above(release, sheet)
        yield (own["one_table"].replace("{notes}", own["notes"]),)
        yield (own["back"],)


def _above(release: Release, sheet: Sheet) -> Iterator[Choice]:
    """Give the lines of a sheet of figures: its own ones, the rule, and what explains what stands in it."""
    words, table = wording(), release.tables.get(sheet.table_name)
    own = words["tables"].get(sheet.table_name, {})
    yield from (tuple(words[section][name] for name in names) for section, names in _OWN.get(sheet.table_name, ()))
    if table is not None:
        yield tuple(_subtitles(release, sheet.table_name))
        yield from ((own[name],) for name in ("caution", "overlap") if name in own)
    yield (str(release.manifest.get("disclosure", {}).get("statement")),)
    if table is not None and any(row.further for row in table.rows):
        yield (words["definitions"]["network"][1],)
    yield from ((text,) for text in marks_told(release, [sheet]))
    if table is not None and any(row.is_provisional for row in table.rows):
        yield (words["workbook"]["provisional"],)


def _subtitles(release: Release, table_id: str) -> Iterator[str]:
    """Give the wordings that say measure, unit and period of a table."""
    words, own = wording(), wording()["tables"].get(table_id, {})
    unit = words["units"][own.get("unit", "clients")]
    for section, names in _SUBTITLES.items():
        for name in names:
            template = words[section].get(f"{name}_centre" if release.centre else name, words[section][name])
            yield template.replace("{unit}", unit)
    yield from (own[name] for name in ("subtitle",) if name in own)


def _reads(release: Release, template: str, line: str) -> bool:
    """Tell whether a line is a text as it is, or a wording with the words of the release in it."""
    pieces = (re.escape(plain(piece)) for piece in _OPEN.split(filled(release, template)))
    return plain(line) == plain(template) or re.fullmatch(".+?".join(pieces), plain(line)) is not None
