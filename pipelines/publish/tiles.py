"""The key figures at the top of a brief: how many came, what changed, and the groups who may be missed.

Answers "what are the numbers". A group's share says of whom it is a share, and beside it what can be told of it.
"""

from __future__ import annotations

from pipelines.disclosure.protected import Cell, Finding, ProtectedTable
from pipelines.publish.amounts import count, is_said, share
from pipelines.publish.brief import Brief
from pipelines.publish.change import latest
from pipelines.publish.document import Tile, Tiles
from pipelines.publish.groups import MEMBER, group_codes, is_mostly_known
from pipelines.publish.narrative import total_cell
from pipelines.publish.ranking import find
from pipelines.publish.sentences import Label, Measured, Sentence, capitalised
from pipelines.publish.wording import say, wording

TABLE = "by_group_of_interest"


def tiles(brief: Brief) -> Tiles:
    """Give the key figures of a brief."""
    words = wording()["tiles"]
    found = [_counted(brief, total_cell(brief), say(brief, words["clients"]))]
    if "by_period" in brief.tables and (cell := latest(brief)) is not None:
        quarter = Label(brief.label("quarter", cell.codes[0]), "date")
        found.append(_counted(brief, cell, say(brief, words["cases"], quarter=quarter)))
    if (table := brief.tables.get(TABLE)) is not None:
        found += [_group(brief, table, code) for code in group_codes(table) if is_mostly_known(table, code)]
    return Tiles(tuple(tile for tile in found if tile is not None))


def _counted(brief: Brief, cell: Cell | None, words: Sentence) -> Tile | None:
    if cell is None or cell.n is None:
        return None
    tag = say(brief, wording()["text"]["provisional"]) if cell.provisional else ()
    return Tile(capitalised((count(brief.rule, cell),)), words, tag)


def _group(brief: Brief, table: ProtectedTable, group: str) -> Tile | None:
    """Give the share that the brief compares, with what was found of it; without a comparison the recorded share."""
    words, cell = wording()["tiles"], find(table, "clients", group, MEMBER)
    label = Label(brief.label("group_code", group))
    finding = _compared(brief, group)
    if cell is not None and finding is not None and is_said(brief.rule, cell):
        verdict = say(brief, wording()["comparisons"]["verdicts"][finding.state])
        return Tile(
            (Measured(finding, "observed", "percent"),), say(brief, words["groups_known"], group=label), verdict
        )
    tile = _counted(brief, cell, say(brief, words["groups"], group=label))
    part = share(brief.rule, cell) if cell is not None else None
    return tile if tile is None or part is None else Tile((part,), tile.words, tile.tag)


def _compared(brief: Brief, group: str) -> Finding | None:
    own = (each for each in brief.findings if each.dimension == "group_code" and each.group == group)
    return next((each for each in own if each.observed is not None), None)
