"""The words of the pages beside the briefs, read from `reference/pages.toml`.

Answers: what do the index, the page of a centre beside its network and the catalogue say. A person edits the file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from pipelines.resources import reference_file


@cache
def page_words(page: str) -> dict[str, Any]:
    """Give the words and limits of one page: `index`, `compare` or `catalogue`."""
    with reference_file("pages.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file)[page]
    return found
