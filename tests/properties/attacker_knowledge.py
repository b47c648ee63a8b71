"""What a patient reader of released CSV files knows, as whole-number equations; nothing of the product's own code.

Public knowledge: how far a rounded figure may lie from its count, what `[c]` means, that nationalities without a row
are rounded to 0, which class a country is in, which ages are 55 and over, that a client has one gender but may have
several kinds of advice, that every client has a case and every case an issue, and which centre and project a source
belongs to. An insider also knows every true count of one centre.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tests.properties.attacker_barriers import BARRIER, PAIR, know_barriers
from tests.properties.attacker_contacts import IN_TIME, OPENING, PROMPT, know_stalls
from tests.properties.attacker_recorded import is_seldom, know_recorded
from tests.properties.attacker_rows import OPEN, STALL, Where, rows_of, where_of, withheld

# Whose clients ("" is the network), what is counted, and the codes that all of those counted share.
Cell = tuple[str, str, Where]
AGE_SIDE = {"Y_LT18": "N", "Y18T24": "N", "Y25T34": "N", "Y35T44": "N", "Y45T54": "N", "Y55T64": "Y", "Y_GE65": "Y",
            "_U": "_U"}  # fmt: skip
TYPE, FAMILY, QUARTER, NATIONALITY, CLASS = (
    "advice_type_code", "advice_family_code", "quarter", "nationality_code", "nationality_class_code",
)  # fmt: skip
AGED, DUAL = "group AGED_55_PLUS", "group DUAL_NATIONAL"
NOBODY: Where = frozenset()
NO_CELL: Cell = ("", "", NOBODY)
LARGE = 10**6


@dataclass(frozen=True)
class Public:
    """What anybody may know beside the files: the class of each country, the centre and project of each source.

    `without_barriers` are the sources that collect none.
    """

    class_of: Mapping[str, str]
    centre_of: Mapping[str, str] = field(default_factory=dict)
    project_of: Mapping[str, str] = field(default_factory=dict)
    reach: int = 4
    without_barriers: frozenset[str] = frozenset()


class Knowledge:
    """All that one reader knows, as variables, bounds and rows `low <= sum(coefficients * x) <= high`."""

    def __init__(
        self, rounded: Iterable[Mapping[str, bytes]], public: Public, centre: str = "",
        *, files: Mapping[str, bytes] | None = None, own: Mapping[Where, Mapping[str, int]] | None = None,
    ) -> None:  # fmt: skip
        self.index: dict[Cell, int] = {}
        self.lower: list[int] = []
        self.upper: list[int] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.public, self.centre = public, centre
        self.hidden: list[Cell] = []
        self.published: set[Cell] = set()
        self.shares: dict[str, int] = {}
        self.periods: set[str] = set()
        self.own = {
            (centre, unit, place): n for place, counts in (own or {}).items() for unit, n in counts.items() if n
        }
        for each in rounded:
            self._read_rounded(each)
            latest = each
        self._leave_out(latest, "", public.reach)
        self._leave_out_areas(latest)
        self._read_centre(files or {})
        for place, counts in (own or {}).items():
            for unit, n in counts.items():
                self._add((centre, unit, place), n, n)
        self.is_insider = own is not None
        for whose in ("", centre) if centre else ("",):
            self._know(whose)
        if centre:
            self._know_parts()

    def _add(self, cell: Cell, low: int, high: int) -> int:
        """Know that a count lies between two numbers; rows of the same people are one count."""
        if cell not in self.index:
            self.index[cell] = len(self.lower)
            self.lower.append(low)
            self.upper.append(high)
        at = self.index[cell]
        self.lower[at], self.upper[at] = max(self.lower[at], low), min(self.upper[at], high)
        return at

    def _read_rounded(self, files: Mapping[str, bytes]) -> None:
        reach = self.public.reach
        for row, names in rows_of(files):
            self.periods.add(row["period"])
            n = int(row["n"])
            place = where_of(names, (row[name] for name in names))
            self.published.add(("", row["unit"], place))
            self._add(("", row["unit"], place), max(0, n - reach), n + reach)

    def _read_centre(self, files: Mapping[str, bytes]) -> None:
        advice = set(withheld(files))
        for row, names in rows_of(files):
            cell = (self.centre, row["unit"], where_of(names, (row[name] for name in names)))
            if row["status"] == "A":
                self._add(cell, int(row["n"]), int(row["n"]))
            else:
                self.hidden.append(cell)
                may_be_nobody = row["network_n"] == "0" or cell[1:] in advice or is_seldom(self, cell[2])
                self._add(cell, 0 if may_be_nobody else 1, LARGE)
        self._leave_out(files, self.centre, LARGE)

    def _leave_out_areas(self, files: Mapping[str, bytes]) -> None:
        """Know of areas without a row that few live there; nobody knows how many areas there are."""
        if "by_residence_area.csv" in files:
            self._add(("", "clients", frozenset({("residence_area_code", "elsewhere")})), 0, LARGE)

    def _leave_out(self, files: Mapping[str, bytes], whose: str, reach: int) -> None:
        """Know of nationalities without a row that few have them; those of one class that nobody mentions are alike."""
        if "by_nationality.csv" not in files:
            return
        alike: dict[str, list[str]] = defaultdict(list)
        for code in (*self.public.class_of, "DUAL", "_U"):
            if (whose, "clients", frozenset({(NATIONALITY, code)})) not in self.index:
                is_own = (self.centre, "clients", frozenset({(NATIONALITY, code)})) in self.own
                alike[code if is_own else self.public.class_of.get(code, code)].append(code)
        for codes in alike.values():
            for some in (codes[:1], codes[1:]):
                if some:
                    cell = (whose, "clients", frozenset({(NATIONALITY, "+".join(some))}))
                    self._add(cell, 0, reach * len(some))
                    self.published |= {cell} if not whose and len(some) == 1 else set()

    def _row(self, plus: Iterable[int], minus: Iterable[int] = (), *, low: float = 0, high: float = 0) -> None:
        row: dict[int, float] = {}
        for places, sign in ((plus, 1.0), (minus, -1.0)):
            for place in places:
                row[place] = row.get(place, 0.0) + sign
        if row:
            self.rows.append((row, low, high))

    def _at_most(self, less: Iterable[Cell], more: Iterable[Cell]) -> None:
        """Know that some counts are at most others, among the centre's clients and among everybody else's."""
        sides = [list(less), list(more)]
        if not all(cell in self.index for side in sides for cell in side):
            return
        less_at, more_at = ([self.index[cell] for cell in side] for side in sides)
        self._row(more_at, less_at, high=np.inf)
        own = [[self.index.get((self.centre, *cell[1:])) for cell in side] for side in sides]
        if self.centre and not sides[0][0][0] and None not in own[0] + own[1]:
            self._row([*more_at, *own[0]], [*less_at, *own[1]], high=np.inf)

    def _know(self, whose: str) -> None:
        cuts: dict[tuple[str, Where, str], dict[str, Cell]] = defaultdict(dict)
        for cell in [cell for cell in self.index if cell[0] == whose]:
            for name, code in cell[2]:
                cuts[cell[1], cell[2] - {(name, code)}, name][code] = cell
        for (unit, place, name), parts in cuts.items():
            total = (whose, unit, place)
            if name in {FAMILY, BARRIER, PAIR} or (name == TYPE and unit == "clients"):
                self._know_overlapping(name, total, parts)
            elif total in self.index and name not in {STALL, OPEN}:
                before = (
                    [self._add((whose, unit, frozenset({(QUARTER, "before")})), 0, LARGE)] if name == QUARTER else []
                )
                self._row([*(self.index[part] for part in parts.values()), *before], [self.index[total]])
        know_recorded(self, whose)
        know_barriers(self, whose)
        know_stalls(self, whose, cuts)
        self._nest_all(whose, cuts)
        self._know_advice(whose, cuts)

    def _know_overlapping(self, name: str, total: Cell, parts: Mapping[str, Cell]) -> None:
        """A row holds at most everybody, and everybody is in some row, but for pairs: the total has more than those."""
        if name != PAIR:
            self._at_most([total], parts.values())
        for part in parts.values():
            self._at_most([part], [total])

    def _nest_all(self, whose: str, cuts: Mapping[tuple[str, Where, str], dict[str, Cell]]) -> None:
        public = self.public
        dual = dict.fromkeys([*public.class_of, *public.class_of.values()], "N") | {"DUAL": "Y", "_U": "_U"}
        nested = [("source_id", "centre_id", public.centre_of), ("source_id", "project_id", public.project_of),
                  (NATIONALITY, CLASS, {"DUAL": "DUAL", "_U": "_U", **public.class_of}),
                  (CLASS, DUAL, dual), (NATIONALITY, DUAL, dual), ("age_group_code", AGED, AGE_SIDE),
                  (OPENING, IN_TIME, PROMPT)]  # fmt: skip
        for fine, coarse, parent_of in nested:
            for unit, place, name in list(cuts):
                if name == fine and (unit, place, coarse) in cuts and parent_of:
                    self._nest(
                        cuts[unit, place, fine], cuts[unit, place, coarse], parent_of, f"{whose} {sorted(place)}"
                    )

    def _nest(self, parts: Mapping[str, Cell], wholes: Mapping[str, Cell], parent_of: Mapping, label: str) -> None:
        """Every coarse row holds the fine rows known to be in it, and shares of those that may be."""
        inside: dict[str, list[int]] = {code: [] for code in wholes}
        for code, cell in parts.items():
            parent = parent_of.get(code.partition("+")[0])
            if parent in inside:
                inside[parent].append(self.index[cell])
            elif parent is None:
                names = {whole: f"{label} {code} in {sorted(wholes[whole][2])}" for whole in wholes}
                shares = {whole: self._add((name, "", NOBODY), 0, LARGE) for whole, name in names.items()}
                # Counts that stand in no table: so many clients are in both of two rows.
                self.shares |= {names[whole]: at for whole, at in shares.items()}
                for whole, share in shares.items():
                    inside[whole].append(share)
                self._row(shares.values(), [self.index[cell]])
        for code, cell in wholes.items():
            self._row([self.index[cell]], inside[code])

    def _know_advice(self, whose: str, cuts: Mapping[tuple[str, Where, str], dict[str, Cell]]) -> None:
        clients, issues, quarters, families = (
            cuts.get(cut, {}) for cut in (("clients", NOBODY, TYPE), ("issues", NOBODY, TYPE),
                                          ("cases", NOBODY, QUARTER), ("clients", NOBODY, FAMILY))
        )  # fmt: skip
        for code, family in families.items():
            inside = [cell for own, cell in clients.items() if own.partition("_")[0] == code or own == code]
            self._at_most([family], inside)
            for cell in inside if code != "_U" else ():
                self._at_most([cell], [family])
        (period,) = self.periods
        within = [cell for code, cell in quarters.items() if period[:7] <= code <= period[-7:]]
        if len(within) != 4 * (int(period[-7:-3]) - int(period[:4])) + int(period[-1]) - int(period[6]) + 1:
            within = [NO_CELL]
        total, all_issues = (whose, "clients", NOBODY), (whose, "issues", NOBODY)
        self._at_most([total], within)
        self._at_most(within, [all_issues])
        for code, cell in clients.items():
            self._at_most([cell], [issues[code]])
            self._at_most([issues[code], total], [cell, *within])  # a second issue of a type takes a second case

    def _know_parts(self) -> None:
        """The centre's clients are among the network's, and its own place has no others."""
        same = {frozenset({("centre_id", self.centre)}): NOBODY}
        for source, centre in self.public.centre_of.items():
            if centre == self.centre:
                same |= {place: place for _, _, place in self.index if ("source_id", source) in place}
        for whose, *rest in list(self.index):
            if whose == self.centre:
                self._at_most([(whose, *rest)], [("", *rest)])
        for place, own in same.items():
            if ("", "clients", place) in self.index and (self.centre, "clients", own) in self.index:
                self._row([self.index["", "clients", place]], [self.index[self.centre, "clients", own]])
