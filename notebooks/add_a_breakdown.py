# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Add a breakdown of your own
#
# For an analyst of a network who wants a table that briefs do not have yet. Here: clients by gender and class of
# nationality. The way is that of the product itself, from SQL to a protected table:
#
# 1. Write the query, as a mart.
# 2. Declare the table, and put it beside those that a brief has.
# 3. See that a table which is not understood is refused.
# 4. Protect all tables together, with what was published before.
# 5. Check what came out.
# 6. Make it part of the product. **Only then may it be released.**
#
# **This notebook works on true counts. Run it on the machine that holds the workspace, print no counts that are not
# protected, and save none.** Nothing it makes is for publishing: one more table is one more thing to subtract from, and
# only a run attacks the finished files with all that readers have.
#
# Set `CASELOAD_WORKSPACE` to a workspace that has published something. Without it, an invented one is made.

# %%
# ruff: noqa: S101 - a notebook checks what it says
import contextlib
import io
import json
import os
import tempfile
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.analysis.breakdowns import Breakdown, Caseload, TableDefinition, as_breakdown
from pipelines.before_release import Basis, before_rounding
from pipelines.cli import main
from pipelines.disclosure.grids import names_of
from pipelines.disclosure.rounded import RoundedPeriod, protect_rounded
from pipelines.disclosure.rules import ROUNDED_AUDIENCES, rounding_rule
from pipelines.errors import DisclosureError
from pipelines.keys import network_key
from pipelines.labels import dimension_labels
from pipelines.ledger import read_ledger
from pipelines.publication import current_warehouse, read_centre_counts, read_true_counts
from pipelines.settings import load_settings
from pipelines.synthetic import write_workspace


def invented_workspace() -> Path:
    """Make an invented network and publish its last quarter."""
    folder = Path(tempfile.mkdtemp()) / "network"
    made = write_workspace(folder, cases=3000, sources=3)
    run = ["run", "--workspace", str(folder), "--as-of", str(made.as_of), "--period", made.last_quarter]
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(run) == 0
    return folder


workspace = Path(os.environ["CASELOAD_WORKSPACE"]) if "CASELOAD_WORKSPACE" in os.environ else invented_workspace()
settings = load_settings(workspace, os.environ)
database = current_warehouse(settings)

# %% [markdown]
# ## 1. The query
#
# A mart is one `select`. It has `period`, the codes, `unit` and `n`, and total rows with `_T`. `core.clients` has one
# row per client and period, and holds what was published as it was published. [sql/README.md](../sql/README.md) has the
# rules, [docs/data-dictionary.md](../docs/data-dictionary.md) the columns.

# %%
TABLE = "by_gender_nationality_class"
MART = """\
-- One row per publication period, gender and class of nationality, with total rows in both; counts clients.
-- Each client stands in one row, so the rows add up both ways.
with
clients as (select * from core.clients)
select
    period,
    coalesce(gender_code, '_T') as gender_code,
    coalesce(nationality_class_code, '_T') as nationality_class_code,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets (
    (period, gender_code, nationality_class_code), (period, gender_code), (period, nationality_class_code), (period)
)
order by period, gender_code, nationality_class_code
"""
with warehouse.reading(database) as connection:
    counted = warehouse.read_frame(connection, MART)
print(f"{counted.height} rows, {counted['period'].n_unique()} periods, columns: {', '.join(counted.columns)}")

# %% [markdown]
# ## 2. The declaration
#
# `columns` says which columns of the client profiles (`sql/marts/client_profiles.sql`) cut the table. From them the
# product derives how its figures hang together with all others; nothing else has to be said. A field that is not in the
# profiles has to be added there first.

# %%
DECLARATION = f"""
[{TABLE}]
dimensions = ["gender_code", "nationality_class_code"]
columns = ["gender_code", "nationality_class_code"]
code_list = "genders"
"""
declared = tomllib.loads(DECLARATION)[TABLE]
dimensions, columns = tuple(declared["dimensions"]), tuple(declared["columns"])
definition = TableDefinition(TABLE, dimensions, {(): columns}, declared["code_list"])

# %% [markdown]
# Which period? The newest that the network has published. Its ledger holds every figure that readers know already.

# %%
ledger = read_ledger(settings.internal_root, settings.release_root)
period = ledger.periods("network")[-1]
standing = ledger.newest(period, "network")
edition = settings.release_root / str(period) / str(standing.edition) / "network"
manifest = json.loads((edition / "manifest.json").read_text("utf-8"))
as_of = date.fromisoformat(manifest["published_on"])
print(f"{period}, edition {standing.edition}, published on {as_of:%-d %B %Y}")

# %% [markdown]
# `as_breakdown` gives the table every row it can have, so that no row tells by being there that somebody has its codes.
# The caseload is all that is known of the period: the tables of the brief, and now yours.

# %%
orders = {name: tuple(labels) for name, labels in dimension_labels(settings).items()}
own = counted.filter(pl.col("period") == str(period)).drop("period")
breakdown = as_breakdown(definition, own, period, orders)
caseload = read_true_counts(settings, database, period, as_of=as_of)
print(f"{len(caseload.breakdowns)} tables and one more, which has {breakdown.frame.height} rows.")
print(breakdown)  # a breakdown never prints its counts

