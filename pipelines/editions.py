"""Which edition a brief becomes: the one that stands, or a new one beside it.

Answers "is this already published" and "what would be new". Published editions are frozen: a brief that says the same
makes no new edition, and one that says something else gets the next number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.ledger import Ledger
from pipelines.periods import Period
from pipelines.publish.release import newest_edition, read_edition

# Relative path to bytes.
Files = Mapping[str, bytes]
# Renders the briefs of audiences, each for an edition number and a publication date.
Render = Callable[[Mapping[str, tuple[int, date]]], Mapping[str, Files]]
# Parts of a manifest that speak of all files ever received, not of the brief: they alone make no new edition.
NOT_THE_BRIEF = ("accounting", "inputs")


@dataclass(frozen=True, eq=False)
class Plan:
    """What publishing a period would do.

    `files` are those of the audiences that get a new edition; it is empty where everything stands. `number` is then
    that of the newest edition that stands.
    """

    number: int
    files: Mapping[str, Files]

    @property
    def is_new(self) -> bool:
        """Tell whether there is anything to publish."""
        return bool(self.files)


def plan_edition(
    release_root: Path, period: Period, as_of: date, *, audiences: Iterable[str], ledger: Ledger, render: Render
) -> Plan:  # fmt: skip
    """Compare the briefs of a period with what stands, audience by audience.

    An edition that the ledger names and the shelf does not hold is made again under its number: somebody may have seen
    it.

    Args:
        release_root: the folder of all releases.
        period: the period of the briefs.
        as_of: the publication date of a new edition.
        audiences: whom to make briefs for.
        ledger: what was released before.
        render: makes the files.
    """
    newest = max(ledger.newest_edition(period), newest_edition(release_root, period) or 0)
    standing = standing_editions(release_root, period)
    lost = [entry.edition for name in audiences if (entry := ledger.newest(period, name)) and name not in standing]
    number = max(lost, default=newest + 1)
    if (release_root / str(period) / str(number)).exists():
        number = newest + 1
    same = _unchanged({name: standing[name] for name in audiences if name in standing}, render)
    changed = [name for name in audiences if name not in same]
    return Plan(number if changed else newest, render(dict.fromkeys(changed, (number, as_of))))


def standing_editions(release_root: Path, period: Period) -> dict[str, tuple[int, Files]]:
    """Give the newest edition of a period for each audience that has one on the shelf."""
    found: dict[str, tuple[int, Files]] = {}
    for number in range(1, (newest_edition(release_root, period) or 0) + 1):
        if (release_root / str(period) / str(number)).is_dir():
            edition = read_edition(release_root, period, number)
            found |= {audience: (number, files) for audience, files in edition.items()}
    return found


def _unchanged(standing: Mapping[str, tuple[int, Files]], render: Render) -> set[str]:
    """Give the audiences whose standing brief says what a new one would."""
    made = render({name: (number, _published_on(files)) for name, (number, files) in standing.items()})
    return {name for name, (_, files) in standing.items() if _brief(files) == _brief(made[name])}


def _published_on(files: Files) -> date:
    return date.fromisoformat(json.loads(files["manifest.json"])["published_on"])


def _brief(files: Files) -> dict[str, object]:
    """Give what the files of a brief say, without what only counts the files received."""
    manifest = json.loads(files["manifest.json"])
    return {**files, "manifest.json": {name: told for name, told in manifest.items() if name not in NOT_THE_BRIEF}}
