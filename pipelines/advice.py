"""What a law centre is told about its files: what was set aside, what nobody could read, what has changed.

Answers "what should we correct, and where". Sentences come from `reference/row_reasons.toml` and
`reference/advice.toml`; rows are named by number and words by how many there are, never by what they say.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.drift import advice
from pipelines.errors import counted, named_rows
from pipelines.ingest.row_states import row_reasons

if TYPE_CHECKING:
    from pipelines.listings import AgeBands, UnknownWords, Waiting
    from pipelines.run import Refreshed

RULE = "rule"


def advice_lines(refreshed: Refreshed) -> list[str]:
    """Say in plain English what a person should look at after a check or a run.

    Args:
        refreshed: what was read.
    Returns:
        Nothing when all is well, else a line for each thing.
    """
    by_reason = groupby(refreshed.looked.waiting, key=lambda rows: (rows.source, rows.reason))
    return [*(_waiting(list(rows)) for _, rows in by_reason), *other_advice(refreshed)]


def other_advice(refreshed: Refreshed) -> list[str]:
    """Say what a person should look at beside the rows that wait."""
    looked = refreshed.looked
    lines = [_kept(words) for words in looked.unknown_words if words.treatment == "keep"]
    lines += [
        _undetermined(bands)
        for bands in looked.age_bands
        if bands.cut == advice()["thresholds"]["age_cut"] and bands.undetermined
    ]
    lines += [f"Changed: {drift.sentence()}" for drift in refreshed.drift]
    lines += [advice()["links"][link].format(n=n) for link, n in sorted(looked.links.items()) if n]
    lines += [f"Correction {number} concerns {n:,} records." for number, n in looked.corrections.items()]
    return lines


def meaning(reason: str) -> tuple[str, str]:
    """Give what a reason means for a row, and what to do about it."""
    told = row_reasons()[RULE if reason.startswith("rule_") else reason]
    return str(told["means"]), str(told.get("remedy", ""))


def _waiting(files: list[Waiting]) -> str:
    """Say which rows of a source wait for one reason, and what to do about it."""
    means, remedy = meaning(files[0].reason)
    named = advice()["thresholds"]["named_files"]
    places = [f"{rows.file}, {named_rows(list(rows.rows), rows.n)}" for rows in files[:named]]
    places += [f"{counted(len(files) - named, 'more file')}"] if len(files) > named else []
    where = f"To correct in source {files[0].source}: {means} ({'; '.join(places)})."
    return f"{where} {remedy}".rstrip()


def _kept(words: UnknownWords) -> str:
    return (
        f"To explain in the profile of source {words.source}: {counted(words.words, 'word')} of {words.field} in "
        f"{counted(words.records, 'record')}, counted as not known. "
        "unknown_words.csv in the record of a run lists them."
    )


def _undetermined(bands: AgeBands) -> str:
    share = bands.undetermined / bands.known
    return (
        f"Ages of source {bands.source}: {bands.undetermined:,} of {bands.known:,} known ones ({share:.1%}) are bands "
        f"on both sides of {bands.cut}, so nobody can tell whether these clients are {bands.cut} or over."
    )
