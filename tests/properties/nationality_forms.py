"""Messy ways to write nationalities, made from known truth.

`forms()` composes several thousand distinct cells from the names of the package and the ways in which people combine
and damage them; those ways are data, in `nationality_forms.toml`. Each form says which set it stands for and whether a
careful caseworker could read it with certainty. How well they are read is measured in `nationality_measure.py`.
"""

from __future__ import annotations

import csv
import random
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.codelists import codelist
from pipelines.ingest.nationality_names import without_accents
from pipelines.resources import reference_file

SEED = 20261122
PLAIN_KINDS = (
    *("country", "official_name", "demonym", "synonym", "endonym", "legacy", "territory", "typo", "abbreviation"),
)
STATELESS = "XX"
WAYS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
Name = tuple[str, str]


@dataclass(frozen=True)
class Form:
    """One cell and the truth about it.

    `codes` is empty where the text must not be read as any nationality. `is_certain` says that a careful caseworker
    could read it; where not, refusing is right, and so is the right set.
    """

    kind: str
    text: str
    codes: tuple[str, ...]
    has_unknown_other: bool = False
    is_certain: bool = True


def _rows() -> list[dict[str, str]]:
    with reference_file("nationality_names.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["code"]]


ROWS = _rows()
NAMES = [(row["name"], row["code"]) for row in ROWS if row["kind"] in PLAIN_KINDS and row["code"] != STATELESS]
CODES = [(row["name"], row["code"]) for row in ROWS if row["kind"] == "code" and row["code"] != STATELESS]
STATES = codelist("nationalities")
DEMONYMS = [(name, code) for code, name in STATES.column("demonym").items() if name]
COUNTRIES = [(name, code) for code, name in STATES.labels.items() if code != STATELESS]
KNOWN = {row["name"].casefold(): row["code"] for row in ROWS}


def forms(seed: int = SEED) -> list[Form]:
    """Give every form once; the same seed gives the same forms. Nobody is stateless and a citizen in them."""
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated, not a secret
    makers = [
        *(_plain, _look_alikes, _damaged, _pairs, _codes, _run_together, _in_words, _naturalised, _unknown_second),
        *(_introduced, _peoples, _groups, _refused, _three, _typos, _damaged_pairs),
    ]
    found: dict[str, Form] = {}
    for make in makers:
        for form in make(chance):
            found.setdefault(form.text, form)
    return list(found.values())


def _form(kind: str, text: str, *names: Name, **more: bool) -> Form:
    return Form(kind, text, tuple(sorted({code for _, code in names})), **more)


def _plain(_chance: random.Random) -> Iterator[Form]:
    for row in ROWS:
        yield _form(f"name: {row['kind']}", row["name"], (row["name"], row["code"]))
    for code, iso3 in STATES.column("iso3").items():
        if iso3 and iso3 not in WAYS["look_alikes"]:
            yield Form("name: ISO alpha-3", iso3, (code,))


def _look_alikes(_chance: random.Random) -> Iterator[Form]:
    for text, code in WAYS["look_alikes"].items():
        yield Form("look-alike", text, (code,) if code else ())
        yield Form("look-alike", f"{text} ", (code,) if code else ())


def _damages(chance: random.Random, text: str) -> Iterator[tuple[str, str]]:
    """Give ways in which programs and people damage a name without making it doubtful."""
    yield "capitals", text.upper()
    yield "small letters", text.lower()
    yield "swapped case", text.swapcase()
    yield "spaces", f"  {text.replace(' ', '  ')} "
    yield "unbreakable space", f"{text}\u00a0"
    yield "trailing punctuation", text + chance.choice([".", ",", ";", " -", ":", "/"])
    yield "quotation marks", f'"{text}"'
    yield "find and replace", text.replace("Uk", "UK").replace("Us", "US").replace("No", "NO")
    if " " in text and not set("(,") & set(text):
        yield "hyphens", text.replace(" ", "-")
        yield "underscores", text.replace(" ", "_")
    if not text.isascii():
        yield from _conversions(text)


def _conversions(text: str) -> Iterator[tuple[str, str]]:
    """Give what a text with accents becomes when a program reads it in the wrong encoding."""
    if without_accents(text) != text.casefold():
        yield "accents lost", without_accents(text)
    if any(letter in "éèñçãôîıěșšžłóøåäöüë" for letter in text[1:-1]):
        yield "letters lost", text[0] + "".join(letter if letter.isascii() else "?" for letter in text[1:-1]) + text[-1]
        yield "letters lost", "".join(letter if letter.isascii() else "\ufffd" for letter in text)
    misread = text.encode("utf-8").decode("cp1252", errors="ignore")
    if misread.encode("cp1252") == text.encode("utf-8"):
        yield "mojibake", misread


def _damaged(chance: random.Random) -> Iterator[Form]:
    for name in chance.sample(NAMES, 420) + [name for name in NAMES if not name[0].isascii()]:
        for kind, text in _damages(chance, name[0]):
            yield _form(f"damage: {kind}", text, name)
    for name in chance.sample(CODES, 60):
        yield _form("damage: small letters of a code", name[0].lower(), name)
        yield _form("damage: spaces", f" {name[0]} ", name)


def _two(chance: random.Random, pool: list[Name]) -> tuple[Name, Name]:
    one, two = chance.choice(pool), chance.choice(pool)
    return (one, two) if one[1] != two[1] else _two(chance, pool)


def _pairs(chance: random.Random) -> Iterator[Form]:
    simple = [name for name in NAMES if not set("(),/") & set(name[0])]
    for _ in range(1500):
        one, two = _two(chance, chance.choice([DEMONYMS, DEMONYMS, simple]))
        separator = chance.choice(WAYS["separators"])
        # A tight hyphen separates only words that hold none themselves.
        tight = separator == "-" and set(" -") & set(one[0] + two[0])
        yield _form("pair", f"{one[0]}{'/' if tight else separator}{two[0]}", one, two)


def _codes(chance: random.Random) -> Iterator[Form]:
    for _ in range(250):
        one, two = _two(chance, CODES)
        yield _form("pair: codes", f"{one[0]}{chance.choice(WAYS['code_separators'])}{two[0]}", one, two)
        name = chance.choice(DEMONYMS)
        yield _form("pair: name and code", f"{name[0]}/{one[0]}", name, one)


def _run_together(chance: random.Random) -> Iterator[Form]:
    for _ in range(700):
        one, two = _two(chance, DEMONYMS)
        if f"{one[0]} {two[0]}" not in WAYS["communities"]:
            yield _form("no separator", f"{one[0]} {two[0]}", one, two)


def _in_words(chance: random.Random) -> Iterator[Form]:
    for way, n in (("brackets", 300), ("dual", 500), ("passports", 350)):
        for _ in range(n):
            one, two = _two(chance, DEMONYMS)
            yield _form(f"two in words: {way}", chance.choice(WAYS[way]).format(one[0], two[0]), one, two)


def _naturalised(chance: random.Random) -> Iterator[Form]:
    british = ("British", "GB")
    abroad = [name for name in COUNTRIES if name[1] != "GB" and "(" not in name[0]]
    for _ in range(250):
        name = chance.choice(abroad)
        yield _form("naturalised", chance.choice(WAYS["naturalised"]).format(name[0], british[0]), name, british)


def _unknown_second(chance: random.Random) -> Iterator[Form]:
    for _ in range(350):
        name = chance.choice(DEMONYMS)
        text = chance.choice(WAYS["unknown_second"]).format(name[0])
        yield _form("unknown second", text, name, has_unknown_other=True)


def _introduced(chance: random.Random) -> Iterator[Form]:
    for way, pool, n in (("of_countries", COUNTRIES, 250), ("of_demonyms", DEMONYMS, 450)):
        for _ in range(n):
            name = chance.choice(pool)
            yield _form("introduced", chance.choice(WAYS[way]).format(name[0]), name)


def _peoples(chance: random.Random) -> Iterator[Form]:
    for people in WAYS["peoples"]:
        for text in WAYS["of_peoples"]:
            name = chance.choice([("Portuguese", "PT"), ("Romanian", "RO"), ("Spanish", "ES"), ("Indian", "IN")])
            yield _form("beside a people", text.format(name[0], people), name)


def _groups(chance: random.Random) -> Iterator[Form]:
    is_member = STATES.column("eea_from")
    for name in DEMONYMS:
        is_inside = bool(is_member[name[1]]) and name[1] != "GB"
        text = chance.choice(WAYS["groups"]).format(name[0])
        yield _form("group of states", text, *([name] if is_inside else []))


def _refused(chance: random.Random) -> Iterator[Form]:
    for template in WAYS["refused"]:
        for _ in range(12):
            text = template.format(chance.choice(DEMONYMS)[0], chance.choice(COUNTRIES)[0])
            yield Form("must be refused", text, ())


def _three(chance: random.Random) -> Iterator[Form]:
    for _ in range(150):
        names = [chance.choice(DEMONYMS) for _ in range(3)]
        joint = chance.choice(["/", ", ", " / ", "; ", " + "])
        yield _form("three", joint.join(name[0] for name in names), *names)


def _edited(chance: random.Random, text: str) -> str:
    place, letter = chance.randrange(1, len(text) - 1), chance.choice(string.ascii_lowercase)
    edits = (
        text[:place] + text[place + 1 :],
        text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        text[:place] + letter + text[place + 1 :],
        text[:place] + letter + text[place:],
    )
    return chance.choice(edits)


def _typos(chance: random.Random) -> Iterator[Form]:
    """Give slips nobody has listed: refusing them is right, and so is the right set, never another one."""
    for name in chance.choices(DEMONYMS + COUNTRIES, k=2000):
        text = _edited(chance, name[0])
        # A slip that makes another state's name cannot be seen by anybody.
        if len(text) > 4 and KNOWN.get(text.casefold(), name[1]) == name[1] and text != name[0]:
            yield _form("unlisted slip", text, name, is_certain=False)
    for _ in range(300):
        one, two = _two(chance, DEMONYMS)
        slip = _edited(chance, one[0])
        if slip.casefold() not in KNOWN:
            yield _form("unlisted slip in a pair", f"{slip}/{two[0]}", one, two, is_certain=False)


def _damaged_pairs(chance: random.Random) -> Iterator[Form]:
    kinds = ("capitals", "small letters", "spaces", "trailing punctuation", "unbreakable space", "mojibake")
    for _ in range(250):
        one, two = _two(chance, DEMONYMS)
        joint = chance.choice(["/", " & ", " and ", ", ", " "])
        if joint != " " or f"{one[0]} {two[0]}" not in WAYS["communities"]:
            for kind, text in _damages(chance, f"{one[0]}{joint}{two[0]}"):
                yield from [_form(f"pair, damage: {kind}", text, one, two)] if kind in kinds else []
