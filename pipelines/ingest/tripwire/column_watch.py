"""One column while its file goes by: which identifiers were seen in it, how often and where.

Answers "what stands in this column that names people", chunk by chunk. It must cost little, because nearly every file
is clean: columns of words and dates are judged by their distinct cells, references first by one pattern for everything.
What the kinds are is declared elsewhere; what a find leads to is decided in `identifiers.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import polars as pl

from pipelines.errors import NAMED_ROWS
from pipelines.ingest.tripwire.column_evidence import shown_by_column
from pipelines.ingest.tripwire.free_text import is_long_text, reads_as_text
from pipelines.ingest.tripwire.identifier_checks import CHECKS
from pipelines.ingest.tripwire.identifier_kinds import Kind, kinds, python_pattern, rust_pattern
from pipelines.ingest.tripwire.person_names import lone_names, names_person
from pipelines.ingest.tripwire.vocabulary import (
    Vocabulary,
    folded,
    given_names,
    name_words,
    packaged_vocabulary,
    surnames,
)

NAME, TEXT, HASH = "name", "free text", "hash"
# Names alone in cells and long texts count only if the whole column speaks for them.
LONE_NAME, LONG_TEXT = "lone name", "long text"

_LETTER = r"[A-Za-z\x{80}-\x{10FFFF}]"
_WORDY = rf"{_LETTER}{{2,}}[\s,._'’-]+{_LETTER}|{_LETTER}[\s,.]+{_LETTER}{{2,}}"
_LONG_WORD = rf"{_LETTER}{{4,}}"
# One word in which letters stand between digits, or nothing but hexadecimal digits: made by a machine, not a name.
_OPAQUE = r"^[^\s,;@]*[0-9][A-Za-z]+[0-9][^\s,;@]*$|^[0-9A-Fa-f{}-]+$"
# A random identifier; parts of it look like anything. Only a hash can hide in it.
_UUID = r"^\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?$"
_MANY = 5_000  # so many different shapes are sifted before each is read as a name
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


# The files of one source follow on each other, and their columns declare the same words each time.
@lru_cache(maxsize=64)
def _words_of(role: str, known: tuple[str, ...]) -> tuple[Vocabulary, frozenset[str]]:
    """Give the words that are no names in a column, and the names that mean a person even alone."""
    vocabulary = packaged_vocabulary().with_phrases(known)
    return vocabulary, lone_names(vocabulary, with_surnames=role == "reference")


class ColumnWatch:
    """What was seen in one column so far.

    Attributes:
        role: `word`, `date` or `reference`.
        filled: the number of filled cells.
    """

    def __init__(self, role: str, known: Iterable[str]) -> None:
        self.role = role
        self.filled = 0
        self._vocabulary, self._lone_names = _words_of(role, tuple(known))
        self._hits: dict[str, Hits] = {}
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
        self.filled += int((cells.str.len_bytes() > 0).sum())
        self._take_sample(numbers, cells)
        if self.role == "reference" or len(self._remembered) > _MOST_REMEMBERED:
            verdicts: Mapping[str, set[str]] = self._judged(
                cells.filter(cells.str.contains(_trigger(self.role))).unique()
            )
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
        self._unknown_texts += sum(not self._vocabulary.knows(text) for text in new)
        for kind, texts in self._judged(pl.Series(new, dtype=pl.String)).items():
            self._verdicts.setdefault(kind, set()).update(texts)
        return self._verdicts

    def _judged(self, texts: pl.Series) -> dict[str, set[str]]:
        """Say which of some distinct texts hold an identifier, by kind."""
        if texts.is_empty():
            return {}
        verdicts = {kind: hits for kind, hits in _by_pattern(texts, self.role) if hits}
        wordy = texts.filter(~texts.str.contains(_OPAQUE))
        frame = pl.DataFrame({"text": wordy, "shape": _shapes(wordy)})
        for kind, shapes in self._by_shape(frame["shape"].unique()).items():
            if shapes:
                is_hit = pl.col("shape").is_in(list(shapes))
                verdicts.setdefault(kind, set()).update(frame.filter(is_hit)["text"].to_list())
        return verdicts

    def _by_shape(self, shapes: pl.Series) -> dict[str, set[str]]:
        """Judge texts whose digits do not matter, so that "Case 1" and "Case 2" are read once."""
        several = _sifted(shapes.filter(shapes.str.contains(_WORDY)))
        names = {text for text in several if names_person(text, self._vocabulary)}
        sentences = {text for text in several if reads_as_text(text, self._vocabulary)}
        found = {NAME: names - sentences, TEXT: sentences}
        if self.role == "word":
            found[LONG_TEXT] = {text for text in several if is_long_text(text, self._vocabulary)}
            self._hits.setdefault(LONG_TEXT, Hits()).words.update(found[LONG_TEXT])
        return found | {LONE_NAME: self._lone(shapes)}

    def _lone(self, shapes: pl.Series) -> set[str]:
        """Give the texts that are one given name; in references digits may stand beside it."""
        pattern = rf"({_LONG_WORD})" if self.role == "reference" else rf"^[\s\"']*({_LETTER}{{3,}})[\s\"']*$"
        # "AdamSmith7" holds Adam.
        apart = shapes.str.replace_all(r"(\p{Ll})(\p{Lu}\p{Ll})", "$1 $2")
        pairs = pl.DataFrame({"text": shapes, "word": apart.str.extract(pattern)}).drop_nulls()
        words = {word: folded(word) for word in pairs["word"].unique().to_list()}
        names = {word for word, key in words.items() if key in self._lone_names}
        if names:
            self._hits.setdefault(LONE_NAME, Hits()).words.update(words[name] for name in names)
        return set(pairs.filter(pl.col("word").is_in(list(names)))["text"].to_list())


def _told_as(kind: str) -> str:
    return {LONE_NAME: NAME, LONG_TEXT: TEXT}.get(kind, kind)


@cache
def _kinds_of(role: str) -> tuple[Kind, ...]:
    return tuple(kind for kind in kinds() if kind.pattern(role))


@cache
def _any_pattern(role: str) -> str:
    return rust_pattern("|".join(kind.pattern(role) for kind in _kinds_of(role)))


@cache
def _trigger(role: str) -> str:
    return f"{_any_pattern(role)}|{_WORDY}|{_LONG_WORD}"


def _by_pattern(texts: pl.Series, role: str) -> Iterator[tuple[str, set[str]]]:
    suspects = texts.filter(texts.str.contains(_any_pattern(role)))
    plain = suspects.filter(~suspects.str.contains(_UUID))
    for kind in _kinds_of(role) if len(suspects) else ():
        open_to = suspects if kind.name == HASH else plain
        hits = open_to.filter(open_to.str.contains(rust_pattern(kind.pattern(role)))).to_list()
        yield kind.name, {text for text in hits if not kind.check or _passes(kind, role, text)}


def _passes(kind: Kind, role: str, text: str) -> bool:
    check = CHECKS[kind.check]
    return any(check(match[0]) for match in python_pattern(kind.pattern(role)).finditer(text))


def _shapes(texts: pl.Series) -> pl.Series:
    """Give texts with a zero for all digits that stand together."""
    return texts.str.replace_all("[0-9]+", "0")


def _sifted(shapes: pl.Series) -> list[str]:
    """Leave out, where there are very many, texts without any word that belongs to names or sentences."""
    if len(shapes) <= _MANY:
        return shapes.to_list()
    words = shapes.str.to_lowercase().str.extract_all(rf"{_LETTER}{{2,}}")
    people = pl.Series(sorted(given_names() | surnames() | set(name_words()["titles"])))
    frame = pl.DataFrame({"shape": shapes, "word": words}).explode("word")
    is_person = pl.col("word").is_in(people.implode())
    is_long = pl.col("shape").str.contains(r"\S\s+\S+\s+\S+\s+\S")
    return frame.filter(is_person | is_long)["shape"].unique().to_list()
