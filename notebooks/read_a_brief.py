# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Read the data of a brief
#
# For anybody who was given a brief and wants to use its figures: an analyst, a funder, a journalist. Everything comes
# from released files, so this notebook sees what any reader sees.
#
# 1. Open the tables and see by which rule they are protected.
# 2. Check that the files are as they were released, and that the sums hold.
# 3. Say what a rounded figure stands for.
# 4. Read hidden figures, and never work with them.
# 5. Draw a chart again.
# 6. Compare two editions.
#
# Set `BRIEF_FOLDER` to a folder such as `outputs/release/2026-Q3/1/public`. Without it, an invented network is made in
# a temporary folder: one of its law centres sends its file late, so there are two editions of one quarter.

# %%
# ruff: noqa: S101 - a notebook checks what it says
import contextlib
import io
import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import polars as pl

from pipelines.cli import main
from pipelines.revisions import compare_folders
from pipelines.synthetic import write_workspace


def invented_brief() -> Path:
    """Make an invented network, publish a quarter, and publish it again when a late file has come."""
    folder = Path(tempfile.mkdtemp()) / "network"
    made = write_workspace(folder, cases=3000, sources=3)
    for path in folder.glob("inbox/*/*"):
        if path.stem != made.last_quarter:
            path.unlink()  # one quarter is enough here
    on_time = folder / "inbox" / "castle-quay-families" / f"{made.last_quarter}.csv"
    late = on_time.rename(folder / "late.csv")
    run = ["run", "--workspace", str(folder), "--period", made.last_quarter, "--audience", "network"]
    with contextlib.redirect_stdout(io.StringIO()):
        first = main([*run, "--audience", "centre-northgate", "--as-of", "2026-12-01"])
        late.rename(on_time)
        second = main([*run, "--as-of", "2026-12-15"])
    assert (first, second) == (0, 0)
    return folder / "outputs" / "release" / made.last_quarter / "2" / "network"


brief = Path(os.environ["BRIEF_FOLDER"]) if "BRIEF_FOLDER" in os.environ else invented_brief()

# %% [markdown]
# ## 1. The tables and their rule
#
# `manifest.json` says who the brief is for, what was done to the figures and how tables hang together.

# %%
manifest = json.loads((brief / "manifest.json").read_text("utf-8"))
print(f"{manifest['title']}, {manifest['period_label']}, edition {manifest['edition']}, for: {manifest['audience']}")
print(manifest["disclosure"]["statement"])

# %% [markdown]
# Each CSV file has `period`, one column of codes for each dimension, then `unit`, `n`, `share`, `status` and
# `provisional`. `_T` is a total and `_U` not known. `status` is `A` for a figure that is shown and `C` for one that is
# hidden. Give the types yourself: a column of empty cells would otherwise be read as text.

# %%
NUMBERS = {"n": pl.Int64, "share": pl.Float64, "network_n": pl.Int64, "network_share": pl.Float64}


def read_table(folder: Path, table_id: str) -> pl.DataFrame:
    """Read one table of a brief: codes as text, figures as numbers, hidden figures as null."""
    path = folder / "data" / f"{table_id}.csv"
    header = path.open(encoding="utf-8").readline().strip().split(",")
    return pl.read_csv(path, schema_overrides={name: NUMBERS.get(name, pl.String) for name in header})


dimensions = {table["table_id"]: table["dimensions"] for table in manifest["tables"]}
tables = {table_id: read_table(brief, table_id) for table_id in dimensions}
pl.DataFrame(
    {
        "table": list(tables),
        "rows": [table.height for table in tables.values()],
        "hidden": [int((table["status"] == "C").sum()) for table in tables.values()],
    }
)

# %% [markdown]
# The labels of the codes are in the manifest too.

# %%
labels = manifest["labels"]
by_gender = tables["by_gender"].with_columns(gender=pl.col("gender_code").replace(labels["gender_code"]))
by_gender.select("gender", "n", "share", "status")

