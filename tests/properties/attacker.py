"""An attacker who has the released CSV files and public knowledge, and nothing of the product's own code.

It writes down everything a patient reader knows as whole-number equations and asks a solver how low and how high each
hidden count can be. Public knowledge: what `[c]` means, that a hidden count is at least 1, that a code without a row
counts nobody, which class a country is in, which ages are 55 and over, that every client has a case and every case an
issue, and which centre and project a source belongs to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Key = tuple[str, tuple[str, ...], str]
AGE_SIDE = {"Y_LT18": "N", "Y18T24": "N", "Y25T34": "N", "Y35T44": "N", "Y45T54": "N", "Y55T64": "Y", "Y_GE65": "Y",
            "_U": "_U"}  # fmt: skip
MEASURES = ("period", "unit", "n", "share", "status", "provisional")
LARGE = 10**7


@dataclass(frozen=True)
class Public:
    """What anybody may know beside the files: country to class; where a network says so, source to centre, project."""

    class_of: Mapping[str, str]
    centre_of: Mapping[str, str] = field(default_factory=dict)
    project_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Interval:
    """The lowest and highest value a count can have; `is_final` when nothing wider is possible."""

    low: int
    high: int
    is_final: bool


class Attacker:
    """All that one reader knows, as variables, bounds and rows `low <= sum(coefficients * x) <= high`."""

    def __init__(self, files: Iterable[Mapping[str, bytes]], public: Public) -> None:
        self.cells: dict[Key, int | None] = {}
        self.periods: set[str] = set()
        for audience in files:
            self._read(audience)
        self._index = {key: number for number, key in enumerate(self.cells)}
        self._lower = [1 if n is None else n for n in self.cells.values()]
        self._upper = [LARGE if n is None else n for n in self.cells.values()]
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self.derived: dict[str, int] = {}
        self._know(public)

    @property
    def hidden(self) -> list[Key]:
        """Give the counts that are not shown in any file."""
        return [key for key, n in self.cells.items() if n is None]

    def intervals(self, threshold: int) -> dict[Key, Interval]:
        """Narrow down every hidden count, as far as needed to see whether it is narrow."""
        found = self._intervals({key: self._index[key] for key in self.hidden}, threshold)
        return {key: found[key] for key in self.hidden}

    def derived_intervals(self, threshold: int) -> dict[str, Interval]:
        """Narrow down counts that stand in no table but follow from several."""
        return self._intervals(self.derived, threshold)

    def _intervals(self, wanted: Mapping, threshold: int) -> dict:
        places = np.array(list(wanted.values()), dtype=int)
        if not len(places):
            return {}
        seen_low, seen_high = np.full(len(places), float(LARGE)), np.zeros(len(places))
        final: set[tuple[int, int]] = set()

        def solve(objective: np.ndarray) -> np.ndarray:
            x = np.round(self._solve(objective))[places]
            np.minimum(seen_low, x, out=seen_low)
            np.maximum(seen_high, x, out=seen_high)
            return x

        spread = np.zeros(len(self._lower))
        spread[places] = 1
        for sign in (1, -1):
            solve(sign * spread)
        for number, place in enumerate(places):
            for sign in (-1, 1):
                if seen_high[number] >= threshold and seen_high[number] - seen_low[number] >= threshold - 1:
                    break
                objective = np.zeros(len(self._lower))
                objective[place] = sign
                solve(objective)
                final.add((number, sign))
        return {
            key: Interval(int(seen_low[i]), int(seen_high[i]), is_final={(i, 1), (i, -1)} <= final)
            for i, key in enumerate(wanted)
        }

    def _solve(self, objective: np.ndarray) -> np.ndarray:
        places = [(r, c, v) for r, (row, _, _) in enumerate(self._rows) for c, v in row.items()]
        rows, columns, values = zip(*places, strict=True)
        matrix = csr_array((values, (rows, columns)), shape=(len(self._rows), len(self._lower)))
        limits = LinearConstraint(matrix, [row[1] for row in self._rows], [row[2] for row in self._rows])
        outcome = milp(objective, constraints=limits, bounds=Bounds(self._lower, self._upper), integrality=1)
        if outcome.x is None:
            raise AssertionError(f"the released files contradict each other: {outcome.message}")
        return np.asarray(outcome.x)

    def _read(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            for row in csv.DictReader(io.StringIO(content.decode())):
                codes = tuple(value for column, value in row.items() if column not in MEASURES)
                key = (name.removesuffix(".csv"), codes, row["unit"])
                shown = int(row["n"]) if row["n"] else None
                # A count shown to one audience is known, whatever another audience sees.
                self.cells[key] = self.cells.get(key) if shown is None else shown
                self.periods.add(row["period"])
                self._share(key, row["share"])

    def _share(self, key: Key, share: str) -> None:
        """Read a hidden count back from a share that should not be there."""
        total = self.cells.get((key[0], (*key[1][:-1], "_T"), key[2]))
        if share and self.cells[key] is None and total:
            self.cells[key] = round(float(share) * total)

    def _row(self, plus: Iterable[Key], minus: Iterable[Key] = (), *, low: float = 0, high: float = 0) -> None:
        row: dict[int, float] = {}
        for keys, sign in ((plus, 1.0), (minus, -1.0)):
            for key in keys:
                place = self._index[key]
                row[place] = row.get(place, 0.0) + sign
        if row:
            self._rows.append((row, low, high))

    def _part(self, name: str) -> Key:
        """Give a count that stands in no table: so many clients are in both of two rows."""
        key = ("", (name,), "")
        if key not in self._index:
            self._index[key] = self.derived[name] = len(self._lower)
            self._lower.append(0)
            self._upper.append(LARGE)
        return key

    def _table(self, table: str, *leading: str, unit: str = "clients") -> dict[str, Key]:
        return {
            key[1][-1]: key
            for key in list(self.cells)
            if key[0] == table and key[2] == unit and key[1][:-1] == leading and key[1][-1] != "_T"
        }

    def _total(self, table: str, *leading: str, unit: str = "clients") -> Key:
        return (table, (*leading, "_T"), unit)

    def _know(self, public: Public) -> None:
        groups = {key[1][0] for key in self.cells if key[0] == "by_group_of_interest"}
        cuts = [("by_source",), ("by_centre",), ("by_project",), ("by_nationality",), ("by_nationality_class",),
                ("by_gender",), ("by_age_group",), *(("by_group_of_interest", group) for group in groups)]  # fmt: skip
        for cut in cuts:
            self._row(self._table(*cut).values(), [self._total(*cut)])
            self._row([self._total(*cut)], [self._total("by_gender")])
        for table, parent_of in (("by_centre", public.centre_of), ("by_project", public.project_of)):
            self._nest("by_source", (table,), parent_of)
        self._nest("by_nationality", ("by_nationality_class",), {"DUAL": "DUAL", "_U": "_U", **public.class_of})
        dual = dict.fromkeys(public.class_of, "N") | {"DUAL": "Y", "_U": "_U"}
        self._nest("by_nationality", ("by_group_of_interest", "DUAL_NATIONAL"), dual)
        self._nest("by_age_group", ("by_group_of_interest", "AGED_55_PLUS"), AGE_SIDE)
        self._know_cases_and_advice()

    def _nest(self, fine: str, coarse: tuple[str, ...], parent_of: Mapping[str, str]) -> None:
        """Every row of the coarse table holds the fine rows known to be in it, and shares of those that may be."""
        if not parent_of:
            return
        parts, wholes = self._table(fine), self._table(*coarse)
        inside: dict[str, list[Key]] = {code: [] for code in wholes}
        for code, key in parts.items():
            if code in parent_of:
                inside.setdefault(parent_of[code], []).append(key)
                continue
            shares = {whole: self._part(f"{fine} {code} in {coarse[-1]} {whole}") for whole in wholes}
            for whole, share in shares.items():
                inside[whole].append(share)
            self._row(shares.values(), [key])
        for code, key in wholes.items():
            self._row([key], inside[code])

    def _know_cases_and_advice(self) -> None:
        clients, issues = (self._table("by_advice_type", unit=unit) for unit in ("clients", "issues"))
        total, all_issues = self._total("by_gender"), self._total("by_advice_type", unit="issues")
        quarters = self._table("by_period", unit="cases")
        (period,) = self.periods
        ends = period.split("_")
        within = [key for code, key in quarters.items() if ends[0] <= code <= ends[-1]]
        self._row(quarters.values(), [self._total("by_period", unit="cases")])
        self._row([self._total("by_advice_type")], [total])
        self._row(issues.values(), [all_issues])
        self._row(clients.values(), [total], high=np.inf)
        self._row(within, [total], high=np.inf)
        self._row([all_issues], within, high=np.inf)
        for code, key in clients.items():
            self._row([total], [key], high=np.inf)
            self._row([issues[code]], [key], high=np.inf)
            # A second issue of one type for one client takes a second case.
            self._row([key, *within], [issues[code], total], high=np.inf)
