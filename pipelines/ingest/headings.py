"""The headings of a file beside those of its profile: where they stand, which column is which, and what has changed.

Answers "in which cell is each column" and "does this file still look as the profile says".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.declarations import suggestion
from pipelines.errors import ProfileError, listed
from pipelines.ingest.heading_names import column_letter, heading_names
from pipelines.ingest.profiles import Profile
from pipelines.ingest.reading.rows import NAMED_FORMATS, SEARCHED_ROWS
from pipelines.ingest.tripwire.identifiers import identifying_headings
from pipelines.ingest.tripwire.refusals import people_in, refuse_people
from pipelines.ingest.words import normalised

# Formats whose every cell carries its own name. One in fewer rows than this, or a smaller share of them, is not told.
KEYED_FORMATS = ("jsonl", "bulk-load")
UNTOLD = "in few rows, not shown"
FEWEST_ROWS, FEWEST_SHARE = 2, 0.05


@dataclass(frozen=True)
class Drift:
    """One way in which a file differs from what its profile or its source's earlier files led to expect.

    `kind` is `new_column`, `missing_column` or `renamed_column`; `subject` is the heading or field; `detail` what is
    there instead. Neither holds a value of a record.
    """

    kind: str
    subject: str
    detail: str = ""


@dataclass(frozen=True)
class Headings:
    """Where the columns of one file are.

    `first_row` and `last_row` are the row numbers of the headings (both 0 when there are none, or when the format
    carries them apart). `positions` maps the profile's headings to cells; a column that is missing is absent. `width`
    is the number of cells a whole row has; `unnamed` are cells inside it that nothing names.
    """

    first_row: int
    last_row: int
    names: tuple[str, ...]
    positions: Mapping[str, int]
    width: int
    unnamed: tuple[int, ...]
    drift: tuple[Drift, ...]


def find_headings(path: Path, first_chunk: pl.DataFrame, profile: Profile) -> Headings:
    """Find the headings of a file and compare them with its profile.

    The row near the top that holds most of the profile's headings is taken. A column is known by its heading or by any
    other name it has had; case and spaces make no difference.

    Args:
        path: the file, for messages.
        first_chunk: its first rows.
        profile: the profile of its source.
    Returns:
        Where each column is, and what has changed.
    Raises:
        ProfileError: no row holds the headings, or a change is one the profile stops on; every change is named.
        IdentifiersFound: a column that the profile does not know names people.
    """
    if profile.names:
        return _placed(path, profile, profile.names, first_chunk)
    rows = _top_rows(first_chunk)
    numbers = first_chunk["row_number"].head(SEARCHED_ROWS).to_list()
    depth = profile.heading_rows
    starts = range(1 if profile.layout.format in NAMED_FORMATS else max(1, len(rows) - depth + 1))
    known = _known_names(profile)
    best, names, score = _most_fitting(rows, starts, depth, known)
    if score * 2 < min(len(profile.headings), len(set(known.values()))) and profile.layout.format != "bulk-load":
        raise ProfileError(
            f"{path} does not fit its profile {profile.path.name}: no row near the top holds its headings. "
            f"Expected: {', '.join(profile.headings)}. Check that the file is in the right folder."
        )
    if any(_most_fitting(rows, starts, fewer, known)[2] > score for fewer in range(1, depth)):
        # The row below the headings is a record, so no name made of it may be told.
        raise ProfileError(
            f"{path} does not fit its profile {profile.path.name}: its headings do not take {depth} rows. Correct "
            "heading_rows under [file] and the headings, or export the file as before."
        )
    rows_taken = (numbers[best], numbers[min(best + depth, len(numbers)) - 1])
    return _placed(path, profile, names, first_chunk, rows=rows_taken)


def _most_fitting(
    rows: Sequence[Sequence[str]], starts: Sequence[int], depth: int, known: Mapping[str, str]
) -> tuple[int, tuple[str, ...], int]:
    """Give the first place with most known names, where the headings seem to begin, its names and how many are known.

    No place can have more than all of them, so nothing is looked at below one that does.
    """
    best: tuple[int, tuple[str, ...], int] = (0, (), -1)
    for start in starts:
        names = heading_names(rows[start : start + depth])
        score = len({normalised(name) for name in names} & known.keys())
        if score > best[2]:
            best = (start, names, score)
        if score == len(known):
            break
    return best


def _top_rows(chunk: pl.DataFrame) -> list[list[str]]:
    cells = [name for name in chunk.columns if name.startswith("cell_")]
    return [[cell or "" for cell in row] for row in chunk.select(cells).head(SEARCHED_ROWS).iter_rows()]


def _known_names(profile: Profile) -> dict[str, str]:
    """Map every name a column may have, normalised, to the profile's heading for it."""
    known = {normalised(heading): heading for heading in profile.headings}
    others = {
        normalised(other): known[normalised(name)] for name, names in profile.also_called.items() for other in names
    }
    return known | others