# %% [markdown]
# DuckDB reads the files where they are, all of them at once or one by one; no import is needed.

# %%
largest = duckdb.sql(
    """
    select nationality_code, n
    from read_csv($path, all_varchar = false, nullstr = '')
    where nationality_code not in ('_T', '_U') and status = 'A'
    order by n desc, nationality_code
    limit 5
    """,
    params={"path": str(brief / "data" / "by_nationality.csv")},
).pl()
largest

# %% [markdown]
# ## 2. Are the files whole, and do the sums hold?
#
# The manifest holds a SHA-256 sum of every file. One that differs was changed after the release.

# %%
changed = [
    name for name, sum_ in manifest["outputs"].items() if sha256((brief / name).read_bytes()).hexdigest() != sum_
]
assert changed == [], changed
print(f"{len(manifest['outputs'])} files, all as they were released.")

# %% [markdown]
# `structure.adds_up` says along which dimensions rows add up to their total. The others overlap: somebody with two
# kinds of advice stands in two rows of clients, so these do not add up, and must not be added.
#
# Where a figure is hidden the sum is not known. A plain `sum()` skips empty cells and so counts them as 0, which is
# wrong. This function gives no sum then.


# %%
def sum_if_shown(values: pl.Series) -> int | None:
    """Add up figures; None when one of them is hidden."""
    return None if values.null_count() else int(values.sum())


def sums(table: pl.DataFrame, names: list[str], along: str, unit: str) -> pl.DataFrame:
    """Set each total beside the sum of its rows."""
    others = [name for name in names if name != along]
    counted = table.filter(pl.col("unit") == unit)
    groups = counted.group_by(others or ["unit"], maintain_order=True)
    rows = []
    for codes, group in groups:
        total = group.filter(pl.col(along) == "_T")["n"].item()
        parts = group.filter(pl.col(along) != "_T")["n"]
        rows.append((*map(str, codes), total, sum_if_shown(parts), int(parts.sum())))
    return pl.DataFrame(rows, schema=[*(others or ["unit"]), "total", "sum", "shown"], orient="row")


checked = {
    (table_id, along): sums(tables[table_id], dimensions[table_id], along, unit)
    for table_id, units in manifest["structure"]["adds_up"].items()
    if table_id in tables
    for unit, names in units.items()
    for along in names
}
for place, found in checked.items():
    known = found.drop_nulls()
    assert (known["total"] == known["sum"]).all(), place
    uncertain = found.filter(pl.col("sum").is_null(), pl.col("total").is_not_null())
    assert (uncertain["shown"] <= uncertain["total"]).all(), place  # what is hidden makes up the difference
print(f"{sum(found['sum'].count() for found in checked.values())} sums hold, in {len(checked)} tables and directions.")

# %% [markdown]
# ## 3. What a rounded figure stands for
#
# `disclosure.reach` says how far from the true count a figure can be; it is empty where figures are exact. A rounded 0
# is not "nobody", and 5 is not "five people". So write a range, or "fewer than 10", and give no share of a base below
# the threshold.

# %%
rule = manifest["disclosure"]


def in_words(n: int | None) -> str:
    """Say a count as it may be said in a text."""
    if n is None:
        return "not shown, to protect people"
    if rule["reach"] is None:
        return str(n)
    if n < rule["threshold"]:
        return f"fewer than {rule['threshold']}"
    return f"about {n} ({max(0, n - rule['reach'])} to {n + rule['reach']})"


def say_counts(table: pl.DataFrame, code: str) -> pl.DataFrame:
    """Say each count of a table in words."""
    said = pl.Series("in words", [in_words(n) for n in table["n"]])
    return table.select(pl.col(code).replace(labels[code]), "n", "status").with_columns(said)


assert in_words(None) != in_words(0)
say_counts(tables["by_age_group"], "age_group_code")

# %% [markdown]
# A share is worked out from published counts alone. So you can work it out again and must find the same.

