"""One look: what the same readers can open, attacked together, or the files of one release that is judged.

Answers "what is wrong with these releases". A look holds all that it needs and none of the pages that it does not, so
that another process can take it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipelines.audit.agreement import agreement_problems
from pipelines.audit.area_rates import area_rate_problems
from pipelines.audit.attacks import attack, attack_profiles, figures_alone
from pipelines.audit.comparisons import finding_problems
from pipelines.audit.earlier import revision_problems
from pipelines.audit.enquiries import enquiry_problems
from pipelines.audit.faced import faced_problems
from pipelines.audit.judging import Findings
from pipelines.audit.openings import opening_problems
from pipelines.audit.pages import page_problems
from pipelines.audit.places import place_problems
from pipelines.audit.policy import policy_problems
from pipelines.audit.reading import Release
from pipelines.audit.residue import residue_problems
from pipelines.audit.revised_verdicts import verdict_change_problems
from pipelines.audit.thresholds import rule_problems, threshold_problems
from pipelines.audit.usual import usual_problems
from pipelines.audit.waits import waiting_problems


@dataclass(frozen=True, eq=False)
class Look:
    """Releases that the same readers can open, and those of them whose figures are attacked, or the one that is read.

    Only of the one that is read are all files at hand, of the others the figures. Its files are held against its tables
    in one look (`read`) and against each other in another (`compared`), which take about as long.
    """

    scope: tuple[Release, ...]
    attacked: tuple[Release, ...] = ()
    is_deep: bool = False
    read: Release | None = None
    compared: Release | None = None


def looks_at(
    scope: Collection[Release], judged: Collection[Release], *, figures_only: Collection[str], deep: bool
) -> Iterator[Look]:
    """Give each look at some releases: at their figures together, then at the pages of each.

    Args:
        scope: all that the readers can open.
        judged: the releases that are looked at.
        figures_only: keys of those whose pages are not looked at.
        deep: also attack at the level of full profiles.
    """
    kept = {each.key: figures_alone(each) for each in scope}
    yield Look(tuple(kept.values()), attacked=tuple(kept[each.key] for each in judged), is_deep=deep)
    for each in judged:
        if each.key not in figures_only:
            yield Look((), compared=each)
            yield Look(tuple((kept | {each.key: each}).values()), read=each)


def looked(look: Look) -> Findings:
    """Attack the figures of a look, or hold the files of its release against each other."""
    findings = Findings()
    if look.attacked:
        attack(look.scope, look.attacked, findings)
    if look.is_deep:
        attack_profiles(look.scope, look.attacked, findings)
    if look.read:
        beside = {each.key: each for each in look.scope}
        findings.problems += _against_tables(look.read)
        findings.problems += revision_problems(look.read, beside)
        findings.problems += verdict_change_problems(look.read, beside)
        findings.problems += usual_problems(look.read, beside)
        findings.problems += rule_problems(look.read, beside)
    if look.compared:
        findings.problems += agreement_problems(look.compared)
    return findings


def in_files(release: Release) -> Iterator[str]:
    """Name what the files of one release say against its tables or against each other."""
    yield from _against_tables(release)
    yield from agreement_problems(release)


def _against_tables(release: Release) -> Iterator[str]:
    by_page = (page_problems, finding_problems, policy_problems, area_rate_problems)
    by_group = (waiting_problems, opening_problems, faced_problems, enquiry_problems)
    for problems in (*by_page, *by_group, place_problems, threshold_problems, residue_problems):
        yield from problems(release)
