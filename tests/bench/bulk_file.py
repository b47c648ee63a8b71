"""An invented CSV of any number of rows, for measuring how fast files are read."""

from __future__ import annotations

from pathlib import Path

SEED = 2026
AT_ONCE = 500_000
HEADINGS = (
    "Case ref,Client ref,Centre,Opened,Closed,Nationality,Second nationality,Gender,Age,Advice,Family member,"
    "Outcome,Notes"
)
NATIONALITIES = [
    "Polish", "POLISH", "polska", "Poland", "Romanian", "Romania", "romanian ", "Irish", "Éire", "Ireland", "IRL",
    "Portuguese", "Portugese", "Lithuanian", "Italian", "Italy", "Spanish", "España", "Bulgarian", "България", "Greek",
    "Ελλάδα", "French", "Slovak", "Slovakia", "Hungarian", "Magyarország", "Czech", "Česko", "Swiss", "N/K", "Unknown",
]  # fmt: skip
WORDS = {
    "Centre": [f"Law Centre {number:02}" for number in range(1, 25)],
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


def invent(path: Path, n_rows: int) -> None:
    """Write the CSV."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    with path.open("wb") as file:
        file.write(f"{HEADINGS}\n".encode())
        for start in range(0, n_rows, AT_ONCE):
            _invent_rows(rng, start, min(AT_ONCE, n_rows - start)).write_csv(file, include_header=False)


def _invent_rows(rng, start: int, n: int):
    import numpy as np
    import polars as pl

    opened = np.datetime64("2015-01-01") + rng.integers(0, 4300, n)
    words = {heading: pl.Series(choices).gather(rng.integers(0, len(choices), n)) for heading, choices in WORDS.items()}
    nations = pl.Series(NATIONALITIES)
    second = pl.Series([*NATIONALITIES, *[""] * 500])
    frame = pl.DataFrame({"ref": np.arange(start, start + n), "client": rng.integers(0, 10**7, n), "opened": opened,
                          "closed": opened + rng.integers(0, 400, n), "age": rng.integers(0, 103, n),
                          "is_iso": rng.random(n) > 0.1, **words})  # fmt: skip
    day = (
        pl.when("is_iso")
        .then(pl.col("opened").dt.strftime("%Y-%m-%d"))
        .otherwise(pl.col("opened").dt.strftime("%d/%m/%Y"))
    )
    return frame.select(
        pl.format("LC-{}", pl.col("ref").cast(pl.String).str.zfill(9)),
        pl.format("CL-{}", "client"),
        "Centre",
        day,
        pl.col("closed").dt.strftime("%Y-%m-%d"),
        nations.gather(rng.integers(0, len(nations), n)).alias("Nationality"),
        second.gather(rng.integers(0, len(second), n)).alias("Second nationality"),
        "Gender",
        "age",
        "Advice",
        "Family member",
        "Outcome",
        "Notes",
    )
