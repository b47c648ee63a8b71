"""The files themselves: spoilt rows put in, and the table turned into the bytes a system would export.

Answers "what does the file look like, byte for byte" and "how many rows of each kind has it".
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import polars as pl

from pipelines.periods import Quarter
from pipelines.synthetic.draws import Floats, Ints
from pipelines.synthetic.export import Export, write_table
from pipelines.synthetic.mess import Mess
from pipelines.synthetic.reference import OPEN_OUTCOME, declared, profile
from pipelines.synthetic.wording import MISTYPED, wording

_BLANKS_WITHIN = 2
_BLANKS_AT_END = 3


@dataclass(frozen=True, eq=False)
class SyntheticFile:
    """One file: its bytes, its rows by kind, and the records that the next file will bring again, complete."""

    content: bytes
    rows: dict[str, int]
    corrections: pl.DataFrame


def build_file(export: Export, mess: Mess, *, corrections: pl.DataFrame | None, is_last: bool) -> SyntheticFile:
    """Build one file of a source.

    Args:
        export: its cases.
        mess: what is wrong with them.
        corrections: complete records of cases that the file before had incomplete; they come first.
        is_last: the source sends no file after this one, so nothing is corrected later.
    """
    complete = write_table(export)
    corrected = mess.correction[:0] if is_last else _correctable(complete, mess, export)
    table = _with_unknown_words(_with_gaps(complete, corrected, export), mess, export)
    duplicates = mess.duplicate
    rows = _row_counts(
        export, mess, n_corrected=len(corrected), n_corrections=0 if corrections is None else corrections.height
    )
    body = _assembled(export, table, corrections=corrections, duplicates=duplicates)
    content = _encoded(body, export.source.profile, export.quarter, has_total="total" in rows)
    return SyntheticFile(content, rows, complete[corrected])


def _heading(export: Export, field: str) -> str | None:
    names = profile(export.source.profile)["columns"].get(field)
    return names if isinstance(names, str) or names is None else str(names[0])


def _correctable(table: pl.DataFrame, mess: Mess, export: Export) -> Ints:
    """Give the rows to be corrected later: those with a gender, which is what is missing from them at first."""
    gender = _heading(export, "gender")
    has_gender = table[str(gender)].is_not_null().to_numpy()
    rows: Ints = mess.correction[has_gender[mess.correction]]
    return rows


def _masked(table: pl.DataFrame, rows: Ints, cells: dict[str, str | None]) -> pl.DataFrame:
    if not len(rows):
        return table
    mask = np.zeros(table.height, dtype=bool)
    mask[rows] = True
    is_row = pl.lit(pl.Series(mask))
    return table.with_columns(
        pl.when(is_row).then(pl.lit(cell, dtype=pl.String)).otherwise(pl.col(name)).alias(name)
        for name, cell in cells.items()
    )


def _with_gaps(table: pl.DataFrame, rows: Ints, export: Export) -> pl.DataFrame:
    """Write some records as they stood before they were completed: no gender, still open."""
    cells: dict[str, str | None] = {str(_heading(export, "gender")): None}
    if closed := _heading(export, "closed"):
        cells[closed] = None
    if outcome := _heading(export, "outcome"):
        words = profile(export.source.profile)["values"]["outcome"]
        cells[outcome] = next(word for word, code in words.items() if code == OPEN_OUTCOME)
    return _masked(table, rows, cells)


def _with_unknown_words(table: pl.DataFrame, mess: Mess, export: Export) -> pl.DataFrame:
    if not len(mess.unknown_word):
        return table
    heading = str(_heading(export, export.form["unknown_field"]))
    return _masked(table, mess.unknown_word, {heading: export.form["unknown_word"]})


def _row_counts(export: Export, mess: Mess, *, n_corrected: int, n_corrections: int) -> dict[str, int]:
    first = export.cases.clients.nationality_1
    mistyped = wording(export.source.profile, "nationality").mistyped(first[export.nationality_damage == MISTYPED])
    rows = {
        "records": len(export.cases),
        "corrections": n_corrections,
        "duplicate": len(mess.duplicate),
        "blank": _BLANKS_WITHIN + _BLANKS_AT_END,
    }
    if export.form.get("total"):
        rows |= {"title": 1, "total": 1}
    kinds = {
        "corrected_later": n_corrected,
        "unknown_word": len(mess.unknown_word),
        "closed_before_opened": len(mess.closed_before_opened),
        "damage": len(mess.damage),
        "typo": len(mistyped),
    }
    return {"rows": sum(rows.values()), **rows, **kinds}


def _assembled(
    export: Export,
    table: pl.DataFrame,
    *,
    corrections: pl.DataFrame | None,
    duplicates: Ints,
) -> pl.DataFrame:
    """Put corrections first, doubles somewhere below their first row, blank rows within and at the end."""
    n, draw = table.height, export.rng.random
    parts = [table]
    places: list[Floats] = [np.arange(n, dtype=np.float64)]
    if corrections is not None and corrections.height:
        parts.append(corrections)
        places.append(np.full(corrections.height, -1.0))
    if len(duplicates):
        parts.append(table[duplicates])
        below = np.floor(draw(len(duplicates)) * (n - duplicates))
        places.append((duplicates + below + 0.25).astype(np.float64))
    blank = pl.Series([None] * (_BLANKS_WITHIN + _BLANKS_AT_END), dtype=pl.String)
    parts.append(pl.DataFrame(dict.fromkeys(table.columns, blank)))
    places.append(np.concatenate([np.floor(draw(_BLANKS_WITHIN) * n) + 0.5, np.full(_BLANKS_AT_END, n + 1.0)]))
    return pl.concat(parts)[np.argsort(np.concatenate(places), kind="stable")]


def _encoded(body: pl.DataFrame, format_name: str, quarter: Quarter, *, has_total: bool) -> bytes:
    form, file = declared("formats")[format_name], profile(format_name)["file"]
    if has_total:
        n_filled = body.height - body.select(pl.all_horizontal(pl.all().is_null()).sum()).item()
        cells = dict.fromkeys(body.columns) | {body.columns[0]: "Total", body.columns[1]: str(n_filled)}
        body = pl.concat([body, pl.DataFrame(cells, schema=body.schema)])
    buffer = BytesIO()
    body.write_csv(buffer, separator=file["delimiter"], line_terminator=form["line_end"], quote_style="necessary")
    title = form["title"].format(quarter=quarter) + form["line_end"] if "title" in form else ""
    content = title.encode() + buffer.getvalue()
    if file["encoding"] == "windows-1252":
        return content.decode("utf-8").encode("cp1252")
    return (b"\xef\xbb\xbf" if form.get("byte_order_mark") else b"") + content
