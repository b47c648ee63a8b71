"""The findings as a sheet: each comparison with its limits, its benchmark and what it shows, in words and as a state.

Answers "who comes less or more often than expected, compared with whom, and how sure is that". A figure of a group that
is hidden has the mark of hidden figures, one that cannot be had the other mark.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.disclosure.protected import Finding
from pipelines.publish.brief import Brief
from pipelines.publish.findings_data import TABLE_ID, rows_told
from pipelines.publish.groups import WITHHELD
from pipelines.publish.sheets import (
    CODE,
    COUNT,
    LABEL,
    RATIO,
    SHARE,
    TEXT,
    Column,
    Row,
    Sheet,
    Value,
    clean,
    lines_above,
    published,
    said,
    told_apart,
    words,
    yes_or_no,
)
from pipelines.publish.table_sheets import dimension_head
from pipelines.publish.tableview import HIDDEN_MARK
from pipelines.publish.wording import say, wording

# The figures of a finding in the order of their columns; those of a population are public.
_OWN = {"n": COUNT, "base": COUNT, "not_known": COUNT, "observed": SHARE, "low": SHARE, "high": SHARE}
_POPULATION = {"benchmark": SHARE, "benchmark_low": SHARE, "benchmark_high": SHARE}
_RATIO = {"ratio": RATIO, "ratio_low": RATIO, "ratio_high": RATIO}


def findings_sheet(brief: Brief, *, name: str, contents: str) -> Sheet | None:
    """Set out the findings about groups.

    Grain: one row per dimension and group, in the order of the manifest.

    Args:
        brief: its findings.
        name: of the sheet.
        contents: name of the sheet that lists all.
    Returns:
        The sheet; None where no finding is about a group.
    """
    findings = rows_told(brief)
    if not findings:
        return None
    titles = {str(each.get("benchmark_id")): str(each.get("title")) for each in brief.benchmarks}
    title, rows = words(brief, "on_findings"), tuple(_row(brief, finding, titles) for finding in findings)
    return Sheet(
        name=name,
        title=f"{title}, {clean(brief.edition.period.label)}",
        lines=lines_above(brief, [_intro(brief)], rows, contents=contents),
        table_name=TABLE_ID,
        about=words(brief, "about_table", title=say(brief, wording()["workbook"]["on_findings"])),
        columns=_columns(brief),
        rows=rows,
    )


def _intro(brief: Brief) -> str:
    has_comparison = any(finding.benchmark_low is not None for finding in brief.findings)
    return said(say(brief, wording()["comparisons"]["intro" if has_comparison else "nothing"]))


def _columns(brief: Brief) -> tuple[Column, ...]:
    heads = {name: said(say(brief, text)) for name, text in wording()["workbook"]["findings_columns"].items()}
    found = [(heads["dimension"], LABEL), (_code_head(brief, "dimension"), CODE)]
    found += [(heads["group"], LABEL), (_code_head(brief, "group"), CODE)]
    found += [(heads[name], kind) for name, kind in _OWN.items()]
    found += [(heads["population"], LABEL)]
    found += [(heads[name], kind) for name, kind in (_POPULATION | _RATIO).items()]
    found += [(heads["verdict"], LABEL), (heads["state"], CODE), (heads["is_under_served"], CODE)]
    found += [(heads["statement"], TEXT)]
    unique = told_apart(head for head, _ in found)
    return tuple(Column(head, kind) for head, (_, kind) in zip(unique, found, strict=True))


def _code_head(brief: Brief, name: str) -> str:
    return words(brief, "code_head", dimension=say(brief, wording()["workbook"]["findings_columns"][name]))


def _row(brief: Brief, finding: Finding, titles: Mapping[str, str]) -> Row:
    own = wording()["comparisons"]
    dimension = own["dimensions"].get(finding.dimension)
    breakdown = said(say(brief, dimension) if dimension else dimension_head(brief, finding.dimension))
    group = clean(brief.label(finding.dimension, finding.group))
    empty = words(brief, "none")
    values: list[Value] = [breakdown, clean(finding.dimension), group, clean(finding.group)]
    values += [_figure(finding, measure, HIDDEN_MARK if finding.state == WITHHELD else empty) for measure in _OWN]
    values.append(clean(titles.get(finding.benchmark_id or "", finding.benchmark_id or empty)))
    values += [_figure(finding, measure, empty) for measure in _POPULATION]
    values += [_figure(finding, measure, HIDDEN_MARK if finding.state == WITHHELD else empty) for measure in _RATIO]
    values += [said(say(brief, own["verdicts"][finding.state])), finding.state]
    values += [yes_or_no(finding.is_under_served), clean(finding.statement) or empty]
    return Row(tuple(values), is_strong=finding.is_under_served)


def _figure(finding: Finding, measure: str, mark: str) -> Value:
    value: float | int | None = getattr(finding, measure)
    return mark if value is None else published(value)
