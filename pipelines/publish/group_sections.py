"""The groups who may be missed, one section each: how many came, compared with whom, for what, and what is not known.

Answers "what do the records say about this group, and what can they not say". A hidden figure leads to no comparison.
"""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.amounts import is_said, share, slack
from pipelines.publish.barriers_section import group_barriers
from pipelines.publish.brief import Brief
from pipelines.publish.crosstab import row_label
from pipelines.publish.document import BODY, CAUTION, FINDING, INTRO, Block, Paragraph, Section
from pipelines.publish.enquiry_section import group_enquiries
from pipelines.publish.groups import MEMBER, group_codes, group_point, people, size_and_unknown, statement
from pipelines.publish.ranking import find, first_of_column
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Sentence, joined
from pipelines.publish.table_sections import table_blocks
from pipelines.publish.waiting_section import group_waiting
from pipelines.publish.wording import piece, rule_value, say, wording

TABLE, FOR_WHAT = "by_group_of_interest", "by_group_of_interest_advice"


def groups_section(brief: Brief, charted: Collection[str]) -> Section | None:
    """Tell every group of interest, then the table of them all; None without one."""
    if TABLE not in brief.tables:
        return None
    words, table = wording()["groups"], brief.tables[TABLE]
    return Section(
        "groups",
        say(brief, wording()["sections"]["groups"]),
        (Paragraph(say(brief, words["intro"]), INTRO), *comments_on(brief, "groups")),
        (
            *(_group(brief, table, group) for group in group_codes(table)),
            Section(TABLE, say(brief, words["all"]), table_blocks(brief, TABLE, charted, has_text=False)),
        ),
    )


def _group(brief: Brief, table: ProtectedTable, group: str) -> Section:
    label, told = brief.label("group_code", group), statement(brief, group)
    is_flagged = any(each.is_under_served for each in brief.findings if each.group == group)
    size = size_and_unknown(brief, table, group) if told else group_point(brief, table, group)
    blocks: list[Block] = [Paragraph(size, BODY)]
    if told:
        blocks.append(Paragraph((Label(told, "given"),), FINDING if is_flagged else BODY))
        blocks += _on_findings(brief, group)
    blocks += [*(Paragraph(said, BODY) for said in came_for(brief, group)), *group_waiting(brief, group)]
    blocks += group_barriers(brief, group)
    blocks += group_enquiries(brief, group)
    blocks += [Paragraph(said, CAUTION) for said in _cannot_be_known(brief, group)]
    return Section(f"group-{group.lower().replace('_', '-')}", (Label(label),), (*blocks, *comments_on(brief, group)))


def _on_findings(brief: Brief, group: str) -> list[Block]:
    ids = [each.finding_id for each in brief.findings if (each.dimension, each.group) == ("group_code", group)]
    return [comment for finding_id in ids for comment in comments_on(brief, finding_id)]


def _cannot_be_known(brief: Brief, group: str) -> list[Sentence]:
    unknowable = wording()["groups"]["unknowable"]
    return [say(brief, unknowable.get(group, unknowable["other"]), people_inside=people(brief, group))]


def came_for(brief: Brief, group: str) -> tuple[Sentence, ...]:
    """Say what the members of a group came for most, as far as that is clear, and where that differs from all clients.

    A difference is told when it is larger than chance and rounding explain, taking the members as a sample of all
    clients: beyond `advice_in_deviations` standard errors of a share plus what rounding can move.

    Source: the normal approximation to the binomial; Newcombe (1998), Statistics in Medicine 17, 873-890, method 1.
    """
    table = brief.tables.get(FOR_WHAT)
    if table is None:
        return ()
    words, who, told = wording()["groups"], people(brief, group), []
    if first := _first(table, group):
        items = [_item(brief, table, cell) for cell in first]
        name = "came_for" if len(first) > 1 else "came_for_one"
        told.append(say(brief, words[name], people_inside=who, list=joined(items)))
    for name, differing in _differences(table, group, _shares(table, group, MEMBER)).items():
        if differing:
            pairs = [_pair(brief, table, own, whole) for own, whole in differing]
            told.append(say(brief, words[name], people_inside=who, list=joined(pairs)))
    return tuple(told)


def _first(table: ProtectedTable, group: str) -> tuple[Cell, ...]:
    cells = [cell for cell in table.cells(unit="clients") if cell.codes[0] == group and cell.codes[-1] != TOTAL]
    members = [cell for cell in cells if cell.codes[1] == MEMBER and cell.codes[-1] != NOT_KNOWN]
    everybody = {cell.codes[-1]: cell for cell in cells if cell.codes[1] == TOTAL}
    return first_of_column(members, everybody, rule=table.rule, most=int(rule_value("advice_said")))


def _shares(table: ProtectedTable, group: str, membership: str) -> list[Cell]:
    """Give the named shares of one column, without its total and what is not known."""
    cells = (cell for cell in table.cells(unit="clients") if cell.codes[:2] == (group, membership))
    named = (cell for cell in cells if cell.codes[-1] not in {TOTAL, NOT_KNOWN} and is_said(table.rule, cell))
    return [cell for cell in named if cell.share is not None]


def _differences(table: ProtectedTable, group: str, members: list[Cell]) -> dict[str, list[tuple[Cell, Cell]]]:
    """Pair each share that is clearly higher or lower than that of all clients with it."""
    everybody = {cell.codes[-1]: cell for cell in _shares(table, group, TOTAL)}
    base = find(table, "clients", group, MEMBER, TOTAL)
    found: dict[str, list[tuple[Cell, Cell]]] = {"more_for": [], "less_for": []}
    for own in members:
        whole = everybody.get(own.codes[-1])
        if whole is not None and base is not None and base.n:
            gap = (own.share or 0.0) - (whole.share or 0.0)
            if abs(gap) > _beyond_chance(table, whole.share or 0.0, base.n):
                found["more_for" if gap > 0 else "less_for"].append((own, whole))
    return found


def _beyond_chance(table: ProtectedTable, expected: float, base: int) -> float:
    return rule_value("advice_in_deviations") * sqrt(expected * (1 - expected) / base) + slack(table.rule) / base


def _item(brief: Brief, table: ProtectedTable, cell: Cell) -> Sentence:
    part = share(table.rule, cell)
    label = row_label(brief, table, cell.codes[-1])
    return (label,) if part is None else piece(brief, wording()["points"]["point_item"], group=label, share=part)


def _pair(brief: Brief, table: ProtectedTable, own: Cell, whole: Cell) -> Sentence:
    first, second = share(table.rule, own), share(table.rule, whole)
    if first is None or second is None:
        return (row_label(brief, table, own.codes[-1]),)
    label = row_label(brief, table, own.codes[-1])
    return piece(brief, wording()["groups"]["pair"], advice=label, own=first, all=second)
