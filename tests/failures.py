"""What can go wrong in a run, as a table: what a person did, the exit code, and what the message must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workspaces import HARBOUR, Workspace, as_text, make_rows

NEW = "2026-10.csv"


@dataclass(frozen=True)
class Failure:
    """One thing that goes wrong; the message must hold every text of `says` and none of `never_says`."""

    name: str
    prepare: Callable[[Workspace], object]
    code: int
    says: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    never_says: tuple[str, ...] = ()


def _without(heading: str) -> str:
    return as_text([{name: cell for name, cell in row.items() if name != heading} for row in make_rows(3)])


def _renamed(old: str, new: str) -> str:
    return as_text(make_rows(3)).replace(old, new, 1)


TEXT = as_text(make_rows(3))
FILES = [
    Failure(
        "a column is missing",
        lambda w: w.put(NEW, _without("Gender")),
        10,
        (f"inbox/riverside/{NEW}", "export.toml", 'the column "Gender" is missing'),
    ),
    Failure(
        "a column is new",
        lambda w: w.put(NEW, [row | {"Postcode": ""} for row in make_rows(3)]),
        10,
        (NEW, 'the column "Postcode" is new', "[columns]", "[drop]"),
    ),
    Failure(
        "a column was renamed",
        lambda w: w.put(NEW, _renamed("Relationship", "Relation ship")),
        10,
        (NEW, '"Relationship" is missing. Did you mean "Relation ship"?', "[also_called]"),
    ),
    Failure(
        "two columns have one heading",
        lambda w: w.put(NEW, _renamed("Second nationality", "Nationality")),
        10,
        (NEW, '"Second nationality" is missing. Did you mean "Nationality (2)"?'),
    ),
    Failure(
        "a file lies in another source's folder",
        lambda w: w.put(NEW, as_text(make_rows(3, source=HARBOUR), source=HARBOUR)),
        10,
        (NEW, "does not fit its profile export.toml", "Case no", "right folder"),
    ),
    Failure(
        "a file has no headings",
        lambda w: w.put(NEW, TEXT.split("\n", 1)[1]),
        10,
        (NEW, "no row near the top holds its headings"),
        never_says=("R-0001", "Polish"),
    ),
    Failure(
        "a word nobody explained",
        lambda w: w.put(NEW, make_rows(3, first=900, gender=("Female", "Femlae", "Male"))),
        13,
        ("source riverside", 'column "Gender"', NEW, "row 3", "[values.gender]", "export.toml", "quarantine"),
        never_says=("Femlae",),
    ),
    Failure(
        "words nobody explained in several columns",
        lambda w: w.put(NEW, make_rows(8, first=900, gender="Femlae", age="abc", opened="2026-99-99")),
        13,
        ('column "Gender"', 'column "Age"', 'column "Opened"', "rows 2, 3, 4, 5, 6 and 3 more"),
        never_says=("Femlae", "abc", "2026-99-99"),
    ),
    Failure(
        "too many rows set aside",
        lambda w: w.put(
            NEW, [*make_rows(20, source=HARBOUR), *make_rows(5, source=HARBOUR, gender="Wmoan")], source=HARBOUR
        ),
        13,
        ("source harbour", "5 of ", "the limit is 5 %", "unknown_gender", NEW, "rows 22, 23, 24, 25, 26"),
        never_says=("Wmoan", "equal_copy", "blank"),
    ),
    Failure("a file is empty", lambda w: w.put(NEW, ""), 11, (NEW, "is empty", "take the file out")),
    Failure("a file holds only blank lines", lambda w: w.put(NEW, "\n \n"), 11, (NEW, "is empty")),
    Failure(
        "a file holds headings only",
        lambda w: w.put(NEW, TEXT.splitlines()[0] + "\n"),
        11,
        (NEW, "has headings but no records"),
    ),
    Failure(
        "a file stops in the middle of a row",
        lambda w: w.put(NEW, "".join(TEXT.splitlines(keepends=True)[:-1]) + "R-0003,K0003,01/0"),
        11,
        (NEW, "is cut off", "row 4", "3 of 11 cells", "Export it again"),
        never_says=("R-0003", "01/0"),
    ),
    Failure(
        "a file is in another encoding",
        lambda w: w.put(NEW, as_text(make_rows(3, notes="Café")).encode("cp1252")),
        11,
        (NEW, "is not utf-8 text", "file.encoding"),
        never_says=("Caf",),
    ),
    Failure(
        "a workbook is damaged",
        lambda w: w.put("cases.xlsx", b"PK\x03\x04"),
        11,
        ("inbox/riverside/cases.xlsx", "again"),
    ),
    Failure(
        "a document lies among the files",
        lambda w: w.put("cases.docx", b"PK\x03\x04"),
        11,
        ("inbox/riverside/cases.docx", ".csv", ".xlsx"),
    ),
    Failure(
        "two files cannot be read",
        lambda w: (w.put(NEW, ""), w.put("2026-11.csv", "", source=HARBOUR)),
        11,
        (f"riverside/{NEW}", "harbour/2026-11.csv"),
    ),
    Failure(
        "a folder belongs to no source",
        lambda w: w.put(NEW, TEXT, source="riversied"),
        10,
        ("inbox", "riversied", "[sources]"),
    ),
    Failure(
        "a file lies beside the sources' folders",
        lambda w: w.put(NEW, TEXT, source="."),
        10,
        (NEW, "riverside", "folder"),
    ),
    Failure(
        "there is no inbox",
        lambda w: (w.folder / "inbox").rename(w.folder / "inbox-old"),
        11,
        ("inbox does not exist", "one folder of files per source"),
    ),
]
REQUESTS = [
    Failure(
        "a period without cases", lambda _: None, 2, ("2019-Q1", "from 2026-Q3 to 2026-Q3"), ("--period", "2019-Q1")
    ),
    Failure(
        "a period that has not ended",
        lambda _: None,
        2,
        ("2026-Q3 has not ended by 2026-09-30",),
        ("--period", "2026-Q3", "--as-of", "2026-09-30"),
    ),
    Failure("a period that is none", lambda _: None, 2, ("2026-Q5 is not a period",), ("--period", "2026-Q5")),
    Failure(
        "an audience without protection",
        lambda _: None,
        14,
        ("centre-x", "network, public"),
        ("--audience", "centre-x"),
    ),
]