# %%
ages = tables["by_age_group"]
everybody = ages.filter(pl.col("age_group_code") == "_T")["n"].item()
again = ages.filter(pl.col("share").is_not_null()).with_columns(again=pl.col("n") / everybody)
assert ((again["again"] - again["share"]).abs() < 0.00006).all()
assert everybody is None or everybody >= rule["threshold"] or again.is_empty()

# %% [markdown]
# ## 4. Hidden figures
#
# Only a law centre's own brief has them: it holds exact counts of its own clients, with the network's rounded figures
# in `network_n`. A hidden figure may be small, or it may be large and protect a small one beside it; nobody can tell
# which. So it is never read as 0, it has no share, and nothing is worked out from it.

# %%
own = next((folder for folder in sorted(brief.parents[1].glob("*/centre-*")) if folder.is_dir()), None)
if own is None:
    print("No brief of a law centre lies beside this one.")
else:
    centre_ages = read_table(own, "by_age_group")
    hidden = centre_ages.filter(pl.col("status") == "C")
    assert hidden["n"].null_count() == hidden["share"].null_count() == hidden.height
    assert centre_ages.filter(pl.col("status") == "A")["n"].null_count() == 0
    marked = pl.col("n").cast(pl.String).fill_null("[c]").alias("clients")
    print(centre_ages.select(pl.col("age_group_code").replace(labels["age_group_code"]), marked, "network_n"))
    parts = centre_ages.filter(pl.col("age_group_code") != "_T")["n"]
    print("Sum of the rows:", sum_if_shown(parts), "- what sum() says instead, wrongly if any is hidden:", parts.sum())

# %% [markdown]
# ## 5. A chart
#
# Bars are the published counts. The thin lines show where the true count lies. A hidden figure keeps its place and is
# marked, so that nobody takes a gap for a zero.

# %%
drawn = ages.filter(pl.col("age_group_code") != "_T")
places = range(drawn.height)
reach = rule["reach"] or 0
lengths = drawn["n"].fill_null(0)
figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
axes.barh(places, lengths, color="#12436d")
spread = [[min(reach, n) for n in lengths], [0 if n is None else reach for n in drawn["n"]]]
axes.errorbar(lengths, places, xerr=spread, fmt="none", ecolor="#f46a25")
for place, n in zip(places, drawn["n"], strict=True):
    if n is None:
        axes.text(0, place, " [c] hidden", va="center")
axes.set_yticks(places, drawn["age_group_code"].replace(labels["age_group_code"]).to_list())
axes.invert_yaxis()
axes.set_xlim(left=0)
axes.set_xlabel("clients")
axes.set_title(f"Clients by age group, {manifest['period_label']}", loc="left")
plt.show()

# %% [markdown]
# ## 6. Two editions of one period
#
# An edition is never changed; a correction makes a new one. Join both on all their codes. A row that only one of them
# has is no zero either: the table of nationalities leaves out what is rounded to 0.

# %%
earlier = brief.parents[1] / str(manifest["edition"] - 1) / brief.name
moved = pl.DataFrame()
if not earlier.is_dir():
    print("There is no earlier edition beside this one.")
else:
    keys = ["gender_code", "unit"]
    both = read_table(earlier, "by_gender").join(tables["by_gender"], on=keys, how="full", coalesce=True, suffix="_new")
    moved = both.filter(pl.col("n").ne_missing(pl.col("n_new"))).select(*keys, "n", "n_new")
    print(moved)

# %% [markdown]
# The difference of two rounded figures has twice their reach, so a small one says nothing. `caseload diff` compares
# whole editions in the same way; here is what it says of this table.

# %%
if earlier.is_dir():
    (difference,), _ = compare_folders(earlier, brief)
    told = {
        (*change.codes, change.unit): (change.old.value, change.new.value)
        for change in difference.figures
        if change.table_id == "by_gender" and change.measure == "n"
    }
    assert told == {(code, unit): (str(old), str(new)) for code, unit, old, new in moved.iter_rows()}
    print(f"diff finds the same {len(told)} changes, and {len(difference.figures)} in all tables and measures.")
