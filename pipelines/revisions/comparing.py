"""Two editions side by side: which figures, findings and rules differ.

Answers "what changed" as lists, in the order of the files. A figure that follows from others, such as a share whose
total changed, is listed too; whoever tells the differences decides what to say of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.revisions.reading import LATER, Published, Table

# What stands in the place of a figure.
SHOWN, HIDDEN, NO_FIGURE, NO_ROW = "shown", "hidden", "not_given", "no_row"
# Parts of a manifest that say how figures are made and told; the order is that of a report.
FACTS = (
    "title",
    "about",
    "notes",
    "too_fine",
    "network",
    "centre_name",
    "product",
    "provisional",
    "unit",
    "disclosure",
    "extra",
    "structure",
    "labels",
    "centre_places",
)
TEXTS = ("comments", "events")
# Numbers and words of a finding that a reader acts on.
_FINDING = (
    "state", "is_under_served", "n", "base", "not_known", "observed", "low", "high", "benchmark", "benchmark_low",
    "benchmark_high", "benchmark_id", "ratio", "ratio_low", "ratio_high", "statement",
)  # fmt: skip


# The same of a group beside all others, and of an area's rate.
_BESIDE_OTHERS = (
    "state", "observed", "low", "high", "others", "difference", "difference_low", "difference_high", "statement",
    "recorded", "recorded_others", "codes", "shares",
)  # fmt: skip
_RATE = (
    "state", "is_clearly_below", "n", "population", "rate", "rate_low", "rate_high", "ratio", "ratio_low", "ratio_high",
    "pool", "benchmark_id", "statement",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What an edition says in one place: `state` tells why there is no value."""

    state: str
    value: str = ""


@dataclass(frozen=True)
class FigureChange:
    """One measure of one row that the editions tell differently."""

    table_id: str
    dimensions: tuple[str, ...]
    codes: tuple[str, ...]
    unit: str
    measure: str
    old: Told
    new: Told

    @property
    def is_count(self) -> bool:
        """Tell whether it is a count; shares follow from counts."""
        return self.measure.endswith("n")


@dataclass(frozen=True)
class FactChange:
    """One thing that is told differently; `place` is its address in the manifest, None stands for not being there."""

    place: str
    old: Any
    new: Any


@dataclass(frozen=True, eq=False)
class Difference:
    """Everything that two editions for one audience tell differently.

    `definitions` are meanings of columns; `texts` names the parts that hold people's own words; `comparisons` has the
    lists of `LATER` by their names.
    """

    old: Published
    new: Published
    figures: tuple[FigureChange, ...]
    new_tables: tuple[str, ...]
    gone_tables: tuple[str, ...]
    findings: tuple[FactChange, ...]
    benchmarks: tuple[FactChange, ...]
    facts: tuple[FactChange, ...]
    definitions: tuple[FactChange, ...]
    comparisons: Mapping[str, tuple[FactChange, ...]]
    texts: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether both say the same, but for their number and date."""
        parts = (self.figures, self.new_tables, self.gone_tables, self.findings, self.benchmarks, self.facts)
        return not any((*parts, *self.comparisons.values(), self.definitions, self.texts, self.files))


def compare(old: Published, new: Published) -> Difference:
    """Compare two editions.

    Args:
        old: the earlier one.
        new: the later one.
    """
    both = [name for name in new.tables if _is_in_both(name, old, new)]
    return Difference(
        old=old,
        new=new,
        figures=tuple(change for name in both for change in changed_figures(old.tables[name], new.tables[name])),
        new_tables=tuple(name for name in new.tables if name not in both),
        gone_tables=tuple(name for name in old.tables if name not in both),
        findings=tuple(_by_id(old.manifest["findings"], new.manifest["findings"], "finding_id", _FINDING)),
        benchmarks=tuple(_by_id(old.manifest["benchmarks"], new.manifest["benchmarks"], "benchmark_id")),
        facts=tuple(
            change for name in FACTS for change in _leaves(name, old.manifest.get(name), new.manifest.get(name))
        ),
        definitions=tuple(_leaves("columns", old.columns, new.columns)),
        comparisons={name: tuple(_listed_by_id(old, new, name)) for name in LATER},
        texts=tuple(name for name in TEXTS if old.manifest.get(name) != new.manifest.get(name)),
        files=tuple(_other_files(old, new)),
    )


def _is_in_both(name: str, old: Published, new: Published) -> bool:
    """A table that is cut another way is another table."""
    return name in old.tables and name in new.tables and old.tables[name].dimensions == new.tables[name].dimensions


def changed_figures(old: Table, new: Table) -> Iterator[FigureChange]:
    """Give every measure of every row that two versions of a table tell differently.

    Args:
        old: the table of the earlier edition.
        new: that of the later one, cut by the same dimensions.
    """
    measures = tuple(dict.fromkeys((*old.measures, *new.measures)))
    for key in dict.fromkeys((*new.rows, *old.rows)):
        before, now = old.rows.get(key), new.rows.get(key)
        # A row that came or went is told once, by its count.
        for measure in measures if before and now else ("n",):
            change = FigureChange(
                new.table_id, new.dimensions, *key, measure, _told(before, measure), _told(now, measure)
            )
            if change.old != change.new:
                yield change


def _told(row: Mapping[str, str] | None, measure: str) -> Told:
    if row is None:
        return Told(NO_ROW)
    value = row.get(measure, "")
    if value:
        return Told(SHOWN, value)
    is_hidden = row["status"] == "C" and not measure.startswith("network")
    return Told(HIDDEN if is_hidden else NO_FIGURE)


def _by_id(
    old: list[dict[str, Any]], new: list[dict[str, Any]], key: str, looked_at: tuple[str, ...] = ()
) -> Iterator[FactChange]:  # fmt: skip
    """Compare entries that have a name; what is new or gone is told once, by a word."""
    before, now = ({str(item.get(key, "")): item for item in items} for items in (old, new))
    for name in dict.fromkeys((*now, *before)):
        if name not in before or name not in now:
            yield FactChange(name, "there" if name in before else None, "there" if name in now else None)
            continue
        names = looked_at or tuple(dict.fromkeys((*now[name], *before[name])))
        for field in names:
            if before[name].get(field) != now[name].get(field):
                yield FactChange(f"{name}.{field}", before[name].get(field), now[name].get(field))


def _listed_by_id(old: Published, new: Published, part: str) -> Iterator[FactChange]:
    """Compare a list that older versions do not have."""
    before, now = (list(each.manifest.get(part) or ()) for each in (old, new))
    return _by_id(before, now, "finding_id", _RATE if part == "area_rates" else _BESIDE_OTHERS)


def _leaves(place: str, old: Any, new: Any) -> Iterator[FactChange]:
    """Give each value inside nested mappings that differs, by its address."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys((*new, *old)):
            yield from _leaves(f"{place}.{name}", old.get(name), new.get(name))
        return
    yield FactChange(place, old, new)


def _other_files(old: Published, new: Published) -> Iterator[str]:
    """Name files that came or went; the tables among them are told as tables."""
    tables = {f"data/{name}.csv" for each in (old, new) for name in each.tables}
    before, now = set(old.manifest["outputs"]), set(new.manifest["outputs"])
    yield from sorted((before ^ now) - tables)
