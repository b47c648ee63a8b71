# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Check a new export
#
# For an analyst who got the first file of a law centre. It goes from the file to a profile that reads it rightly:
#
# 1. Inspect the file, and let a profile be proposed.
# 2. Check. Look up the words that nobody knows.
# 3. Explain them, and check again.
# 4. Run. Read what waits in quarantine.
# 5. Correct it, and check once more.
#
# The file here is invented and small, and has five mistakes in it. **With a real file this notebook shows cells of
# records: in two places, which say so. Work on the machine that holds the workspace, and keep what you see there to
# yourself.** It stores no output, so nothing is left in it when you close it.

# %%
# ruff: noqa: S101 - a notebook checks what it says
import contextlib
import io
import json
import tempfile
from pathlib import Path

import polars as pl

from pipelines.cli import main

folder = Path(tempfile.mkdtemp()) / "my-network"
inbox = folder / "inbox" / "hillside"
profile = folder / "profiles" / "hillside.toml"


def caseload(*words: str) -> tuple[int, str]:
    """Do what the command line does; give the exit code and what it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main([*words])
    print(f"$ caseload {words[0]} … ends with {code}\n{said.getvalue()}")
    return code, said.getvalue()


def edit(path: Path, old: str, new: str) -> None:
    """Change one place of a file, as you would in a text editor."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


# %% [markdown]
# ## The workspace and the file
#
# You have both already. Here they are made: a network of one centre, and an export of eighty invented cases.

# %%
inbox.mkdir(parents=True)
profile.parent.mkdir()
(folder / "caseload.toml").write_text(
    """\
[network]
id = "notebook"
name = "Hillside Law Centres"
[privacy]
key_file = "notebook.key"         # leave this line out of a real workspace
[centres]
hillside = "Hillside Law Centre"
[projects]
rights = "Rights Project"
[funders]
trust = "Example Trust"
[sources.hillside]
profile = "hillside"
centre = "hillside"
project = "rights"
funder = "trust"
""",
    "utf-8",
)
(folder / "notebook.key").write_text("0123456789abcdef" * 4, "utf-8")
NATIONS, MATTERS = ("Polish", "Romanian", "Italian", "Portuguese"), ("Settled status", "Housing", "Universal Credit")
lines = ["Case ref,Client ref,Client name,Date opened,Age at opening,Gender,Nationality,Matter type"]
for n in range(1, 81):
    # Five mistakes: a slip of the pen, a word of the centre's own in two rows, and two dates that were left out.
    opened = "" if n in {40, 70} else f"{n % 28 + 1:02}/{n % 3 + 7:02}/2026"
    nation = "Polnish" if n == 12 else NATIONS[n % 4]
    matter = "Blue badge" if n in {30, 57} else MATTERS[n * 5 % 7 % 3]
    person = f"{19 + n * 7 % 60},{('Female', 'Female', 'Male')[n % 3]},{nation}"
    lines.append(f"H{n:04},C{n:04},Client {n},{opened},{person},{matter}")
lines.append("Total,80,,,,,,")
export = inbox / "2026-Q3.csv"
_ = export.write_text("\n".join(lines) + "\n", "utf-8")

# %% [markdown]
# ## 1. Inspect
#
# `inspect` says what the file is, proposes how to read each column, with its reasons, and asks what only a person can
# know. It shows no cell of a record. Read all of it.

# %%
code, said = caseload("inspect", str(export), "--workspace", str(folder), "--write", str(profile))
assert code == 0
assert "Please answer:" in said
assert '"Client name": name – dropped' in said
assert not any(word in said for word in ("Polnish", "Blue badge", "Client 12"))

# %% [markdown]
# The profile runs as it is. But it *keeps* words that nobody knows, so they would be counted as not recognised. Take
# those lines out: then such a word stops the run, and you hear of it. This is also the place to answer the questions;
# the ages are those at the opening of the case, so the first one needs no change.

