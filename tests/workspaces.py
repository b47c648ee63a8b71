"""Small hand-made workspaces: two sources with two formats, and rows of which a test states only what matters.

`riverside` sends a comma-separated UTF-8 export with case and client references; it stops on unknown words. `harbour`
sends a semicolon-separated sheet in windows-1252 without any reference; it sets rows with unknown words aside.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import warehouse
from pipelines.accounting import FileAccount, totals
from pipelines.keys import key_path
from pipelines.listings import write_listings
from pipelines.periods import Period
from pipelines.reports import RunReport, checked, executed, rehearsed
from pipelines.run import Request, opened, refresh
from pipelines.settings import Settings, load_settings

Rows = list[dict[str, str]]
QUARTER = "2026-Q3"
AS_OF = date(2026, 12, 15)
RIVERSIDE, HARBOUR = "riverside", "harbour"
EXAMPLE = Path(__file__).parent / "example"
KEY = "5e" * 32
HEADINGS = {
    RIVERSIDE: {
        "case_ref": "Case no",
        "client_ref": "Client no",
        "opened": "Opened",
        "closed": "Closed",
        "age": "Age",
        "gender": "Gender",
        "nationality": "Nationality",
        "nationality_2": "Second nationality",
        "advice_type": "Issues",
        "client_role": "Relationship",
        "notes": "Notes",
    },
    HARBOUR: {
        "period": "Quarter",
        "age": "Age band",
        "gender": "Gender",
        "nationality": "Nationality",
        "advice_type": "Topic",
    },
}
DELIMITERS = {RIVERSIDE: ",", HARBOUR: ";"}
ENCODINGS = {RIVERSIDE: "utf-8", HARBOUR: "cp1252"}
DEFAULTS: dict[str, dict[str, Sequence[str]]] = {
    RIVERSIDE: {
        "opened": ("06/07/2026", "12/08/2026", "21/09/2026"),
        "closed": ("",),
        "age": ("34", "41", "29", "58", "63"),
        "gender": ("Female", "Male"),
        "nationality": ("Polish", "Romanian", "Italian"),
        "nationality_2": ("",),
        "advice_type": ("Settled status", "Benefits; Housing"),
        "client_role": ("Main",),
        "notes": ("",),
    },
    HARBOUR: {
        "period": ("2026 Q3",),
        "age": ("25-34", "55 and over"),
        "gender": ("Woman", "Man"),
        "nationality": ("Polish", "Romanian"),
        "advice_type": ("Benefits", "Housing"),
    },
}


def make_rows(n: int, *, source: str = RIVERSIDE, first: int = 1, **overrides: str | Sequence[str]) -> Rows:
    """Make rows of a source's file.

    Args:
        n: how many.
        source: whose headings to use.
        first: the number in the first case reference; the others count on from there.
        overrides: field to the one word of every row, or to words that take turns.
    Returns:
        One mapping of heading to cell per row; every row is a case and a client of its own unless overridden.
    """
    numbers = range(first, first + n)
    fields: dict[str, Sequence[str]] = dict(DEFAULTS[source])
    if source == RIVERSIDE:
        fields |= {"case_ref": [f"R-{i:04}" for i in numbers], "client_ref": [f"K{i:04}" for i in numbers]}
    fields |= {name: [words] if isinstance(words, str) else words for name, words in overrides.items()}
    headings = HEADINGS[source]
    return [{headings[name]: fields[name][i % len(fields[name])] for name in headings} for i in range(n)]


def as_text(rows: Sequence[Mapping[str, str]], *, source: str = RIVERSIDE) -> str:
    """Write rows as the source's export would."""
    out = io.StringIO()
    headings = list(rows[0]) if rows else list(HEADINGS[source].values())
    writer = csv.DictWriter(out, headings, delimiter=DELIMITERS.get(source, ","), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Workspace:
    """A workspace on disk and the ways a test acts on it; nothing of the machine's own settings is used."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    # What a person does to the files

    def put(self, name: str, content: str | bytes | Rows, *, source: str = RIVERSIDE) -> Path:
        """Put a file into a source's inbox."""
        path = self.folder / "inbox" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = as_text(content, source=source)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(ENCODINGS.get(source, "utf-8")))
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Change one place of a settings or profile file; that place must exist."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    # What a person asks for

    def request(self, period: str | None = QUARTER, **choices: Any) -> Request:
        """Ask for a period."""
        return Request(
            **(
                {
                    "workspace": self.folder,
                    "as_of": AS_OF,
                    "variables": self.variables,
                    "period": Period.parse(period) if period else None,
                }
                | choices
            )
        )

    def run(self, period: str | None = QUARTER, **choices: Any) -> RunReport:
        """Do what `caseload run` does."""
        return executed(self.request(period, **choices), now=datetime(2026, 12, 15, 9, 30, tzinfo=UTC))

    def store(self, period: str | None = QUARTER, **choices: Any) -> RunReport:
        """Do what `caseload run` does up to the warehouse and its listings; nothing is released."""
        with opened(self.request(period, **choices)) as work:
            refreshed = refresh(work)
        record = self.settings.internal_root / "stored"
        record.mkdir(parents=True, exist_ok=True)
        write_listings(self.database, record)
        return RunReport("run", refreshed, record=record)

    def rehearse(self, period: str | None = QUARTER, **choices: Any) -> RunReport:
        """Do what `caseload run --dry-run` does."""
        return rehearsed(self.request(period, **choices))

    def check(self, *sources: str) -> RunReport:
        """Do what `caseload check` does."""
        return checked(self.request(sources=sources))

    # What a person finds afterwards

    @property
    def settings(self) -> Settings:
        """Give the workspace's settings."""
        return load_settings(self.folder, self.variables)

    @property
    def database(self) -> Path:
        """Give the warehouse in force."""
        found = warehouse.current_database(self.folder / "warehouse")
        assert found is not None
        return found

    def table(self, name: str) -> pl.DataFrame:
        """Give a table of the warehouse."""
        return warehouse.read_table(self.database, name)

    def counts(self, mart: str, period: str = QUARTER, unit: str = "clients") -> dict[str, int]:
        """Give the true counts of a one-way mart."""
        frame = self.table(f"marts.{mart}").filter((pl.col("period") == period) & (pl.col("unit") == unit))
        return dict(frame.select(frame.columns[1], "n").iter_rows())

    def released(self, table_id: str, *, audience: str = "public", edition: int = 1) -> list[dict[str, str]]:
        """Give the rows of a released table."""
        path = self.folder / f"outputs/release/{QUARTER}/{edition}/{audience}/data/{table_id}.csv"
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))

    def snapshot(self) -> dict[str, str]:
        """Give the digest of everything a failed run must leave alone: warehouse and releases."""
        roots = (self.folder / "warehouse", self.folder / "outputs" / "release")
        return {
            str(path.relative_to(self.folder)): sha256(path.read_bytes()).hexdigest()
            for root in roots
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.name not in (".lock", ".holder")
        }


