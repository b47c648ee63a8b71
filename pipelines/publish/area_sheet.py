"""The rates by area as a sheet: every area with its population, its rate and what that shows.

Answers "where do I find the rate of this area". A figure that cannot be had has a mark in its place.
"""

from __future__ import annotations

from pipelines.disclosure.protected import AreaRate
from pipelines.publish.area_data import TABLE_ID
from pipelines.publish.area_section import area_name, has_rates, verdict
from pipelines.publish.brief import Brief
from pipelines.publish.groups import WITHHELD
from pipelines.publish.places_section import centres_head, centres_words
from pipelines.publish.sheets import (
    CODE,
    COUNT,
    LABEL,
    RATIO,
    TEXT,
    Column,
    Row,
    Sheet,
    Value,
    clean,
    lines_above,
    published,
    said,
    told_apart,
    words,
)
from pipelines.publish.tableview import HIDDEN_MARK
from pipelines.publish.wording import say, wording

_FIGURES = {
    "n": COUNT,
    "rate": RATIO,
    "rate_low": RATIO,
    "rate_high": RATIO,
    "ratio": RATIO,
    "ratio_low": RATIO,
    "ratio_high": RATIO,
}


def area_sheet(brief: Brief, *, name: str, contents: str) -> Sheet | None:
    """Set out the rates by area.

    Grain: one row per area, in the order of the manifest.

    Args:
        brief: its rates.
        name: of the sheet.
        contents: name of the sheet that lists all.
    Returns:
        The sheet; None where there are no rates.
    """
    if not has_rates(brief):
        return None
    own, rows = wording()["areas"], tuple(_row(brief, rate) for rate in brief.area_rates)
    told = [said(say(brief, own[text])) for text in ("intro", "caution")]
    caption = say(brief, own["caption"])
    return Sheet(
        name=name,
        title=f"{said(caption)}, {clean(brief.edition.period.label)}",
        lines=lines_above(brief, told, rows, contents=contents),
        table_name=TABLE_ID,
        about=words(brief, "about_table", title=caption),
        columns=_columns(brief),
        rows=rows,
    )


def _columns(brief: Brief) -> tuple[Column, ...]:
    heads = {name: said(say(brief, text)) for name, text in wording()["workbook"]["area_columns"].items()}
    code = words(brief, "code_head", dimension=say(brief, wording()["workbook"]["area_columns"]["area"]))
    found = [(heads["area"], LABEL), (code, CODE), (heads["population"], COUNT)]
    found += [(heads[name], kind) for name, kind in _FIGURES.items()]
    found += [(heads["verdict"], LABEL), (heads["state"], CODE), (heads["pool"], CODE), (heads["statement"], TEXT)]
    found += [(said(centres_head(brief)), TEXT)] if brief.centre_places else []
    unique = told_apart(head for head, _ in found)
    return tuple(Column(head, kind) for head, (_, kind) in zip(unique, found, strict=True))


def _row(brief: Brief, rate: AreaRate) -> Row:
    empty = words(brief, "none")
    people = int(rate.population) if rate.population is not None else empty
    values: list[Value] = [said(area_name(brief, rate)), clean(rate.group), people]
    mark = HIDDEN_MARK if rate.state == WITHHELD else empty
    figures: list[float | int | None] = [getattr(rate, name) for name in _FIGURES]
    values += [mark if value is None else published(value) for value in figures]
    values += [said(verdict(brief, rate)) or empty, rate.state, rate.pool or empty, clean(rate.statement)]
    values += [said(centres_words(brief, rate)) or empty] if brief.centre_places else []
    return Row(tuple(values), is_strong=rate.is_clearly_below)
