"""Labelled columns for the tripwire: clean ones, some with a few identifying cells, some that show only whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from properties.identifier_corpus import NONE, clean_reference, clean_word, clean_words
from properties.identifier_makers import IDENTIFYING, birth, digits, given, letters, nhs_number, recent, surname

ROWS = 300
FEW = 3  # one cell in a hundred


@dataclass(frozen=True)
class MadeColumn:
    """One column: its label (`NONE` or the kind), the role it has in its profile, and its cells."""

    label: str
    role: str
    cells: tuple[str, ...]


def pesel(rng: Random) -> str:
    start = f"{birth(rng):%y%m%d}{digits(rng, 4)}"
    rest = sum(int(d) * w for d, w in zip(start, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True)) % 10
    return f"{start}{(10 - rest) % 10}"


# What one cell of a reference does not show, and a column of them does.
AS_A_WHOLE: dict[str, Callable[[Random], str]] = {
    "birth date: as reference": lambda rng: f"{birth(rng):%d/%m/%Y}",
    "birth date: eight digits": lambda rng: f"{letters(rng, 2)}{birth(rng):%d%m%Y}",
    "birth date: six digits": lambda rng: f"{letters(rng, 2)}{birth(rng):%d%m%y}",
    "national insurance number: no last letter": lambda rng: letters(rng, 2, "ABCEGHJKLMNPRSTWXYZ") + digits(rng, 6),
    "passport: nine digits": lambda rng: str(rng.randrange(10**8, 10**9)),
    "passport: two letters": lambda rng: letters(rng, 2) + digits(rng, 7),
    "nhs number: ten digits": lambda rng: nhs_number(rng).replace(" ", ""),
    "telephone: zero lost": lambda rng: f"77{digits(rng, 8)}",
    "national identity number: PESEL": pesel,
    "name: given name alone": given,
    "name: surname alone": surname,
    "name: surname and number": lambda rng: f"{surname(rng).upper()}{digits(rng, 3)}",
    "name: in one word": lambda rng: f"{given(rng)}{surname(rng)}{digits(rng, 2)}",
}


def columns(seed: int = 5) -> Iterator[MadeColumn]:
    """Give columns of 300 cells: 20 of each kind and some 300 clean ones."""
    rng = Random(seed)  # noqa: S311 - columns that are the same each time, no secret
    yield from _clean(rng)
    for label, make in IDENTIFYING.items():
        for i in range(20):
            yield _with_few(rng, (label, make), ("word", "reference")[i % 2])
    for label, make in AS_A_WHOLE.items():
        for _ in range(20):
            yield MadeColumn(label, "reference", tuple(make(rng) for _ in range(ROWS)))
    for _ in range(20):
        yield MadeColumn("birth date: in words", "word", tuple(f"{birth(rng):%d/%m/%Y}" for _ in range(ROWS)))
        yield MadeColumn("birth date: as opened", "date", tuple(f"{birth(rng):%Y-%m-%d}" for _ in range(ROWS)))
        lone = (*(given(rng) for _ in range(12)), *_words(rng, 5, ROWS - 12))
        yield MadeColumn("name: given names among words", "word", lone)


def _with_few(rng: Random, made: tuple[str, Callable[[Random], str]], role: str) -> MadeColumn:
    label, make = made
    clean = _words(rng, 30, ROWS - FEW) if role == "word" else _references(rng)[FEW:]
    cells = [*clean, *(make(rng) for _ in range(FEW))]
    rng.shuffle(cells)
    return MadeColumn(label, role, tuple(cells))


def _words(rng: Random, n_words: int, n_cells: int) -> tuple[str, ...]:
    words = rng.sample(clean_words(), n_words)
    return tuple(rng.choice(words) for _ in range(n_cells))


def _references(rng: Random) -> tuple[str, ...]:
    """Give references of one shape, counted up from somewhere, or drawn."""
    shape = rng.randrange(10**6)
    start = rng.randrange(1, 9000)
    forms: list[Callable[[int], str]] = [
        lambda i: f"RC-{start + i:06d}",
        lambda i: f"20{shape % 9 + 18}/{start + i:04d}",
        lambda i: str(start + i),
        lambda i: f"LC{start + i:06d}",
        lambda i: f"{100000000 + start + i}",
        lambda i: f"{2024000000 + start + i}",
        lambda i: f"Case {start + i}",
        lambda i: f"{recent(rng):%d%m%y}/{i:03d}",
        lambda i: f"{recent(rng):%Y%m%d}-{i:02d}",
        lambda i: f"LH-0P322F-{i:03d}",
        lambda _: clean_reference(rng),
        lambda _: letters(rng, 8) + digits(rng, 2),
        lambda i: f"{recent(rng):%Y}-{recent(rng):%m}-{i:07d}",
        lambda i: f"00{start + i:08d}",
        lambda i: f"GRACE-{start + i}",
    ]
    form = forms[shape % len(forms)]
    return tuple(form(i) for i in range(ROWS))


def _clean(rng: Random) -> Iterator[MadeColumn]:
    opened = [f"{date(2012, 1, 1) + timedelta(days=day):%d/%m/%Y}" for day in range(5000)]
    for i in range(100):
        yield MadeColumn(NONE, "reference", _references(rng))
        yield MadeColumn(NONE, "word", _words(rng, 2 + i, ROWS))
        yield MadeColumn(NONE, "date", tuple(rng.choices(opened, k=ROWS)))
        yield MadeColumn(NONE, "word", tuple(clean_word(rng) for _ in range(ROWS)))
