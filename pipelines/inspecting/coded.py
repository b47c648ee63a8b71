"""What the words of a column mean in a coded field, and what stands between several words in one cell.

Answers "for how many rows do we know the code" and "at which signs are cells to be split". A sign is proposed only
when the pieces are better known words than the whole cell: "Debt & Benefits" is split, "Health & Safety" is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipelines.codelists import codelist
from pipelines.ingest.fields import CELL_SEPARATOR, fields
from pipelines.inspecting.book import book, find_yes_no
from pipelines.inspecting.lexicon import Entry, missing_word, plain, word_finder

SIGNS = (";", "|", ",", "&", "/", ":", "-", "\n", "+")
# Words a cell may hold in this share of the filled rows before it counts as a category of the source's own.
_ALONE_ROWS = 2
_READ_WORDS = 3000


@dataclass(frozen=True)
class CodedReading:
    """How the words of a column fit one coded field.

    `known` maps each word, as it stands in the file, to what it means; `unknown` gives the rows of each other word.
    `share` is the share of filled rows whose words are all known, and `certain` the share where none is doubtful.
    """

    field: str
    separators: tuple[str, ...]
    known: Mapping[str, Entry]
    unknown: Mapping[str, int]
    share: float
    certain: float

    @property
    def narrow(self) -> float:
        """Give the share of known words whose code is a part of a wider one, such as Universal Credit of benefits."""
        codes = [entry.code for entry in self.known.values() if not entry.is_missing]
        parents = codelist(fields()[self.field].code_list).column("parent_code") if self.field == "advice_type" else {}
        return sum(bool(parents.get(code)) for code in codes) / (len(codes) or 1)

    @property
    def n_codes(self) -> int:
        """Give the number of different codes, kinds of missing left out."""
        return len({entry.code for entry in self.known.values() if not entry.is_missing})


Find = Callable[[str], Entry | None]


def read_coded(
    field: str, words: Mapping[str, int], *, heading: str, is_many: bool, further: Mapping[str, Entry] | None = None
) -> CodedReading:
    """Read the words of a column as those of a coded field.

    Args:
        field: a field of kind `code`.
        words: distinct cells with the number of rows each stands in.
        heading: of the column; says what a yes or a no means.
        is_many: whether one cell may hold several words.
        further: words of the settings, by their plain form.
    """
    find = _finder(field, heading, further or {})
    counted = dict(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:_READ_WORDS])
    separators = find_separators(counted, find) if is_many else ()
    known: dict[str, Entry] = {}
    unknown: dict[str, int] = {}
    rows = certain = 0
    for word, n in counted.items():
        entries = {part: find(part) for part in split(word, separators)}
        known |= {part: entry for part, entry in entries.items() if entry}
        unknown |= {part: unknown.get(part, 0) + n for part, entry in entries.items() if not entry}
        rows += n * all(entries.values())
        certain += n * all(entry and entry.is_certain for entry in entries.values())
    total = sum(words.values()) or 1
    return CodedReading(field, separators, known, unknown, rows / total, certain / total)


def _finder(field: str, heading: str, further: Mapping[str, Entry]) -> Find:
    rule = find_yes_no(heading, field)
    answers: dict[str, Entry] = {}
    if rule:
        answers = {word: Entry(rule.yes, is_certain=True) for word in book().yes_words}
        answers |= {word: Entry(rule.no, is_certain=True) for word in book().no_words}
    return word_finder(field, {**further, **answers})


def is_yes_no(words: Iterable[str]) -> bool:
    """Tell whether a column answers a question with yes and no, blanks and words for missing apart."""
    known = book().yes_words | book().no_words
    answers = {plain for word in words if (plain := word.casefold()) in known or not missing_word(word)}
    return bool(answers) and answers <= known


def split(cell: str, separators: Sequence[str]) -> list[str]:
    """Cut a cell at every separator, and where a list was joined while it was read; leave empty pieces out."""
    parts = cell.split(CELL_SEPARATOR)
    for sign in separators:
        parts = [piece for part in parts for piece in part.split(sign)]
    return [piece.strip() for piece in parts if piece.strip()]


def find_separators(words: Mapping[str, int], find: Find) -> tuple[str, ...]:
    """Find the signs at which cells are to be split, best first; usually none or one.

    A piece is known when the lexicon has it or when it stands alone in other rows. A sign counts for each row that
    becomes readable by it and against each row that was readable before and no longer is.
    """
    plains = {plain(word): n for word, n in words.items()}

    def is_known(piece: str) -> bool:
        return find(piece) is not None or plains.get(plain(piece), 0) >= _ALONE_ROWS

    chosen: tuple[str, ...] = ()
    best = 0
    while True:
        rest = [sign for sign in SIGNS if sign not in chosen and any(sign in word for word in words)]
        if not rest:
            return chosen
        # Of two signs neither may help alone: "Sexual, Labour & Criminal". One sign is tried before two.
        further = [(sign,) for sign in rest] + list(combinations(rest, 2))
        gains = [(_gain(words, (*chosen, *signs), find, is_known), signs) for signs in further]
        gain, signs = max(gains, key=lambda it: it[0])
        if gain <= best:
            return chosen
        chosen, best = (*chosen, *signs), gain


def _gain(words: Mapping[str, int], signs: tuple[str, ...], find: Find, is_known: Callable[[str], bool]) -> int:
    gain = 0
    for word, n in words.items():
        if not any(sign in word for sign in signs):
            continue
        pieces = split(word, signs)
        is_better = len(pieces) > 1 and all(map(is_known, pieces))
        is_whole = find(word) is not None
        gain += n * (is_better - is_whole)
    return gain