def _placed(
    path: Path, profile: Profile, names: tuple[str, ...], chunk: pl.DataFrame, *, rows: tuple[int, int] = (0, 0)
) -> Headings:
    known = _known_names(profile)
    positions: dict[str, int] = {}
    unnamed, twice, new = [], [], dict[str, str]()
    for index, name in enumerate(names):
        heading = known.get(normalised(name))
        if heading is None and name == f"column {column_letter(index)}":
            unnamed.append(index)
        elif heading is None:
            new[f"cell_{index}"] = name
        elif heading in positions:
            twice.append(
                f'"{names[positions[heading]]}" and "{name}" are both the column "{heading}"; keep one of them.'
            )
        else:
            positions[heading] = index
    below = chunk.filter(pl.col("row_number") > rows[1])
    rare = _rare(profile, below, new)
    told = {cell: UNTOLD if cell in rare else name for cell, name in new.items()}
    if new:
        # Nobody has said that such a column is thrown away, so a name in it is one too many.
        promised = identifying_headings(new[cell] for cell in rare)
        unsaid = [f'column "{UNTOLD}" promises what identifies a person.'] if promised else []
        refuse_people(path, profile.path, people_in(below, told) + unsaid)
    drift = _drift(profile, positions, [name for cell, name in told.items() if cell not in rare])
    drift += (Drift("new_column", f"{UNTOLD}; {_first_place(below, rare)}"),) if rare else ()
    _stop(path, profile, drift, twice)
    return Headings(*rows, names, positions, len(names), tuple(unnamed), drift)


def _rare(profile: Profile, rows: pl.DataFrame, new: Mapping[str, str]) -> list[str]:
    """Give the new columns whose names may be values of a record.

    Where each cell carries its own name, a reference used as a key or an equals sign in a note makes one, in few rows.
    """
    fewest = max(FEWEST_ROWS, FEWEST_SHARE * rows.height) if profile.layout.format in KEYED_FORMATS else 0
    return [cell for cell in new if fewest and (rows[cell].fill_null("") != "").sum() < fewest]


def _first_place(rows: pl.DataFrame, cells: Sequence[str]) -> str:
    places = [rows.filter(pl.col(cell).fill_null("") != "")["row_number"] for cell in cells]
    first = min((int(place[0]) for place in places if len(place)), default=0)
    return f"{len(cells):,} of them, " + (f"first in row {first}" if first else "further down")


def _drift(profile: Profile, positions: Mapping[str, int], new: Sequence[str]) -> tuple[Drift, ...]:
    stored = [heading for heading in profile.headings if heading not in profile.dropped]
    missing = [heading for heading in stored if heading not in positions]
    left = list(new)
    found = []
    for heading in missing:
        near = _nearest(heading, left)
        if near:
            left.remove(near)
        found.append(Drift("renamed_column" if near else "missing_column", heading, near))
    return tuple(found + [Drift("new_column", name) for name in left])


def _nearest(heading: str, new: Sequence[str]) -> str:
    """Give the new heading that may stand for a missing one: it looks alike, or says the same and more, or less."""
    alike = suggestion(heading, new).removeprefix(' Did you mean "').removesuffix('"?')
    words = set(normalised(heading).split())
    wordy = [(name, set(normalised(name).split())) for name in new]
    return alike or next((name for name, others in wordy if others and (words <= others or others <= words)), "")


def _stop(path: Path, profile: Profile, drift: Sequence[Drift], twice: Sequence[str]) -> None:
    rules = profile.drift
    stops = {
        "missing_column": rules.stops_on_missing_column,
        "renamed_column": rules.stops_on_missing_column or rules.stops_on_new_column,
        "new_column": rules.stops_on_new_column,
    }
    problems = [_sentence(change) for change in drift if stops[change.kind]] + list(twice)
    if problems:
        raise ProfileError(listed(problems, heading=f"{path} no longer fits its profile {profile.path.name}:"))


def _sentence(change: Drift) -> str:
    if change.kind == "new_column":
        return f'the column "{change.subject}" is new. Map it under [columns] or list it under [drop].'
    if change.kind == "missing_column":
        return f'the column "{change.subject}" is missing.'
    return (
        f'the column "{change.subject}" is missing. Did you mean "{change.detail}"? If it was renamed, write '
        f'"{change.subject}" = ["{change.detail}"] under [also_called]; if "{change.detail}" is another column, map it '
        "under [columns] or list it under [drop]."
    )
