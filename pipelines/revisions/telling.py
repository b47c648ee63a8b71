"""The differences between two editions, for a person and for a program.

Answers "how is a difference told". A person reads counts, and shares where no count explains them; a program gets
everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.errors import counted
from pipelines.revisions.comparing import HIDDEN, NO_FIGURE, NO_ROW, SHOWN, Difference, FactChange, FigureChange, Told

_WORDS = {HIDDEN: "hidden", NO_FIGURE: "not given", NO_ROW: "no row"}
_HEADINGS = {
    "waiting": "Waiting times",
    "opening": "Times to opening",
    "barriers": "Comparisons of barriers",
    "enquiries": "Comparisons of enquiries",
    "area_rates": "Rates by area",
}
_PLAIN = {TOTAL: "All", NOT_KNOWN: "Not known"}


def as_text(found: Difference) -> str:
    """Write the differences of one audience for a person."""
    lines = [_headline(found)]
    if found.is_empty:
        return "\n".join([*lines, "  No figure, finding, rule or note differs."])
    lines += _facts(found)
    lines += [f"  table {name}: new" for name in found.new_tables]
    lines += [f"  table {name}: gone" for name in found.gone_tables]
    lines += _figures(found)
    lines += _listed("Findings that changed", found.findings)
    for name, changes in found.comparisons.items():
        lines += _listed(f"{_HEADINGS[name]} that changed", changes)
    lines += _listed("Benchmarks that changed", found.benchmarks)
    lines += [f"  file {name}: {'new' if name in found.new.manifest['outputs'] else 'gone'}" for name in found.files]
    return "\n".join(lines)


def _headline(found: Difference) -> str:
    old, new = found.old.manifest, found.new.manifest
    readers = dict.fromkeys((old["audience"], new["audience"]))
    return (
        f"{new['period']}, {' and '.join(readers)}: edition {old['edition']} ({old['published_on']}) to edition "
        f"{new['edition']} ({new['published_on']})."
    )


def _facts(found: Difference) -> Iterator[str]:
    before, now = found.old.manifest["provisional"], found.new.manifest["provisional"]
    if before != now:
        yield f"  {'provisional' if before else 'final'} to {'provisional' if now else 'final'}"
    told = [change for change in found.facts if change.place != "provisional"]
    yield from _listed("Rules and words that changed", told)
    yield from _listed("Meanings of columns that changed", found.definitions)
    yield from (f"  the {name} changed" for name in found.texts)


def _listed(heading: str, changes: Iterator[FactChange] | tuple[FactChange, ...] | list[FactChange]) -> Iterator[str]:
    lines = [f"    {change.place}: {_value(change.old)} -> {_value(change.new)}" for change in changes]
    yield from [f"  {heading}:", *lines] if lines else []


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _figures(found: Difference) -> Iterator[str]:
    counts = [change for change in found.figures if change.is_count]
    rows = {_row(change) for change in counts}
    shares = [change for change in found.figures if not change.is_count]
    # Where a total changed, all shares of it did.
    told = [*counts, *(change for change in shares if _total(change) not in rows and _row(change) not in rows)]
    order = {id(change): place for place, change in enumerate(found.figures)}
    table_id = ""
    for change in sorted(told, key=lambda change: order[id(change)]):
        if change.table_id != table_id:
            table_id = change.table_id
            yield f"  {table_id}"
        yield f"    {_named(found, change)}: {_figure(change.old)} -> {_figure(change.new)}"
    if left := len(found.figures) - len(told):
        yield f"  {counted(left, 'share')} changed with the counts."


def _row(change: FigureChange) -> tuple[object, ...]:
    return (change.table_id, change.codes, change.unit)


def _total(change: FigureChange) -> tuple[object, ...]:
    """Give the row that a share is of."""
    return (change.table_id, (*change.codes[:-1], TOTAL), change.unit)


def _named(found: Difference, change: FigureChange) -> str:
    words = [_code(found, *pair) for pair in zip(change.dimensions, change.codes, strict=True)]
    measure = "" if change.measure == "n" else f", {change.measure}"
    return f"{', '.join(words)}, {change.unit}{measure}"


def _code(found: Difference, dimension: str, code: str) -> str:
    label = _label(found, dimension, code)
    return label if label == code else f"{label} ({code})"


def _label(found: Difference, dimension: str, code: str) -> str:
    label = found.new.label(dimension, code)
    return _PLAIN.get(code, found.old.label(dimension, code)) if label == code else label


def _figure(told: Told) -> str:
    return f"{int(told.value):,}" if told.value.isdecimal() else told.value or _WORDS[told.state]


def as_json(differences: tuple[Difference, ...], alone: tuple[str, ...]) -> dict[str, Any]:
    """Give the differences of all audiences for a program.

    Args:
        differences: one per audience.
        alone: sentences about audiences that are in one edition alone.
    Returns:
        One object; `figures` has one entry per row and measure, `old` and `new` are null where nothing is shown and
        `old_state` and `new_state` then say why.
    """
    return {"differences": [_difference(each) for each in differences], "alone": list(alone)}


def _difference(found: Difference) -> dict[str, Any]:
    named = ("findings", "benchmarks", "facts", "definitions")
    changes = {name: getattr(found, name) for name in named} | dict(found.comparisons)
    return {
        "period": found.new.manifest["period"],
        "audience": found.new.manifest["audience"],
        "old": _edition(found.old.manifest),
        "new": _edition(found.new.manifest),
        "is_empty": found.is_empty,
        "figures": [_figure_change(found, change) for change in found.figures],
        "tables": {"new": list(found.new_tables), "gone": list(found.gone_tables)},
        "texts": list(found.texts),
        "files": list(found.files),
        **{name: [vars(change) for change in told] for name, told in changes.items()},
    }


def _edition(manifest: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: manifest[name] for name in ("edition", "audience", "published_on", "provisional")}
    return told | {"version": manifest["product"].get("version", "")}


def _figure_change(found: Difference, change: FigureChange) -> dict[str, Any]:
    codes = dict(zip(change.dimensions, change.codes, strict=True))
    return {
        "table_id": change.table_id,
        "codes": codes,
        "labels": {name: _label(found, name, code) for name, code in codes.items()},
        "unit": change.unit,
        "measure": change.measure,
        "old": _number(change.old),
        "old_state": change.old.state,
        "new": _number(change.new),
        "new_state": change.new.state,
    }


def _number(told: Told) -> int | float | None:
    if told.state != SHOWN:
        return None
    return int(told.value) if told.value.isdecimal() else float(told.value)
