"""The chart of ratios: each group's share of clients over its share of the population, with limits and a verdict.

Answers "who is seen less often than expected, and how sure is that" in one picture. Groups who may be missed come
first; a hidden figure has a hatch of the same width as every other.
"""

from __future__ import annotations

from pipelines.codelists import inside_sentence
from pipelines.disclosure.protected import Finding
from pipelines.publish.brief import Brief
from pipelines.publish.chart_bars import is_clear
from pipelines.publish.chart_cells import chart_words, hidden_words, label_words
from pipelines.publish.chartspec import CLEAR, FLAGGED, HIDDEN, UNSURE, WORDS, Figure, RatioRow, Ratios, chart_style
from pipelines.publish.findings_data import rows_told
from pipelines.publish.sentences import Label, Sentence, finding_ref, joined
from pipelines.publish.wording import piece, say, wording
from pipelines.statistics.states import MATERIAL_HIGH, MATERIAL_LOW

CHART, GROUP = "representation", "group_code"
# The doublings of a scale that reaches beyond half and twice, and of one that does not.
_FAR = {"quarter": 0.25, "equal": 1.0, "four_times": 4.0}
_NEAR = {"half": 0.5, "equal": 1.0, "twice": 2.0}


def ratios_plot(brief: Brief) -> Ratios | None:
    """Choose the rows of the chart of ratios; None where no ratio can be told."""
    chosen = _chosen(told(brief))
    if not any(finding.ratio_low is not None for finding in chosen):
        return None
    rows: list[RatioRow] = []
    for dimension in dict.fromkeys(finding.dimension for finding in chosen):
        rows.append(RatioRow(label_words(brief, _head(dimension)), UNSURE, (), is_head=True))
        rows += [_row(brief, finding) for finding in chosen if finding.dimension == dimension]
    low, high = scale = _scale(chosen)
    ticks = _NEAR if high / low <= 8 else _FAR
    return Ratios(
        tuple(rows),
        scale,
        (MATERIAL_LOW, MATERIAL_HIGH),
        tuple((value, chart_words(brief, "ratios", "ticks", name)) for name, value in ticks.items()),
        (chart_words(brief, "ratios", "fewer"), chart_words(brief, "ratios", "more")),
        tuple(("", text) for text in _legend(brief, rows)),
    )


def ratios_title(brief: Brief) -> Sentence:
    """Name the groups that are under-served; describe the chart where there is none."""
    flagged, words = [each for each in told(brief) if each.is_under_served], wording()["charts"]["ratios"]
    if not flagged:
        return say(brief, wording()["sections"]["comparisons"])
    if len(flagged) > chart_style()["limits"]["described"]:
        return say(brief, words["title_several"])
    return say(brief, words["title_flagged"], list=joined([_named(brief, each) for each in flagged]))


def _named(brief: Brief, finding: Finding) -> Sentence:
    """Name a group so that it is understood alone: by its list too, unless it is a group of interest."""
    name = Label(label(brief, finding))
    if finding.dimension == GROUP:
        return (name,)
    head = Label(inside_sentence(_head(finding.dimension)))
    return piece(brief, wording()["charts"]["ratios"]["title_item"], label=name, dimension=head)


def ratios_note(brief: Brief) -> Sentence:
    """Say which groups the chart has where it has no room for all."""
    found = told(brief)
    return say(brief, wording()["charts"]["ratios_note"]) if len(_chosen(found)) < len(found) else ()


def told(brief: Brief) -> list[Finding]:
    """Give the findings that compare a group with a population, groups who may be missed first."""
    compared = [finding for finding in rows_told(brief) if finding.benchmark_low is not None]
    return sorted(compared, key=lambda finding: finding.dimension != GROUP)


def label(brief: Brief, finding: Finding) -> str:
    """Name the group of a finding."""
    return brief.label(finding.dimension, finding.group)


def _chosen(found: list[Finding]) -> list[Finding]:
    """Keep as many findings as stay legible: groups who may be missed, flagged, clearly different, then the others."""

    def order(place: int) -> tuple[bool, bool, bool, int]:
        finding = found[place]
        return finding.dimension != GROUP, not finding.is_under_served, not is_clear(finding), place

    first = sorted(range(len(found)), key=order)[: chart_style()["limits"]["ratios"]]
    return [finding for place, finding in enumerate(found) if place in first]


def _head(dimension: str) -> str:
    heads = wording()["comparisons"]["dimensions"]
    found: str = heads.get(dimension, dimension.replace("_", " "))
    return found


def _row(brief: Brief, finding: Finding) -> RatioRow:
    words, name = wording()["comparisons"], label_words(brief, label(brief, finding))
    if finding.state == "withheld":
        return RatioRow(name, HIDDEN, (), hidden_words(brief))
    verdict = label_words(brief, words["verdicts"][finding.state])
    if finding.ratio_low is None or finding.ratio_high is None:
        return RatioRow(name, WORDS, (), verdict)
    flag = f", {label_words(brief, words['flag'])}" if finding.is_under_served else ""
    return RatioRow(
        name,
        FLAGGED if finding.is_under_served else CLEAR if is_clear(finding) else UNSURE,
        _figure(brief, finding),
        f"{verdict}{flag}",
        low=finding.ratio_low,
        ratio=finding.ratio,
        high=finding.ratio_high,
    )


def _figure(brief: Brief, finding: Finding) -> Figure:
    if finding.ratio is None:
        return ()
    return ((brief.language.figure(finding.ratio, "ratio"), finding_ref(finding, "ratio")),)


def _scale(found: list[Finding]) -> tuple[float, float]:
    """Reach as far as the limits do, within what a reader can compare."""
    style = chart_style()["ratios"]
    lows = [finding.ratio_low for finding in found if finding.ratio_low is not None]
    highs = [finding.ratio_high for finding in found if finding.ratio_high is not None]
    return max(min([style["reach"][0], *lows]), style["greatest"][0]), min(
        max([style["reach"][1], *highs]), style["greatest"][1]
    )


def _legend(brief: Brief, rows: list[RatioRow]) -> list[str]:
    kinds = {row.kind for row in rows if not row.is_head and row.low is not None}
    names = {FLAGGED: "flagged", CLEAR: "clear", UNSURE: "unsure"}
    used = [*(name for kind, name in names.items() if kind in kinds), "band"]
    return [". ".join(chart_words(brief, "ratios", name) for name in used) + "."]
