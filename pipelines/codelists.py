"""The code lists: which codes exist, what they are called and where they come from.

Answers "what does this code mean" and "is this a code". Lists are CSV files a person can read, in
`reference/codelists/`; every list has `code, label, valid_from, valid_to, source` and may have further columns.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.resources import reference_file

TOTAL = "_T"
NOT_KNOWN = "_U"
MISSING_KINDS = ("refused", "not_asked", "not_recorded", "not_collected")
# A value that is there but that nobody could explain. It is no kind of missing; released tables count it as not known.
NOT_RECOGNISED = "not_recognised"


@dataclass(frozen=True)
class CodeList:
    """One code list, in the order its codes are shown.

    `rows` keeps every column of the file as text; `labels` maps code to label.
    """

    name: str
    rows: tuple[dict[str, str], ...]

    @property
    def labels(self) -> dict[str, str]:
        """Map each code to its label, in the list's order."""
        return {row["code"]: row["label"] for row in self.rows}

    @property
    def codes(self) -> tuple[str, ...]:
        """Give the codes in the list's order."""
        return tuple(row["code"] for row in self.rows)

    def column(self, name: str) -> dict[str, str]:
        """Map each code to one further column of the list."""
        return {row["code"]: row[name] for row in self.rows}


def read_codelist(path: Path) -> CodeList:
    """Read one code list file.

    Args:
        path: a CSV file with at least the columns code and label.
    Returns:
        The list in file order.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return CodeList(path.stem, tuple(csv.DictReader(file)))


@cache
def codelist(name: str) -> CodeList:
    """Give a packaged code list, such as `codelist("genders")`."""
    return read_codelist(reference_file("codelists", f"{name}.csv"))


def inside_sentence(label: str) -> str:
    """Write a label for the middle of a sentence; acronyms keep their capitals.

    >>> inside_sentence("Aged 55 and over"), inside_sentence("EU national")
    ('aged 55 and over', 'EU national')
    """
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
