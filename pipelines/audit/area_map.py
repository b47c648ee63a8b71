"""The map of rates: does each tile stand in its own place, with its own rate, name and colour?

Answers "would a tile of another colour, or in another place, be seen". Classes and colours are worked out again from
the rates of the manifest and from the packaged bounds; the places are those of the packaged tiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.audit.markup import Element
from pipelines.audit.reading import Release
from pipelines.audit.structure import AREA
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

CHART, _POOL, _NEAR = "charts/area_rates.svg", "_POOLED", 0.05
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_CORNER = re.compile(r"M (-?[\d.]+) (-?[\d.]+)")
_HATCH = "url("
Rate = Mapping[str, Any]


@dataclass(frozen=True)
class _Drawn:
    """A tile as it is drawn: its corner, its colour (empty where it is hatched), what it cites, its mark, its name."""

    x: float
    y: float
    colour: str
    cited: str
    mark: str
    name: str


def map_drawing_problems(release: Release, path: str, svg: Element) -> Iterator[str]:
    """Name the tiles of a drawing in English that say something else than the rates of the manifest.

    Args:
        release: the release.
        path: the page or the file that the drawing stands in.
        svg: the drawing.
    """
    rates = {str(rate["group"]): rate for rate in _rates(release) if rate.get("population") is not None}
    refs = {f"{rate['finding_id']}.rate" for rate in rates.values()}
    if not release.is_ours or not any(each.named.get("data-ref") in refs for each in svg.all("text")):
        return
    areas = {code: rate for code, rate in rates.items() if code not in {TOTAL, _POOL}}
    tiles = list(_tiles(svg, {_name(release, code) for code in areas}))
    named = {tile.name: tile for tile in tiles}
    if len(named) < len(tiles) or named.keys() != {_name(release, code) for code in areas}:
        yield f"{path} draws other areas than there are rates. Release the edition again."
        return
    drawn = {code: named[_name(release, code)] for code in areas}
    for code, tile in drawn.items():
        if not _is_right(areas[code], rates[TOTAL], tile):
            yield f"{path} draws {code} with another rate, mark or colour than its own. Release the edition again."
    if not _are_placed(release, drawn):
        yield f"{path} draws an area in the place of another one. Release the edition again."


def _rates(release: Release) -> list[Rate]:
    told = release.manifest.get("area_rates")
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _name(release: Release, code: str) -> str:
    return _bare(_label(release, code))


def _label(release: Release, code: str) -> str:
    labels = (release.manifest.get("labels") or {}).get(AREA, {})
    return str(labels.get(code, code))


def _bare(text: str) -> str:
    """Give a name without blanks, since lines are broken at them or within a word."""
    return "".join(text.split())


def _tiles(svg: Element, names: set[str]) -> Iterator[_Drawn]:
    """Give each tile: a field, then a figure or a mark on it, then the lines of its name."""
    children = [each for each in svg.children if isinstance(each, Element)]
    at = 0
    while at < len(children):
        fields = [each for each in children[at : at + 2] if each.tag == "path"]
        is_hatched = bool(fields) and _HATCH in fields[0].named.get("style", "")
        first = at + (len(fields) if is_hatched else 1)
        name, end = _named(children[first + 1 : first + 8], names)
        if fields and name and first < len(children) and children[first].tag == "text":
            yield _drawn(fields[0], children[first], name, is_hatched=is_hatched)
            at = first + 1 + end
        else:
            at += 1


def _named(following: Sequence[Element], names: set[str]) -> tuple[str, int]:
    """Give the name that stands in the next lines, and how many lines it has; a long word is broken over lines too."""
    lines: list[str] = []
    for each in following:
        if each.tag != "text" or "label" not in each.classes:
            break
        lines.append(each.text)
        if _bare("".join(lines)) in names:
            return _bare("".join(lines)), len(lines)
    return "", 0


def _drawn(field: Element, figure: Element, name: str, *, is_hatched: bool) -> _Drawn:
    corner = _CORNER.match(field.named.get("d", ""))
    x, y = map(float, corner.groups()) if corner else (float("nan"),) * 2
    colours = _COLOUR.findall(field.named.get("style", ""))
    cited = figure.named.get("data-ref", "")
    return _Drawn(x, y, "" if is_hatched or not colours else colours[0], cited, figure.text, name)


def _is_right(rate: Rate, whole: Rate, tile: _Drawn) -> bool:
    words = read_toml(reference_file("wording.toml"), DisclosureError)["areas"]
    if rate.get("rate") is None:
        marks = {"withheld": "[c]", "pooled": words["map_together"]}
        return (tile.colour, tile.cited, tile.mark) == ("", "", marks.get(rate["state"], words["map_few"]))
    at = sum(rate["rate"] / whole["rate"] >= bound for bound in _bounds())
    # What is written is held against the manifest where figures are.
    return (tile.colour, tile.cited) == (_style()["colours"][f"heat_{at}"], f"{rate['finding_id']}.rate")


def _are_placed(release: Release, drawn: Mapping[str, _Drawn]) -> bool:
    """Tell whether all tiles stand where the packaged grid has them, in steps of one length."""
    spots = {code: _spot(code, _label(release, code)) for code in drawn}
    if not all(spots.values()):
        return False
    found = [(drawn[code], spot) for code, spot in spots.items() if spot]
    (first, (column, row)), steps = found[0], []
    for tile, (other_column, other_row) in found:
        for moved, places in ((tile.x - first.x, other_column - column), (tile.y - first.y, other_row - row)):
            if places:
                steps.append(moved / places)
            elif abs(moved) > 1:
                return False
    return not steps or (min(steps) > 1 and max(steps) - min(steps) <= 1 + _NEAR)


@cache
def _style() -> Mapping[str, Any]:
    return read_toml(reference_file("chart_style.toml"), DisclosureError)


@cache
def _bounds() -> tuple[float, ...]:
    return tuple(read_toml(reference_file("provision.toml"), DisclosureError)["map"]["bounds"])


def _spot(code: str, label: str) -> tuple[int, int] | None:
    names = {" ".join(name.casefold().replace("_", " ").replace("-", " ").split()) for name in (code, label)}
    tiles = _style()["tiles"].values()
    return next(((tile["place"][0], tile["place"][1]) for tile in tiles if names & set(tile["names"])), None)
