# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # From a brief to advocacy
#
# For whoever turns a published brief into a letter, a bid or a talk with a council: an analyst, a policy officer, a
# law centre. Everything comes from released files, so nothing here can expose anybody.
#
# 1. Which findings can carry an argument.
# 2. How large the gap is, as a range.
# 3. What people who know the work say about it.
# 4. A note with nothing in it that was not published.
# 5. What the figures must not be used for.
#
# Set `BRIEF_FOLDER` to a folder such as `outputs/release/2026-Q3/1/network`. Without it, an invented network is
# made in a temporary folder: its brief is published, people are asked, one of them answers, and the next edition
# has the answer. The guide beside this notebook is docs/advocacy.md.

# %%
# ruff: noqa: S101 - a notebook checks what it says
import contextlib
import io
import json
import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.cli import main
from pipelines.synthetic import write_workspace

ANSWER = "Older clients come to our drop-in and seldom to the telephone line.\n"


def answered(workspace: Path) -> None:
    """Fill in the answer file of the first finding, as a person would, and move it to where comments are read."""
    first = min(workspace.glob("outputs/for-comment/*/*/*/answers/*-01-*.md"))
    text = first.read_text("utf-8").replace("said_by:", "said_by: Advice manager, an invented law centre")
    first.write_text(text.replace("said_on:", "said_on: 2026-12-08") + ANSWER, encoding="utf-8")
    first.rename(workspace / "commentary" / first.name)


def invented_brief() -> Path:
    """Make an invented network, publish a quarter, ask for comments, and publish it again with an answer."""
    folder = Path(tempfile.mkdtemp()) / "network"
    made = write_workspace(folder, cases=3000, sources=3)
    for path in folder.glob("inbox/*/*"):
        if path.stem != made.last_quarter:
            path.unlink()  # one quarter is enough here
    (folder / "commentary").mkdir(exist_ok=True)
    run = ["run", "--workspace", str(folder), "--period", made.last_quarter, "--audience", "network"]
    with contextlib.redirect_stdout(io.StringIO()):
        first = main([*run, "--as-of", "2026-12-01"])
        asked = main(["findings", "--for-comment", "--workspace", str(folder)])
        answered(folder)
        second = main([*run, "--as-of", "2026-12-15"])
    assert (first, asked, second) == (0, 0, 0)
    return folder / "outputs" / "release" / made.last_quarter / "2" / "network"


brief = Path(os.environ["BRIEF_FOLDER"]) if "BRIEF_FOLDER" in os.environ else invented_brief()
manifest: dict[str, Any] = json.loads((brief / "manifest.json").read_text("utf-8"))
print(f"{manifest['title']}, {manifest['period_label']}, edition {manifest['edition']}, for: {manifest['audience']}")

# %% [markdown]
# ## 1. Which findings can carry an argument
#
# A finding has one of ten states. Three of them say something clear; `about_as_expected` is news as well. The
# others say that the figures cannot decide, which is an argument for better recording and for nothing else. The
# flag `is_under_served` is set where a group comes clearly less often than expected **and** that is unlikely to be
# chance among all comparisons of the brief.

# %%
STRENGTH = {
    "clearly_lower": "can be quoted",
    "clearly_higher": "can be quoted",
    "about_as_expected": "can be quoted",
    "lower_size_unsure": "only with its limits",
    "higher_size_unsure": "only with its limits",
    "small_difference": "only with its limits",
    "too_few_to_say": "says nothing yet",
    "cannot_tell": "an argument for recording",
    "not_collected": "an argument for recording",
    "withheld": "nothing may be said",
}
findings = manifest["findings"]
assert {each["state"] for each in findings} <= STRENGTH.keys()
strength = pl.DataFrame(
    {
        "finding": [each["finding_id"] for each in findings],
        "under-served": [bool(each["is_under_served"]) for each in findings],
        "strength": [STRENGTH[each["state"]] for each in findings],
    }
)
strength

