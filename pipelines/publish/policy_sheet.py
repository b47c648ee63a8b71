"""Advice types beside scores of policy as a sheet: the rows of the data file, with names beside codes.

Answers "which score belongs to which of these figures". Marks are those of every other sheet.
"""

from __future__ import annotations

from pipelines.publish.brief import Brief
from pipelines.publish.policy import DATA, NO_AREA, Policy
from pipelines.publish.policy_rows import PolicyRow, policy_rows, table_of, told_policy
from pipelines.publish.policy_words import cautions, policy_say
from pipelines.publish.sheets import (
    CODE,
    COUNT,
    LABEL,
    SHARE,
    Column,
    Row,
    Sheet,
    Value,
    clean,
    lines_above,
    said,
    shown,
    told_apart,
    words,
)
from pipelines.publish.table_sheets import dimension_head
from pipelines.publish.tableview import figure
from pipelines.publish.wording import say, unit_word, wording


def policy_sheet(brief: Brief, *, name: str, contents: str) -> Sheet | None:
    """Set out the advice types under their policy areas.

    Grain: one row per advice type, in the order of the data file.

    Args:
        brief: its policy and its table by advice type.
        name: of the sheet.
        contents: name of the sheet that lists all.
    Returns:
        The sheet; None where the brief sets nothing beside scores.
    """
    policy = told_policy(brief)
    if policy is None:
        return None
    caption, rows = policy_say(brief, policy, "caption"), tuple(_rows(brief, policy))
    told = (policy_say(brief, policy, "intro"), *cautions(brief, policy))
    return Sheet(
        name=name,
        title=said(caption),
        lines=lines_above(brief, map(said, told), rows, contents=contents),
        table_name=DATA,
        about=words(brief, "about_table", title=caption),
        columns=_columns(brief, policy),
        rows=rows,
    )


def _columns(brief: Brief, policy: Policy) -> tuple[Column, ...]:
    text, unit = wording()["text"], unit_word(brief, "clients")
    area, advice = (
        say(brief, wording()["workbook"]["policy_area"]),
        dimension_head(brief, table_of(brief).dimensions[0]),
    )
    found = [(said(head), kind) for head, kind in ((area, LABEL), (advice, LABEL))]
    codes = [(words(brief, "code_head", dimension=head), CODE) for head in (area, advice)]
    figures = [
        (said(say(brief, text[name], unit=unit)), kind) for name, kind in (("count_head", COUNT), ("share_head", SHARE))
    ]
    scores = [
        (said(policy_say(brief, policy, "score_head")), COUNT),
        (said(policy_say(brief, policy, "band_head")), LABEL),
    ]
    dated = [(words(brief, name), CODE) for name in ("policy_edition", "policy_year")]
    pairs = [pair for both in zip(found, codes, strict=True) for pair in both]
    told = [*pairs, *figures, *scores, *dated]
    return tuple(Column(head, kind) for head, (_, kind) in zip(told_apart(h for h, _ in told), told, strict=True))


def _rows(brief: Brief, policy: Policy) -> list[Row]:
    return [Row((*_names(brief, policy, row), *_figures(brief, policy, row))) for row in policy_rows(brief, policy)]


def _names(brief: Brief, policy: Policy, row: PolicyRow) -> tuple[Value, ...]:
    area = policy.area_label(row.area) if row.area else said(policy_say(brief, policy, "no_area"))
    advice = clean(brief.label(table_of(brief).dimensions[0], row.code)) or clean(row.code)
    return clean(area), row.area or NO_AREA, advice, clean(row.code)


def _figures(brief: Brief, policy: Policy, row: PolicyRow) -> tuple[Value, ...]:
    figures = (shown(brief, figure(table_of(brief), row.cell, form)) for form in ("n", "percent"))
    if row.score is None:
        return (*figures, *((words(brief, "none"),) * 4))
    dated = row.score.edition, str(row.score.data_year)
    return (*figures, row.score.value, clean(policy.band(row.score)), *dated)