def write_workspace(folder: Path) -> Workspace:
    """Write the hand-made workspace: 40 cases of riverside and 20 of harbour, all opened in 2026-Q3.

    Its key is always the same, so that a run hides and rounds the same whenever a test is run.
    """
    shutil.copytree(EXAMPLE, folder)
    made = Workspace(folder, {"XDG_CONFIG_HOME": str(folder.parent / "config")})
    key = key_path(made.settings, made.variables)
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_text(KEY, encoding="ascii")
    key.chmod(0o600)
    made.put("2026-Q3.csv", make_rows(40))
    made.put("2026-Q3.csv", make_rows(20, source=HARBOUR), source=HARBOUR)
    return made


def account(report: RunReport, file: str, *, source: str = RIVERSIDE) -> FileAccount:
    """Give the accounting of the one file of that source and name."""
    (found,) = [a for a in report.refreshed.accounts if (a.source, a.file) == (source, file)]
    return found


def states(account: FileAccount) -> dict[str, int]:
    """Give the states that a file's rows are in, those without rows left out."""
    return {name: n for name, n in totals((account,)).items() if n and name != "rows_read"}


def adds_up(account: FileAccount) -> bool:
    """Tell whether the rows of a file are in exactly one state each, and every row not accepted has a reason."""
    found = states(account)
    return account.rows_read == sum(found.values()) and sum(account.reasons.values()) == sum(
        n for state, n in found.items() if state != "accepted"
    )
