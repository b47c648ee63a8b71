"""A law centre's figures beside the network's, table by table, with bars on one scale.

Answers: what stands in the rows of the compare page, how long is each bar, and beside which figure do words stand. Bars
are as long as the published shares; a figure that is hidden, or too small for a share, has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.figures import shown
from pipelines.publish.brief import Brief
from pipelines.publish.differences import Side, margins, sides
from pipelines.publish.groups import MEMBER, group_codes
from pipelines.publish.pagewords import page_words
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.tableview import EMPTY_MARK, HIDDEN_MARK, figure, titled
from pipelines.publish.wording import main_unit, piece, say, table_wording, wording

PERIODS, GROUPS = "by_period", "by_group_of_interest"


@dataclass(frozen=True)
class Beside:
    """One side of a row: a figure with its share, or the mark in its place.

    `bar` and `tick` are places from 0 to 100 on the scale of the table: how far the bar runs, and where that of the
    other side would end. `words` say what chance cannot explain.
    """

    figures: tuple[Sentence, ...] = ()
    mark: str = ""
    bar: float | None = None
    tick: float | None = None
    words: Sentence = ()


@dataclass(frozen=True)
class BesideRow:
    """One row: the centre's own figure and the network's; `side` tells whether they differ for certain."""

    head: Sentence
    own: Beside
    network: Beside
    side: Side | None = None
    is_total: bool = False
    is_gap: bool = False


@dataclass(frozen=True)
class BesideTable:
    """One breakdown of the page."""

    table_id: str
    heading: Sentence
    corner: Sentence
    caption: Sentence
    notes: tuple[Sentence, ...]
    rows: tuple[BesideRow, ...]


@dataclass(frozen=True)
class _Named:
    """One row before it is laid out."""

    head: Sentence
    cell: Cell
    side: Side | None
    is_gap: bool = False


def beside_table(brief: Brief, table_id: str) -> BesideTable:
    """Set one table of a centre beside the network's.

    Args:
        brief: a centre's own.
        table_id: a table of one dimension that has the network's figures, or that of the groups of interest.
    Returns:
        Rows in the order of the table; outside groups those without a figure above zero on either side are left out.
    """
    named = _group_rows(brief) if table_id == GROUPS else _rows(brief, table_id)
    # Those of whom it is not known stand below those who belong, so that neither is told alone.
    kept = [each for each in named if table_id == GROUPS or not _is_nothing(each.cell)]
    lay_out = _quarters if table_id == PERIODS else _shares
    rows, scale = lay_out(brief, brief.tables[table_id], kept)
    text = wording()["text"]
    notes = [
        scale,
        *([say(brief, page_words("compare")["group_rows"])] if table_id == GROUPS else []),
        *([say(brief, table_wording(table_id)["overlap"])] if "overlap" in table_wording(table_id) else []),
        *([say(brief, text["left_out"])] if len(kept) < len(named) else []),
    ]
    corner = table_wording(table_id)["heading"]
    heading = page_words("compare")["headings"].get(table_id, corner)
    heads = (say(brief, heading), say(brief, corner), titled(brief, table_id))
    return BesideTable(table_id, *heads, notes=tuple(notes), rows=rows)


def _rows(brief: Brief, table_id: str) -> list[_Named]:
    table, words = brief.tables[table_id], page_words("compare")
    cells = {cell.codes[0]: cell for cell in table.cells(unit=main_unit(table_id))}
    if table_id == PERIODS:
        last = str(brief.edition.period.last)
        cells = {code: cell for code, cell in sorted(cells.items()) if code[:1].isdigit() and code <= last}
    gaps = tuple(words["open"].get(table_id, ()))
    found = {} if table_id == PERIODS else _sides(brief, cells, gaps, is_partition=table_id not in words["overlapping"])
    return [
        _Named(_label(brief, table.dimensions[0], code), cell, found.get(code), is_gap=code == NOT_KNOWN)
        for code, cell in cells.items()
    ]


def _group_rows(brief: Brief) -> list[_Named]:
    """Give two rows a group: those who belong to it, and those for whom it is not known."""
    table = brief.tables[GROUPS]
    rows: list[_Named] = []
    for group in group_codes(table):
        cells = {cell.codes[-1]: cell for cell in table.cells(unit=main_unit(GROUPS)) if cell.codes[0] == group}
        found = _sides(brief, cells, (), is_partition=True)
        heads = {
            MEMBER: _label(brief, "group_code", group),
            NOT_KNOWN: say(brief, wording()["groups"]["not_known_bar"]),
        }
        rows += [
            _Named(head, cells[code], found.get(code), is_gap=code == NOT_KNOWN)
            for code, head in heads.items()
            if code in cells
        ]
    return rows


def _sides(brief: Brief, cells: Mapping[str, Cell], gaps: tuple[str, ...], *, is_partition: bool) -> dict[str, Side]:
    """Tell the rows whose shares differ for certain; none where nobody says how the network's figures were rounded."""
    words = page_words("compare")
    if brief.network_rule is None:
        return {}
    margin = margins(brief.network_rule, deviations=words["deviations"], least_expected=words["least_expected"])
    return sides(cells, open_codes=gaps, is_partition=is_partition, margin=margin)


