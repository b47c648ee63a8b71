"""The chart of advice types beside scores: for each policy area its score on a line, and a bar for each advice type.

Answers "where does demand fall, and how favourable were the rules by this index". Scores and bars have scales of their
own and never share a line, so that nobody reads the one as the other.
"""

from __future__ import annotations

from pipelines.publish.brief import Brief
from pipelines.publish.chart_cells import both_figure, hidden_words, label_words, sentence_words
from pipelines.publish.chartspec import HIDDEN, LIGHT, LIGHT_BAR, SCORE_MARK, Bar, Figure, PolicyArea, PolicyAreas
from pipelines.publish.policy import Policy
from pipelines.publish.policy_rows import PolicyRow, policy_rows, table_of, told_policy
from pipelines.publish.policy_words import policy_piece, policy_say, source_lines
from pipelines.publish.sentences import Label, Sentence, joined, one_after_another
from pipelines.publish.wording import say, wording


def policy_plot(brief: Brief) -> PolicyAreas | None:
    """Choose what the chart shows; None where the brief sets nothing beside scores."""
    policy = told_policy(brief)
    if policy is None:
        return None
    rows = [row for row in policy_rows(brief, policy) if not row.is_empty]
    areas = tuple(_area(brief, policy, area, [row for row in rows if row.area == area]) for area in policy.areas)
    legend = ((SCORE_MARK, _words(brief, policy, "legend_dot")), (LIGHT_BAR, _words(brief, policy, "legend_bar")))
    return PolicyAreas(areas, policy.scale, legend)


def policy_title(brief: Brief) -> Sentence:
    """Describe the chart; it never states a finding, since a score and a count cannot make one."""
    return _said(brief, "title")


def policy_subtitle(brief: Brief) -> Sentence:
    """Say measure, unit and period, and whose and of when the scores are."""
    return _said(brief, "subtitle")


def policy_note(brief: Brief) -> Sentence:
    """Say what the chart leaves out, whom scores are about and where they are from, for a picture pasted elsewhere."""
    policy = told_policy(brief)
    if policy is None:
        return ()
    told = (policy_say(brief, policy, name) for name in ("outside_chart", "caution_people"))
    return one_after_another((*told, *((Label(line, "given"),) for line in source_lines(policy.scores))))


def policy_described(brief: Brief) -> Sentence:
    """Say what kind of chart it is, and each score; all figures are in the table."""
    policy = told_policy(brief)
    if policy is None:
        return ()
    scores = [score for area in policy.areas if (score := policy.score(area)) is not None]
    items = [policy_piece(brief, policy, "item", score) for score in scores]
    said = (policy_say(brief, policy, "described"), policy_say(brief, policy, "described_scores", list=joined(items)))
    return one_after_another((*said, say(brief, wording()["charts"]["described"]["table"])))


def _said(brief: Brief, name: str) -> Sentence:
    policy = told_policy(brief)
    return policy_say(brief, policy, name) if policy else ()


def _words(brief: Brief, policy: Policy, name: str) -> str:
    return sentence_words(brief, policy_say(brief, policy, name))


def _area(brief: Brief, policy: Policy, area: str, rows: list[PolicyRow]) -> PolicyArea:
    score = policy.score(area)
    figure: Figure = ((_words(brief, policy, "no_score"), ""),)
    if score is not None:
        band = label_words(brief, policy.band(score))
        figure = ((brief.language.figure(score.value, "n"), score.ref), (f": {band}", ""))
    return PolicyArea(
        label_words(brief, policy.area_label(area)),
        None if score is None else score.value,
        figure,
        tuple(_bar(brief, row) for row in rows),
        "" if rows else _words(brief, policy, "no_type"),
    )


def _bar(brief: Brief, row: PolicyRow) -> Bar:
    table = table_of(brief)
    label = label_words(brief, brief.label(table.dimensions[0], row.code))
    if row.cell.n is None:
        return Bar(label, HIDDEN, None, ((hidden_words(brief), ""),))
    return Bar(label, LIGHT, row.cell.n, both_figure(brief, table, row.cell))
