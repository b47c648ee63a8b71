"""Whom a network serves: what a reference population has to be like to be compared with its clients.

Answers "which people could have come". A network says so under `[benchmarks]` in `caseload.toml`; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.declarations import Section
from pipelines.sources import checked_id


@dataclass(frozen=True)
class Served:
    """The people a network could serve.

    `geography` and `population` are names that a benchmark has to carry too; empty until the network says them.
    `within_years` is the largest distance, in years, between a benchmark's reference date and the middle of a period.
    """

    geography: str
    population: str
    within_years: int


MOST_YEARS = 10


def read_served(top: Section) -> Served:
    """Take `[benchmarks]` from the settings; problems are noted there."""
    section = top.section("benchmarks")
    years = section.whole("within_years", 0)
    if not 0 <= years <= MOST_YEARS:
        section.problem(f"{section.place}.within_years must lie between 0 and {MOST_YEARS}.")
    served = Served(
        geography=checked_id(section, section.text("geography", ""), key="geography"),
        population=checked_id(section, section.text("population", ""), key="population"),
        within_years=years,
    )
    section.close()
    return served
