"""The section that sets advice types beside scores of policy: whose scores, a chart, a paragraph, a table and cautions.

Answers "where does demand fall beside how favourable the rules were, by this index". Counts are those of the table by
advice type; where nothing can be set beside a score, one line says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipelines.publish.brief import Brief
from pipelines.publish.chart_policy import policy_described, policy_subtitle, policy_title
from pipelines.publish.document import (
    BODY,
    CAUTION,
    INTRO,
    MARK,
    NOTE,
    SUBTITLE,
    TITLE,
    WORDS,
    Block,
    Cell,
    Column,
    Listing,
    Paragraph,
    Picture,
    Row,
    RowGroup,
    Section,
    Table,
)
from pipelines.publish.policy import POLICY, Policy, Score
from pipelines.publish.policy_rows import TOLD, PolicyRow, policy_rows, state_of, table_of
from pipelines.publish.policy_words import cautions, paragraph, policy_say, source_lines
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Scored, one_after_another
from pipelines.publish.tableview import EMPTY_MARK, figure, table_cell, under_table
from pipelines.publish.wording import say, table_wording, unit_word, wording

_FORMS = {"n": "count_head", "percent": "share_head"}


def policy_section(brief: Brief, charted: Collection[str]) -> Section | None:
    """Tell where demand falls beside scores of policy, or in one line why not; None where a brief knows no index."""
    policy = brief.policy
    if policy is None:
        return None
    heading, state = say(brief, wording()["sections"][POLICY]), state_of(brief, policy)
    if state != TOLD:
        blocks: tuple[Block, ...] = (Paragraph(policy_say(brief, policy, state)),)
        return Section(POLICY, heading, (*blocks, *comments_on(brief, POLICY)))
    blocks = (
        Paragraph(policy_say(brief, policy, "intro"), INTRO),
        Paragraph(policy_title(brief), TITLE),
        Paragraph(policy_subtitle(brief), SUBTITLE),
        *((Picture(POLICY, policy_described(brief)),) if POLICY in charted else ()),
        Paragraph(policy_say(brief, policy, "outside_chart"), NOTE),
        Paragraph(paragraph(brief, policy), BODY),
        Paragraph(one_after_another(cautions(brief, policy)), CAUTION),
        policy_table(brief, policy, is_folded=POLICY in charted),
        *comments_on(brief, POLICY),
    )
    return Section(POLICY, heading, blocks, (_sources(brief, policy),))


def policy_table(brief: Brief, policy: Policy, *, is_folded: bool) -> Table:
    """Set out every published advice type under its policy area, with the score of that area."""
    rows = policy_rows(brief, policy)
    shown = [row for row in rows if not row.is_empty]
    table_id = f"{POLICY}-areas"
    return Table(
        table_id=table_id,
        caption=policy_say(brief, policy, "caption"),
        columns=tuple(_columns(brief, policy)),
        groups=tuple(_groups(brief, policy, shown)),
        notes=under_table(brief, left_out="left_out" if len(shown) < len(rows) else ""),
        is_folded=is_folded,
    )


def _columns(brief: Brief, policy: Policy) -> Iterator[Column]:
    text = wording()["text"]
    yield Column(say(brief, table_wording(table_of(brief).table_id)["heading"]))
    yield from (Column(say(brief, text[head], unit=unit_word(brief, "clients"))) for head in _FORMS.values())
    yield Column(policy_say(brief, policy, "score_head"))
    yield Column(policy_say(brief, policy, "band_head"), is_words=True)


def _groups(brief: Brief, policy: Policy, rows: list[PolicyRow]) -> Iterator[RowGroup]:
    for area in policy.areas:
        own = [_row(brief, policy, row) for row in rows if row.area == area]
        yield RowGroup((Label(policy.area_label(area)),), tuple(own or [_no_type(brief, policy, area)]))
    if outside := tuple(_row(brief, policy, row) for row in rows if not row.area):
        yield RowGroup(policy_say(brief, policy, "no_area"), outside)


def _row(brief: Brief, policy: Policy, row: PolicyRow) -> Row:
    table = table_of(brief)
    figures = (table_cell(figure(table, row.cell, form)) for form in _FORMS)
    name = Label(brief.label(table.dimensions[0], row.code))
    return Row((name,), (*figures, *_scores(policy, row.score)))


def _no_type(brief: Brief, policy: Policy, area: str) -> Row:
    empty = (_mark(),) * len(_FORMS)
    return Row(policy_say(brief, policy, "no_type"), (*empty, *_scores(policy, policy.score(area))))


def _scores(policy: Policy, score: Score | None) -> tuple[Cell, Cell]:
    if score is None:
        return _mark(), _mark()
    return Cell(((Scored(score),),)), Cell(((Label(policy.band(score)),),), WORDS)


def _mark() -> Cell:
    return Cell(((EMPTY_MARK,),), MARK)


def _sources(brief: Brief, policy: Policy) -> Section:
    lines = tuple((Label(line, "given"),) for line in source_lines(policy.all_scores))
    return Section(f"{POLICY}-sources", policy_say(brief, policy, "sources"), (Listing(lines),))
