"""The section of rates by area: clients for every thousand people, and from which areas few came.

Answers "where do clients come from, for the people who live there". Every figure is a rate's own, cited; where
there are no rates one line says why.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import POOL, POOLED, AreaRate
from pipelines.publish.brief import Brief
from pipelines.publish.chart_rates import CHART, rates_described, rates_subtitle, rates_title
from pipelines.publish.comparisons import benchmark_line
from pipelines.publish.document import (
    BODY,
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
from pipelines.publish.messages import spoken
from pipelines.publish.places_section import centres_cell, centres_head, places_blocks
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Measured, Sentence
from pipelines.publish.tableview import EMPTY_MARK
from pipelines.publish.wording import say, wording

SECTION, TABLE = "area_rates", "by_residence_area"


def with_area_rates(brief: Brief, section: Section | None, charted: Collection[str]) -> Section | None:
    """Put the rates by area behind the table of areas, or last where there is none; nothing where none are told."""
    if section is None or not brief.area_rates:
        return section
    names = [each.section_id for each in section.sections]
    place = names.index(TABLE) + 1 if TABLE in names else len(names)
    parts = (*section.sections[:place], area_section(brief, charted), *section.sections[place:])
    return replace(section, sections=parts)


def area_section(brief: Brief, charted: Collection[str]) -> Section:
    """Tell the rates of a brief: what they are, a map, the table, the areas from which few came, and the population."""
    heading = say(brief, wording()["areas"]["heading"])
    blocks = _rates(brief, is_drawn=CHART in charted) if has_rates(brief) else (_given(brief.area_rates[0]),)
    return Section(SECTION, heading, (*blocks, *comments_on(brief, SECTION)))


def has_rates(brief: Brief) -> bool:
    """Tell whether a brief has rates and not only a reason why it has none."""
    return any(rate.population is not None for rate in brief.area_rates)


def told_by_name(brief: Brief) -> tuple[AreaRate, ...]:
    """Give the rows of the table: all areas, then those that are not told together with others."""
    return tuple(rate for rate in brief.area_rates if rate.state != POOLED)


def with_few(brief: Brief) -> tuple[AreaRate, ...]:
    """Give the areas that a sentence is about: clearly fewer clients than elsewhere, or too few to be named."""
    return tuple(rate for rate in brief.area_rates if rate.is_told)


def area_name(brief: Brief, rate: AreaRate) -> Sentence:
    """Name the area of a rate."""
    named = {TOTAL: "all", POOL: "pool"}.get(rate.group)
    return say(brief, wording()["areas"][named]) if named else (Label(brief.label(rate.dimension, rate.group)),)


def verdict(brief: Brief, rate: AreaRate) -> Sentence:
    """Say what a rate shows beside all areas; nothing of all areas themselves, nor of one that is told with others."""
    words = wording()["comparisons"]["verdicts"]
    return say(brief, words[rate.state]) if rate.state in words else ()


def _rates(brief: Brief, *, is_drawn: bool) -> tuple[Block, ...]:
    words, few = wording()["areas"], with_few(brief)
    source = benchmark_line(brief, next(rate.benchmark_id for rate in brief.area_rates if rate.benchmark_id))
    return (
        Paragraph(say(brief, words["intro"]), INTRO),
        _given(brief.area_rates[0]),
        Paragraph(say(brief, words["limits"]), NOTE),
        *(_map(brief) if is_drawn else ()),
        _table(brief, is_folded=is_drawn),
        *((Paragraph(say(brief, words["few"])), Listing(tuple(_words(rate) for rate in few))) if few else ()),
        *places_blocks(brief, {rate.group: area_name(brief, rate) for rate in few}),
        Paragraph(say(brief, words["caution"]), BODY),
        Paragraph((Label(source, "given"),), NOTE),
    )


def _map(brief: Brief) -> tuple[Block, ...]:
    return (
        Paragraph(rates_title(brief), TITLE),
        Paragraph(rates_subtitle(brief), SUBTITLE),
        Picture(CHART, rates_described(brief)),
        Paragraph(say(brief, wording()["areas"]["map_note"]), NOTE),
    )


def _given(rate: AreaRate) -> Paragraph:
    return Paragraph(_words(rate))


def _words(rate: AreaRate) -> Sentence:
    return (Label(rate.statement, "given"),)


def _table(brief: Brief, *, is_folded: bool) -> Table:
    words = wording()["areas"]
    *heads, last = (say(brief, text) for text in words["columns"])
    further = [centres_head(brief)] if brief.centre_places else []
    pooled = [rate for rate in brief.area_rates if rate.state == POOLED]
    names = Label(", ".join(brief.label(rate.dimension, rate.group) for rate in pooled))
    dash = say(brief, words["dash_places" if brief.centre_places else "dash"])
    notes = (*((say(brief, words["pooled"], areas=names),) if pooled else ()), dash)
    return Table(
        SECTION,
        say(brief, words["caption"]),
        (*(Column(head) for head in heads), *(Column(head, is_words=True) for head in (*further, last))),
        (RowGroup((), tuple(_row(brief, rate) for rate in told_by_name(brief))),),
        notes,
        is_folded=is_folded,
    )


def _row(brief: Brief, rate: AreaRate) -> Row:
    limits = (*_figure(rate, "rate_low", "ratio"), spoken("to"), *_figure(rate, "rate_high", "ratio"))
    figures = (
        _figure(rate, "population", "people"),
        _figure(rate, "rate", "ratio"),
        () if rate.rate_low is None else limits,
    )
    shown = verdict(brief, rate)
    cells = tuple(Cell((each,)) if each else Cell(((EMPTY_MARK,),), MARK) for each in figures)
    places = (centres_cell(brief, rate),) if brief.centre_places else ()
    last = Cell((shown or (EMPTY_MARK,),), WORDS)
    is_strong = rate.group == TOTAL or rate.is_clearly_below
    return Row(area_name(brief, rate), (*cells, *places, last), is_strong=is_strong)


def _figure(rate: AreaRate, measure: str, form: str) -> Sentence:
    return () if getattr(rate, measure) is None else (Measured(rate, measure, form),)
