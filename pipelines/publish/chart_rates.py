"""The map of rates: areas as equal tiles, each with its clients for every thousand people.

Answers "where do few clients come from" at one glance, for areas that are regions of the United Kingdom; other lists
of areas have the table alone. A colour says in which class a rate falls beside that of all areas together, by bounds
that a person decided. An area without a rate of its own is hatched.
"""

from __future__ import annotations

import tomllib
from functools import cache

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import POOL, POOLED, AreaRate
from pipelines.publish.brief import Brief
from pipelines.publish.chart_areas import place_of
from pipelines.publish.chart_cells import hidden_mark, sentence_words
from pipelines.publish.chartspec import PLAIN, Figure, Legend, Tile, TileMap
from pipelines.publish.layout_heat import LEVELS, level
from pipelines.publish.messages import Message
from pipelines.publish.sentences import Label, Measured, Sentence, joined, one_after_another
from pipelines.publish.wording import piece, say, wording
from pipelines.resources import reference_file
from pipelines.statistics.states import WITHHELD

CHART = "area_rates"
HIDDEN, TOGETHER, FEW = "hidden", "together", "few"


def rates_plot(brief: Brief) -> TileMap | None:
    """Choose the tiles of all areas; None unless each has a place of its own and at least one a rate."""
    rates = _of_areas(brief)
    spots = [place_of(rate.group, brief.label(rate.dimension, rate.group)) for rate in rates]
    if None in spots or len(set(spots)) < len(spots) or not any(rate.rate is not None for rate in rates):
        return None
    tiles = tuple(_tile(brief, rate, spot) for rate, spot in zip(rates, spots, strict=True) if spot)
    return TileMap(tiles, (), _words(brief, "map_legend"), keys=_keys(brief, rates))


def rates_title(brief: Brief) -> Sentence:
    """Describe the map; what the rates show is told below it, with their limits."""
    return say(brief, wording()["areas"]["caption"])


def rates_subtitle(brief: Brief) -> Sentence:
    """Say measure, unit and period."""
    return say(brief, wording()["areas"]["map_subtitle"])


def rates_note(brief: Brief) -> Sentence:
    """Say what colours leave out, for a picture pasted elsewhere."""
    words = wording()["areas"]
    return one_after_another((say(brief, words["map_note"]), say(brief, words["caution"])))


def rates_described(brief: Brief) -> Sentence:
    """Say what kind of chart it is, its highest and lowest rates, and where all figures are."""
    words = wording()["areas"]
    told = sorted((rate for rate in _of_areas(brief) if rate.rate is not None), key=lambda rate: -(rate.rate or 0.0))
    ends = [told[0], told[-1]] if told[1:] else told
    names = [
        piece(brief, words["map_item"], area=Label(brief.label(rate.dimension, rate.group)), rate=_measured(rate))
        for rate in ends
    ]
    said = (say(brief, words["map_described"]), say(brief, words["map_ends"], list=joined(names)))
    return one_after_another((*said, say(brief, wording()["charts"]["described"]["table"])))


def class_of(ratio: float) -> int:
    """Give the class of a rate, from its ratio to the rate of all areas; a bound belongs to the class above it.

    >>> class_of(0.2), class_of(1.0), class_of(2.0)
    (0, 2, 4)
    """
    return sum(ratio >= bound for bound in _bounds())


@cache
def _bounds() -> tuple[float, ...]:
    """Give the bounds of the classes, one less than there are colours."""
    with reference_file("provision.toml").open("rb") as file:
        return tuple(tomllib.load(file)["map"]["bounds"])


def _strength(at: int) -> float:
    """Give the strength of the colour of a class: the middle of its level."""
    return (at + 0.5) / LEVELS


def _of_areas(brief: Brief) -> list[AreaRate]:
    return [rate for rate in brief.area_rates if rate.group not in {TOTAL, POOL}]


def _tile(brief: Brief, rate: AreaRate, spot: tuple[int, int]) -> Tile:
    label, (column, row) = brief.label(rate.dimension, rate.group), spot
    overall = next(each.rate for each in brief.area_rates if each.group == TOTAL)
    if rate.rate is None or not overall:
        kind = _kind(rate)
        mark = hidden_mark() if kind == HIDDEN else _words(brief, f"map_{kind}")
        return Tile(label, column, row, None, ((mark, ""),), is_hidden=True)
    told = _measured(rate)
    figure: Figure = ((brief.language.figure(rate.rate, told.form), told.ref),)
    return Tile(label, column, row, _strength(class_of(rate.rate / overall)), (), share=figure)


def _kind(rate: AreaRate) -> str:
    """Say why an area has no rate of its own: hidden, told with others, or a count too small to be named."""
    return {WITHHELD: HIDDEN, POOLED: TOGETHER}.get(rate.state, FEW)


def _keys(brief: Brief, rates: list[AreaRate]) -> Legend:
    """Say what the colours mean, the lowest first, and each mark that stands in the place of a rate."""
    words = wording()["areas"]["map_classes"]
    classes = [(level(_strength(at)), sentence_words(brief, piece(brief, text))) for at, text in enumerate(words)]
    kinds = {_kind(rate) for rate in rates if rate.rate is None}
    marks = [(PLAIN, _words(brief, f"map_means_{kind}")) for kind in (HIDDEN, FEW, TOGETHER) if kind in kinds]
    return (*classes, *marks)


def _measured(rate: AreaRate) -> Measured:
    return Measured(rate, "rate", "ratio")


def _words(brief: Brief, name: str) -> str:
    text: str | Message = wording()["areas"][name]
    return sentence_words(brief, piece(brief, text))
