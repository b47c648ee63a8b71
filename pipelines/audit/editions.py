"""Which editions count the same cases.

Answers "beside which of the network's figures does a centre's brief stand". A centre's brief may come later than the
network's, with the next number, and counts the same cases all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.audit.reading import Release


def beside_network(read: Mapping[str, Release]) -> dict[str, Release]:
    """Number every centre's brief as the newest figures of the network that stood when it was made.

    Args:
        read: releases, by `period/edition/audience`.
    Returns:
        The same; a centre's brief with none of the network's before it keeps its number.
    """
    return {key: replace(release, edition=_counted(release, read)) for key, release in read.items()}


def _counted(release: Release, read: Mapping[str, Release]) -> int:
    if not release.centre:
        return release.edition
    of_network = (each for each in read.values() if not each.centre and each.period == release.period)
    return max((each.edition for each in of_network if each.edition <= release.edition), default=release.edition)
