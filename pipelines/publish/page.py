"""What stands where in a brief: its sections, and the blocks of text, chart and table in them.

Answers with values a template can lay out. Every figure in them is a cited cell; nothing here knows about HTML.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.codelists import codelist
from pipelines.disclosure.protected import Cell
from pipelines.publish.amounts import count, share
from pipelines.publish.brief import Brief, day_label
from pipelines.publish.change import latest
from pipelines.publish.charts import block_subtitle, chart_for, chart_note
from pipelines.publish.comparisons import Comparisons, lay_out_comparisons
from pipelines.publish.crosstab import CrossView, cross_view, is_crossed
from pipelines.publish.groups import MEMBER, group_codes, is_mostly_known
from pipelines.publish.narrative import block_text, block_title, has_hidden, main_points, total_cell
from pipelines.publish.ranking import find
from pipelines.publish.sentences import Label, Sentence, capitalised
from pipelines.publish.tableview import TableView, table_view
from pipelines.publish.wording import say, table_wording, wording

WHO_CAME = (
    "by_source",
    "by_centre",
    "by_project",
    "by_nationality",
    "by_nationality_class",
    "by_gender",
    "by_age_group",
    "by_gender_age_group",
    "by_advice_type",
)
WHO_FOR_WHAT = (
    "by_gender_advice",
    "by_age_group_advice",
    "by_nationality_class_advice",
    "by_group_of_interest_advice",
)
_PLACED = (*WHO_CAME, *WHO_FOR_WHAT, "by_group_of_interest", "by_period")


@dataclass(frozen=True)
class Tile:
    """One key figure with its words."""

    figure: Sentence
    words: Sentence
    provisional: bool


@dataclass(frozen=True)
class Block:
    """One table's part of a section: title, chart, sentences, and the table of one dimension or of several."""

    table_id: str
    heading: Sentence
    title: Sentence
    subtitle: Sentence
    text: tuple[Sentence, ...]
    note: Sentence
    hidden_note: Sentence
    has_finding: bool
    table: TableView | None
    crossed: CrossView | None


@dataclass(frozen=True)
class Section:
    """One section with its blocks."""

    section_id: str
    heading: Sentence
    intro: Sentence
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A whole brief, ready for a template."""

    edition_line: Sentence
    about: tuple[str, ...]
    lead: Sentence
    tiles: tuple[Tile, ...]
    points: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    comparisons: Comparisons
    quality_intro: Sentence
    not_collected: tuple[tuple[Sentence, str], ...]
    too_fine_intro: Sentence
    too_fine: tuple[Sentence, ...]
    definitions: tuple[tuple[Sentence, Sentence], ...]


def lay_out_page(brief: Brief) -> Page:
    """Put a brief's parts in their order: findings first."""
    quality, gaps = wording()["quality"], _not_collected(brief)
    return Page(
        edition_line=_edition_line(brief),
        about=tuple(" ".join(text.split()) for text in brief.edition.about.split("\n\n") if text.strip()),
        lead=say(brief, wording()["points"]["centre"]) if brief.edition.centre_name else (),
        tiles=_tiles(brief),
        points=main_points(brief),
        sections=_sections(brief),
        comparisons=lay_out_comparisons(brief),
        quality_intro=say(brief, quality["intro" if gaps else "nothing"]),
        not_collected=gaps,
        too_fine_intro=say(brief, quality["too_fine"]),
        too_fine=_too_fine(brief),
        definitions=_definitions(brief),
    )


def _definitions(brief: Brief) -> tuple[tuple[Sentence, Sentence], ...]:
    """Define units and marks as far as they are used, and the groups of interest as their code list does."""
    words, tables = wording()["definitions"], brief.tables.values()
    used = [
        words["rounded" if brief.rule.base else "hidden"],
        *([words["network"]] if brief.edition.centre_name else []),
        *([words["crossed"]] if any("advice_family_code" in table.dimensions for table in tables) else []),
    ]
    general = [(say(brief, name), say(brief, text)) for name, text in (*words["items"][:3], *used, *words["items"][3:])]
    groups = codelist("groups_of_interest")
    meanings, shown = groups.column("definition"), brief.labels.get("group_code", {})
    special = [((Label(label),), (Label(meanings[code]),)) for code, label in shown.items() if code in meanings]
    return (*general[:3], *special, *general[3:])