# %% [markdown]
# ## 3. What is not understood is refused
#
# A table without a declaration of whom it counts cannot be protected, because nobody can say what could be subtracted
# from what. Nor can one that contradicts the clients it is said to count, such as a query that counts somebody twice.

# %%
rule = rounding_rule(settings.privacy.rounding_base, settings.privacy.public_threshold)
centres = read_centre_counts(settings, database, period).values()
key = network_key(settings, os.environ)
overlap = manifest["structure"]["clients_overlap_in_time"]
basis = Basis(settings, database, caseload, ledger, key, as_of, overlap)
before = before_rounding(basis)
reach = before.reach or rule.base
stored = {name: n for each in caseload.breakdowns for name, n in names_of(each)}
far = [name for name, n in before.own.items() if name in stored and abs(stored[name] - n) > reach]
assert not far, f"{period} has cases that were let in and are not published yet. Run it first, with --period {period}."


def protected(counts: Caseload) -> RoundedPeriod:
    """Round all tables of a caseload together, beside what was published."""
    circumstances = basis.circumstances(before)
    return protect_rounded(before.as_published(counts), rule, ROUNDED_AUDIENCES, circumstances, centres=centres)


def with_table(changed: Breakdown) -> Caseload:
    """Put a table beside those of the brief."""
    return replace(caseload, breakdowns=(*caseload.breakdowns, changed))


is_a_cell = (pl.col("gender_code") == "F") & (pl.col("nationality_class_code") != "_T")
doubled = breakdown.frame.with_columns(n=pl.when(is_a_cell).then(pl.col("n") * 2).otherwise("n"))
refused = []
for wrong in (replace(breakdown, definition=replace(definition, columns={})), replace(breakdown, frame=doubled)):
    try:
        protected(with_table(wrong))
    except DisclosureError as error:
        refused.append(str(error))
        print(error, end="\n\n")
assert len(refused) == 2

# %% [markdown]
# ## 4. Protect
#
# All tables are rounded together: every sum holds, within tables and from one to another, and what was published before
# keeps its value.

# %%
rounded = protected(with_table(breakdown))
table = next(each for each in rounded.tables["network"] if each.table_id == TABLE)
print(table.rule.statement)
shown = table.frame.with_columns(
    pl.col(name).replace(manifest["labels"][name]).alias(name.removesuffix("_code")) for name in dimensions
)
shown.pivot("gender", index="nationality_class", values="n")

# %% [markdown]
# ## 5. Check
#
# What stands has kept its value, sums hold, totals are those of the published brief, and nothing is far from its true
# count.

# %%
kept = {name: n for name, n in before.own.items() if name in rounded.values}
assert kept
assert all(rounded.values[name] == n for name, n in kept.items())
assert (table.frame["n"] % rule.base == 0).all()
for one, other in (dimensions, dimensions[::-1]):
    totals = table.frame.filter(pl.col(other) == "_T").select(one, total="n")
    added = table.frame.filter(pl.col(other) != "_T").group_by(one).agg(pl.col("n").sum())
    both = totals.join(added, on=one, validate="1:1")
    assert both.height == totals.height
    assert (both["n"] == both["total"]).all()
    numbers = {"n": pl.Int64, one: pl.String}
    released = pl.read_csv(edition / "data" / f"by_{one.removesuffix('_code')}.csv", schema_overrides=numbers)
    assert totals.join(released, on=one).filter(pl.col("total") != pl.col("n")).is_empty()
true = breakdown.frame.join(table.frame, on=list(dimensions), suffix="_shown")
farthest = int((true["n"] - true["n_shown"]).abs().max())
assert farthest <= rounded.rule.reach
print(
    f"{len(kept)} published figures stand; all sums hold; no figure is {rounded.rule.reach + 1} or more from its count."
)

# %% [markdown]
# ## 6. Make it part of the product
#
# So far nobody has attacked the table as its readers could: a law centre that takes its own clients out of it, somebody
# who sets it beside earlier editions. A run does, and stops if it finds something (exit 14). Do this in a checkout, on
# invented data first:

# %%
STEPS = {
    f"sql/marts/{TABLE}.sql": "the query, as it stands above",
    "pipelines/reference/breakdowns.toml": "the declaration, as it stands above; the order here is that of a brief",
    "sql/checks/breakdowns_add_up.sql": "one more line that says how its rows add up, for each way they do",
    "pipelines/reference/wording.toml": f"[tables.{TABLE}]: heading and title; [workbook.sheets] if those are long",
    "pipelines/publish/page.py": "where in a brief it stands; at the end of who came, unless you say so",
    "pipelines/reference/columns.toml": "the meaning of each new column; this table has none",
    "docs/data-dictionary.md": "made by: make docs",
    "tests/properties/test_breakdowns.py": "the same counts, worked out a second time without SQL",
    "tests/golden/test_golden.py": "the kept files hold one table more: make golden, then read the difference",
    "CHANGELOG.md": "under 'Changes to published figures'; the reason in DECISIONS.md",
}
for path, what in STEPS.items():
    print(f"{path}: {what}")

# %% [markdown]
# Then, still on invented data:
#
# ```sh
# make brief
# caseload audit --deep outputs/demo/outputs/release
# make test-all
# ```
#
# The next run of a real workspace publishes the table. A period that stands gets a new edition: its figures are the
# same, and the table is added.
