"""From the files of scores and the settings of a network to what its briefs tell of policy.

Answers "which edition is shown, and which advice type belongs where". The edition is the newest that has scores by
policy area for the country; a newer one that has none is told with its overall score alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.analysis.policy_scores import INDEX, PolicyScore, read_policy_scores
from pipelines.codelists import TOTAL, codelist, read_codelist
from pipelines.policy_choice import policy_areas
from pipelines.publish.policy import Band, Policy, Score
from pipelines.resources import reference_file
from pipelines.settings import Settings


def read_policy(settings: Settings) -> Policy:
    """Read what the briefs of a network tell of policy.

    Args:
        settings: the country, and advice types that the network maps itself.
    Returns:
        The scores of one edition, and the overall score of a newer one; none where no file has any for the country.
    Raises:
        SettingsError: a file of scores is wrong.
    """
    country = settings.policy.country_code
    found = [score for score in read_policy_scores(settings.workspace) if score.country_code == country]
    edition = max((score.edition for score in found if score.policy_area_code != TOTAL), default="")
    newer = [score for score in found if score.policy_area_code == TOTAL and score.edition > edition]
    return Policy(
        index=INDEX,
        country_code=country,
        country=codelist("nationalities").labels[country],
        areas=policy_areas(),
        area_of=_area_of(settings),
        bands=read_bands(),
        scores=tuple(map(_told, _in_order(score for score in found if score.edition == edition))),
        newer=_told(max(newer, key=lambda score: score.edition)) if newer else None,
    )


def read_bands() -> tuple[Band, ...]:
    """Read the index's own words for its scale; together they hold every score once."""
    rows = read_codelist(reference_file("policy", "bands.csv")).rows
    return tuple(Band(int(row["low"]), int(row["high"]), row["label"]) for row in rows)


def _area_of(settings: Settings) -> dict[str, str]:
    """Map each advice type to its area: as packaged, then as the network says; its own types have none otherwise."""
    rows = read_codelist(reference_file("policy", "advice_types.csv")).rows
    packaged = {row["code"]: row["policy_area_code"] for row in rows}
    return packaged | dict.fromkeys(settings.advice_types, "") | dict(settings.policy.areas)


def _in_order(scores: Iterable[PolicyScore]) -> list[PolicyScore]:
    """Put scores in the order of the index, the overall one first."""
    order = [TOTAL, *policy_areas()]
    return sorted(scores, key=lambda score: order.index(score.policy_area_code))


def _told(score: PolicyScore) -> Score:
    return Score(
        edition=score.edition,
        data_year=score.data_year,
        area=score.policy_area_code,
        value=score.score,
        title=score.title,
        address=score.address,
        read_on=score.read_on,
        is_own=score.is_own,
    )
