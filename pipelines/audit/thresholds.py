"""The threshold of a rule that rounds: is it the one that shares, findings and rates of the release keep to?

Answers "would a changed threshold in the manifest be seen". No sentence names it, so it is held against all that
depends on it: a share has a base of at least so many people, every base of so many has its share, and nothing that is
worked out rests on fewer. The two rounded briefs of an edition have one rule, and so has a law centre's beside them.
The threshold of a rule that hides stands in its words (`residue`), and decides which counts are small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.audit.reading import NETWORK, PUBLIC, Release, Table
from pipelines.codelists import TOTAL

# No network may set lower ones; where figures are rounded, none is below twice the base.
LEAST, LEAST_HIDDEN = 10, 5


def threshold_problems(release: Release) -> Iterator[str]:
    """Name everything in a release that does not keep to the threshold it names."""
    threshold = (release.manifest.get("disclosure") or {}).get("threshold")
    if release.base is None:
        if release.limit < LEAST_HIDDEN:
            yield release.problem("manifest.json names a threshold that no rule of hiding has. Release it again.")
        return
    if not isinstance(threshold, int) or isinstance(threshold, bool) or threshold < max(LEAST, 2 * release.base):
        yield release.problem("manifest.json names a threshold that no rule of rounding has. Release it again.")
        return
    for table in release.tables.values():
        yield from (release.problem(each) for each in _shares(table, threshold, is_ours=release.is_ours))
    for name in ("findings", "area_rates"):
        if any(_rests_on_few(each, threshold) for each in release.manifest.get(name) or ()):
            yield release.problem(f"the {name} rest on fewer people than the threshold. Release the edition again.")


def rule_problems(release: Release, read: Mapping[str, Release]) -> Iterator[str]:
    """Name a rule of rounding that differs between the briefs of one edition.

    Args:
        release: the release.
        read: every release at hand, by `period/edition/audience`.
    """
    told = release.manifest.get("disclosure") if release.base is not None else release.manifest.get("network_rule")
    others = (PUBLIC,) if release.audience == NETWORK else (NETWORK,)
    place = release.key.rpartition("/")[0]
    for other in (read[f"{place}/{name}"] for name in others if f"{place}/{name}" in read):
        if other.base is not None and told is not None and told != other.manifest.get("disclosure"):
            yield release.problem(f"its rule of rounding is not that of {other.key}. Release the edition again.")


def _shares(table: Table, threshold: int, *, is_ours: bool) -> Iterator[str]:
    """A share stands where the total of its last code has as many people as the threshold, and nowhere else."""
    counts = {(row.codes, row.unit): row.n for row in table.rows}
    for row in table.rows:
        base = counts.get(((*row.codes[:-1], TOTAL), row.unit))
        if base is None or row.n is None or row.is_left_out:
            continue
        if row.share and base < threshold:
            yield f"{table.table_id} {row.label} has a share of fewer people than the threshold. Leave it empty."
        elif not row.share and base >= threshold and is_ours:
            yield f"{table.table_id} {row.label} lacks a share that the threshold allows. Release the edition again."


def _rests_on_few(finding: Mapping[str, Any], threshold: int) -> bool:
    """Tell whether limits are told of a base below the threshold; of all areas together the clients are the base."""
    base = finding.get("base") if finding.get("base") is not None else finding.get("n")
    is_worked_out = finding.get("ratio_low") is not None or finding.get("state") == "all_areas"
    return is_worked_out and isinstance(base, int) and base < threshold
