"""How one cell is written in a chart: its words, each figure with its address.

Answers for every kind of chart alike: a hidden figure has the same words everywhere, and a small rounded one is said as
"fewer than", without a share.
"""

from __future__ import annotations

from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.amounts import is_said
from pipelines.publish.brief import Brief
from pipelines.publish.chartspec import Figure
from pipelines.publish.messages import Spoken, spoken
from pipelines.publish.sentences import Sentence, cell_ref, is_translated, to_text
from pipelines.publish.wording import piece, wording


class NotTranslatedError(Exception):
    """A word of a chart is not translated; the chart is then drawn in English as a whole."""


def label_words(brief: Brief, text: str) -> str:
    """Say a label or a small word in the brief's language; a name is the same in every language.

    Raises:
        NotTranslatedError: nobody approved a translation.
    """
    told = brief.language.label(text) if isinstance(text, Spoken) else text
    if told is None:
        raise NotTranslatedError
    return told


def sentence_words(brief: Brief, said: Sentence) -> str:
    """Say a sentence of a chart in the brief's language.

    Raises:
        NotTranslatedError: nobody approved a translation.
    """
    if not is_translated(said, brief.language):
        raise NotTranslatedError
    return to_text(said, brief.language)


def chart_words(brief: Brief, *path: str) -> str:
    """Say one wording of `[charts]` in the brief's language."""
    found = wording()["charts"]
    for name in path:
        found = found[name]
    return sentence_words(brief, piece(brief, found))


def hidden_words(brief: Brief) -> str:
    """Give the words that stand in the place of a hidden figure."""
    return label_words(brief, spoken("hidden_bar"))


def hidden_mark() -> str:
    """Give the mark of a hidden figure where there is no room for words."""
    return str.split(spoken("hidden_bar"), " ", maxsplit=1)[0]


def count_words(brief: Brief, table: ProtectedTable, cell: Cell) -> str:
    """Write a count that is shown.

    Raises:
        NotTranslatedError: nobody approved a translation of "fewer than".
    """
    if is_said(table.rule, cell):
        return brief.language.figure(cell.n, "n")
    told = brief.language.below(table.rule.most_told)
    if told is None:
        raise NotTranslatedError
    return told


def count_figure(brief: Brief, table: ProtectedTable, cell: Cell) -> Figure:
    """Write and cite a count that is shown."""
    return ((count_words(brief, table, cell), f"{cell_ref(cell)}.n"),)


def share_figure(brief: Brief, table: ProtectedTable, cell: Cell) -> Figure:
    """Write and cite the share of a cell; nothing where there is none or its count is too small."""
    if cell.share is None or not is_said(table.rule, cell):
        return ()
    return ((brief.language.figure(cell.share, "share"), f"{cell_ref(cell)}.share"),)


def both_figure(brief: Brief, table: ProtectedTable, cell: Cell) -> Figure:
    """Write and cite a count with its share in brackets, or alone where there is none."""
    share = share_figure(brief, table, cell)
    if not share:
        return count_figure(brief, table, cell)
    return ((f"{count_words(brief, table, cell)} ({share[0][0]})", f"{cell_ref(cell)}.both"),)
