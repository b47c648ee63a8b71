"""The groups who may be missed: what is said about each.

Answers: how many clients belong to a group, for how many this is not known, and what the analysis found. A hidden
figure gets the word hidden and nothing that tells its size.
"""

from __future__ import annotations

from pipelines.codelists import NOT_KNOWN, inside_sentence
from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.amounts import amount, share
from pipelines.publish.brief import Brief
from pipelines.publish.messages import changed
from pipelines.publish.ranking import find
from pipelines.publish.sentences import Label, Num, Sentence, capitalised
from pipelines.publish.wording import rule_value, say, wording

MEMBER, WITHHELD = "Y", "withheld"


def group_codes(table: ProtectedTable) -> tuple[str, ...]:
    """Give the groups of a table in its order."""
    return tuple(dict.fromkeys(cell.codes[0] for cell in table.cells(unit="clients")))


def is_mostly_known(table: ProtectedTable, group: str) -> bool:
    """Tell whether membership is known for so many that the group's share can stand alone."""
    unknown = find(table, "clients", group, NOT_KNOWN)
    return unknown is None or (unknown.share is not None and unknown.share < rule_value("not_known_point"))


def group_sentences(brief: Brief, table: ProtectedTable) -> tuple[Sentence, ...]:
    """Say for each group its size, what is not known and the finding."""
    return tuple(group_point(brief, table, group) for group in group_codes(table))


def main_points(brief: Brief, table: ProtectedTable) -> tuple[Sentence, ...]:
    """Say what was found about each group; without a comparison its size, and a finding that all share once."""
    groups = group_codes(table)
    if any(_headline(brief, group) for group in groups):
        return tuple(_short_point(brief, table, group) for group in groups)
    shared = {statement(brief, group) for group in groups}
    if len(groups) < 2 or len(shared) != 1 or not any(shared):
        return group_sentences(brief, table)
    sizes = tuple(size_and_unknown(brief, table, group) for group in groups)
    return (*sizes, (Label(shared.pop(), "given"),))


def _short_point(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    headline = _headline(brief, group)
    return (Label(headline, "given"),) if headline else group_point(brief, table, group)


def _headline(brief: Brief, group: str) -> str:
    return " ".join(finding.headline for finding in brief.findings if finding.group == group and finding.headline)


def group_point(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    """Say how large a group is, for how many that is not known, and the finding about it."""
    said, cell = size_and_unknown(brief, table, group), find(table, "clients", group, MEMBER)
    # A size that is hidden says so already; the finding would only say it again.
    is_told = cell is not None and cell.is_hidden and _is_withheld(brief, group)
    told = "" if is_told else statement(brief, group)
    return (*said, " ", Label(told, "given")) if told else said


def size_and_unknown(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    """Say how large a group is, and for how many that is not known."""
    said = _size_sentence(brief, table, group)
    unknown = find(table, "clients", group, NOT_KNOWN)
    if unknown is not None and unknown.n:
        said = (*said, " ", *say(brief, wording()["groups"]["not_known"], **amount(brief.rule, unknown)))
    return said


def _size_sentence(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    cell, words = find(table, "clients", group, MEMBER), wording()["groups"]
    who = people(brief, group)
    if cell is None:
        return say(brief, words["no_figure"], people=capitalised(who))
    if cell.n is None:
        return say(brief, words["hidden"], people=capitalised(who))
    part = share(brief.rule, cell)
    if part is not None and is_mostly_known(table, group):
        return say(brief, words["known"], people=capitalised(who), share=part, n=Num(cell))
    return say(brief, words["recorded"], people_inside=who, **amount(brief.rule, cell))


def people(brief: Brief, group: str) -> Sentence:
    """Name the people of a group inside a sentence."""
    return (Label(changed(brief.label("group_code", group), inside_sentence)),)


def statement(brief: Brief, group: str) -> str:
    """Give what was found about a group, in full."""
    return " ".join(finding.statement for finding in brief.findings if finding.group == group)


def _is_withheld(brief: Brief, group: str) -> bool:
    return all(finding.state == WITHHELD for finding in brief.findings if finding.group == group)
