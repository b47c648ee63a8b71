"""The privacy settings of a network: how figures are protected, and the least that is allowed.

Answers "how careful is this network". The packaged defaults are floors: a setting may raise a figure, never lower it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.declarations import Section, read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

# Audiences that see the same rounded figures.
ROUNDED_AUDIENCES = ("network", "public")
FLOORS = ("rounding_base", "public_threshold", "centre_threshold", "revision_min_cases")


@dataclass(frozen=True)
class Privacy:
    """How figures are protected; all in clients, cases or issues.

    `rounding_base` and `public_threshold` are for the network and the public, `centre_threshold` for a centre's own
    brief, `revision_min_cases` for published periods whose cases have changed.
    """

    rounding_base: int
    public_threshold: int
    centre_threshold: int
    revision_min_cases: int


def read_privacy(section: Section) -> Privacy:
    """Read the thresholds and note what is below its floor.

    Args:
        section: `[privacy]`; problems are noted there.
    """
    floors = read_toml(reference_file("defaults.toml"), SettingsError)["privacy"]
    found = {name: section.whole(name, int(floors[name])) for name in FLOORS}
    for name, value in found.items():
        if value < floors[name]:
            section.problem(f"privacy.{name} may be raised but never set below {floors[name]}.")
    if found["public_threshold"] < 2 * found["rounding_base"]:
        section.problem("privacy.public_threshold must be at least twice privacy.rounding_base.")
    return Privacy(**found)
