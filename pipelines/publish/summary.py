"""The summary of a brief on one page: what a reader in a hurry asks, and what the published figures answer.

Answers who is under-served, how sure that is, compared with whom, who came, what is not known and what changed. Every
answer follows from findings and published cells by rules; none is written by hand.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.disclosure.protected import Cell, Finding
from pipelines.publish import change, groups
from pipelines.publish.amounts import count
from pipelines.publish.barriers_section import more_barriers
from pipelines.publish.brief import Brief
from pipelines.publish.comparisons import family_size, population_lines
from pipelines.publish.document import Block, Listing, Section
from pipelines.publish.enquiry_section import turned_away_more
from pipelines.publish.narrative import leading_points, not_known_points, total_points
from pipelines.publish.process import process_sentences
from pipelines.publish.ranking import find
from pipelines.publish.sentences import Label, Measured, Phrase, Sentence, capitalised, joined
from pipelines.publish.waiting_section import longer_waits
from pipelines.publish.wording import own_wording, piece, say, wording

LOWER, WITHHELD = "lower_size_unsure", "withheld"


def summary_sections(brief: Brief) -> tuple[Section, ...]:
    """Give one section for each question that can be answered, in the order readers ask."""
    asked = (
        ("under_served", _under_served(brief)),
        ("waiting", longer_waits(brief)),
        ("barriers", more_barriers(brief)),
        ("enquiries", turned_away_more(brief)),
        ("sure", _how_sure(brief)),
        ("compared", _compared_with(brief)),
        ("who", [*total_points(brief), *leading_points(brief)]),
        ("not_known", _not_known(brief)),
        ("changed", _changed(brief)),
    )
    words = wording()["summary"]
    return tuple(
        Section(f"summary-{name.replace('_', '-')}", say(brief, words[name]), _listed(told))
        for name, told in asked
        if told
    )


def flagged(brief: Brief) -> tuple[Finding, ...]:
    """Give the findings that call a group under-served."""
    return tuple(finding for finding in brief.findings if finding.is_under_served)


def named(brief: Brief, finding: Finding) -> Sentence:
    """Name the group of a finding inside a sentence; another dimension than groups of interest is named as well."""
    if finding.dimension == "group_code":
        return groups.people(brief, finding.group)
    label = (Label(brief.label(finding.dimension, finding.group)),)
    dimension = piece(brief, wording()["comparisons"]["dimensions"][finding.dimension])
    return piece(brief, wording()["summary"]["of_dimension"], group=label, dimension=dimension)


def _listed(told: list[Sentence]) -> tuple[Block, ...]:
    return (Listing(tuple(told)),)


def _under_served(brief: Brief) -> list[Sentence]:
    words, found = wording()["summary"], flagged(brief)
    of_groups = {finding.group for finding in brief.findings if finding.dimension == "group_code"}
    told = [_headline(finding) for finding in found if finding.group not in of_groups]
    if (table := brief.tables.get("by_group_of_interest")) is not None:
        told += groups.main_points(brief, table)
    if found:
        return [*(_gap(brief, each) for each in found), *told]
    is_compared = any(finding.ratio_low is not None for finding in brief.findings)
    return [say(brief, words["none_flagged" if is_compared else "none_compared"]), *told]


def _gap(brief: Brief, finding: Finding) -> Sentence:
    """Say how many of an under-served group came and how many would be expected, where that may be named."""
    words, cell = wording()["summary"], members(brief, finding)
    if cell is None or finding.expected is None:
        return say(brief, words["flagged_plain"], groups=named(brief, finding))
    n, expected = count(brief.rule, cell), Measured(finding, "expected", "about")
    return say(brief, words["flagged"], people_inside=named(brief, finding), n=n, expected=expected)


def members(brief: Brief, finding: Finding) -> Cell | None:
    """Find the published count of the people that a finding is about; None where it is hidden."""
    if finding.dimension == "group_code":
        table, codes = brief.tables.get("by_group_of_interest"), [finding.group, groups.MEMBER]
    else:
        own = (table for table in brief.tables.values() if table.dimensions == (finding.dimension,))
        table, codes = next(own, None), [finding.group]
    cell = None if table is None else find(table, finding.unit, *codes)
    return None if cell is None or cell.is_hidden else cell


def _headline(finding: Finding) -> Sentence:
    return (Label(finding.headline, "given"),)


def _how_sure(brief: Brief) -> list[Sentence]:
    """Say how far each finding that points to fewer people could be off, and how many comparisons were made."""
    words = wording()["summary"]
    lower = [*flagged(brief), *(each for each in brief.findings if each.state == LOWER)]
    told = [_limits(brief, finding) for finding in lower if finding.ratio_low is not None]
    if told and (tested := family_size(brief)):
        told.append(say(brief, wording()["comparisons"]["family"], tested=Label(f"{tested:,}", "given")))
    return [*told, say(brief, words["counted"])] if told else []


def _limits(brief: Brief, finding: Finding) -> Sentence:
    low, high = Measured(finding, "ratio_low", "hundred"), Measured(finding, "ratio_high", "hundred")
    name = "limits" if finding.is_under_served else "limits_unsure"
    people = capitalised(named(brief, finding))
    return say(brief, own_wording(brief, "summary", name), people=people, low=low, high=high)


def _compared_with(brief: Brief) -> list[Sentence]:
    return [(Label(line, "given"),) for line in population_lines(brief)]


def _not_known(brief: Brief) -> list[Sentence]:
    words = wording()["summary"]
    told = [say(brief, words["case_records"]), *not_known_points(brief)]
    withheld = [each for each in brief.findings if each.state == WITHHELD and each.dimension == "group_code"]
    if withheld:
        told.append(say(brief, words["withheld"], groups=joined([named(brief, each) for each in withheld])))
    if brief.not_collected:
        fields = wording()["quality"]["fields"]
        gaps = [piece(brief, fields.get(name, name.replace("_", " "))) for name in brief.not_collected]
        told.append(say(brief, words["not_collected"], fields=joined([lowered(gap) for gap in gaps])))
    return told


def lowered(said: Sentence) -> Sentence:
    """Begin words with a small letter, for the middle of a sentence."""
    first = said[0] if said else ""
    if isinstance(first, Phrase):
        return (replace(first, ways=(*first.ways, lowered)), *said[1:])
    return (first[:1].lower() + first[1:], *said[1:]) if isinstance(first, str) and first else said


def _changed(brief: Brief) -> list[Sentence]:
    told = list(change.change_sentences(brief)[:1]) if "by_period" in brief.tables else []
    told += process_sentences(brief)
    words = wording()["summary"]
    if brief.edition.number == 1:
        told.append(say(brief, words["first"]))
    if brief.revisions is not None:
        edition = Label(str(brief.revisions.since_edition), "date")
        told.append(say(brief, words["revised"], edition=edition))
    return told