def _is_nothing(cell: Cell) -> bool:
    told = [n for n in (cell.n, cell.network_n) if n is not None]
    return cell.codes[-1] not in {TOTAL, NOT_KNOWN} and bool(told) and not any(told)


def _shares(brief: Brief, table: ProtectedTable, named: list[_Named]) -> tuple[tuple[BesideRow, ...], Sentence]:
    """Lay out rows with shares: both bars of every row run on the scale that all shares of the table fit under."""
    parts = [part for each in named if each.cell.codes[-1] != TOTAL for part in _parts(brief, each.cell) if part]
    scales: list[float] = page_words("compare")["scales"]
    top = next((each for each in scales if each >= max(parts, default=0.0)), scales[-1])
    rows = tuple(_share_row(brief, table, each, top) for each in named)
    return rows, say(brief, page_words("compare")["scale"], top=Label(shown(top, "share"), "axis"))


def _share_row(brief: Brief, table: ProtectedTable, named: _Named, top: float) -> BesideRow:
    cell, is_total = named.cell, named.cell.codes[-1] == TOTAL
    ends = [None if is_total or part is None else 100 * part / top for part in _parts(brief, cell)]
    word = {None: (), Side.LARGER: "larger", Side.SMALLER: "smaller"}[named.side]
    words = say(brief, page_words("compare")[word], all_centres=_all_centres(brief)) if isinstance(word, str) else ()
    forms = ("n",) if is_total else ("n", "percent")
    own = _beside(table, cell, forms, bar=ends[0], tick=ends[1], words=words)
    network = _beside(table, cell, tuple(f"network_{form}" for form in forms), bar=ends[1])
    if ends[1] is None:
        network = Beside(network.figures[:1], network.mark)
    return BesideRow(named.head, own, network, named.side, is_total, named.is_gap)


def _quarters(brief: Brief, table: ProtectedTable, named: list[_Named]) -> tuple[tuple[BesideRow, ...], Sentence]:
    """Lay out counts by quarter, each side on a scale of its own: a centre is always smaller than its network."""
    most = max((each.cell.n or 0 for each in named), default=0)
    of_all = max((each.cell.network_n or 0 for each in named), default=0)
    rows = []
    for each in named:
        cell, words = each.cell, say(brief, page_words("compare")["provisional"]) if each.cell.provisional else ()
        own = _beside(table, cell, ("n",), bar=None if cell.n is None or not most else 100 * cell.n / most, words=words)
        end = None if cell.network_n is None or not of_all else 100 * cell.network_n / of_all
        network = _beside(table, cell, ("network_n",), bar=end)
        rows.append(BesideRow(each.head, own, network))
    return tuple(rows), say(brief, page_words("compare")["scale_period"])


def _beside(
    table: ProtectedTable, cell: Cell, forms: tuple[str, ...], *, bar: float | None, tick: float | None = None,
    words: Sentence = (),
) -> Beside:  # fmt: skip
    figures = [figure(table, cell, form) for form in forms]
    if isinstance(figures[0], str):
        return Beside(mark=figures[0])
    return Beside(tuple((each,) for each in figures if each not in {EMPTY_MARK, HIDDEN_MARK}), "", bar, tick, words)


def _parts(brief: Brief, cell: Cell) -> tuple[float | None, float | None]:
    """Give the two shares of a row; none of a rounded count that is too small to be named."""
    is_named = cell.network_n is not None and cell.network_n >= (brief.network_rule or brief.rule).least_said
    return (None if cell.n is None else cell.share), (cell.network_share if is_named else None)


def _label(brief: Brief, dimension: str, code: str) -> Sentence:
    return (Label(brief.label(dimension, code), "date" if dimension == "quarter" else "label"),)


def _all_centres(brief: Brief) -> Sentence:
    return piece(brief, page_words("compare")["all_centres"])
