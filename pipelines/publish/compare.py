"""The page that sets one law centre beside its network: for that centre alone, without any other centre and any score.

Answers "where do our clients differ from everybody's, for certain". Every figure is a published cell of the centre's
own brief; rows keep the order of their code lists, so that nothing is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from pipelines.disclosure.protected import Cell
from pipelines.periods import Quarter
from pipelines.publish.amounts import slack
from pipelines.publish.brief import Brief, quarter_label
from pipelines.publish.compare_tables import PERIODS, BesideTable, beside_table
from pipelines.publish.differences import Side
from pipelines.publish.html import page_html
from pipelines.publish.page import edition_line
from pipelines.publish.pagewords import page_words
from pipelines.publish.peers import Peers, SelfAssessment, lay_out_peers, lay_out_self_assessment
from pipelines.publish.ranking import find
from pipelines.publish.sentences import Label, Part, Sentence, joined, to_text
from pipelines.publish.wording import main_unit, own_wording, piece, rule_value, say


@dataclass(frozen=True)
class Comparison:
    """The whole page, ready for its template."""

    name: str
    title: Sentence
    subtitle: Sentence
    edition_line: Sentence
    back: Sentence
    intro: tuple[Sentence, ...]
    summary: tuple[Sentence, ...]
    heads: tuple[Sentence, Sentence]
    tables: tuple[BesideTable, ...]
    change: tuple[Sentence, ...]
    peers: Peers | None = None
    self_assessment: SelfAssessment | None = None


def compare_html(brief: Brief) -> str | None:
    """Render a centre's page beside the network.

    Args:
        brief: of any audience.
    Returns:
        One HTML document; None when the brief is not one centre's own, or has no figure of the network beside its own.
    """
    wanted = [name for name in page_words("compare")["tables"] if _has_network(brief, name)]
    if not brief.edition.centre_name or not wanted:
        return None
    return page_html("compare", brief=brief, page=lay_out_comparison(brief, wanted), words=_fixed_words(brief))


def lay_out_comparison(brief: Brief, wanted: list[str]) -> Comparison:
    """Put the page together: what differs first, then table by table."""
    tables = tuple(beside_table(brief, name) for name in wanted)
    summary = tuple(line for table in tables for line in _differing(brief, table))
    title = (Label(brief.edition.centre_name),)
    subtitle = _say(brief, "what")
    return Comparison(
        name=f"{brief.edition.centre_name}: {to_text(subtitle)} – {brief.edition.period.label}",
        title=title,
        subtitle=subtitle,
        edition_line=edition_line(brief),
        back=_say(brief, "back"),
        intro=tuple(_say(brief, name) for name in ("intro", "caution")),
        summary=summary or (_say(brief, "summary_none"),),
        heads=(_say(brief, "own_head"), _say(brief, "network_head")),
        tables=tables,
        change=_change(brief) if PERIODS in wanted else (),
        peers=lay_out_peers(brief),
        self_assessment=lay_out_self_assessment(brief),
    )


def _say(brief: Brief, name: str, **slots: Part | Sentence) -> Sentence:
    """Say one of the page's wordings; `{all_centres}` is how it calls everybody."""
    words = page_words("compare")
    return say(brief, words[name], all_centres=piece(brief, words["all_centres"]), **slots)


def _has_network(brief: Brief, table_id: str) -> bool:
    return table_id in brief.tables and "network_n" in brief.tables[table_id].frame.columns


def _fixed_words(brief: Brief) -> dict[str, Sentence]:
    """Give the words that stand in the template whatever the figures are."""
    return {
        name: _say(brief, name) for name in ("skip", "contents", "summary", "reading", "words_stand", "change_note")
    }


def _differing(brief: Brief, table: BesideTable) -> list[Sentence]:
    """Name the rows of a table whose shares differ for certain, the larger ones first."""
    lines = []
    for side, name in ((Side.LARGER, "larger_list"), (Side.SMALLER, "smaller_list")):
        heads = [row.head for row in table.rows if row.side is side]
        if heads:
            lines.append(_say(brief, name, table=table.heading, list=joined(heads)))
    return lines


def _change(brief: Brief) -> tuple[Sentence, ...]:
    """Say how the newest final quarter compares with the one before and the same one a year before, on both sides."""
    last = brief.edition.period.last
    quarters = (find(brief.tables[PERIODS], main_unit(PERIODS), str(quarter)) for quarter in (last, last.after(-1)))
    now = next((cell for cell in quarters if cell is not None and not cell.provisional), None)
    lines: list[Sentence] = []
    if now is not None:
        lines = [*_changed(brief, now, -1, "change"), *_changed(brief, now, -4, "change_year")]
    return (*lines, say(brief, own_wording(brief, "change", "caution")), _say(brief, "change_note"))


def _changed(brief: Brief, now: Cell, back: int, name: str) -> list[Sentence]:
    """Compare a quarter with an earlier one on both sides; nothing is said where a figure is hidden."""
    then = find(brief.tables[PERIODS], main_unit(PERIODS), str(Quarter.parse(now.codes[0]).after(back)))
    if then is None or None in {now.n, then.n, now.network_n, then.network_n}:
        return []
    allowed = slack(brief.network_rule or brief.rule)
    own = _direction(now.n or 0, then.n or 0, allowed=0)
    network = _direction(now.network_n or 0, then.network_n or 0, allowed=allowed)
    words, quarter = page_words("compare"), Label(quarter_label(now.codes[0]), "date")
    if own == network:
        return [_say(brief, f"{name}_alike", quarter=quarter, own=words[own])]
    return [_say(brief, name, quarter=quarter, own=words[own], network_change=words[network])]


def _direction(now: int, then: int, *, allowed: int) -> str:
    """Name a change of a count that chance and rounding cannot explain; else the two are similar."""
    margin = rule_value("change_in_deviations") * sqrt(now + then) + allowed
    return "change_similar" if abs(now - then) <= margin else "change_rose" if now > then else "change_fell"
