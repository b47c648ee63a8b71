"""What people add to the figures, and what earlier editions said: comments, dated events and revisions, as blocks.

Answers "who said what about this", "what happened meanwhile" and "what did this edition change, and why". Words are
given as they were written; digits in them are the writer's own. Figures of earlier editions are cited by edition and
table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Cell, Finding
from pipelines.publish.brief import Brief, Commentary, DatedEvent, day_label
from pipelines.publish.document import FIGURE, MARK, Block, Column, Comment, Listing, Paragraph, Row, RowGroup, Table
from pipelines.publish.document import Cell as TableCell
from pipelines.publish.groups import MEMBER
from pipelines.publish.revised import EditionMade, Revision, Revisions
from pipelines.publish.sentences import Label, Num, Sentence, joined
from pipelines.publish.tableview import EMPTY_MARK, HIDDEN_MARK
from pipelines.publish.verdicts import verdict_blocks
from pipelines.publish.wording import main_unit, piece, say, table_wording, wording

TABLE_ID = "revisions"
GROUPS_TABLE = "by_group_of_interest"


def comments_on(brief: Brief, target: str) -> tuple[Comment, ...]:
    """Give the comments on one finding, group, table or section, in the order of their files."""
    return tuple(_comment(brief, each) for each in brief.comments if each.about == target)


def answered_findings(brief: Brief, findings: Iterable[Finding]) -> Iterator[Block]:
    """Repeat each finding that somebody commented on, with the comments right below it."""
    for finding in findings:
        if comments := comments_on(brief, finding.finding_id):
            yield Paragraph((Label(finding.statement, "given"),))
            yield from comments


def event_sentences(brief: Brief) -> tuple[Sentence, ...]:
    """Say the dated events of the time that a brief tells of, the earliest first."""
    return tuple(_event(brief, each) for each in brief.events)


def event_blocks(brief: Brief) -> tuple[Block, ...]:
    """List the dated events under a line that says whose words they are; nothing without events."""
    told = event_sentences(brief)
    return (Paragraph(say(brief, wording()["remarks"]["events"])), Listing(told)) if told else ()


def revision_blocks(brief: Brief) -> tuple[Block, ...]:
    """Say what an edition takes the place of, why each was made, and which figures differ.

    Returns:
        Nothing for a first edition. Figures stand in a table for everything that is counted by one list of codes;
        further tables with other figures are named.
    """
    revisions = brief.revisions
    if revisions is None:
        return ()
    words = wording()["revisions"]
    since = _number(revisions.since_edition)
    blocks: list[Block] = [
        Paragraph(say(brief, words["intro"], number=_number(brief.edition.number), since=since)),
        Listing(tuple(_made(brief, each) for each in revisions.editions)),
        *verdict_blocks(brief),
    ]
    if not revisions.figures:
        return (*blocks, Paragraph(say(brief, words["no_figures"])))
    return (*blocks, *_figure_blocks(brief, revisions))


def given_texts(brief: Brief) -> tuple[str, ...]:
    """Give every text in these blocks that a person wrote, for the check of a finished page."""
    told = brief.revisions.editions if brief.revisions else ()
    comments = [text for each in brief.comments for text in (*each.paragraphs, each.said_by, each.subject)]
    events = [text for each in brief.events for text in (each.label, each.reason)]
    return (*comments, *events, *(each.explanation for each in told))


def earlier_cells(brief: Brief) -> tuple[Cell, ...]:
    """Give the figures of earlier editions that a brief cites."""
    figures = brief.revisions.figures if brief.revisions else ()
    return tuple(each.before for each in figures if each.before is not None)


def _comment(brief: Brief, comment: Commentary) -> Comment:
    who: Sentence = (Label(comment.said_by, "given"),)
    if comment.said_on:
        who = (*who, ", ", Label(day_label(comment.said_on), "date"))
    if comment.subject:
        who = say(brief, wording()["remarks"]["elsewhere"], who=who, subject=Label(comment.subject, "given"))
    if comment.is_earlier:
        who = say(brief, wording()["remarks"]["earlier"], who=who)
    return Comment(tuple((Label(text, "given"),) for text in comment.paragraphs), who)


def _event(brief: Brief, event: DatedEvent) -> Sentence:
    name = "step" if event.is_step else "event"
    day, reason = Label(day_label(event.on), "date"), Label(event.reason, "given")
    return say(brief, wording()["remarks"][name], day=day, reason=reason)


def _number(edition: int) -> Label:
    return Label(str(edition), "date")


def _made(brief: Brief, made: EditionMade) -> Sentence:
    words = wording()["revisions"]
    reasons = joined([piece(brief, words["reasons"][name]) for name in made.reasons])
    day = Label(day_label(made.published_on), "date")
    said = say(brief, words["made"], number=_number(made.number), day=day, reasons=reasons)
    return (*said, " ", Label(made.explanation, "given")) if made.explanation else said


def _figure_blocks(brief: Brief, revisions: Revisions) -> Iterator[Block]:
    words = wording()["revisions"]
    groups = tuple(_row_groups(brief, revisions))
    since = _number(revisions.figures_since)
    if groups:
        yield Table(
            table_id=TABLE_ID,
            caption=say(brief, words["caption"], since=since),
            columns=(
                Column(say(brief, words["head"])),
                Column(say(brief, words["edition"], number=since)),
                Column(say(brief, words["now"], number=_number(brief.edition.number))),
            ),
            groups=groups,
            notes=(say(brief, words["note"]),),
            is_folded=True,
        )
    told = {each.cell.table_id.rpartition(":")[2] for each in revisions.figures if not _is_told(each)}
    if further := [say(brief, table_wording(name)["title"]) for name in brief.tables if name in told]:
        yield Paragraph(say(brief, words["further"], since=since))
        yield Listing(tuple(further))


def _row_groups(brief: Brief, revisions: Revisions) -> Iterator[RowGroup]:
    for name in brief.tables:
        rows = [
            Row(_row_head(brief, name, each), (_shown(each.before), _shown(each.now)), each.cell.codes[0] == TOTAL)
            for each in revisions.figures
            if each.cell.table_id.rpartition(":")[2] == name and _is_told(each)
        ]
        if rows:
            yield RowGroup(say(brief, table_wording(name)["title"]), tuple(rows))


def _is_told(revision: Revision) -> bool:
    """Tell whether a figure is counted by one list of codes, in its table's unit; members stand for their group."""
    cell = revision.cell
    name = cell.table_id.rpartition(":")[2]
    is_plain = len(cell.codes) == 1 or (name == GROUPS_TABLE and cell.codes[-1] == MEMBER)
    return is_plain and cell.unit == main_unit(name)


def _row_head(brief: Brief, table_id: str, revision: Revision) -> Sentence:
    dimension, code = brief.tables[table_id].dimensions[0], revision.cell.codes[0]
    return (Label(brief.label(dimension, code), "date" if dimension == "quarter" else "label"),)


def _shown(cell: Cell | None) -> TableCell:
    if cell is None or cell.is_hidden:
        return TableCell(((EMPTY_MARK if cell is None else HIDDEN_MARK,),), MARK)
    return TableCell(((Num(cell),),), FIGURE)
