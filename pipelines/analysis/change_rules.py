"""From when on something is said of change, projects, centres, areas and recording: `reference/trends.toml`, read once.

Levels and the band of material differences are not decided there but in `statistics/states.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.declarations import Section, read_toml, stop_on_problems
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

FILE = "trends.toml"


@dataclass(frozen=True)
class ChangeRules:
    """Everything `trends.toml` decides.

    `verdicts` maps trends, centres and recording to the verdicts each can give, and what each means.
    """

    fewest_earlier_quarters: int
    inner_level: float
    outer_level: float
    fewest_matched_share: float
    fewest_cases: int
    material_fall: float
    verdicts: Mapping[str, Mapping[str, str]]


@cache
def rules() -> ChangeRules:
    """Give the rules.

    Raises:
        SettingsError: the file is wrong.
    """
    path = reference_file(FILE)
    top = Section("", read_toml(path, SettingsError))
    trends, centres, areas, recording = (top.section(key) for key in ("trends", "centres", "areas", "recording"))
    found = ChangeRules(
        fewest_earlier_quarters=trends.whole("fewest_earlier_quarters", 4),
        inner_level=centres.number("inner_level", 0.95),
        outer_level=centres.number("outer_level", 0.998),
        fewest_matched_share=areas.number("fewest_matched_share", 0.5),
        fewest_cases=recording.whole("fewest_cases", 20),
        material_fall=recording.number("material_fall", 0.05),
        verdicts={
            "trends": trends.mapping("verdicts"),
            "centres": centres.mapping("verdicts"),
            "recording": recording.mapping("verdicts"),
        },
    )
    for section in (trends, centres, areas, recording, top):
        section.close()
    stop_on_problems(top.problems, path, SettingsError)
    return found
