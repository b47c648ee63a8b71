"""What stands where in a brief: its sections in the order in which readers need them.

Answers with a `Document`, which the page, the PDF and the workbook render. Findings come first, then who came, then the
groups who may be missed, change, the quality of the data and how the figures were made.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipelines.publish.area_section import with_area_rates
from pipelines.publish.barriers_section import TABLES as BARRIERS
from pipelines.publish.barriers_section import barriers_section
from pipelines.publish.brief import Brief, day_label
from pipelines.publish.channel_section import with_channel
from pipelines.publish.charts import charts_of
from pipelines.publish.comparisons import comparison_section
from pipelines.publish.document import INTRO, NOTE, Block, Document, Paragraph, Section
from pipelines.publish.enquiry_section import TABLES as ENQUIRIES
from pipelines.publish.enquiry_section import enquiry_section
from pipelines.publish.group_sections import groups_section
from pipelines.publish.method import method_section
from pipelines.publish.policy_section import policy_section
from pipelines.publish.quality_section import quality_section
from pipelines.publish.remarks import comments_on, event_blocks
from pipelines.publish.sentences import Label, Part, Sentence
from pipelines.publish.summary import summary_sections
from pipelines.publish.table_sections import table_section
from pipelines.publish.tiles import tiles
from pipelines.publish.translation_notice import with_notice
from pipelines.publish.waiting_section import TABLES as WAITING
from pipelines.publish.waiting_section import waiting_section
from pipelines.publish.wording import own_wording, say, wording

WHO_CAME = (
    "by_source",
    "by_centre",
    "by_project",
    "by_nationality",
    "by_nationality_class",
    "by_residence_area",
    "by_channel",
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
QUALITY = ("by_source_recorded",)
_PLACED = (*WHO_CAME, *WHO_FOR_WHAT, "by_group_of_interest", *WAITING, *BARRIERS, *ENQUIRIES, "by_period", *QUALITY)


def lay_out(brief: Brief, *, charted: Collection[str] | None = None, files: Collection[str] = ()) -> Document:
    """Put a brief's parts in their order: findings first.

    Args:
        brief: tables, findings and words.
        charted: the charts that are drawn, by id; those that the tables allow unless given.
        files: the files beside the brief, relative to it.
    """
    drawn = {spec.chart_id for spec in charts_of(brief)} if charted is None else charted
    others = tuple(name for name in brief.tables if name not in _PLACED)
    sections = (
        _about(brief),
        _points(brief),
        with_channel(brief, with_area_rates(brief, _section(brief, "who-came", (*WHO_CAME, *others), drawn), drawn)),
        _section(brief, "who-for-what", WHO_FOR_WHAT, drawn),
        groups_section(brief, drawn),
        comparison_section(brief, drawn),
        waiting_section(brief, drawn),
        barriers_section(brief, drawn),
        enquiry_section(brief, drawn),
        policy_section(brief, drawn),
        _section(brief, "change", ("by_period",), drawn),
        quality_section(brief, drawn, tables=[name for name in QUALITY if name in brief.tables], order=_PLACED),
        method_section(brief, files),
    )
    return replace(_front(brief), sections=with_notice(brief, [each for each in sections if each is not None]))


def lay_out_summary(brief: Brief) -> Document:
    """Give the main points alone, for readers who want one sheet."""
    front = _front(brief)
    name = say(brief, wording()["page"]["summary_name"], name=front.name)
    return replace(front, name=name, sections=(_points(brief),))


def edition_line(brief: Brief) -> Sentence:
    """Say period, number and day of an edition, and whether it is provisional."""
    edition, words = brief.edition, wording()["page"]
    slots: dict[str, Part | Sentence] = {
        "number": Label(str(edition.number), "date"),
        "day": Label(day_label(edition.published_on), "date"),
    }
    line = say(brief, words["edition"], **slots)
    return (*line, " ", *say(brief, words["provisional" if edition.is_provisional else "final"]))


def _front(brief: Brief) -> Document:
    edition, words = brief.edition, wording()["page"]
    title = (Label(edition.title),)
    slots: dict[str, Part | Sentence] = {
        "version": Label(edition.product_version),
        "audience": Label(edition.audience),
        "title": title,
    }
    slots |= {"edition": edition_line(brief)}
    return Document(
        name=say(brief, words["name_centre" if edition.centre_name else "name"], **slots),
        title=(Label(edition.centre_name),) if edition.centre_name else title,
        kicker=(Label(edition.network_name),),
        subtitle=title if edition.centre_name else (),
        edition_line=edition_line(brief),
        sections=(),
        footer=say(brief, words["footer"], **slots),
        language=brief.language,
        others=brief.other_languages,
    )


def _about(brief: Brief) -> Section | None:
    told = [" ".join(text.split()) for text in brief.edition.about.split("\n\n") if text.strip()]
    blocks = tuple(Paragraph((Label(text, "given"),)) for text in told)
    return Section("about", say(brief, wording()["sections"]["about"]), blocks) if blocks else None


def _points(brief: Brief) -> Section:
    lead = [Paragraph(say(brief, wording()["points"]["centre"]), INTRO)] if brief.edition.centre_name else []
    blocks: list[Block] = [*lead, tiles(brief), Paragraph((Label(brief.rule.statement, "given"),), NOTE)]
    heading = say(brief, wording()["sections"]["points"])
    return Section("main", heading, (*blocks, *comments_on(brief, "main")), summary_sections(brief))


def _section(brief: Brief, section_id: str, tables: tuple[str, ...], charted: Collection[str]) -> Section | None:
    present = [name for name in tables if name in brief.tables]
    if not present:
        return None
    words = wording()
    key = section_id.replace("-", "_")
    intro = (Paragraph(say(brief, own_wording(brief, "intros", key)), INTRO),) if key in words["intros"] else ()
    parts = tuple(table_section(brief, name, charted, is_alone=len(present) == 1) for name in present)
    heading = say(brief, words["sections"][key])
    events = event_blocks(brief) if section_id == "change" else ()
    return Section(section_id, heading, (*intro, *events, *comments_on(brief, section_id)), parts)
