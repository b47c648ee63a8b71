"""Which edition a brief becomes: the one that stands, a new one, or none because it would give people away.

Answers "is this already published". Published editions are frozen. Under the provisional rule a period whose figures
have changed is not published again, for no audience, and neither is a period that overlaps a published one: the
difference of two releases can expose the few people who make it. Every brief repeats the cases of earlier quarters, so
all briefs must hide the same quarters.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.codelists import TOTAL
from pipelines.errors import DisclosureError, RevisionRefused
from pipelines.periods import Period
from pipelines.publish.release import newest_edition, read_edition, write_edition

# Audience to relative path to bytes.
Files = Mapping[str, Mapping[str, bytes]]
# Columns of a released table that may change without a figure changing.
NOT_FIGURES = ("provisional",)
# Parts of a manifest that speak of all files ever received, not of the brief: they alone make no new edition.
NOT_THE_BRIEF = ("accounting", "inputs")
PERIOD_TABLE = "data/by_period.csv"


@dataclass(frozen=True)
class Placed:
    """Where an edition stands; `is_new` is False when the published one stays.

    `is_overtaken` tells that the figures have changed since it was published.
    """

    number: int
    folder: Path
    is_new: bool
    is_overtaken: bool = False


def place(release_root: Path, period: Period, as_of: date, render: Callable[[int, date], Files]) -> Placed:
    """Publish a period, unless the edition that stands says the same.

    Rows that arrived since and changed nothing in the brief make no new edition: the two manifests would tell how many.

    Args:
        release_root: the folder of all releases.
        period: the period of the brief.
        as_of: the publication date of a new edition.
        render: makes the files of all audiences for an edition number and a publication date.
    Returns:
        The edition that stands afterwards.
    Raises:
        DisclosureError: the period overlaps another published one, its published figures would change, or a quarter
            would be hidden that another brief shows.
    """
    planned, files = _plan(release_root, period, as_of, render)
    if planned.is_new:
        write_edition(release_root, period, planned.number, files)
    return planned


def standing(release_root: Path, period: Period) -> Placed:
    """Give the published edition of a period whose figures have changed since."""
    number = newest_edition(release_root, period) or 0
    return Placed(number, release_root / str(period) / str(number), is_new=False, is_overtaken=True)


def rehearse(release_root: Path, period: Period, as_of: date, render: Callable[[int, date], Files]) -> Placed:
    """Say what `place` would do, and write nothing.

    Raises:
        DisclosureError: as for `place`.
    """
    return _plan(release_root, period, as_of, render)[0]


def _plan(
    release_root: Path, period: Period, as_of: date, render: Callable[[int, date], Files]
) -> tuple[Placed, Files]:
    _refuse_overlap(release_root, period)
    newest = newest_edition(release_root, period)
    if newest is not None:
        standing = read_edition(release_root, period, newest)
        candidate = render(newest, _published_on(standing))
        if all(_brief(standing.get(audience, {})) == _brief(files) for audience, files in candidate.items()):
            return Placed(newest, release_root / str(period) / str(newest), is_new=False), standing
        _refuse_revision(period, newest, standing, candidate)
    number = (newest or 0) + 1
    files = render(number, as_of)
    _refuse_other_quarters(release_root, period, files)
    return Placed(number, release_root / str(period) / str(number), is_new=True), files


def _refuse_overlap(release_root: Path, period: Period) -> None:
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


def quarters_told(release_root: Path, period: Period) -> dict[str, bool]:
    """Give the quarters that the briefs of other periods tell the cases of, and whether any of them hides it.

    Args:
        release_root: the folder of all releases.
        period: the period to be published.
    """
    told: dict[str, bool] = {}
    for known in _quarters_elsewhere(release_root, period):
        for quarter, is_hidden in known.items():
            told[quarter] = told.get(quarter, False) or is_hidden
    told.pop(TOTAL, None)
    return told


def _quarters_elsewhere(release_root: Path, period: Period) -> list[dict[str, bool]]:
    paths = sorted(release_root.glob(f"[0-9]*/[0-9]*/*/{PERIOD_TABLE}"))
    return [_quarters(path.read_bytes()) for path in paths if path.relative_to(release_root).parts[0] != str(period)]


def _quarters(content: bytes) -> dict[str, bool]:
    """Give each quarter of by_period, and its total, with whether it is hidden; a gap of 0 hides nobody."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    return {row["quarter"]: row["n"] == "" for row in rows if row["n"] != "0"}


def _refuse_other_quarters(release_root: Path, period: Period, files: Files) -> None:
    """Stop when a quarter is hidden here and shown in another brief, or could be found by subtracting their totals."""
    own = _quarters(next(iter(files.values())).get(PERIOD_TABLE, b""))
    if any(_tells_more(own, other) for other in _quarters_elsewhere(release_root, period)):
        raise DisclosureError(
            f"{period} would hide another set of quarters than a brief that is already published. The two briefs "
            "together could expose people, so nothing was released."
        )


def _tells_more(one: Mapping[str, bool], other: Mapping[str, bool]) -> bool:
    common = (one.keys() & other.keys()) - {TOTAL}
    hidden = {quarter for quarter in common if one[quarter]}
    if hidden != {quarter for quarter in common if other[quarter]}:
        return True
    further = any(is_hidden for table in (one, other) for quarter, is_hidden in table.items() if quarter not in common)
    has_totals = not (one.get(TOTAL, True) or other.get(TOTAL, True))
    return bool(hidden) and further and has_totals


def _brief(files: Mapping[str, bytes]) -> dict[str, object]:
    """Give what an audience's files say, without what only counts the files received."""
    if "manifest.json" not in files:
        return dict(files)
    manifest = json.loads(files["manifest.json"])
    return {**files, "manifest.json": {name: told for name, told in manifest.items() if name not in NOT_THE_BRIEF}}


def _published_on(standing: Files) -> date:
    """Give the publication date that an edition's manifest states."""
    manifest = json.loads(next(iter(standing.values()))["manifest.json"])
    return date.fromisoformat(manifest["published_on"])


def _refuse_revision(period: Period, number: int, standing: Files, candidate: Files) -> None:
    # Every audience sees the same figures, so an edition for one is compared with that for another.
    changed = sorted(
        {
            path
            for before in standing.values()
            for after in candidate.values()
            for path in before.keys() | after.keys()
            if path.endswith(".csv") and _figures(before.get(path, b"")) != _figures(after.get(path, b""))
        }
    )
    if changed:
        raise RevisionRefused(
            f"{period} is already published as edition {number}, and its figures have changed since "
            f"({len(changed)} tables, such as {changed[0]}). The difference could expose people, and this version "
            "cannot protect revisions, so the published edition stands. The new cases are kept in the warehouse."
        )


def _figures(content: bytes) -> list[list[tuple[str, str]]]:
    """Give the figures of a released table in an order of their own: moving a row changes no figure."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    return sorted([(name, value) for name, value in row.items() if name not in NOT_FIGURES] for row in rows)
