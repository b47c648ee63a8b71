"""The ways a nationality is written, and how a cell is cut into words.

Answers "what does this name mean" and "which words and separators does this cell hold". The names themselves are data,
in `reference/nationality_names.csv`: a caseworker adds a line there, not here. What a whole cell means is decided in
`nationality.py`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from pipelines.resources import reference_file

# The four ways two words can stand beside each other. A tight hyphen is a plain gap: "Guinea-Bissau", "Polish-British".
PLAIN, COMMA, BRACKET, STRONG = " ", ",", "(", "/"

_REMOVED = re.compile(r"[.'’‘ʼ`´\"“”]")
_WORD = re.compile(r"[^\W_]+")
_GAPS = (
    (STRONG, re.compile(r"[/;+|\\:\n\r]")),
    (BRACKET, re.compile(r"[()\[\]]")),
    (COMMA, re.compile(r",|\s[-–—]|[-–—]\s|[–—]|--")),
)
_UNREADABLE = re.compile(r"[^\w\s/;+|\\:()\[\],–—-]")
# A letter that a conversion lost stands in the middle of a word; at its end a question mark is a sign of doubt.
_LOST_LETTER = re.compile(r"(?<=[^\W\d_])\?+(?=[^\W\d_])|\ufffd+")
_STAND_IN = "\ua66e"  # a letter no nationality is written with
# "1) Polish 2) British": numbers of a list stand between its items.
_NUMBERING = re.compile(r"(?<![\w.])[1-3][.)](?=\s*[^\W\d])")
_MISREAD = re.compile(r"[ÂÃÄÅÇÎÏÐÑ]")
# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True)
class Name:
    """What one written name means.

    `kind` is a code of the list nationality_name_kinds; `code` is empty where the name is no nationality.
    """

    kind: str
    code: str


@dataclass(frozen=True)
class Cell:
    """One cell cut into words.

    `words` are folded for comparison; `gaps` says what stands between each word and the next; `are_capitals` tells
    which words were written in capitals throughout; `is_doubtful` that the cell holds a sign such as `?` or `*`;
    `is_repaired` that letters were lost or garbled in a conversion.
    """

    words: tuple[str, ...]
    gaps: tuple[str, ...]
    are_capitals: tuple[bool, ...]
    is_doubtful: bool
    is_repaired: bool

    def key(self, start: int, end: int) -> str:
        """Give the dictionary key of the words from `start` up to, not including, `end`."""
        inner = zip(self.gaps[start : end - 1], self.words[start + 1 : end], strict=True)
        return self.words[start] + "".join(gap + word for gap, word in inner)


def split_cell(text: str) -> Cell:
    """Cut a cell into words and the separators between them.

    Case, repeated and unbreakable spaces, full stops and apostrophes carry no meaning and go; `&` is the word "and".
    UTF-8 read as windows-1252 ("EspaÃ±a") is put right; a letter lost on the way ("Espa?a") keeps its place.
    """
    whole = _reread(text)
    stood_in = _LOST_LETTER.sub(_STAND_IN, whole)
    composed = unicodedata.normalize("NFKC", _NUMBERING.sub(STRONG, stood_in))
    visible = "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")
    clean = _REMOVED.sub("", visible).replace("&", " and ")
    found = list(_WORD.finditer(clean))
    between = (clean[a.end() : b.start()] for a, b in pairwise(found))
    return Cell(
        words=tuple(match[0].casefold() for match in found),
        gaps=tuple(_gap_class(gap) for gap in between),
        are_capitals=tuple(match[0].isupper() for match in found),
        is_doubtful=bool(_UNREADABLE.search(clean)),
        is_repaired=stood_in != text,
    )


def _reread(text: str) -> str:
    """Give a text that was UTF-8 and was read as windows-1252 as it was meant; any other text unchanged."""
    if not _MISREAD.search(text):
        return text
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _byte(letter: str) -> bytes:
    """Give the byte a letter was read from; windows-1252 leaves five bytes open, which programs pass through."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _gap_class(gap: str) -> str:
    return next((name for name, pattern in _GAPS if pattern.search(gap)), PLAIN)


def without_accents(text: str) -> str:
    """Give folded text without its accents, so that `Česko` and `Cesko` meet."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


class NameBook:
    """Every known name, found by how it is written.

    Attributes:
        longest: the number of words in the longest name.
    """

    def __init__(self, rows: Iterator[tuple[str, Name]]) -> None:
        self.longest = 1
        self._names: dict[str, Name] = {}
        self._unaccented: dict[str, Name] = {}
        self._joined: dict[str, set[str]] = {}
        self._with_lost_letters: dict[str, set[Name]] = {}
        for text, name in rows:
            self._add(split_cell(text), name)

    def _add(self, cell: Cell, name: Name) -> None:
        self.longest = max(self.longest, len(cell.words))
        for key in _spellings(cell.key(0, len(cell.words)), name.kind):
            if self._names.setdefault(key, name) != name:
                raise ValueError(f"nationality_names.csv gives two meanings to: {key}")
            self._unaccented.setdefault(without_accents(key), name)
            self._with_lost_letters.setdefault(_without_letters(key), set()).add(name)
        if name.code and name.kind != "as_written" and len(cell.words) > 1:
            self._joined.setdefault("".join(cell.words), set()).add(name.code)

    def find(self, key: str) -> Name | None:
        """Find a name by its key; an accent may be missing, but a name written without one comes first.

        Where a letter was lost, the name is found if it is the only one that has a letter with an accent there.
        """
        if _STAND_IN in key:
            # The apostrophe of Côte d’Ivoire may be lost as well; it is no letter and leaves no gap.
            without = key.replace(f"d{_STAND_IN}", "d")
            found = self._with_lost_letters.get(key) or self._with_lost_letters.get(without, set())
            return next(iter(found)) if len(found) == 1 else None
        plain = without_accents(key)
        return self._names.get(key) or self._names.get(plain) or self._unaccented.get(plain)

    def find_joined(self, word: str) -> str | None:
        """Find the code of a name of several words whose spaces were lost, such as `SouthAfrican`."""
        codes = self._joined.get(word, set())
        return next(iter(codes)) if len(codes) == 1 else None


def _without_letters(key: str) -> str:
    """Give a key as a conversion to ASCII leaves it: every run of other letters is one lost letter."""
    return re.sub(r"[^\x00-\x7f]+", _STAND_IN, key)


def _spellings(key: str, kind: str) -> set[str]:
    """Give the key as written, with a comma for the bracket, and with neither; `as_written` names only as written."""
    if kind in ("as_written", "ambiguous_as_written"):
        return {key}
    return {key, key.replace(BRACKET, COMMA), re.sub(r"[,(/]", PLAIN, key)}


@cache
def name_book() -> NameBook:
    """Read the packaged names, once."""
    path = reference_file("nationality_names.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return NameBook((row["name"], Name(row["kind"], row["code"])) for row in csv.DictReader(file))
