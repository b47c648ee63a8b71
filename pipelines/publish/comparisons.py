"""The section that sets clients beside benchmark populations: one row for each group, and which sentence goes with it.

Answers "who comes less or more often than expected, and how sure is that". Every figure is a finding's own, cited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Finding
from pipelines.publish.brief import Brief, day_label
from pipelines.publish.findings_data import rows_told
from pipelines.publish.sentences import Label, Measured, Sentence
from pipelines.publish.wording import say, wording


@dataclass(frozen=True)
class ComparisonRow:
    """One group beside its benchmark; a figure is empty where it is hidden or cannot be had."""

    head: Sentence
    share: Sentence
    benchmark: Sentence
    ratio: Sentence
    limits: Sentence
    verdict: Sentence
    is_under_served: bool


@dataclass(frozen=True)
class Comparisons:
    """The whole section: rows by dimension, remarks, and the benchmarks that were used."""

    intro: tuple[Sentence, ...]
    columns: tuple[Sentence, ...]
    groups: tuple[tuple[Sentence, tuple[ComparisonRow, ...]], ...]
    remarks: tuple[str, ...]
    sources: tuple[str, ...]


def lay_out_comparisons(brief: Brief) -> Comparisons:
    """Put the findings about groups into rows; those about a whole dimension become remarks."""
    words = wording()["comparisons"]
    compared = [finding for finding in rows_told(brief) if finding.benchmark_low is not None]
    dimensions = tuple(dict.fromkeys(finding.dimension for finding in compared))
    tested = family_size(brief)
    intro = [say(brief, words["intro" if compared else "nothing"])]
    if tested:
        intro.append(say(brief, words["family"], tested=Label(f"{tested:,}", "given")))
    return Comparisons(
        intro=tuple(intro),
        columns=tuple(say(brief, text) for text in words["columns"]),
        groups=tuple(
            (
                say(brief, words["dimensions"][dimension]),
                tuple(_row(brief, finding) for finding in compared if finding.dimension == dimension),
            )
            for dimension in dimensions
        ),
        remarks=tuple(finding.statement for finding in brief.findings if finding.group == TOTAL),
        sources=benchmark_lines(brief),
    )


def family_size(brief: Brief) -> int:
    """Give how many comparisons were tested together; none gives 0."""
    return max((finding.family_size or 0 for finding in brief.findings), default=0)


def benchmark_lines(brief: Brief) -> tuple[str, ...]:
    """Name each benchmark once, with its source and what has to be kept in mind."""
    lines = (
        f"{each['title'][:1].upper()}{each['title'][1:]}. Reference date "
        f"{day_label(date.fromisoformat(each['reference_date']))}. {each['caveat']} Source: {each['source']}."
        for each in brief.benchmarks
    )
    return tuple(dict.fromkeys(lines))


def _row(brief: Brief, finding: Finding) -> ComparisonRow:
    verdict = wording()["comparisons"]["verdicts"][finding.state]
    flag = [", ", wording()["comparisons"]["flag"]] if finding.is_under_served else []
    return ComparisonRow(
        head=(Label(brief.label(finding.dimension, finding.group)),),
        share=_figure(finding, "observed", "percent"),
        benchmark=_figure(finding, "benchmark", "percent")
        or _span(finding, "benchmark_low", "benchmark_high", "percent"),
        ratio=_figure(finding, "ratio", "ratio"),
        limits=_span(finding, "ratio_low", "ratio_high", "ratio"),
        verdict=say(brief, "".join([verdict, *flag])),
        is_under_served=finding.is_under_served,
    )


def _figure(finding: Finding, measure: str, form: str) -> Sentence:
    return () if getattr(finding, measure) is None else (Measured(finding, measure, form),)


def _span(finding: Finding, low: str, high: str, form: str) -> Sentence:
    first, last = _figure(finding, low, form), _figure(finding, high, form)
    return (*first, " to ", *last) if first and last else ()
