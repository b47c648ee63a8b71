"""The truth that was planted: what a perfect reader would find, and what is true of the people whatever was recorded.

Answers "does the brief say what the files hold" and "does it find what was planted". Clients are counted within a
source and quarter, as the product does where a source has a client reference; where not, each case is one client.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.periods import Quarter
from pipelines.synthetic.casework import Cases, closing_days
from pipelines.synthetic.contacts import opening_days
from pipelines.synthetic.draws import NONE, Bools, Ints
from pipelines.synthetic.export import ages
from pipelines.synthetic.people import DUAL_KINDS, KINDS, SECOND_UNKNOWN
from pipelines.synthetic.plan import Plan, SourcePlan
from pipelines.synthetic.reference import client_family_share, codes, declared, nationalities, profile
from pipelines.synthetic.wording import age_positions, age_ranges

_AGE_GROUPS = {
    "Y_LT18": (0, 17),
    "Y18T24": (18, 24),
    "Y25T34": (25, 34),
    "Y35T44": (35, 44),
    "Y45T54": (45, 54),
    "Y55T64": (55, 64),
    "Y_GE65": (65, 120),
    "Y_GE18": (18, 120),
}
_AGE_CODES = (*_AGE_GROUPS, NOT_KNOWN)
_EEA_CLASSES = ("EU14", "EU8", "EU2", "EU_OTHER", "IE", "EEA_EFTA", "CH")


@dataclass
class Truth:
    """Counts gathered while a workspace is written; `found` is keyed by quarter, source, dimension, code and unit."""

    found: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    planted: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, source: SourcePlan, quarter: Quarter, cases: Cases, *, is_readable: Bools) -> None:
        """Count the cases of one source and quarter.

        Args:
            source: where they are.
            quarter: when they were opened.
            cases: the records as they stand once every correction has come.
            is_readable: which of them a perfect reader can accept; `planted` counts the others too.
        """
        everyone = _first_of_each(_client_numbers(source, cases), np.ones(len(cases), dtype=bool))
        for group, is_member in _true_groups(cases).items():
            self.planted[str(quarter), source.source_id, group] += int((is_member & everyone).sum())
        clients = _first_of_each(_client_numbers(source, cases), is_readable)
        for dimension, (positions, names) in _recorded(source, cases).items():
            for unit, rows in (("cases", is_readable), ("clients", clients)):
                self._count(source, quarter, dimension, unit=unit, names=names, positions=positions[rows])
        self._count_advice(source, quarter, cases, is_readable)

    def _count(
        self,
        source: SourcePlan,
        quarter: Quarter,
        dimension: str,
        *,
        unit: str,
        names: tuple[str, ...],
        positions: Ints,
    ) -> None:
        for position, n in enumerate(np.bincount(positions, minlength=len(names))):
            if n:
                self.found[str(quarter), source.source_id, dimension, names[position], unit] += int(n)

    def _count_advice(self, source: SourcePlan, quarter: Quarter, cases: Cases, is_readable: Bools) -> None:
        names = (*codes("advice_type"), NOT_KNOWN)
        numbers = np.repeat(_client_numbers(source, cases), cases.advice_types.shape[1]).reshape(
            cases.advice_types.shape
        )
        rows = (cases.advice_types != NONE) & is_readable[:, None]
        types = np.minimum(cases.advice_types[rows], len(names) - 1)
        issues = types[types < len(names) - 1]
        per_client = np.unique(numbers[rows] * len(names) + types) % len(names)
        for unit, positions in (("issues", issues), ("clients", per_client)):
            self._count(source, quarter, "advice_type_code", unit=unit, names=names, positions=positions)


def _client_numbers(source: SourcePlan, cases: Cases) -> Ints:
    return cases.clients.number if "client_ref" in profile(source.profile)["columns"] else np.arange(len(cases))


def _first_of_each(numbers: Ints, among: Bools) -> Bools:
    """Mark each client's last case of the quarter among some rows: it gives the client's age."""
    rows = np.flatnonzero(among)[::-1]
    marked = np.zeros(len(numbers), dtype=bool)
    marked[rows[np.unique(numbers[rows], return_index=True)[1]]] = True
    return marked


def _true_groups(cases: Cases) -> dict[str, Bools]:
    kind = cases.clients.kind
    return {
        TOTAL: np.ones(len(cases), dtype=bool),
        "AGED_55_PLUS": ages(cases) >= 55,
        "DUAL_NATIONAL": np.isin(kind, [KINDS.index(name) for name in DUAL_KINDS]),
        "DUAL_EEA_THIRD": kind == KINDS.index("EEA_THIRD"),
        "FAMILY_MEMBER": cases.clients.is_family,
    }


def _recorded(source: SourcePlan, cases: Cases) -> dict[str, tuple[Ints, tuple[str, ...]]]:
    """Give for each dimension the position of every case's code, and the codes; all kinds of missing are `_U`."""
    collected, people = profile(source.profile)["columns"], cases.clients
    zero = np.zeros(len(cases), dtype=np.int64)
    found: dict[str, tuple[Ints, tuple[str, ...]]] = {}
    found["total"] = (zero, (TOTAL,))
    for dimension, code in (("centre_id", source.centre_id), ("project_id", source.project_id)):
        found[dimension] = (zero, (code,))
    found["gender_code"] = _with_unknown(people.gender, codes("gender"))
    found["age_group_code"] = (_age_groups(source, cases), _AGE_CODES)
    found["aged_55_plus"] = (_at_least_55(source, cases), ("N", "Y", NOT_KNOWN))
    found["nationality_code"] = _nationality(people.nationality_1, people.nationality_2)
    found["nationality_class_code"] = _nationality_class(people.nationality_1, people.nationality_2)
    found["dual_class_code"] = _dual_class(people.nationality_1, people.nationality_2)
    role = people.role if "client_role" in collected else zero + len(codes("client_role"))
    found["client_role_code"] = _with_unknown(role, codes("client_role"))
    return found


