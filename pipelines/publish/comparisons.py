"""The section that sets clients beside benchmark populations: one row for each group, and which sentence goes with it.

Answers "who comes less or more often than expected, and how sure is that". Every figure is a finding's own, cited.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Finding
from pipelines.publish.brief import Brief, day_label
from pipelines.publish.chart_words import chart_description
from pipelines.publish.charts import block_subtitle, chart_note, chart_title
from pipelines.publish.document import (
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
from pipelines.publish.findings_data import rows_told
from pipelines.publish.messages import spoken
from pipelines.publish.remarks import answered_findings, comments_on
from pipelines.publish.sentences import Label, Measured, Sentence
from pipelines.publish.tableview import EMPTY_MARK
from pipelines.publish.wording import piece, say, wording

SECTION, CHART, GROUP = "comparisons", "representation", "group_code"


def comparison_section(brief: Brief, charted: Collection[str]) -> Section:
    """Put the findings about groups into a chart and a table; those about a whole dimension become remarks."""
    compared = [finding for finding in rows_told(brief) if finding.benchmark_low is not None]
    blocks: list[Block] = [Paragraph(said, INTRO) for said in _intro(brief, has_any=bool(compared))]
    if CHART in charted:
        blocks += _chart(brief)
    if compared:
        blocks.append(_table(brief, compared))
    # What was said of a group's finding stands in the section of the group.
    blocks += answered_findings(brief, (each for each in rows_told(brief) if each.dimension != GROUP))
    for finding in (each for each in brief.findings if each.group == TOTAL):
        blocks += [Paragraph((Label(finding.statement, "given"),), CAUTION), *comments_on(brief, finding.finding_id)]
    return Section(
        SECTION,
        say(brief, wording()["sections"][SECTION]),
        (*blocks, *comments_on(brief, SECTION)),
        _sources(brief),
    )


def _chart(brief: Brief) -> list[Block]:
    note = chart_note(brief, CHART)
    return [
        Paragraph(chart_title(brief, CHART), TITLE),
        Paragraph(block_subtitle(brief, CHART), SUBTITLE),
        Picture(CHART, chart_description(brief, CHART)),
        *((Paragraph(note, NOTE),) if note else ()),
    ]


def _intro(brief: Brief, *, has_any: bool) -> list[Sentence]:
    words, tested = wording()["comparisons"], family_size(brief)
    intro = [say(brief, words["intro" if has_any else "nothing"])]
    return [*intro, say(brief, words["family"], tested=Label(f"{tested:,}", "given"))] if tested else intro


def _table(brief: Brief, compared: list[Finding]) -> Table:
    words = wording()["comparisons"]
    heads = [say(brief, text) for text in words["columns"]]
    return Table(
        SECTION,
        say(brief, words["caption"]),
        tuple(Column(head, is_words=index == len(heads) - 1) for index, head in enumerate(heads)),
        tuple(
            RowGroup(
                say(brief, words["dimensions"][dimension]),
                tuple(_row(brief, finding) for finding in compared if finding.dimension == dimension),
            )
            for dimension in dict.fromkeys(finding.dimension for finding in compared)
        ),
    )


def _sources(brief: Brief) -> tuple[Section, ...]:
    lines = tuple((Label(line, "given"),) for line in benchmark_lines(brief))
    heading = say(brief, wording()["comparisons"]["sources"])
    return (Section("populations", heading, (Listing(lines),)),) if lines else ()


def family_size(brief: Brief) -> int:
    """Give how many comparisons were tested together; none gives 0."""
    return max((finding.family_size or 0 for finding in brief.findings), default=0)


def benchmark_lines(brief: Brief) -> tuple[str, ...]:
    """Name each benchmark once, with its source and what has to be kept in mind."""
    return tuple(dict.fromkeys(f"{_population(each)} Source: {each['source']}." for each in brief.benchmarks))


def benchmark_line(brief: Brief, benchmark_id: str | None) -> str:
    """Name one benchmark of a brief, with its source and what has to be kept in mind."""
    places = [each["benchmark_id"] == benchmark_id for each in brief.benchmarks]
    found = brief.benchmarks[places.index(True)]
    return f"{_population(found)} Source: {found['source']}."


def population_lines(brief: Brief) -> tuple[str, ...]:
    """Name each population that a ratio was worked out with, with what has to be kept in mind."""
    used = {finding.benchmark_id for finding in rows_told(brief) if finding.ratio_low is not None}
    return tuple(dict.fromkeys(_population(each) for each in brief.benchmarks if each["benchmark_id"] in used))


def _population(benchmark: Mapping[str, str]) -> str:
    title, day = benchmark["title"], day_label(date.fromisoformat(benchmark["reference_date"]))
    return f"{title[:1].upper()}{title[1:]}. Reference date {day}. {benchmark['caveat']}"


def _row(brief: Brief, finding: Finding) -> Row:
    verdict = say(brief, wording()["comparisons"]["verdicts"][finding.state])
    flag = (", ", *piece(brief, wording()["comparisons"]["flag"])) if finding.is_under_served else ()
    figures = (
        _figure(finding, "observed", "percent"),
        _figure(finding, "benchmark", "percent") or _span(finding, "benchmark_low", "benchmark_high", "percent"),
        _figure(finding, "ratio", "ratio"),
        _span(finding, "ratio_low", "ratio_high", "ratio"),
    )
    cells = (Cell((each,)) if each else Cell(((EMPTY_MARK,),), MARK) for each in figures)
    return Row(
        head=(Label(brief.label(finding.dimension, finding.group)),),
        cells=(*cells, Cell(((*verdict, *flag),), WORDS)),
        is_strong=finding.is_under_served,
    )


def _figure(finding: Finding, measure: str, form: str) -> Sentence:
    return () if getattr(finding, measure) is None else (Measured(finding, measure, form),)


def _span(finding: Finding, low: str, high: str, form: str) -> Sentence:
    first, last = _figure(finding, low, form), _figure(finding, high, form)
    return (*first, spoken("to"), *last) if first and last else ()
