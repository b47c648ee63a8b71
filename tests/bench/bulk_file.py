"""An invented CSV of any number of rows, and a workspace around it, for measuring what a run takes.

Thirteen columns: references, two forms of dates, nationalities in many spellings and sometimes two of them, ages that
are missing or cannot be read, notes with commas and quotation marks. One row in a hundred is a copy of an earlier one,
as where exports overlap. No client has two cases on one day, so every tool can tell which case of a client is latest.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

SEED = 2026
AT_ONCE = 500_000
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2026, 9, 30)
PERIOD, AS_OF = "2026-Q3", date(2027, 6, 1)
# The file that comes later holds cases of the quarter after.
NEXT_FIRST, NEXT_LAST, NEXT_PERIOD = date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"
CLIENTS_PER_CASE, COPIES = 0.85, 0.01
SCATTER, DAYS_BETWEEN = 7_368_787, 37  # a prime above any number of clients wanted here; cases of one client
PROFILE = Path(__file__).with_name("bulk.toml")
HEADINGS = (
    "Case ref,Client ref,Centre,Opened,Closed,Nationality,Second nationality,Gender,Age,Advice,Family member,"
    "Outcome,Notes"
)
NATIONALITIES = [
    "Polish", "POLISH", "polska", "Poland", "Romanian", "Romania", "romanian ", "Irish", "Éire", "Ireland", "IRL",
    "Portuguese", "Portugese", "Lithuanian", "Italian", "Italy", "Spanish", "España", "Bulgarian", "България", "Greek",
    "Ελλάδα", "French", "Slovak", "Slovakia", "Hungarian", "Magyarország", "Czech", "Česko", "Swiss", "N/K", "Unknown",
]  # fmt: skip
N_CENTRES = 24
WORDS = {
    "Gender": ["Female", "Male", "F", "M", "female", "male ", "Non-binary", "", "Not stated"],
    "Advice": ["Immigration", "Housing", "Employment", "Welfare benefits", "Debt", "HOUSING", "Family law", "Consumer"],
    "Family member": ["Y", "N", "Yes", "No", "true", "false", ""],
    "Outcome": ["Advice given", "Referred", "Representation", "Ongoing", "Settled", "Won at tribunal", ""],
    "Notes": [
        "",
        "",
        "Client phoned, wants a call back",
        "With interpreter",
        'He said "urgent", see file',
        "See letter",
    ],
}
SETTINGS = """
[network]
id = "bench"
name = "Bench"
[privacy]
key_file = "bench.key"
[centres]
{centres}
[projects]
p = "Project"
[funders]
f = "Funder"
[sources.bulk]
profile = "bulk"
project = "p"
funder = "f"
"""


@dataclass(frozen=True)
class Span:
    """Which cases a file holds: so many rows, numbers after `known` cases of an earlier file, and the days included.

    `moved` is the share of rows that may be of any law centre; all others are of the one their client belongs to.
    """

    n_rows: int
    known: int = 0
    first: date = FIRST_DAY
    last: date = LAST_DAY
    n_centres: int = N_CENTRES
    moved: float = 0.1


def later_file(n_rows: int) -> Span:
    """Give the file that comes after one of so many rows: a hundredth of it, all of the next quarter."""
    return Span(max(n_rows // 100, 1), known=n_rows, first=NEXT_FIRST, last=NEXT_LAST)


def invent(path: Path, span: Span) -> None:
    """Write the CSV; the same span gives the same bytes."""
    import numpy as np

    rng = np.random.default_rng(SEED + span.known)
    with path.open("wb") as file:
        file.write(f"{HEADINGS}\n".encode())
        for start in range(0, span.n_rows, AT_ONCE):
            rows = _rows(rng, span, start, min(AT_ONCE, span.n_rows - start))
            _with_copies(rng, rows).write_csv(file, include_header=False)


def centres(number: int = N_CENTRES) -> dict[str, str]:
    """Give the ids and names of so many law centres."""
    return {f"c{each:02}": f"Law Centre {each:02}" for each in range(1, number + 1)}


def write_workspace(folder: Path, *, n_centres: int = N_CENTRES) -> None:
    """Write a workspace for such files: one source that serves all law centres, its inbox empty."""
    (folder / "profiles").mkdir(parents=True)
    (folder / "inbox" / "bulk").mkdir(parents=True)
    named = centres(n_centres)
    words = "".join(f'"{name}" = "{code}"\n' for code, name in named.items())
    profile = f"{PROFILE.read_text('utf-8')}[values.centre]\n{words}"
    (folder / "profiles" / "bulk.toml").write_text(profile, encoding="utf-8")
    (folder / "bench.key").write_text("0" * 64, encoding="ascii")
    ids = "\n".join(f'{code} = "{name}"' for code, name in named.items())
    (folder / "caseload.toml").write_text(SETTINGS.format(centres=ids), encoding="utf-8")


def receive(folder: Path, path: Path) -> None:
    """Put a file into the inbox of such a workspace, as a link: a copy would take room and time."""
    os.link(path, folder / "inbox" / "bulk" / path.name)


def _with_copies(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Put a copy of an earlier row in the place of one row in a hundred."""
    import numpy as np

    own = np.arange(rows.height)
    earlier = (rng.random(rows.height) * own).astype(np.int64)
    return rows[np.where(rng.random(rows.height) < COPIES, earlier, own)]


