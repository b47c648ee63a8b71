"""How people were reached: the channel of advice, beside where they live.

Answers "how was advice given". The table is told as every other one; where no source records it, one line says so.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.publish.brief import Brief
from pipelines.publish.document import Paragraph, Section
from pipelines.publish.wording import say, table_wording, wording

TABLE = "by_channel"
# The parts of the section that say where people came from.
BEFORE = ("by_residence_area", "area_rates")


def with_channel(brief: Brief, section: Section | None) -> Section | None:
    """Say that no source records how advice was given, behind what is told of areas; nothing in a centre's brief."""
    if section is None or TABLE in brief.tables or brief.edition.centre_name:
        return section
    names = [each.section_id for each in section.sections]
    place = max((names.index(name) + 1 for name in BEFORE if name in names), default=len(names))
    heading = say(brief, table_wording(TABLE)["heading"])
    none = Section(TABLE, heading, (Paragraph(say(brief, wording()["channel"]["none"])),))
    return replace(section, sections=(*section.sections[:place], none, *section.sections[place:]))
