"""A proposed profile put to the test: loaded, and used to read the very file it was made from.

Answers "does it run unedited, and what becomes of the rows". What it finds is told as it is; words that only the reader
itself stumbles over are handed back, so that the proposal can be mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pipelines.errors import CaseloadError
from pipelines.ingest.extracts import Batch, read_extract
from pipelines.ingest.fields import word_fields
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.ingest.values import read_words
from pipelines.settings import Settings

# Distinct words of one field that are tried; a field with more is no category and has been told already.
_MOST_WORDS = 50_000


@dataclass(frozen=True)
class Trial:
    """What became of a file's rows under a profile.

    `problem` is empty when the profile was loaded and the file read to its end. `reasons` counts rows set aside by
    reason, `unknown` the words of each field that nobody can read, those that are kept left out.
    """

    problem: str
    rows: int = 0
    records: int = 0
    ignored: int = 0
    quarantined: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Tell whether the profile reads the file."""
        return not self.problem


def try_profile(path: Path, profile_text: str, settings: Settings) -> Trial:
    """Read a file with a profile that is not yet stored anywhere.

    Args:
        path: the file.
        profile_text: the profile, as TOML.
        settings: of the workspace, or of the packaged example.
    """
    with TemporaryDirectory(prefix="caseload-") as folder:
        profile_path = Path(folder) / "proposed.toml"
        profile_path.write_text(profile_text, encoding="utf-8")
        try:
            profile = load_profile(profile_path, settings)
            taken = _Taken()
            read_extract(path, profile, taken.take)
        except CaseloadError as error:
            return Trial(problem=str(error).replace(str(profile_path), "The proposed profile").replace(folder, ""))
    return taken.trial(profile)


class _Taken:
    """Counts what a reader hands over, and keeps each field's distinct words."""

    def __init__(self) -> None:
        self._records = 0
        self._states: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._words: dict[str, set[str]] = {name: set() for name in word_fields()}

    def take(self, batch: Batch) -> None:
        """Take one batch."""
        self._records += batch.records.height
        for state, reason, n in batch.set_aside.group_by("state", "reason").agg(pl.len()).iter_rows():
            self._states[state] += n
            self._reasons[reason] += n
        for name, words in self._words.items():
            if len(words) < _MOST_WORDS:
                words.update(batch.records[name].drop_nulls().unique())

    def trial(self, profile: Profile) -> Trial:
        """Give the outcome."""
        unknown = {
            name: len(read_words(it, self._words[name], profile).unknown)
            for name, it in word_fields().items()
            if profile.fills(name)
        }
        return Trial(
            problem="",
            rows=self._records + self._states.total(),
            records=self._records,
            ignored=self._states["ignored"],
            quarantined=self._states["quarantined"],
            reasons=dict(sorted(self._reasons.items())),
            unknown={name: n for name, n in unknown.items() if n},
        )
