"""The scores of policy that a brief sets its advice types beside, and which advice type belongs to which policy area.

Answers "what is told of policy, and by whom". Scores are public figures of an index; nothing here counts anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.codelists import TOTAL
from pipelines.publish.messages import Message

# The table whose rows are set beside scores, and the name of chart, section and file.
TABLE, POLICY, DATA = "by_advice_type", "policy", "policy_context"
# Codes of the data file: an advice type that belongs to no policy area.
NO_AREA = "_Z"


@dataclass(frozen=True)
class Score:
    """One score: of which edition, year of data and policy area (`_T` for all together), and where it was read."""

    edition: str
    data_year: int
    area: str
    value: int
    title: str
    address: str
    read_on: date
    is_own: bool = False

    @property
    def ref(self) -> str:
        """Give the address by which pages and drawings cite the score."""
        return f"{POLICY}.{self.edition}.{self.area}.score"


@dataclass(frozen=True)
class Band:
    """The words of the index for scores from `low` to `high`, both included."""

    low: int
    high: int
    label: str


@dataclass(frozen=True, eq=False)
class Policy:
    """An index of policy as one network is shown it.

    `scores` are those of the newest edition that has policy areas of the country, and `newer` the overall score of the
    newest edition after it; without any the index says nothing of the country. `area_of` maps advice types to policy
    areas, empty for those that belong to none.
    """

    index: str
    country_code: str
    country: str
    areas: Mapping[str, str]
    area_of: Mapping[str, str]
    bands: tuple[Band, ...]
    scores: tuple[Score, ...] = ()
    newer: Score | None = None

    @property
    def scale(self) -> tuple[int, int]:
        """Give the lowest and the highest score there can be."""
        return min(band.low for band in self.bands), max(band.high for band in self.bands)

    @property
    def all_scores(self) -> tuple[Score, ...]:
        """Give every score that is told."""
        return (*self.scores, *((self.newer,) if self.newer else ()))

    def score(self, area: str) -> Score | None:
        """Give the score of an area in the edition that is shown; None where nobody gave one."""
        return next((score for score in self.scores if score.area == area), None)

    @property
    def overall(self) -> Score | None:
        """Give the overall score of the edition that is shown."""
        return self.score(TOTAL)

    def band(self, score: Score) -> Message:
        """Give the index's own words for a score.

        >>> band = Band(41, 59, "halfway favourable")
        >>> score = Score("2015", 2014, "_T", 57, "", "", date(2026, 11, 29))
        >>> str(Policy("", "", "", {}, {}, (band,)).band(score))
        'halfway favourable'
        """
        found = next(band for band in self.bands if band.low <= score.value <= band.high)
        return Message(found.label, f"labels.policy_bands.{found.low}")

    def area_label(self, area: str) -> Message:
        """Name a policy area."""
        return Message(self.areas[area], f"labels.policy_areas.{area}")
