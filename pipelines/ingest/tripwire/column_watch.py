"""One column while its file goes by: which identifiers were seen in it, how often and where.

Answers "what stands in this column that names people", chunk by chunk. It must cost little, because nearly every file
is clean: columns of words and dates are judged by their distinct cells, references first by one pattern for everything.
What a single text holds is judged in `judging_texts.py`; what a find leads to is decided in `identifiers.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.errors import NAMED_ROWS
from pipelines.ingest.tripwire.column_evidence import shown_by_column
from pipelines.ingest.tripwire.judging_texts import LONE_NAME, LONG_TEXT, NAME, TEXT, Verdicts, judge_of

_MOST_REMEMBERED = 200_000
_SAMPLE_OF_CHUNK, _SAMPLE = 400, 4_000


@dataclass
class Hits:
    """Cells of one kind: how many, the first rows, and the different words they hold."""

    cells: int = 0
    rows: list[int] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    def add(self, rows: pl.Series) -> None:
        """Count some rows."""
        self.cells += len(rows)
        self.rows += rows.head(NAMED_ROWS - len(self.rows)).to_list() if len(self.rows) < NAMED_ROWS else []


class ColumnWatch:
    """What was seen in one column so far.

    Attributes:
        role: `word`, `date` or `reference`.
        filled: the number of filled cells.
    """

    def __init__(self, role: str, known: Iterable[str]) -> None:
        self.role = role
        self.filled = 0
        self._judge = judge_of(role, tuple(known))
        self._hits = {LONG_TEXT: Hits()} if role == "word" else {}
        self._remembered: set[str] = set()
        self._verdicts: dict[str, set[str]] = {}
        self._unknown_texts = 0
        self._sample: list[tuple[int, str]] = []

    def look(self, numbers: pl.Series, cells: pl.Series) -> None:
        """Look at the cells of one chunk.

        Args:
            numbers: row numbers.
            cells: text; null and empty cells are blank.
        """
        self.filled += len(cells) - cells.null_count() - int((cells == "").sum())
        self._take_sample(numbers, cells)
        if self.role == "reference" or len(self._remembered) > _MOST_REMEMBERED:
            verdicts: Mapping[str, set[str]] = self._noted(self._judge.judged(self._judge.suspects(cells)))
        else:
            verdicts = self._judged_words(cells)
        for kind, texts in verdicts.items():
            if texts:
                is_hit = cells.is_in(pl.Series(list(texts), dtype=pl.String).implode())
                self._hits.setdefault(kind, Hits()).add(numbers.filter(is_hit))

    def found(self) -> Iterator[tuple[str, Hits, bool]]:
        """Give each kind that was found, with its cells, and whether the column as a whole shows it."""
        told = {kind: hits for kind, hits in self._hits.items() if self._counts(kind, hits)}
        for kind, hits in told.items():
            yield _told_as(kind), hits, False
        cells = [cell for _, cell in self._sample]
        for kind, positions in shown_by_column(cells, self.role).items():
            if kind not in told:
                rows = [self._sample[i][0] for i in positions]
                yield kind, Hits(round(self.filled * len(rows) / len(cells)), rows[:NAMED_ROWS]), True

    def _counts(self, kind: str, hits: Hits) -> bool:
        n_words = len(hits.words)
        if kind == LONG_TEXT:
            return self.role == "word" and n_words >= 20 and n_words >= hits.cells / 2
        if kind != LONE_NAME:
            return True
        if NAME in self._hits:
            return False
        if self.role == "reference":
            share = hits.cells / max(1, self.filled)
            return (n_words >= 5 and share >= 0.01) or (n_words >= 3 and share >= 0.2)
        return n_words >= 3 and n_words >= 0.2 * self._unknown_texts

    def _take_sample(self, numbers: pl.Series, cells: pl.Series) -> None:
        step = max(1, len(cells) // _SAMPLE_OF_CHUNK)
        pairs = zip(numbers.gather_every(step).to_list(), cells.gather_every(step).to_list(), strict=True)
        room = _SAMPLE - len(self._sample)
        self._sample += [(number, cell) for number, cell in pairs if cell and cell.strip()][:room]

    def _judged_words(self, cells: pl.Series) -> Mapping[str, set[str]]:
        new = [text for text in cells.unique().to_list() if text and text not in self._remembered]
        self._remembered.update(new)
        found, n_unknown = self._judge.words_judged(new)
        self._unknown_texts += n_unknown
        for kind, texts in self._noted(found).items():
            self._verdicts.setdefault(kind, set()).update(texts)
        return self._verdicts

    def _noted(self, found: Verdicts) -> Mapping[str, set[str]]:
        """Note the different words of what counts only for the column as a whole."""
        for kind, words in ((LONG_TEXT, found.long), (LONE_NAME, found.lone)):
            if words:
                self._hits.setdefault(kind, Hits()).words.update(words)
        return found.texts


def _told_as(kind: str) -> str:
    return {LONE_NAME: NAME, LONG_TEXT: TEXT}.get(kind, kind)
