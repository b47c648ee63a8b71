"""What a nationality cell says: which nationalities, and whether a further one is known to exist.

Answers "which set of nationalities does this text name" (`read_nationality`) for one distinct text at a time. Which
group a set belongs to is answered in `nationality_classes.py`; how names are written, in `nationality_names.py`. Words
that mean "missing" are the profile's business and are taken out before a text comes here.

The rule is *never guess*: a text with two readings, or with one word nobody knows, is not recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pipelines.codelists import codelist
from pipelines.ingest.nationality_classes import is_eea_state, nationality_class
from pipelines.ingest.nationality_names import BRACKET, COMMA, PLAIN, STRONG, Cell, Name, name_book, split_cell

__all__ = ["STATELESS", "UNKNOWN_OTHER", "NationalityReading", "is_eea_state", "nationality_class", "read_nationality"]

# What a profile maps a word of a second column to where it says "and a further nationality which is not known".
UNKNOWN_OTHER = "unknown_other"

MOST_WORDS = 20  # Longer cells are sentences; two of the longest official names need 16 words.

_CODES_IN_CAPITALS = frozenset({"code_capitals", "code_shared"})
_CODES = _CODES_IN_CAPITALS | {"code"}
_LOW_KINDS = frozenset({"shared", "code_shared", "born"})
STATELESS = "XX"


@dataclass(frozen=True)
class NationalityReading:
    """What one text says.

    `codes` is a set, written sorted: the order in which a form names nationalities carries no meaning. `rule` is how
    the text was read (`exact`, `iso_code`, `separated`, `longest_match`, `joined`) or why it was not (`blank`,
    `ambiguous`, `unclear`, `unknown_word`, `only_unknown`, `birthplace`). A text that is certainly something else, such
    as an ethnicity, "EU" or "spouse of …", is recognised, `is_not_nationality` and has no codes (`not_nationality`,
    `family_role`), and so is the word by which a profile says that a further nationality is not known.
    """

    codes: tuple[str, ...]
    has_unknown_other: bool
    rule: str
    confidence: str
    is_recognised: bool
    is_not_nationality: bool


@dataclass(frozen=True)
class _Piece:
    name: Name
    start: int
    end: int


# One way to cover a cell with names: every word in exactly one piece.
_Cover = tuple[_Piece, ...]


def read_nationality(text: str) -> NationalityReading:
    """Read the nationalities one text names.

    The cell is covered with known names, using as few as possible, so that "South Sudanese" is one nationality and
    "Sudanese South Sudanese" two. A name never reaches across a separator it is not written with.

    Args:
        text: one distinct value of a nationality column.
    Returns:
        The reading; `is_recognised` is false where the text has no certain reading.

    >>> read_nationality("Polish (British)").codes
    ('GB', 'PL')
    >>> read_nationality("Congolese").is_recognised
    False
    >>> read_nationality("Romanian Unknown").has_unknown_other
    True
    """
    cell = split_cell(text)
    refusal = UNKNOWN_OTHER if text == UNKNOWN_OTHER else _refuse_cell(cell)
    if refusal:
        return _not_read(refusal)
    covers = _cover_cell(cell)
    if not covers:
        return _read_joined(cell)
    if len({_codes(cover) for cover in covers}) > 1:
        return _not_read("ambiguous")
    return _judge(covers[0], cell)


def is_code_and_word(text: str) -> bool:
    """Tell whether a text is one code that is also a word or an abbreviation, such as NO, IT or NA.

    >>> is_code_and_word("NA"), is_code_and_word("PL"), is_code_and_word("Norway")
    (True, False, False)
    """
    words = split_cell(text).words
    found = name_book().find(words[0]) if len(words) == 1 else None
    return found is not None and found.kind in _CODES_IN_CAPITALS


def _refuse_cell(cell: Cell) -> str | None:
    """Say why a cell cannot be a nationality, before its names are looked up one by one."""
    if not cell.words:
        return "blank"
    book = name_book()
    kinds = {found.kind for word in cell.words if (found := book.find(word))}
    if "family_word" in kinds:
        return "family_role"
    return "unknown_word" if cell.is_doubtful or len(cell.words) > MOST_WORDS else None


def _cover_cell(cell: Cell) -> list[_Cover]:
    """Give the ways to cover a cell with the fewest names; one way for each set of meanings.

    Works from the last word backwards: the best covers of the rest are known when a word is reached.
    """
    n = len(cell.words)
    best: list[dict[frozenset[Name], _Cover]] = [{} for _ in range(n)] + [{frozenset(): ()}]
    for start in reversed(range(n)):
        options = [(piece, *rest) for piece in _pieces_from(cell, start) for rest in best[piece.end].values()]
        fewest = min(map(len, options), default=0)
        best[start] = {frozenset(piece.name for piece in option): option for option in options if len(option) == fewest}
    return list(best[0].values())


def _pieces_from(cell: Cell, start: int) -> list[_Piece]:
    book = name_book()
    ends = range(start + 1, min(len(cell.words), start + book.longest) + 1)
    found = ((end, book.find(cell.key(start, end))) for end in ends)
    return [_Piece(name, start, end) for end, name in found if name and _is_written_right(cell, start, name)]


def _is_written_right(cell: Cell, start: int, name: Name) -> bool:
    """Tell whether a code that is also an everyday word ("no", "is", "it") stands in capitals."""
    return name.kind not in _CODES_IN_CAPITALS or cell.are_capitals[start]


def _judge(cover: _Cover, cell: Cell) -> NationalityReading:
    """Decide what one cover means, or why it means nothing certain."""
    codes, kinds = _codes(cover), {piece.name.kind for piece in cover}
    refusal = _refuse_cover(codes, kinds) or _refuse_places(cover, cell, codes)
    if refusal:
        return _not_read(refusal)
    return NationalityReading(
        codes=codes,
        has_unknown_other="unknown" in kinds or ("dual" in kinds and len(codes) == 1),
        rule=_rule(cover, cell),
        confidence="low" if kinds & _LOW_KINDS or cell.is_repaired or _may_be_origin(cover, cell) else "high",
        is_recognised=True,
        is_not_nationality=False,
    )


def _refuse_cover(codes: tuple[str, ...], kinds: set[str]) -> str | None:
    """Give the first reason not to believe a cover, or nothing."""
    reasons = (
        ("ambiguous", bool(kinds & {"ambiguous", "ambiguous_as_written"})),
        # "EU, British" names a second nationality without saying which: neither one nor two can be counted.
        ("unclear", "not_nationality" in kinds and bool(codes)),
        ("not_nationality", not codes and bool(kinds & {"not_nationality", "ethnicity", "group_of_states"})),
        ("only_unknown", not codes),
        # In capitals throughout, "POLISH IT" or "BRITISH NO" would name Italy and Norway; "Hungarian (HU)" agrees.
        ("unclear", bool(kinds & _CODES_IN_CAPITALS) and _has_names(kinds) and len(codes) > 1),
        # A birthplace is no nationality, unless the text says that the person was naturalised since.
        ("birthplace", "born" in kinds and "naturalised" not in kinds),
        ("unclear", STATELESS in codes and len(codes) > 1),
    )
    return next((rule for rule, applies in reasons if applies), None)


def _refuse_places(cover: _Cover, cell: Cell, codes: tuple[str, ...]) -> str | None:
    """Give the reason not to believe a cover because of where its names stand, or nothing."""
    for one, two in pairwise(cover):
        kinds = {one.name.kind, two.name.kind}
        # "Est Timorese" is a slip and not Estonia; a code and a name that make two stand apart, as in "Polish/GB".
        if cell.gaps[one.end - 1] == PLAIN and kinds & _CODES and _has_names(kinds) and len(codes) > 1:
            return "unclear"
    groups = [place for place, piece in enumerate(cover) if piece.name.kind == "group_of_states"]
    return "unclear" if groups and not _adds_nothing(groups[0], cover, cell, codes) else None


def _may_be_origin(cover: _Cover, cell: Cell) -> bool:
    """Tell whether a country stands in brackets or after a comma beside citizens: "Italian (Brazil)"."""
    return any(
        {one.name.kind, two.name.kind} == {"demonym", "country"} and cell.gaps[one.end - 1] in (BRACKET, COMMA)
        for one, two in pairwise(cover)
    )


def _adds_nothing(place: int, cover: _Cover, cell: Cell, codes: tuple[str, ...]) -> bool:
    """Tell whether a group of states only describes the one nationality beside it: "Polish (EU)", "EU Romanian".

    After a slash it may be a second one. British people were never EEA migrants, so "British, EU" names another.
    """
    before = cell.gaps[cover[place].start - 1] if place else PLAIN
    after = cell.gaps[cover[place].end - 1] if place + 1 < len(cover) else PLAIN
    states = codelist("nationalities").column("eea_from")
    return STRONG not in (before, after) and len(codes) == 1 and bool(states[codes[0]]) and codes != ("GB",)


def _has_names(kinds: set[str]) -> bool:
    return bool(kinds - _CODES - {"abbreviation", "joining", "dual", "unknown"})


def _codes(cover: _Cover) -> tuple[str, ...]:
    return tuple(sorted({piece.name.code for piece in cover if piece.name.code}))


def _rule(cover: _Cover, cell: Cell) -> str:
    """Name how the nationalities of a cover were told apart."""
    telling = [piece for piece in cover if piece.name.code or piece.name.kind == "unknown"]
    if all(piece.name.kind in _CODES | {"abbreviation"} for piece in telling):
        return "iso_code"
    if len(telling) == 1:
        return "exact"
    run_together = any(one.end == two.start and cell.gaps[one.end - 1] == PLAIN for one, two in pairwise(telling))
    return "longest_match" if run_together else "separated"


def _read_joined(cell: Cell) -> NationalityReading:
    """Read one name of several words whose spaces were lost; anything else is an unknown word."""
    code = name_book().find_joined(cell.words[0]) if len(cell.words) == 1 else None
    if code is None:
        return _not_read("unknown_word")
    return NationalityReading(
        codes=(code,),
        has_unknown_other=False,
        rule="joined",
        confidence="low",
        is_recognised=True,
        is_not_nationality=False,
    )


def _not_read(rule: str) -> NationalityReading:
    is_something_else = rule in {"family_role", "not_nationality", UNKNOWN_OTHER}
    return NationalityReading(
        codes=(),
        has_unknown_other=rule == UNKNOWN_OTHER,
        rule=rule,
        confidence="high" if is_something_else else "low",
        is_recognised=is_something_else,
        is_not_nationality=is_something_else,
    )