# %%
text = profile.read_text("utf-8")
begins, ends = text.index("[rows.unknown_values_for]"), text.index("[columns]")
_ = profile.write_text(text[:begins] + text[ends:], "utf-8")

# %% [markdown]
# ## 2. Check
#
# `check` reads and validates everything and stores nothing. It ends with 13: there are words that nobody has explained.
# It names file, column and row, never the word.

# %%
code, said = caseload("check", "--workspace", str(folder), "--as-of", "2026-12-01")
assert code == 13
assert "row 13" in said
assert "rows 31, 58" in said
assert "Polnish" not in said

# %% [markdown]
# Row numbers are those of the file, the headings being row 1. Look there. **This shows cells of records.** Take the
# columns you need and no others: no names, no references.


# %%
def cells(path: Path, column: str, rows: list[int]) -> pl.DataFrame:
    """Read one column of some rows of a file, as text."""
    table = pl.read_csv(path, infer_schema=False, row_index_name="row", row_index_offset=2)
    return table.filter(pl.col("row").is_in(rows)).select("row", column)


print(cells(export, "Nationality", [13]))
print(cells(export, "Matter type", [31, 58]))

# %% [markdown]
# ## 3. Explain or correct, and check again
#
# A word of the centre's own is explained in the profile, for this file and all to come: a blue badge is a benefit for
# disabled people, so `BEN`. The codes are in [docs/codes.md](../docs/codes.md). A slip is not explained: the centre
# corrects it in its case system and exports again. (If it cannot, write it into `corrections.toml`.)

# %%
edit(profile, "[values.advice_type]\n", '[values.advice_type]\n"Blue badge" = "BEN"\n')
edit(export, "Polnish", "Polish")
code, said = caseload("check", "--workspace", str(folder), "--as-of", "2026-12-01")
assert code == 0
assert "78 accepted, 2 quarantined" in said
assert "rows that do not say when the case was opened" in said

# %% [markdown]
# Two rows wait: without a date they belong to no quarter. Tell the centre their row numbers, not what is in them. It
# finds one of the two dates.

# %%
edit(export, "H0040,C0040,Client 40,,", "H0040,C0040,Client 40,13/08/2026,")

# %% [markdown]
# ## 4. Run, and read the quarantine
#
# Good enough: one row of eighty waits, and the brief will say so. A run keeps a record in `outputs/internal`.
# `quarantine.csv` in it lists every row that waits, and why.

# %%
code, said = caseload("run", "--workspace", str(folder), "--as-of", "2026-12-01")
assert code == 0
assert "79 accepted, 1 quarantined" in said
record = max((folder / "outputs" / "internal").glob("*Z-*"))
waiting = pl.read_csv(record / "quarantine.csv")
waiting

# %% [markdown]
# The accounting says the same in numbers. Every row of the file is in exactly one state, and the states add up.

# %%
(account,) = json.loads((record / "accounting.json").read_text("utf-8"))["inputs"]
states = ("accepted", "quarantined", "superseded", "duplicate", "ignored")
assert account["rows_read"] == sum(account[state] for state in states) == 81
assert account["quarantined"] == waiting.height == 1
print({name: account[name] for name in ("rows_read", *states, "reasons")})

# %% [markdown]
# Before you ask the centre, see how the row looks. **This shows a cell of a record.**

# %%
print(cells(export, "Date opened", waiting["row_number"].to_list()))

# %% [markdown]
# ## 5. Correct, and check once more
#
# The second date is found. The row comes back by itself; nothing has to be undone.

# %%
edit(export, "H0070,C0070,Client 70,,", "H0070,C0070,Client 70,04/09/2026,")
code, said = caseload("check", "--workspace", str(folder), "--as-of", "2026-12-02")
assert code == 0
assert "0 quarantined" in said
assert "80 accepted" in said

# %% [markdown]
# It comes after its quarter was published, so it waits there: one case more would be one person seen.
# [docs/editions.md](../docs/editions.md) says when late cases are let in. That is why an export is checked, corrected
# and checked again **before** its quarter is published.
