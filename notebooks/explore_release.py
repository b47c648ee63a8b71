# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Look into a release
#
# Reads the open data of one released brief: the CSV files in its `data` folder and nothing else. So the notebook sees
# what any reader sees, and a hidden figure is hidden here too.
#
# Set `BRIEF_FOLDER` to a folder such as `outputs/release/2026-Q3/1/public`. Without it, a demo of invented cases is
# made in a temporary folder.

# %%
import contextlib
import io
import os
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import polars as pl

from pipelines.cli import main


def demo_brief() -> Path:
    """Make a demo and give the folder of its public brief."""
    folder = Path(tempfile.mkdtemp()) / "demo"
    with contextlib.redirect_stdout(io.StringIO()):
        main(["demo", "--out", str(folder), "--cases", "3000"])
    return next(folder.glob("outputs/release/*/1/public"))


brief = Path(os.environ["BRIEF_FOLDER"]) if "BRIEF_FOLDER" in os.environ else demo_brief()

# %% [markdown]
# ## The tables
#
# Every file has the same shape: `period`, codes, `unit`, `n`, `share`, `status`, `provisional`. `_T` is the total, `_U`
# not known. `status` is `A` for a shown and `C` for a hidden figure, whose `n` is empty.

# %%
DTYPES = {"n": pl.Int64, "share": pl.Float64, "provisional": pl.Boolean}
tables = {path.stem: pl.read_csv(path, schema_overrides=DTYPES) for path in sorted(brief.glob("data/*.csv"))}
overview = pl.DataFrame(
    {
        "table": list(tables),
        "rows": [table.height for table in tables.values()],
        "hidden": [int((table["status"] == "C").sum()) for table in tables.values()],
    }
)
overview

# %%
tables["by_nationality_class"].select("nationality_class_code", "n", "share", "status")

# %%
tables["by_group_of_interest"].select("group_code", "membership_code", "n", "share", "status")

# %% [markdown]
# ## One chart
#
# Shown figures only. A gap in the order of the code list is a hidden figure, not a zero.

# %%
ages = tables["by_age_group"].filter(pl.col("age_group_code") != "_T", pl.col("status") == "A")
figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
axes.barh(ages["age_group_code"], ages["n"], color="#12436d")
axes.invert_yaxis()
axes.set_xlabel("clients")
axes.set_title(f"Clients by age group, {ages['period'][0]}", loc="left")
plt.show()