# %% [markdown]
# ## 2. How large the gap is, as a range
#
# "So many more people would have come" is the sentence that everybody wants, and the easiest to get wrong. The
# ratio has limits; they allow for chance, for rounding and for those of whom it is not known. If the share had been
# that of the population, `n / ratio` would have come: so the gap runs from `n / ratio_high - n` to `n / ratio_low -
# n`, and is given in tens. Where the limits hold 1 there may be no gap at all, and none is told.


# %%
def gap(finding: dict[str, Any]) -> str:
    """Say how many more clients a group would have had at its share of the population, where that is certain."""
    low, high, n = finding["ratio_low"], finding["ratio_high"], finding["n"]
    if not n or not low or not high or high >= 1:
        return ""
    least, most = (round((n / ratio - n) / 10) * 10 for ratio in (high, low))
    return f"about {least} to {most} more" if least else f"up to about {most} more"


carrying = [each for each in findings if STRENGTH[each["state"]] == "can be quoted"]
gaps = {each["finding_id"]: said for each in carrying if (said := gap(each))}
assert all(next(each for each in findings if each["finding_id"] == name)["ratio_high"] < 1 for name in gaps)
gaps

# %% [markdown]
# This is arithmetic on a comparison, not a count of people who were turned away. Nobody knows whether they had a legal
# problem, or went elsewhere.
#
# ## 3. What people who know the work say about it
#
# A comment in `commentary/` that is about a finding is listed in the manifest under its `finding_id`, with role and
# day. Figures in it are the speaker's own. A comment on a group stands under the code of the group.

# %%
comments = manifest["comments"]


def comments_on(finding: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what was said about a finding or its group; a comment on a finding that read otherwise then is left out."""
    about = {finding["finding_id"], finding["group"]}
    return [each for each in comments if each["about"] in about and not each.get("is_earlier")]


for each in findings:
    for comment in comments_on(each):
        print(f"{each['finding_id']}: {comment['said_by']}, {comment['said_on']}: {' '.join(comment['paragraphs'])}")

# %% [markdown]
# ## 4. A note with nothing in it that was not published
#
# Three parts for each finding: the finding in the words of the brief, what people say, and what is asked for. The
# last one is yours: no figure gives it. Quote the statement whole, with the caveat of its population; a shortened
# one says more than the figures do. Say which edition it is, so that a reader can look it up.


# %%
def note(chosen: list[dict[str, Any]]) -> str:
    """Write a note about some findings, in published words alone."""
    digest = sha256((brief / "manifest.json").read_bytes()).hexdigest()[:12]
    source = f"{manifest['network']}: {manifest['title']}, {manifest['period_label']}, edition {manifest['edition']}"
    parts = [f"Source: {source}, published {manifest['published_on']} (manifest {digest})."]
    for each in chosen:
        parts.append(each["statement"])
        parts += [f"“{text}” ({told['said_by']}, {told['said_on']})"
                  for told in comments_on(each) for text in told["paragraphs"]]  # fmt: skip
        parts.append("What we ask for: …")
    return "\n\n".join(parts)


chosen = [each for each in carrying if each["is_under_served"]] or carrying[:1] or findings[:1]
written = note(chosen)
print(written)

# %% [markdown]
# Every number in the note is one of the brief. Ask this of your own text before you send it.


# %%
def numbers(text: str) -> set[str]:
    """Give the numbers in a text."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


published = "\n".join(path.read_text("utf-8") for path in (brief / "brief.html", brief / "manifest.json"))
strange = (
    numbers(written) - numbers(published) - numbers(sha256((brief / "manifest.json").read_bytes()).hexdigest()[:12])
)
assert not strange, strange

# %% [markdown]
# ## 5. What the figures must not be used for
#
# - **Hidden and withheld figures**: nothing is said about them, not even that they are small.
# - **A difference of two rounded figures** has twice their reach. A change between quarters is told in the brief where
#   it is certain.
# - **One law centre against another**: the network's tables are no league table, and a centre's own brief is for that
#   centre alone.
# - **A cause**: a brief shows who came, never why others did not. That is what comments are for.
# - **Policy scores beside figures** stand in the section on the policy context, as what the law says. That a score and
#   a figure move together proves nothing.
