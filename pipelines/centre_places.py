"""Where the law centres of a network stand, by area: a public fact that the network states in its settings.

Answers "which law centre is here". No record is read for it, and nothing of it needs protection.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.declarations import Section, suggestion


def read_centre_areas(top: Section, centres: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Take `[centre_areas]` from the settings; problems are noted there.

    Args:
        top: the whole file.
        centres: the names of all law centres by id.
    Returns:
        The codes of the areas each law centre stands in, in the order of the file; nothing for those not named. Whether
        there are such areas is asked of the benchmarks (`pipelines.analysis.area_benchmarks.require_areas`).
    """
    table = top.section("centre_areas")
    found = {}
    for name in list(table.values):
        areas = table.texts(name)
        place = f"{table.place}.{name}"
        if name not in centres:
            table.problem(f"{place}: there is no such law centre.{suggestion(name, centres)}")
        if not areas or not all(area.strip() for area in areas):
            table.problem(f"{place} must name at least one area.")
        if len(set(areas)) < len(areas):
            table.problem(f"{place} names an area twice.")
        found[name] = areas
    return found
