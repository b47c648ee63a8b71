"""A labelled corpus for the tripwire: identifiers in many forms, and cells that look odd and name nobody."""

from __future__ import annotations

import csv
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from properties.identifier_makers import IDENTIFYING, digits, letters, recent

from pipelines.ingest.tripwire.vocabulary import name_words
from pipelines.resources import REFERENCE

HERE = Path(__file__).parent
NONE = ""  # the label of a clean cell


@dataclass(frozen=True)
class Made:
    """One cell: its label (`NONE` or the kind it holds), the role of the column it would stand in, and its text."""

    label: str
    role: str
    text: str


def labelled_headings() -> Iterator[tuple[bool, str]]:
    """Give each heading and whether it promises an identifier."""
    texts = tomllib.loads((HERE / "identifier_headings.toml").read_text(encoding="utf-8"))
    for label, text in texts.items():
        yield from ((label == "identifying", line) for line in text.splitlines() if line)


def clean_words() -> list[str]:
    """Give the words of all packaged lists, and many that exports hold beside them."""
    lists = [(path, "label") for path in sorted((REFERENCE / "codelists").glob("*.csv"))]
    lists += [(path, "code") for path in sorted((REFERENCE / "codelists").glob("*.csv"))]
    lists += [(path, "word") for path in sorted((REFERENCE / "lexicon").glob("*.csv"))]
    lists += [(REFERENCE / "nationality_names.csv", "name")]
    texts = [row[column] for path, column in lists for row in csv.DictReader(path.read_text("utf-8").splitlines())]
    own = tomllib.loads((HERE / "identifier_clean_words.toml").read_text(encoding="utf-8"))
    texts += [line for text in own.values() for line in text.splitlines()]
    return [text for text in dict.fromkeys(texts) if text] + list(name_words()["not_names"])


def clean_reference(rng: Random) -> str:
    n, day = rng.randrange(1, 99999), recent(rng)
    forms = [
        f"RC-{n:06d}",
        f"{day.year}/{n % 9999:04d}",
        str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        str(n),
        f"LH-0P322F-{n % 999:03d}",
        f"C{n:05d}",
        f"NRM-{n:06d}",
        f"{day:%d%m%y}/{n % 999:03d}",
        f"{day.year}-{day.month:02d}-{n:07d}",
        f"RV{day:%y}-{n % 999}",
        f"{n:08d}",
        f"Case {n}",
        f"{letters(rng, 3)}/{day:%y}/{n:05d}",
        f"M-0P322F-{n % 999:03d}",
        f"HACK-{n:05d}",
        f"EUSS{n:05d}",
        f"AA/{n:05d}/{n % 7}",
        "0031t" + "".join(rng.choice("ABCDEFabcdefghXYZ0123456789") for _ in range(13)),
        f"{letters(rng, 2)}{n:05d}-{n % 9}",
        f"0P322F/{n % 999:03d}",
        f"{n}.{n % 9}",
        f"CL{n:04d}a",
        f"{n:04d}-{day:%y}",
        f"HH{n:05d}/1",
        f"P{n:04d}",
        f"{day:%Y%m%d}-{n % 99:02d}",
        f"X{n:06d}",
    ]
    return rng.choice(forms)


def clean_word(rng: Random) -> str:
    low = rng.randrange(10, 80)
    forms = [
        f"{low}",
        f"{low}-{low + 9}",
        f"{low}+",
        f"{low} years",
        f"Under {low}",
        f"{low}–{low + 5}",
        f"{recent(rng).year} Q{rng.randrange(1, 5)}",
    ]
    return rng.choice(
        [
            *forms,
            f"£{low},{digits(rng, 3)}.00",
            f"E0900000{low % 10}",
            f"SW{low % 20}",
            f"N{low % 22}",
            f"Section {low}",
            f"Level {low % 4}",
        ]
    )


def cells(seed: int = 3) -> Iterator[Made]:
    """Give some 5,000 identifying cells and as many clean ones."""
    rng = Random(seed)  # noqa: S311 - a corpus that is the same each time, no secret
    for label, make in IDENTIFYING.items():
        for i in range(900 if label == "name" else 350):
            yield Made(label, "reference" if i % 3 == 0 else "word", make(rng))
    yield from (Made(NONE, "word", text) for text in clean_words())
    yield from (Made(NONE, "word", clean_word(rng)) for _ in range(800))
    yield from (Made(NONE, "reference", clean_reference(rng)) for _ in range(1500))
    yield from (Made(NONE, "date", f"{recent(rng):%d/%m/%Y}") for _ in range(300))
