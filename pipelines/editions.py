"""Which edition a brief becomes: the one that stands, a new one, or none because it would give people away.

Answers "is this already published". Published editions are frozen. Under the provisional rule a period whose figures
have changed is not published again, and neither is a period that overlaps a published one: the difference of two
releases can expose the few people who make it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import DisclosureError
from pipelines.periods import Period
from pipelines.publish.release import newest_edition, read_edition, write_edition

Files = Mapping[str, Mapping[str, bytes]]
# Columns of a released table that may change without a figure changing.
NOT_FIGURES = ("provisional",)


@dataclass(frozen=True)
class Placed:
    """Where an edition stands; `is_new` is False when the published one says the same already."""

    number: int
    folder: Path
    is_new: bool


def place(release_root: Path, period: Period, as_of: date, render: Callable[[int, date], Files]) -> Placed:
    """Publish a period, unless the edition that stands is the same to the last byte.

    Args:
        release_root: the folder of all releases.
        period: the period of the brief.
        as_of: the publication date of a new edition.
        render: makes the files of all audiences for an edition number and a publication date.
    Returns:
        The edition that stands afterwards.
    Raises:
        DisclosureError: the period overlaps another published one, or its published figures would change.
    """
    refuse_overlap(release_root, period)
    number = newest_edition(release_root, period)
    if number is None:
        return Placed(1, write_edition(release_root, period, 1, render(1, as_of)), is_new=True)
    standing = read_edition(release_root, period, number)
    candidate = render(number, _published_on(standing))
    if all(standing.get(audience) == files for audience, files in candidate.items()):
        return Placed(number, release_root / str(period) / str(number), is_new=False)
    _refuse_revision(period, number, standing, candidate)
    folder = write_edition(release_root, period, number + 1, render(number + 1, as_of))
    return Placed(number + 1, folder, is_new=True)


def refuse_overlap(release_root: Path, period: Period) -> None:
    """Stop when another published period shares a quarter with this one.

    Raises:
        DisclosureError: it does; subtracting one from the other would give the counts of the quarters between.
    """
    published = [Period.parse(path.name) for path in release_root.glob("[0-9]*") if path.is_dir()]
    overlapping = sorted(str(other) for other in published if other != period and other.overlaps(period))
    if overlapping:
        raise DisclosureError(
            f"{period} overlaps a period that is already published: {', '.join(overlapping)}. One could be subtracted "
            "from the other, so nothing was released. Publish periods that do not overlap."
        )


def _published_on(standing: Files) -> date:
    """Give the publication date that an edition's manifest states."""
    manifest = json.loads(next(iter(standing.values()))["manifest.json"])
    return date.fromisoformat(manifest["published_on"])


def _refuse_revision(period: Period, number: int, standing: Files, candidate: Files) -> None:
    changed = sorted(
        {
            path
            for audience, files in standing.items()
            for path in files
            if path.endswith(".csv")
            and audience in candidate
            and _figures(files[path]) != _figures(candidate[audience].get(path, b""))
        }
    )
    if changed:
        raise DisclosureError(
            f"{period} is already published as edition {number}, and its figures have changed since "
            f"({len(changed)} tables, such as {changed[0]}). The difference could expose people, and this version "
            "cannot protect revisions, so the published edition stands. The new cases are kept in the warehouse."
        )


def _figures(content: bytes) -> list[list[tuple[str, str]]]:
    """Give the figures of a released table in an order of their own: moving a row changes no figure."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    return sorted([(name, value) for name, value in row.items() if name not in NOT_FIGURES] for row in rows)
