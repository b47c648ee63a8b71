"""Single texts of a column: which of them hold an identifier, and of which kind.

Answers "does one of these texts name people". Nearly every text is harmless, and the files of one source say the same
over again, so what was found harmless once is not read a second time. A verdict on a text never depends on the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import polars as pl

from pipelines.ingest.tripwire.free_text import is_long_text, reads_as_text
from pipelines.ingest.tripwire.identifier_checks import CHECKS
from pipelines.ingest.tripwire.identifier_kinds import Kind, kinds, python_pattern, rust_pattern
from pipelines.ingest.tripwire.person_names import lone_names, names_person
from pipelines.ingest.tripwire.vocabulary import folded, given_names, name_words, packaged_vocabulary, surnames

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
_MOST_HARMLESS = 20_000


@dataclass
class Verdicts:
    """What some texts hold.

    `texts` gives the texts by kind; `lone` the folded names that stand alone in them, `long` the shapes of long texts.
    """

    texts: dict[str, set[str]] = field(default_factory=dict)
    lone: set[str] = field(default_factory=set)
    long: set[str] = field(default_factory=set)

    def add(self, kind: str, texts: set[str]) -> None:
        """Add texts of one kind, if there are any."""
        if texts:
            self.texts.setdefault(kind, set()).update(texts)


class Judge:
    """Judges the texts of all columns that have one role and declare the same words.

    Attributes:
        role: `word`, `date` or `reference`.
    """

    def __init__(self, role: str, known: tuple[str, ...]) -> None:
        self.role = role
        self._vocabulary = packaged_vocabulary().with_phrases(known)
        self._lone_names = lone_names(self._vocabulary, with_surnames=role == "reference")
        # Harmless texts, each with whether all of its words are known, and harmless shapes of texts.
        self._harmless: dict[str, bool] = {}
        self._harmless_shapes: set[str] = set()

    def suspects(self, cells: pl.Series) -> pl.Series:
        """Give the different cells in which an identifier could stand at all."""
        return cells.filter(cells.str.contains(_trigger(self.role))).unique()

    def words_judged(self, texts: Sequence[str]) -> tuple[Verdicts, int]:
        """Judge different words, and count those that are not known."""
        is_few = len(texts) <= _MANY
        new = [text for text in texts if text not in self._harmless] if is_few else texts
        found = self.judged(pl.Series(new, dtype=pl.String))
        known = {text: self._vocabulary.knows(text) for text in new}
        n_unknown = sum(not (known[text] if text in known else self._harmless[text]) for text in texts)
        if is_few and len(self._harmless) < _MOST_HARMLESS:
            guilty = set().union(*found.texts.values())
            self._harmless.update((text, is_known) for text, is_known in known.items() if text not in guilty)
        return found, n_unknown

    def judged(self, texts: pl.Series) -> Verdicts:
        """Say which of some different texts hold an identifier, by kind."""
        found = Verdicts()
        if texts.is_empty():
            return found
        for kind, hits in _by_pattern(texts, self.role):
            found.add(kind, hits)
        wordy = texts.filter(~texts.str.contains(_OPAQUE))
        shapes = _shapes(wordy)
        by_shape = self._by_shape(shapes.unique(), found)
        for kind, guilty in by_shape.items():
            if guilty:
                found.add(kind, set(wordy.filter(shapes.is_in(list(guilty))).to_list()))
        return found

    def _by_shape(self, shapes: pl.Series, found: Verdicts) -> dict[str, set[str]]:
        """Judge texts whose digits do not matter, so that "Case 1" and "Case 2" are read once."""
        is_few = len(shapes) <= _MANY
        new = shapes
        if is_few:
            left = [shape for shape in shapes.to_list() if shape not in self._harmless_shapes]
            new = pl.Series(left, dtype=pl.String)
        guilty = self._new_shapes(new, found) if len(new) else {}
        if is_few and len(self._harmless_shapes) < _MOST_HARMLESS:
            self._harmless_shapes.update(set(new.to_list()).difference(*guilty.values()))
        return guilty

    def _new_shapes(self, shapes: pl.Series, found: Verdicts) -> dict[str, set[str]]:
        several = _sifted(shapes.filter(shapes.str.contains(_WORDY)))
        names = {text for text in several if names_person(text, self._vocabulary)}
        sentences = {text for text in several if reads_as_text(text, self._vocabulary)}
        guilty = {NAME: names - sentences, TEXT: sentences}
        if self.role == "word":
            guilty[LONG_TEXT] = {text for text in several if is_long_text(text, self._vocabulary)}
            found.long |= guilty[LONG_TEXT]
        return guilty | {LONE_NAME: self._lone(shapes, found)}

    def _lone(self, shapes: pl.Series, found: Verdicts) -> set[str]:
        """Give the texts that are one given name; in references digits may stand beside it."""
        pattern = rf"({_LONG_WORD})" if self.role == "reference" else rf"^[\s\"']*({_LETTER}{{3,}})[\s\"']*$"
        # "AdamSmith7" holds Adam.
        words = shapes.str.replace_all(r"(\p{Ll})(\p{Lu}\p{Ll})", "$1 $2").str.extract(pattern)
        keys = {word: folded(word) for word in words.drop_nulls().unique().to_list()}
        names = {word: key for word, key in keys.items() if key in self._lone_names}
        found.lone.update(names.values())
        return set(shapes.filter(words.is_in(list(names))).to_list()) if names else set()


# The files of one source follow on each other, and their columns declare the same words each time.
@lru_cache(maxsize=64)
def judge_of(role: str, known: tuple[str, ...]) -> Judge:
    """Give the judge of a column.

    Args:
        role: `word`, `date` or `reference`.
        known: words that the profile declares for it; they are no names.
    """
    return Judge(role, known)


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
    if suspects.is_empty():
        return
    plain = suspects.filter(~suspects.str.contains(_UUID))
    for kind in _kinds_of(role):
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
