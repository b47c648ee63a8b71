"""The sheets before the tables: cover, contents and notes.

Answers "what is this workbook, whom is it about, what is in it, and what do its words mean". Definitions are those of
the document, so that page, PDF and workbook give the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.publish.brief import Brief
from pipelines.publish.comparisons import benchmark_lines
from pipelines.publish.document import Document, Terms
from pipelines.publish.policy_rows import told_policy
from pipelines.publish.policy_words import source_lines
from pipelines.publish.sheets import LABEL, TEXT, Column, Link, Row, Sheet, clean, marks_explained, said, words
from pipelines.publish.wording import say, table_wording, wording

# Who may read a brief, by its audience; every other audience is one centre.
_READERS = ("network", "public")
COVER, CONTENTS, NOTES = "cover", "contents", "notes"


def front_names() -> tuple[str, str, str]:
    """Give the names of cover, contents and notes."""
    own = wording()["workbook"]
    return own[COVER], own[CONTENTS], own[NOTES]


def cover_sheet(brief: Brief, document: Document, sheets: Sequence[Sheet]) -> Sheet:
    """Say what the workbook is: whose figures, for whom, which period and edition, how people are protected.

    Args:
        brief: its edition and rule.
        document: its title and edition line.
        sheets: those with figures, whose marks are explained.
    """
    cover, contents, notes = front_names()
    rows = tuple(Row((subject, detail)) for subject, detail in _facts(brief, document, sheets) if detail)
    lines = tuple(text for text in (said(document.kicker), said(document.subtitle)) if text)
    links = (Link(words(brief, "back"), contents), Link(words(brief, "go_to_notes"), notes))
    return Sheet(
        name=cover,
        title=said(document.title),
        lines=(*lines, *links),
        table_name=COVER,
        about=words(brief, "on_cover"),
        columns=_columns(COVER),
        rows=rows,
    )


def contents_sheet(brief: Brief, sheets: Sequence[Sheet]) -> Sheet:
    """List the other sheets, each with a link."""
    _, contents, _ = front_names()
    return Sheet(
        name=contents,
        title=contents,
        lines=(words(brief, "on_contents"),),
        table_name=CONTENTS,
        about=words(brief, "on_contents"),
        columns=_columns(CONTENTS),
        rows=tuple(Row((Link(sheet.name, sheet.name), _holds(brief, sheet))) for sheet in sheets),
    )


def notes_sheet(brief: Brief, document: Document, sheets: Sequence[Sheet]) -> Sheet:
    """Explain every word and mark, and say what is to be known about the data; arguments as for `cover_sheet`."""
    _, contents, notes = front_names()
    return Sheet(
        name=notes,
        title=notes,
        lines=(words(brief, "on_notes"), Link(words(brief, "back"), contents)),
        table_name=NOTES,
        about=words(brief, "on_notes"),
        columns=_columns(NOTES),
        rows=tuple(Row(pair) for pair in _notes(brief, document, sheets)),
    )


def _marks(brief: Brief, sheets: Sequence[Sheet]) -> tuple[str, ...]:
    return marks_explained(brief, (row for sheet in sheets for row in sheet.rows))


def _columns(sheet: str) -> tuple[Column, ...]:
    first, second = wording()["workbook"][f"{sheet}_columns"]
    return Column(first, LABEL), Column(second, TEXT)


def _holds(brief: Brief, sheet: Sheet) -> str:
    return words(brief, f"on_{sheet.table_name}") if sheet.table_name in {COVER, NOTES} else sheet.title


def _facts(brief: Brief, document: Document, sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    edition, heads = brief.edition, wording()["workbook"]["cover_rows"]
    texts = {name: said(say(brief, text)) for name, text in wording()["workbook"]["cover_texts"].items()}
    yield heads["whose"], clean(edition.centre_name or edition.network_name)
    yield heads["readers"], texts[edition.audience if edition.audience in _READERS else "centre"]
    yield heads["edition"], said(document.edition_line)
    yield heads["provisional"], texts["is_provisional" if edition.is_provisional else "is_final"]
    yield heads["protection"], clean(brief.rule.statement)
    yield heads["marks"], " ".join(_marks(brief, sheets))
    yield from ((heads["about"], clean(text)) for text in edition.about.split("\n\n"))
    yield heads["published_by"], clean(edition.network_name)
    yield heads["questions"], texts["questions"]


def _notes(brief: Brief, document: Document, sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    own = wording()["workbook"]
    blocks = (block for _, section in document.walk() for block in section.blocks)
    for terms in (block for block in blocks if isinstance(block, Terms)):
        yield from ((said(term), said(meaning)) for term, meaning in terms.items)
    yield from ((own["cover_rows"]["marks"], told) for told in _marks(brief, sheets))
    yield from ((own["data_quality"], clean(note)) for note in brief.notes)
    waits, heading = (*brief.openings, *brief.waiting), said(say(brief, wording()["sections"]["waiting"]))
    yield from ((heading, clean(each.statement)) for each in waits)
    yield from ((said(say(brief, wording()["sections"]["barriers"])), clean(each.statement)) for each in brief.faced)
    yield from (
        (said(say(brief, wording()["sections"]["enquiries"])), clean(each.statement)) for each in brief.enquiries
    )
    yield from _gaps(brief)
    yield from ((own["too_fine"], said(say(brief, table_wording(name)["title"]))) for name in brief.too_fine)
    yield from ((own["population"], clean(line)) for line in benchmark_lines(brief))
    policy = told_policy(brief)
    yield from ((own["policy_source"], clean(line)) for line in (source_lines(policy.all_scores) if policy else ()))


def _gaps(brief: Brief) -> Iterator[tuple[str, str]]:
    """Name the sources that do not collect a field, so that nobody takes what is not known for a failure to ask."""
    names = wording()["quality"]["fields"]
    for field, sources in (brief.not_collected or {}).items():
        if sources:
            told = say(brief, names.get(field, field.replace("_", " ")))
            yield words(brief, "not_collected", field=told), clean("; ".join(sources))