def _rows(rng: np.random.Generator, span: Span, start: int, n: int) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    case = span.known + start + np.arange(n)
    n_clients = max(int((span.known or span.n_rows) * CLIENTS_PER_CASE), 1)
    client, turn = case * SCATTER % n_clients, case // n_clients
    n_days = (span.last - span.first).days + 1
    opened = np.datetime64(span.first) + (client * 2_654_435 // 7 + turn * DAYS_BETWEEN) % n_days
    words = {heading: pl.Series(choices).gather(rng.integers(0, len(choices), n)) for heading, choices in WORDS.items()}
    anywhere, is_moved = rng.integers(0, span.n_centres, n), rng.random(n) < span.moved
    words["Centre"] = pl.Series([*centres(span.n_centres).values()]).gather(
        np.where(is_moved, anywhere, client % span.n_centres)
    )
    nations = pl.Series(NATIONALITIES)
    second = pl.Series([*NATIONALITIES, *[""] * 500])
    frame = pl.DataFrame({"case": case, "client": client, "opened": opened,
                          "closed": opened + rng.integers(0, 400, n), "age": rng.integers(0, 103, n),
                          "luck": rng.random(n), "is_iso": rng.random(n) > 0.1, **words})  # fmt: skip
    return frame.select(
        pl.format("LC-{}", pl.col("case").cast(pl.String).str.zfill(9)),
        pl.format("CL-{}", "client"),
        "Centre",
        _written("opened"),
        pl.col("closed").dt.strftime("%Y-%m-%d"),
        nations.gather(rng.integers(0, len(nations), n)).alias("Nationality"),
        second.gather(rng.integers(0, len(second), n)).alias("Second nationality"),
        "Gender",
        _age(),
        "Advice",
        "Family member",
        "Outcome",
        "Notes",
    )


def _written(day: str) -> pl.Expr:
    """Write nine days in ten as 2026-09-30, the others as 30/09/2026."""
    import polars as pl

    iso, british = pl.col(day).dt.strftime("%Y-%m-%d"), pl.col(day).dt.strftime("%d/%m/%Y")
    return pl.when("is_iso").then(iso).otherwise(british)


def _age() -> pl.Expr:
    """Leave two ages in a hundred empty, and make a few unreadable."""
    import polars as pl

    luck = pl.col("luck")
    odd = pl.when(luck < 0.02).then(pl.lit("")).when(luck < 0.0205).then(pl.lit("430"))
    return odd.otherwise(pl.col("age").cast(pl.String))
