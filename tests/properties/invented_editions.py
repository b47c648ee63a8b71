"""Invented networks that publish quarter after quarter, and what must hold of everything they published."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO

from workspaces import Workspace, make_rows

from pipelines.audit import audit_folder
from pipelines.periods import Period

CENTRE = "centre-riverside"
AUDIENCES = ("network", "public", CENTRE)
REACH = 4
# Published in this order; every longer period begins in January.
SHORT = ("2026-Q1", "2026-Q2", "2026-Q1_2026-Q2", "2026-Q3", "2026-Q1_2026-Q3")
# The periods in which a law centre's own brief stands beside those for everybody.
WITH_CENTRE = ("2026-Q1", "2026-Q2")
YEARS = tuple(
    period
    for year in (2025, 2026)
    for period in (
        *(f"{year}-Q{number}" for number in (1, 2, 3)),
        f"{year}-Q1_{year}-Q3",
        f"{year}-Q4",
        f"{year}-Q1_{year}-Q4",
    )
)
WORDS = {
    "gender": ("Female", "Female", "Male"),
    "age": ("17", "22", "29", "34", "41", "48", "58", "70"),
    "nationality": ("Polish", "Polish", "Romanian", "Italian", "Irish", "French", "Bulgarian"),
    "advice_type": ("Settled status", "Benefits; Housing", "Housing", "Benefits", "Settled status; Benefits"),
}
Counts = dict[tuple[tuple[str, ...], str], int]
Call = Callable[..., object]


def invented(quarter: str, n: int, *, seed: int) -> list[dict[str, str]]:
    """Draw cases of a quarter; one in five is of a client of some quarter before or after."""
    draw = random.Random(f"{quarter} {seed}")  # noqa: S311 - invented cases
    first = Period.parse(quarter).first.first_day
    day = date(first.year, first.month + draw.randrange(3), 10).strftime("%d/%m/%Y")
    start = 10_000 * seed + 1000 * (first.year % 10) + 100 * first.month
    clients = [f"K{draw.randrange(400) if draw.random() < 0.2 else start + i}" for i in range(n)]
    words = {name: [draw.choice(choices) for _ in range(n)] for name, choices in WORDS.items()}
    return make_rows(n, first=start, opened=day, client_ref=clients, **words)


def publish_all(made: Workspace, periods: Sequence[str], *, n: int) -> None:
    """Publish one period after another, each when its cases have come, and look that earlier ones stay as they are."""
    shelf = shelf_of(made)
    for period in periods:
        if "_" not in period:
            made.put(f"{period}.csv", invented(period, n, seed=1))
        wanted = AUDIENCES if period in WITH_CENTRE else AUDIENCES[:2]
        made.run(period, audiences=wanted, as_of=date(2027, 3, 1))
        found = shelf_of(made)
        assert shelf.items() <= found.items()
        shelf = found


def shelf_of(workspace: Workspace) -> dict[str, str]:
    """Give the digests of everything that readers can open."""
    return {name: each for name, each in workspace.snapshot().items() if name.startswith("outputs/release/2")}


def counts_of(workspace: Workspace, period: str, audience: str) -> dict[str, Counts]:
    """Read every shown count of a release by table, codes and unit."""
    folder = workspace.folder / f"outputs/release/{period}/1/{audience}/data"
    found: dict[str, Counts] = {}
    for path in sorted(folder.glob("by_*.csv")):
        for row in csv.DictReader(StringIO(path.read_text(encoding="utf-8"))):
            names = list(row)
            codes = tuple(row[name] for name in names[1 : names.index("unit")])
            if row["n"]:
                found.setdefault(path.stem, {})[codes, row["unit"]] = int(row["n"])
    return found


def require_sums(workspace: Workspace, periods: Sequence[str]) -> None:
    """Compare every longer period with the quarters it is made of, in the files of the network."""
    told = {period: counts_of(workspace, period, "network") for period in periods}
    for whole in (period for period in periods if "_" in period):
        parts = [str(quarter) for quarter in Period.parse(whole).quarters]
        for table_id, rows in told[whole].items():
            before = [told[part].get(table_id, {}) for part in parts]
            for (codes, unit), n in rows.items():
                values = [each.get((codes, unit), 0) for each in before]
                if unit == "issues":
                    assert n == sum(values), (whole, table_id, codes)
                elif table_id == "by_period":
                    assert len({n, *(each[codes, unit] for each in before if (codes, unit) in each)} - {n}) == 0 or (
                        codes == ("_T",)
                    ), (whole, codes)
                elif codes == ("_T",):
                    assert max(values) <= n <= sum(values), (whole, table_id)
                elif not table_id.startswith("by_group_of_interest"):
                    assert values[-1] <= n, (whole, table_id, codes)


def require_safe_over_time(workspace: Workspace, periods: Sequence[str]) -> None:
    root = workspace.folder / "outputs/release"
    assert {path.parents[1].name for path in root.glob("*/*/network")} == set(periods)
    report = audit_folder(root)
    assert report.problems == ()
    assert (report.exact, report.proved_small, report.narrowed) == (0, 0, 0)
    assert report.n_rounded > 1000 * len(periods)
    assert report.n_hidden > 0
    require_sums(workspace, periods)
    for period in periods:
        assert counts_of(workspace, period, "network") == counts_of(workspace, period, "public")
