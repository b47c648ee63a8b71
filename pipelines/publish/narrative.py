"""What a brief says in words: titles, the text under each chart, and points for the summary.

Answers: which sentences do the published figures support. A title states a finding when a rule fires and describes
the chart when none does. `groups` and `change` hold the sentences of their own sections.
"""

from __future__ import annotations

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish import change, groups
from pipelines.publish.amounts import amount, count, is_said, share
from pipelines.publish.brief import Brief
from pipelines.publish.crosstab import cross_sentences, is_crossed
from pipelines.publish.process import process_sentences
from pipelines.publish.ranking import Leaders, body, find, leaders
from pipelines.publish.sentences import Label, Sentence, joined
from pipelines.publish.wording import main_unit, piece, rule_value, say, table_wording, unit_word, wording

TOTAL_TABLES = ("by_nationality_class", "by_gender", "by_age_group", "by_source")
_NOT_KNOWN_TABLES = ("by_nationality", "by_gender", "by_age_group", "by_advice_type")


def total_cell(brief: Brief) -> Cell | None:
    """Find the number of clients of the whole brief."""
    for name in TOTAL_TABLES:
        if name in brief.tables and (cell := find(brief.tables[name], "clients", TOTAL)) is not None:
            return cell
    return None


def block_title(brief: Brief, table_id: str) -> Sentence:
    """Give a chart's title: a finding when a rule fires, else a description."""
    if table_id == "by_period":
        return change.change_title(brief)
    words, table, unit = table_wording(table_id), brief.tables[table_id], main_unit(table_id)
    if "finding" in words and len(table.dimensions) == 1:
        if _share_not_known(table, unit) >= rule_value("mostly_not_known"):
            unknown = words.get("mostly_not_known", wording()["text"]["mostly_not_known"])
            return say(brief, unknown, subject=piece(brief, words["subject"]))
        lead = leaders(table, unit)
        if lead.is_certain and _is_one_group(lead, words):
            return say(brief, words["finding"], group=_label(brief, table, lead.cells[0]))
    return say(brief, words["title"])


def block_text(brief: Brief, table_id: str) -> tuple[Sentence, ...]:
    """Give the sentences under a chart; they also describe it to people who cannot see it."""
    if table_id == "by_period":
        return (*change.change_sentences(brief), *process_sentences(brief))
    table, unit, words = brief.tables[table_id], main_unit(table_id), table_wording(table_id)
    if is_crossed(table):
        return (say(brief, words["caution"]),) if "caution" in words else cross_sentences(brief, table)
    if all(cell.is_hidden for cell in body(table, unit)):
        return (say(brief, wording()["text"]["all_hidden" if body(table, unit) else "no_figures"]),)
    if table_id == "by_group_of_interest":
        return groups.group_sentences(brief, table)
    # Centres, projects and sources are never set against each other: a caution stands where others name the largest.
    top = () if "caution" in words else _top_sentences(brief, table, unit)
    remarks = [say(brief, words[name]) for name in ("overlap", "caution") if name in words]
    return (*top, *_not_known_sentences(brief, table, unit), *remarks)


def has_hidden(table: ProtectedTable) -> bool:
    """Tell whether any figure of a table is hidden."""
    return bool(table.frame["n"].null_count())


def _is_one_group(lead: Leaders, words: dict[str, list[str]]) -> bool:
    return lead.is_first_alone and lead.cells[0].codes[0] not in words.get("not_a_group", [])


def _label(brief: Brief, table: ProtectedTable, cell: Cell) -> Label:
    return Label(brief.label(table.dimensions[0], cell.codes[0]))


def _share_not_known(table: ProtectedTable, unit: str) -> float:
    cell = find(table, unit, NOT_KNOWN)
    return cell.share or 0.0 if cell is not None else 0.0


def total_points(brief: Brief) -> list[Sentence]:
    """Say how many clients came."""
    cell, points = total_cell(brief), wording()["points"]
    if cell is None:
        return []
    name = "total_hidden" if cell.is_hidden else "total"
    said = say(brief, points[name], **({} if cell.is_hidden else {"n": count(brief.rule, cell)}))
    if not brief.edition.is_provisional:
        return [said]
    return [(*said, " ", *say(brief, points["provisional"]))]


def leading_points(brief: Brief) -> list[Sentence]:
    """Say which nationalities and types of advice lead."""
    points: list[Sentence] = []
    for table_id, name in (("by_nationality", "nationality"), ("by_advice_type", "advice")):
        if table_id not in brief.tables:
            continue
        table = brief.tables[table_id]
        lead = leaders(table, "clients", without=table_wording(table_id).get("not_a_group", ()))
        items = [
            piece(brief, wording()["points"]["point_item"], group=_label(brief, table, cell), share=part)
            for cell in lead.cells
            if (part := share(brief.rule, cell)) is not None
        ]
        if len(items) > 1:
            template = wording()["points"][name if lead.is_certain else f"{name}_shown"]
            points.append(say(brief, template, list=joined(items)))
    return points


def not_known_points(brief: Brief) -> list[Sentence]:
    """Say what is not known for many, the largest gap first."""
    present = [name for name in _NOT_KNOWN_TABLES if name in brief.tables]
    found = [(name, find(brief.tables[name], "clients", NOT_KNOWN)) for name in present]
    worth = [
        (name, cell, part)
        for name, cell in found
        if cell and (part := share(brief.rule, cell)) and (cell.share or 0.0) >= rule_value("not_known_point")
    ]
    return [
        say(
            brief,
            wording()["points"]["not_known"],
            subject=piece(brief, table_wording(name)["subject"]),
            share=part,
        )
        for name, _, part in sorted(worth, key=lambda found: -(found[1].share or 0.0))
    ]


def _top_sentences(brief: Brief, table: ProtectedTable, unit: str) -> list[Sentence]:
    lead, text = leaders(table, unit, without=table_wording(table.table_id).get("not_a_group", ())), wording()["text"]
    if not lead.cells:
        return [] if any(is_said(table.rule, cell) for cell in body(table, unit)) else [say(brief, text["all_small"])]
    items = [
        piece(
            brief,
            text["item" if index else "item_first"],
            group=_label(brief, table, cell),
            unit=unit_word(brief, unit, count(table.rule, cell)),
            **amount(table.rule, cell),
        )
        for index, cell in enumerate(lead.cells)
    ]
    name = ("top_one" if len(items) == 1 else "top") + ("" if lead.is_certain else "_shown")
    return [say(brief, text[name], unit=unit_word(brief, unit), list=joined(items))]


def _not_known_sentences(brief: Brief, table: ProtectedTable, unit: str) -> list[Sentence]:
    cell = find(table, unit, NOT_KNOWN)
    if cell is None or (cell.share or 0.0) < rule_value("not_known_said"):
        return []
    return [
        say(
            brief,
            wording()["text"]["not_known"],
            subject=piece(brief, table_wording(table.table_id)["subject"]),
            unit=unit_word(brief, unit, count(table.rule, cell)),
            **amount(table.rule, cell),
        )
    ]