def _with_unknown(positions: Ints, names: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    return np.minimum(positions, len(names)), (*names, NOT_KNOWN)


def _word_positions(source: SourcePlan, cases: Cases) -> Ints:
    return age_positions(source.profile)[ages(cases)]


def _age_groups(source: SourcePlan, cases: Cases) -> Ints:
    """Give the narrowest age group that holds every age the word can stand for."""
    of_word = [
        next(
            (at for at, (least, most) in enumerate(_AGE_GROUPS.values()) if least <= low and high <= most),
            len(_AGE_GROUPS),
        )
        for low, high in age_ranges(source.profile)
    ]
    known = np.array(of_word)[_word_positions(source, cases)]
    return np.where(cases.clients.age_missing == NONE, known, len(_AGE_GROUPS))


def _at_least_55(source: SourcePlan, cases: Cases) -> Ints:
    of_word = [1 if low >= 55 else 0 if high < 55 else 2 for low, high in age_ranges(source.profile)]
    known = np.array(of_word)[_word_positions(source, cases)]
    return np.where(cases.clients.age_missing == NONE, known, 2)


def _nationality(first: Ints, second: Ints) -> tuple[Ints, tuple[str, ...]]:
    n = len(codes("nationality"))
    names = (*codes("nationality"), NOT_KNOWN, "DUAL")
    return np.where(second != NONE, n + 1, np.minimum(first, n)), names


@cache
def _class_of_nationality() -> tuple[Ints, tuple[str, ...]]:
    names = tuple(dict.fromkeys(row["class"] for row in nationalities().values()))
    return np.array([names.index(row["class"]) for row in nationalities().values()] + [len(names)]), names


def _nationality_class(first: Ints, second: Ints) -> tuple[Ints, tuple[str, ...]]:
    classes, names = _class_of_nationality()
    single = classes[np.minimum(first, len(classes) - 1)]
    return np.where(second != NONE, len(names) + 1, single), (*names, NOT_KNOWN, "DUAL")


def _dual_class(first: Ints, second: Ints) -> tuple[Ints, tuple[str, ...]]:
    """Class each pair by its two nationalities, whichever stands first; "" is a single or missing nationality."""
    classes, names = _class_of_nationality()
    rank_of = {name: 0 if name in _EEA_CLASSES else 1 if name == "UK" else 2 for name in names}
    rank = np.array([rank_of[names[at]] if at < len(names) else 3 for at in classes])
    one, two = rank[np.minimum(first, len(rank) - 1)], np.where(second >= 0, rank[np.maximum(second, 0)], 3)
    irish = codes("nationality").index("IE")
    low, high = np.minimum(one, two), np.maximum(one, two)
    table = {(0, 0): 1, (0, 1): 2, (0, 2): 3, (0, 3): 4, (1, 2): 5}
    found = np.array([[table.get((a, b), 0) for b in range(4)] for a in range(4)])[low, high]
    found = np.where((found == 2) & ((first == irish) | (second == irish)), 6, found)
    found = np.where((second == NONE) | ((second == SECOND_UNKNOWN) & (one > 0)), 0, found)
    return found, ("", "EEA_EEA", "EEA_UK", "EEA_THIRD", "EEA_UNKNOWN", "UK_THIRD", "IE_UK")


def planted_ratios(plan: Plan) -> dict[str, Any]:
    """Give what was planted by design, before chance: shares of people coming for the first time."""
    population: Mapping[str, Any] = declared("population")
    planted = population["planted"]
    members, others = closing_days()
    dual, single = opening_days()
    older = sum(band["share"] for band in population["age"] if band["low"] >= 55)
    return {
        "AGED_55_PLUS": _ratio(older, older * planted["aged_55_plus"]),
        "FAMILY_MEMBER": _ratio(population["population"]["family_member"], client_family_share()),
        "DUAL_EEA_THIRD": {
            "recorded_ratio": planted["eea_third_recorded"],
            "sources": [source.source_id for source in plan.sources if source.under_records_duals],
        },
        "BARRIERS": {"group": "FAMILY_MEMBER", "more_with_two": planted["family_member_barriers"]},
        "TURNED_AWAY": {
            "group": "AGED_55_PLUS",
            "share": planted["aged_55_plus_turned_away"],
            "share_of_others": population["enquiry_response"]["TURNED_AWAY"],
        },
        "WAITS": {"group": "FAMILY_MEMBER", "mean_days": members, "mean_days_of_others": others},
        "OPENS": {"group": "DUAL_NATIONAL", "mean_days": dual, "mean_days_of_others": single},
    }


def _ratio(population: float, clients: float) -> dict[str, float]:
    return {
        "population_share": round(population, 6),
        "client_share": round(clients, 6),
        "ratio": round(clients / population, 6),
    }
