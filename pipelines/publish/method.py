"""How the figures were made: definitions, marks, protection of people, and where the figures are to be had as data.

Answers "what do these words and marks mean". Only what a brief uses is explained.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.codelists import codelist
from pipelines.publish.brief import Brief
from pipelines.publish.document import Listing, Paragraph, Section, Terms
from pipelines.publish.messages import Message
from pipelines.publish.remarks import revision_blocks
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.wording import say, wording

SECTION = "figures"


def method_section(brief: Brief, files: Collection[str]) -> Section:
    """Explain words, marks and protection, say what was revised, and list the files beside the brief."""
    words = wording()["open_data"]
    listed = tuple((Label(path),) for path in files)
    data = Section(
        "open-data",
        say(brief, words["heading"]),
        (Paragraph(say(brief, words["text"])), Listing(listed, is_files=True)),
    )
    heading = say(brief, wording()["sections"][SECTION])
    return Section(SECTION, heading, (Terms(definitions(brief)),), (*_revisions(brief), data))


def _revisions(brief: Brief) -> tuple[Section, ...]:
    """Say what an edition after the first changed, and why."""
    blocks = revision_blocks(brief)
    return (Section("revisions", say(brief, wording()["revisions"]["heading"]), blocks),) if blocks else ()


def definitions(brief: Brief) -> tuple[tuple[Sentence, Sentence], ...]:
    """Define units and marks as far as they are used, and the groups of interest as their code list does."""
    words, tables = wording()["definitions"], brief.tables.values()
    used = [
        words["rounded" if brief.rule.base else "hidden"],
        *([words["network"]] if brief.edition.centre_name else []),
        *([words["crossed"]] if any("advice_family_code" in table.dimensions for table in tables) else []),
        *([words["under_served"]] if any(each.ratio_low is not None for each in brief.findings) else []),
    ]
    general = [(say(brief, name), say(brief, text)) for name, text in (*words["items"][:3], *used, *words["items"][3:])]
    groups = codelist("groups_of_interest")
    meanings, shown = groups.column("definition"), brief.labels.get("group_code", {})
    special = [
        ((Label(brief.label("group_code", code)),), (Label(Message(meanings[code], f"meanings.{code}")),))
        for code in shown
        if code in meanings
    ]
    protection = (say(brief, words["protection"]), (Label(brief.rule.statement, "given"),))
    return (*general[:3], *special, *general[3:], protection)
