"""The release: every file of one brief, checked, and its way to disk.

Answers: what is published, and is it safely there. Rendering is pure and audits its own page; writing puts a whole
edition in place in one step, or nothing. An edition on disk is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.disclosure.protected import Finding
from pipelines.errors import DisclosureError, listed
from pipelines.publish.brief import Brief
from pipelines.publish.charts import charts_of
from pipelines.publish.chartspec import ChartSpec, Drawing
from pipelines.publish.compare import compare_html
from pipelines.publish.comparisons import benchmark_lines, family_size, population_lines
from pipelines.publish.drawing import draw
from pipelines.publish.html import brief_html
from pipelines.publish.index import write_index
from pipelines.publish.languages import ENGLISH, Language, brief_file
from pipelines.publish.manifest import ManifestFacts, manifest_bytes
from pipelines.publish.opendata import column_meanings, data_files
from pipelines.publish.page import lay_out, lay_out_summary
from pipelines.publish.pdf import brief_pdf
from pipelines.publish.peers import self_given
from pipelines.publish.policy import Score
from pipelines.publish.policy_words import source_lines
from pipelines.publish.remarks import earlier_cells, given_texts
from pipelines.publish.shelf import newest_edition, read_edition, stage_edition, stand, stand_or_clear
from pipelines.publish.trace import trace
from pipelines.publish.workbook import workbook_bytes

__all__ = ["newest_edition", "read_edition", "render", "stage_edition", "stand", "stand_or_clear", "write_index"]


Drawn = Mapping[ChartSpec, Drawing]


def render(brief: Brief, facts: ManifestFacts, *, drawn: Drawn | None = None) -> dict[str, bytes]:
    """Render every file of a brief for one audience.

    Args:
        brief: protected tables, findings and words.
        facts: what the manifest says beside them.
        drawn: charts that were drawn already; any other chart is drawn here.
    Returns:
        Relative path to bytes: brief and summary (.html, .pdf), the brief in other languages, tables.xlsx, data/*,
        charts/*, manifest.json, and compare.html of a law centre. The same brief gives the same bytes.
    Raises:
        DisclosureError: a digit of a page or chart refers to no published cell.
        SettingsError: a chart cannot be drawn legibly, the PDF has no letter for a text, or a cell no room.
    """
    _require_one_audience(brief)
    drawings = _drawings(brief, drawn or {})
    data = data_files(brief, column_meanings())
    document = lay_out(brief, charted=drawings, files=[*data, "manifest.json"])
    page = brief_html(document, drawings)
    _require_traced(brief, page, drawings)
    paper = brief_pdf(document, drawings, published_on=brief.edition.published_on)
    files = {"brief.html": page.encode(), "brief.pdf": paper, "tables.xlsx": workbook_bytes(brief, document), **data}
    files |= _summary(brief)
    for language in brief.other_languages:
        files |= _translated(brief, language, [*data, "manifest.json"], drawn or {})
    if (beside := compare_html(brief)) is not None:
        _require_traced(brief, beside, {})
        files["compare.html"] = beside.encode()
    for name, drawing in drawings.items():
        files |= {f"charts/{name}.svg": drawing.svg, f"charts/{name}.png": drawing.png}
    return files | {"manifest.json": manifest_bytes(brief, facts, files)}


def _summary(brief: Brief) -> dict[str, bytes]:
    """Render the main points alone, as a page and on one sheet."""
    document = lay_out_summary(brief)
    page = brief_html(document, {})
    _require_traced(brief, page, {})
    paper = brief_pdf(document, {}, published_on=brief.edition.published_on)
    return {"summary.html": page.encode(), "summary.pdf": paper}


def _translated(brief: Brief, language: Language, listed_files: list[str], drawn: Drawn) -> dict[str, bytes]:
    """Render the brief in another language, as a page and as a PDF; each leads to the others."""
    others = tuple(each for each in (ENGLISH, *brief.other_languages) if each is not language)
    own = replace(brief, language=language, other_languages=others)
    drawings = _drawings(own, drawn)
    document = lay_out(own, charted=drawings, files=listed_files)
    page = brief_html(document, drawings)
    _require_traced(own, page, {})
    paper = brief_pdf(document, drawings, published_on=brief.edition.published_on)
    return {brief_file(language): page.encode(), brief_file(language, "pdf"): paper}


def _drawings(brief: Brief, drawn: Drawn) -> dict[str, Drawing]:
    return {spec.chart_id: drawn.get(spec) or draw(spec) for spec in charts_of(brief)}


def _require_one_audience(brief: Brief) -> None:
    """A table made for another audience must not slip into a brief."""
    strangers = [name for name, table in brief.tables.items() if table.audience != brief.edition.audience]
    if strangers:
        raise DisclosureError(listed(strangers, heading="Tables of another audience are in this brief:"))


def _require_traced(brief: Brief, page: str, drawings: dict[str, Drawing]) -> None:
    problems = trace(
        page,
        brief.tables,
        findings=_cited(brief),
        earlier=earlier_cells(brief),
        given=_given(brief),
        languages=(brief.language,),
    )
    for drawing in drawings.values():
        problems += trace(drawing.svg.decode(), brief.tables, findings=_cited(brief))
    if problems:
        raise DisclosureError(listed(problems, heading="The brief was not released."))


def _cited(brief: Brief) -> tuple[Finding | Score, ...]:
    """Give what a brief cites beside its tables: findings, rates by area, and scores of policy."""
    return (*brief.findings, *brief.area_rates, *(brief.policy.all_scores if brief.policy else ()))


def _given(brief: Brief) -> list[str]:
    """Collect the texts that people or the analysis wrote, digits included."""
    statements: dict[str, list[str]] = {}
    for finding in brief.findings:
        statements.setdefault(finding.group, []).append(finding.statement)
    about = brief.edition.about.split("\n\n")
    told = [" ".join(said) for said in statements.values()]
    told += [text for finding in brief.findings for text in (finding.statement, finding.headline)]
    told += [rate.statement for rate in brief.area_rates]
    return [
        *benchmark_lines(brief),
        *population_lines(brief),
        *about,
        *brief.notes,
        brief.rule.statement,
        f"{family_size(brief):,}",
        *given_texts(brief),
        *self_given(brief),
        *(source_lines(brief.policy.all_scores) if brief.policy else ()),
        *(each.statement for each in (*brief.waiting, *brief.openings)),
        *(each.statement for each in brief.faced),
        *(each.statement for each in brief.enquiries),
        *told,
    ]
