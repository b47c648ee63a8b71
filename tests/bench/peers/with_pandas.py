"""The work of the bench in pandas: `python with_pandas.py STORED FILE...`.

Arrow reads the file with several threads; only the columns that are wanted are kept; words are brought to codes once
for each distinct word and kept as categories; only what occurs several times is sorted. The cases are written as
Parquet.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from breakdowns import AGE_GROUPS, AGE_LIMIT, BREAKDOWNS, OF_CLIENTS, OF_ISSUES, UNKNOWN, WORDS, Laps, tell

COLUMNS = {
    "Case ref": "case_ref",
    "Client ref": "client_ref",
    "Centre": "centre",
    "Opened": "opened_on",
    "Closed": "closed_on",
    "Nationality": "nationality",
    "Second nationality": "second",
    "Gender": "gender",
    "Age": "age",
    "Advice": "advice_type",
    "Family member": "client_role",
    "Outcome": "outcome",
}
IN_QUARTER = ["quarter", "client_ref"]


def read(paths: list[str]) -> pd.DataFrame:
    """Read the wanted columns as text."""
    frames = [
        pd.read_csv(path, engine="pyarrow", usecols=list(COLUMNS), dtype=str, keep_default_na=False) for path in paths
    ]
    records = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    return records.rename(columns=COLUMNS)


def meaning(column: pd.Series, meanings: Mapping[str, str], *, missing: str | None = UNKNOWN) -> pd.Series:
    """Replace words by codes, looking each distinct word up once."""
    places, words = pd.factorize(column)
    codes = [meanings.get(word.strip().lower(), missing) for word in words]
    return pd.Series(pd.Categorical(np.array(codes, dtype=object)[places], categories=sorted({*codes} - {None})))


def day(column: pd.Series) -> pd.Series:
    """Read both forms of dates; there are few distinct days, so each is read once."""
    places, words = pd.factorize(column)
    days = pd.to_datetime(pd.Series(words), format="%Y-%m-%d", errors="coerce")
    days = days.fillna(pd.to_datetime(pd.Series(words), format="%d/%m/%Y", errors="coerce"))
    return pd.Series(days.to_numpy()[places])


def harmonise(records: pd.DataFrame) -> None:
    """Bring every column to codes, days and numbers, in place: a second frame would take as much memory again."""
    for column in ("opened_on", "closed_on"):
        records[column] = day(records[column])
    for column in ("centre", "gender", "advice_type", "client_role", "outcome"):
        records[column] = meaning(records[column], WORDS[column])
    first, second = (
        meaning(records.pop(name), WORDS["nationality"], missing=None) for name in ("nationality", "second")
    )
    codes = [*dict.fromkeys(WORDS["nationality"].values()), "DUAL", UNKNOWN]
    first, second = first.cat.set_categories(codes), second.cat.set_categories(codes)
    nationality = first.fillna(second).fillna(UNKNOWN)
    nationality[first.notna() & second.notna() & (first != second)] = "DUAL"
    records["nationality"] = nationality
    classes = {**WORDS["nationality_class"], "DUAL": "DUAL"}
    records["nationality_class"] = meaning(nationality, {code.lower(): name for code, name in classes.items()})
    age = pd.to_numeric(records["age"], errors="coerce")
    records["age"] = age.where(age.between(0, AGE_LIMIT)).astype("float32")
    limits = [*AGE_GROUPS.values(), AGE_LIMIT + 1]
    groups = pd.cut(records["age"], limits, right=False, labels=list(AGE_GROUPS))
    records["age_group"] = groups.cat.add_categories(UNKNOWN).fillna(UNKNOWN)
    records["quarter"] = (records["opened_on"].dt.year * 4 + records["opened_on"].dt.quarter - 1).astype("int16")


def clients_and_issues(cases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the latest case of each client in a quarter, and one case for each type of advice, with its class."""
    is_several = cases.duplicated(IN_QUARTER, keep=False)
    once, ranked = cases[~is_several], cases[is_several].sort_values("opened_on", ascending=False)
    latest = ranked.drop_duplicates(IN_QUARTER)
    types = ranked.drop_duplicates([*IN_QUARTER, "advice_type"]).drop(columns="nationality_class")
    types = types.merge(latest[[*IN_QUARTER, "nationality_class"]], on=IN_QUARTER)
    return pd.concat([once, latest]), pd.concat([once, types])


def count(cases: pd.DataFrame) -> dict[str, list[tuple]]:
    """Give the eight breakdowns."""
    wanted = list(
        dict.fromkeys(["quarter", "client_ref", "opened_on", *(c for each in BREAKDOWNS.values() for c in each)])
    )
    clients, issues = clients_and_issues(cases[wanted])
    frames = dict.fromkeys(OF_CLIENTS, clients) | dict.fromkeys(OF_ISSUES, issues)
    found = {}
    for name, codes in BREAKDOWNS.items():
        counts = frames.get(name, cases).groupby(["quarter", *codes], observed=True).size()
        found[name] = list(counts.reset_index().itertuples(index=False, name=None))
    return found


def main() -> None:
    """Do the work and tell what was found."""
    stored, laps = Path(sys.argv[1]), Laps()
    records = read(sys.argv[2:])
    laps.lap("read")
    harmonise(records)
    laps.lap("harmonise")
    rows, cases = len(records), records.drop_duplicates("case_ref")
    del records
    laps.lap("remove copies")
    cases.to_parquet(stored, index=False)
    laps.lap("write")
    counts = count(cases)
    laps.lap("count")
    tell(counts, laps, rows=rows, cases=len(cases), stored=stored)


if __name__ == "__main__":
    main()
