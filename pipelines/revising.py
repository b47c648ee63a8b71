"""What an edition says about the editions before it, for the same readers.

Answers "what changed since, and why", from what was published: the earlier editions on the shelf, and the protected
tables of the new one. Later editions are never looked at, so that an edition is the same whenever it is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.disclosure.protected import Cell
from pipelines.publish.brief import Brief
from pipelines.publish.manifest import comparisons
from pipelines.publish.opendata import csv_bytes, json_bytes
from pipelines.publish.revised import EditionMade, Revision, Revisions, VerdictChange, earlier_table
from pipelines.revisions import Difference, Published, changed_verdicts, compare, read_published, read_tables
from pipelines.revisions.comparing import NO_ROW, FigureChange, Told

COUNT = "n"
# Names of [revisions.reasons] in wording.toml.
FIGURES, TABLES, FINAL, COMPARISONS, VERSION, WORDS = "figures", "tables", "final", "comparisons", "version", "words"


def with_revisions(brief: Brief, release_root: Path, explanations: Mapping[int, str]) -> Brief:
    """Say in a brief what it changes.

    Args:
        brief: a finished brief without that.
        release_root: the folder of all releases.
        explanations: what a person wrote about editions of this period, by their number.
    Returns:
        The same brief where no earlier edition stands on the shelf.
    Raises:
        ReadError: an earlier edition is damaged.
    """
    earlier = _earlier(brief, release_root)
    if not earlier:
        return brief
    own = _as_published(brief)
    pairs = [compare(old, new) for old, new in zip(earlier, [*earlier[1:], own], strict=True)]
    with_figures = next((each for each in reversed(earlier) if _counts(compare(each, own))), None)
    figures = _counts(compare(with_figures, own)) if with_figures else ()
    return replace(
        brief,
        revisions=Revisions(
            since_edition=earlier[-1].edition,
            editions=tuple(_made(pair, explanations) for pair in reversed(pairs)),
            figures_since=with_figures.edition if with_figures else 0,
            verdicts=tuple(VerdictChange(**vars(each)) for each in changed_verdicts(earlier[-1], own)),
            figures=tuple(_revision(change, with_figures, brief) for change in figures) if with_figures else (),
        ),
    )


def _earlier(brief: Brief, release_root: Path) -> list[Published]:
    """Read the earlier editions for the same readers, the first one first."""
    edition, folder = brief.edition, release_root / str(brief.edition.period)
    numbers = sorted(int(path.name) for path in folder.glob("[0-9]*")) if folder.is_dir() else []
    places = [folder / str(number) / edition.audience for number in numbers if number < edition.number]
    return [read_published(place, figures_alone=True) for place in places if place.is_dir()]


def _as_published(brief: Brief) -> Published:
    """Give a brief as its own files will tell it."""
    dimensions = {name: table.dimensions for name, table in brief.tables.items()}
    data = {name: csv_bytes(table) for name, table in brief.tables.items()}
    told = {
        "edition": brief.edition.number,
        "published_on": brief.edition.published_on.isoformat(),
        "provisional": brief.edition.is_provisional,
        "product": {"version": brief.edition.product_version},
        **comparisons(brief),
        "benchmarks": [dict(benchmark) for benchmark in brief.benchmarks],
        "outputs": {},
    }
    # As JSON has it, so that an edition is compared with one that was read.
    manifest: dict[str, Any] = json.loads(json_bytes(told))
    return Published("", manifest, read_tables(data, dimensions, place=Path()), {})


def _counts(found: Difference) -> tuple[FigureChange, ...]:
    """Give the counts that differ; shares follow from them, and those of all centres stand in the network's brief."""
    return tuple(change for change in found.figures if change.measure == COUNT)


def _made(pair: Difference, explanations: Mapping[int, str]) -> EditionMade:
    return EditionMade(
        number=pair.new.edition,
        published_on=date.fromisoformat(pair.new.manifest["published_on"]),
        reasons=tuple(_reasons(pair)) or (WORDS,),
        explanation=explanations.get(pair.new.edition, ""),
    )


def _reasons(pair: Difference) -> Iterator[str]:
    """Give why an edition was made, by what it tells differently; comparisons follow from figures that changed."""
    old, new = pair.old, pair.new
    has_new_figures = any(change.is_count for change in pair.figures)
    if has_new_figures:
        yield FIGURES
    if pair.new_tables or pair.gone_tables:
        yield TABLES
    if old.manifest["provisional"] and not new.manifest["provisional"]:
        yield FINAL
    if not has_new_figures and (pair.findings or any(pair.comparisons.values()) or pair.benchmarks):
        yield COMPARISONS
    if old.version != new.version:
        yield VERSION


def _revision(change: FigureChange, old: Published, brief: Brief) -> Revision:
    return Revision(
        before=_cell(change, change.old, earlier_table(old.edition, change.table_id), brief),
        now=_cell(change, change.new, change.table_id, brief),
    )


def _cell(change: FigureChange, told: Told, table_id: str, brief: Brief) -> Cell | None:
    if told.state == NO_ROW:
        return None
    n = int(told.value) if told.value else None
    period = str(brief.edition.period)
    return Cell(table_id, period, change.codes, change.unit, n, None, provisional=False)
