"""One look: what the same readers can open, attacked together, and the files of the releases that are judged.

Answers "what is wrong with these releases". A look holds all that it needs and none of the pages that it does not, so
that another process can take it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pipelines.audit.agreement import agreement_problems
from pipelines.audit.area_rates import area_rate_problems
from pipelines.audit.attacks import attack, attack_profiles
from pipelines.audit.comparisons import finding_problems
from pipelines.audit.earlier import revision_problems
from pipelines.audit.enquiries import enquiry_problems
from pipelines.audit.judging import Findings
from pipelines.audit.pages import page_problems
from pipelines.audit.policy import policy_problems
from pipelines.audit.reading import MANIFEST, Release
from pipelines.audit.residue import residue_problems
from pipelines.audit.usual import usual_problems
from pipelines.audit.waits import waiting_problems

_FIGURES = (MANIFEST, "data/")


@dataclass(frozen=True, eq=False)
class Look:
    """Releases that the same readers can open, those to judge, and those of them whose pages are at hand."""

    scope: tuple[Release, ...]
    judged: tuple[Release, ...]
    with_pages: tuple[Release, ...]
    is_deep: bool


def look_at(
    scope: Collection[Release], judged: Collection[Release], *, figures_only: Collection[str], deep: bool
) -> Look:  # fmt: skip
    """Put together what one look needs.

    Args:
        scope: all that the readers can open.
        judged: the releases that are looked at.
        figures_only: keys of those whose pages are not looked at.
        deep: also attack at the level of full profiles.
    """
    wanted = {each.key for each in judged} - set(figures_only)
    kept = {each.key: each if each.key in wanted else _figures(each) for each in scope}
    named = tuple(kept[each.key] for each in judged)
    return Look(tuple(kept.values()), named, tuple(each for each in named if each.key in wanted), deep)


def looked(look: Look) -> Findings:
    """Attack the figures of a look, and hold the files of its releases against each other."""
    findings = Findings()
    attack(look.scope, look.judged, findings)
    read = {each.key: each for each in look.scope}
    for release in look.with_pages:
        findings.problems += in_files(release)
        findings.problems += revision_problems(release, read)
        findings.problems += usual_problems(release, read)
    if look.is_deep:
        attack_profiles(look.scope, look.judged, findings)
    return findings


def in_files(release: Release) -> Iterator[str]:
    """Name what the files of one release say against its tables or against each other."""
    by_page = (page_problems, finding_problems, policy_problems, waiting_problems, area_rate_problems, enquiry_problems)
    for problems in (*by_page, residue_problems, agreement_problems):
        yield from problems(release)


def _figures(release: Release) -> Release:
    return replace(release, files={path: data for path, data in release.files.items() if path.startswith(_FIGURES)})
