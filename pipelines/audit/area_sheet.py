"""The sheet of rates by area: is every figure that of the manifest?

Answers "does the workbook say of areas what the manifest says". A figure that cannot be had is `[z]`, a hidden one
`[c]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.audit.area_rates import POOL, WITHHELD, rates_of
from pipelines.audit.labels import Labels
from pipelines.audit.own_wording import is_said
from pipelines.audit.places import centres_text, has_places
from pipelines.audit.reading import Release
from pipelines.audit.sheets import Sheet, Value
from pipelines.audit.structure import AREA
from pipelines.codelists import TOTAL

_HIDDEN, _NOT_HAD = "[c]", "[z]"
# The columns behind area, code and people; verdict stands between the figures and the last three.
_FIGURES = ("n", "rate", "rate_low", "rate_high", "ratio", "ratio_low", "ratio_high")
_LAST = ("state", "pool", "statement")
_VERDICT = 3 + len(_FIGURES)
# Rows that are no area, by the wording that names them.
_NAMED = {TOTAL: "all", POOL: "pool"}


def area_sheet_problems(release: Release, sheet: Sheet, labels: Labels, *, place: str) -> Iterator[str]:
    """Name every row of a sheet of rates that differs from the manifest.

    Args:
        release: the release.
        sheet: the sheet of rates.
        labels: takes up which label the workbook gives each code.
        place: the file that has the sheet.
    """
    rates = rates_of(release)
    further = 1 if has_places(release) else 0
    width = _VERDICT + 1 + len(_LAST) + further
    if len(rates) != len(sheet.rows) or any(len(row) != width for row in sheet.rows):
        yield f"{place} has other rates by area than manifest.json. Release the edition again."
        return
    for rate, row in zip(rates, sheet.rows, strict=True):
        code, state = str(rate.get("group")), str(rate.get("state"))
        labels.add(f"{AREA}:rates" if code == TOTAL else AREA, code, str(row[0]), place)
        labels.add("state", state, str(row[_VERDICT]), place)
        places = centres_text(release, rate, empty=_NOT_HAD)
        told = row[3 : len(row) - further]
        is_placed = not further or row[-1] == " ".join(places.split())
        is_judged = is_said(release, row[_VERDICT], "comparisons", "verdicts", state, empty=_NOT_HAD)
        is_right = (row[1], row[2]) == (code, rate.get("population")) and _is_told(rate, told)
        if not (is_right and is_placed and is_judged and _is_named(release, code, row[0])):
            yield f"{place} differs from manifest.json in {rate.get('finding_id')}. Release the edition again."


def _is_named(release: Release, code: str, label: Value) -> bool:
    """Tell whether a row has the name of its area: the label in the manifest, or else the code itself."""
    if code in _NAMED:
        return is_said(release, label, "areas", _NAMED[code])
    labels = (release.manifest.get("labels") or {}).get(AREA, {})
    return not release.is_ours or label == " ".join(str(labels.get(code, code)).split())


def _is_told(rate: Mapping[str, Any], values: tuple[Value, ...]) -> bool:
    mark = _HIDDEN if rate.get("state") == WITHHELD else _NOT_HAD
    expected = [_figure(rate.get(name), mark) for name in _FIGURES]
    expected += [" ".join(str(rate.get(name) or _NOT_HAD).split()) for name in _LAST]
    return [*values[: len(_FIGURES)], *values[len(_FIGURES) + 1 :]] == expected


def _figure(value: float | int | None, mark: str) -> Value:
    if value is None:
        return mark
    return float(f"{value:.4f}") if isinstance(value, float) else float(value)