def _edition_line(brief: Brief) -> Sentence:
    edition = brief.edition
    line = f"{edition.period.label}. Edition {edition.number}, published {day_label(edition.published_on)}."
    return (Label(f"{line} Provisional." if edition.is_provisional else line, "date"),)


def _sections(brief: Brief) -> tuple[Section, ...]:
    others = tuple(name for name in brief.tables if name not in _PLACED)
    plan = (
        ("who-came", "who_came", (), (*WHO_CAME, *others)),
        ("who-for-what", "who_for_what", say(brief, wording()["crossed"]["intro"]), WHO_FOR_WHAT),
        ("groups", "groups", say(brief, wording()["groups"]["intro"]), ("by_group_of_interest",)),
        ("change", "change", (), ("by_period",)),
    )
    return tuple(
        Section(section_id, (wording()["sections"][name],), intro, _blocks(brief, tables))
        for section_id, name, intro, tables in plan
        if any(table in brief.tables for table in tables)
    )


def _blocks(brief: Brief, tables: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(_block(brief, name) for name in tables if name in brief.tables)


def _block(brief: Brief, table_id: str) -> Block:
    text, table = wording()["text"], brief.tables[table_id]
    has_marks = has_hidden(table) and (is_crossed(table) or chart_for(brief, table_id) is not None)
    return Block(
        table_id=table_id,
        heading=say(brief, table_wording(table_id)["heading"]),
        title=block_title(brief, table_id),
        subtitle=block_subtitle(brief, table_id),
        text=block_text(brief, table_id),
        note=chart_note(brief, table_id),
        hidden_note=say(brief, text["hidden"]) if has_marks else (),
        has_finding=block_title(brief, table_id) != say(brief, table_wording(table_id)["title"]),
        table=None if is_crossed(table) else table_view(brief, table_id),
        crossed=cross_view(brief, table_id) if is_crossed(table) else None,
    )


def _tiles(brief: Brief) -> tuple[Tile, ...]:
    words = wording()["tiles"]
    found = [_tile(brief, total_cell(brief), "n", say(brief, words["clients"]))]
    if "by_period" in brief.tables and (cell := latest(brief)) is not None:
        quarter = Label(brief.label("quarter", cell.codes[0]), "date")
        found.append(_tile(brief, cell, "n", say(brief, words["cases"], quarter=quarter)))
    if (table := brief.tables.get("by_group_of_interest")) is not None:
        for group in (code for code in group_codes(table) if is_mostly_known(table, code)):
            label = say(brief, words["groups"], group=Label(brief.label("group_code", group)))
            found.append(_tile(brief, find(table, "clients", group, MEMBER), "share", label))
    return tuple(tile for tile in found if tile is not None)


def _tile(brief: Brief, cell: Cell | None, form: str, words: Sentence) -> Tile | None:
    """Give a tile of a count or a share; a share that cannot be said leaves the count."""
    if cell is None or cell.n is None:
        return None
    part = share(brief.rule, cell) if form == "share" else None
    return Tile(capitalised((part or count(brief.rule, cell),)), words, cell.provisional)


def _not_collected(brief: Brief) -> tuple[tuple[Sentence, str], ...]:
    names = wording()["quality"]["fields"]
    gaps = brief.not_collected or {}
    return tuple(
        (say(brief, names.get(field, field.replace("_", " "))), "; ".join(sources))
        for field, sources in gaps.items()
        if sources
    )


def _too_fine(brief: Brief) -> tuple[Sentence, ...]:
    """Name the tables a brief does not have, so that nobody takes their absence for an absence of people."""
    order = [*_PLACED, *sorted(set(brief.too_fine) - set(_PLACED))]
    return tuple(say(brief, table_wording(name)["title"]) for name in order if name in brief.too_fine)
