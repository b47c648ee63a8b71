"""Invented sets of linked tables, and an attacker who knows all that readers may know."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from pipelines.disclosure.suppression import Reader
from pipelines.disclosure.system import CellName, LinkedSystem, Relation

TOTAL = "_T"
THRESHOLD = 5
# Each client: nationality (of one of two classes), gender, age group, aged 55 or over, and one or two advice types.
CLASS_OF = {"FR": "EU", "DE": "EU", "PL": "EU", "IT": "EU", "NO": "EFTA", "IS": "EFTA"}
AGES = {"18-54": "N", "55-64": "Y", "65+": "Y", "18+": ""}
GENDERS = ("F", "M", "X")
ADVICE = ("benefits", "housing", "status", "work")


@dataclass(frozen=True)
class Client:
    """One client by attributes."""

    nationality: str
    gender: str
    age: str
    is_55_plus: str
    advice: tuple[str, ...]

    @property
    def nationality_class(self) -> str:
        """Give the class of the nationality."""
        return CLASS_OF[self.nationality]


@dataclass(frozen=True)
class Case:
    """One invented release: its system, what readers know, and what is hidden in any case."""

    system: LinkedSystem
    reader: Reader
    blanks: frozenset[CellName]


def draw_clients(rng: random.Random, n: int) -> list[Client]:
    def pick(values: Iterable[str]) -> str:
        known = list(values)
        return rng.choices(known, [1 / (i + 1) ** 1.5 for i in range(len(known))])[0]

    clients = []
    for _ in range(n):
        age = pick(AGES)
        advice = tuple(sorted({pick(ADVICE) for _ in range(rng.choice((1, 1, 2)))}))
        clients.append(Client(pick(CLASS_OF), pick(GENDERS), age, AGES[age] or rng.choice("YN"), advice))
    return clients


class Tables:
    """Counts and relations of linked tables, put together dimension by dimension."""

    def __init__(self, clients: list[Client]) -> None:
        self.clients, self.relations = clients, list[Relation]()
        self.counts: Counter[CellName] = Counter()

    def add(self, table_id: str, **codes: Iterable[str]) -> None:
        """Add a table over attributes of a client, with all its margins; `advice` rows overlap."""
        names = list(codes)
        for key in product([*own, TOTAL] for own in codes.values()):
            name = CellName(table_id, key, "clients")
            self.counts[name] = sum(self.fits(client, names, key) for client in self.clients)
            for place, dimension in enumerate(names):
                if key[place] == TOTAL:
                    parts = [CellName(table_id, swapped(key, place, code), "clients") for code in codes[dimension]]
                    self.tie(name, parts, adds_up=dimension != "advice")

    def tie(self, whole: CellName, parts: list[CellName], *, adds_up: bool = True) -> None:
        """Say that parts add up to a whole, or overlap within it."""
        self.relations.append(Relation((whole,), tuple(parts), is_exact=adds_up))
        if not adds_up:
            self.relations += [Relation((part,), (whole,), is_exact=False) for part in parts]

    @staticmethod
    def fits(client: Client, names: list[str], key: tuple[str, ...]) -> bool:
        """Tell whether a client is in a cell."""
        own = (getattr(client, name) for name in names)
        return all(
            code in (TOTAL, value) or (type(value) is tuple and code in value)
            for value, code in zip(own, key, strict=True)
        )


def product(lists: Iterable[list[str]]) -> Iterator[tuple[str, ...]]:
    first, *rest = lists
    for code in first:
        yield from ((code, *tail) for tail in product(rest)) if rest else ((code,),)


def swapped(key: tuple[str, ...], place: int, code: str) -> tuple[str, ...]:
    return (*key[:place], code, *key[place + 1 :])


def named(table_id: str, *codes: str) -> CellName:
    return CellName(table_id, codes, "clients")


def linked(rng: random.Random, n: int) -> tuple[LinkedSystem, frozenset[CellName]]:
    """Make three to six linked tables: a hierarchy, overlapping rows, and cells that no table shows."""
    tables, hidden_family = Tables(draw_clients(rng, n)), frozenset[CellName]()
    tables.add("by_gender_age_group", gender=GENDERS, age=AGES)
    tables.add("by_gender_advice", gender=GENDERS, advice=ADVICE)
    tables.add("by_age_group_advice", age=AGES, advice=ADVICE)
    for code in (*ADVICE, TOTAL):
        tables.tie(named("by_gender_advice", TOTAL, code), [named("by_age_group_advice", TOTAL, code)])
    for code in (*GENDERS, TOTAL):
        tables.tie(named("by_gender_age_group", code, TOTAL), [named("by_gender_advice", code, TOTAL)])
    for code in AGES:
        tables.tie(named("by_gender_age_group", TOTAL, code), [named("by_age_group_advice", code, TOTAL)])
    if rng.random() < 0.7:
        add_hierarchy(tables)
    if rng.random() < 0.7:
        hidden_family = add_family(tables)
    return LinkedSystem(dict(tables.counts), tuple(tables.relations), hidden_family), hidden_family


def add_hierarchy(tables: Tables) -> None:
    tables.add("by_nationality", nationality=CLASS_OF)
    tables.add("by_nationality_class_advice", nationality_class=("EU", "EFTA"), advice=ADVICE)
    for group in ("EU", "EFTA"):
        own = [named("by_nationality", code) for code, its in CLASS_OF.items() if its == group]
        tables.tie(named("by_nationality_class_advice", group, TOTAL), own)
    for code in (*ADVICE, TOTAL):
        tables.tie(named("by_gender_advice", TOTAL, code), [named("by_nationality_class_advice", TOTAL, code)])


def add_family(tables: Tables) -> frozenset[CellName]:
    """Add the group 55 and over, which cuts the age groups into cells that no table shows."""
    tables.add("by_group_of_interest", is_55_plus=("Y", "N"))
    tables.tie(named("by_gender_age_group", TOTAL, TOTAL), [named("by_group_of_interest", TOTAL)])
    tables.add("combined", age=AGES, is_55_plus=("Y", "N"))
    for code in AGES:
        tables.tie(named("by_gender_age_group", TOTAL, code), [named("combined", code, TOTAL)])
    for code in "YN":
        tables.tie(named("by_group_of_interest", code), [named("combined", TOTAL, code)])
    return frozenset(name for name in tables.counts if name.table_id == "combined")


def case(seed: int) -> Case:
    """Draw a release; in every other one readers hold rounded values, and what is rounded to 0 is left blank."""
    rng = random.Random(seed)  # noqa: S311 - invented counts
    system, unpublished = linked(rng, rng.choice((30, 80, 200, 500)))
    if seed % 2:
        return Case(system, Reader(dict.fromkeys(zeros(system, unpublished), 0), {}), frozenset())
    network = {name: n + rng.choice((0, 0, 3, 40)) for name, n in system.counts.items() if name not in unpublished}
    rounded_of = {name: 5 * (n // 5 + (n % 5 > 2)) for name, n in network.items()}
    blanks = frozenset(name for name, value in rounded_of.items() if value == 0 and system.counts[name] <= 4)
    high = {name: value + 4 for name, value in rounded_of.items() if value + 4 >= system.counts[name]}
    return Case(system, Reader(dict.fromkeys(blanks, 0), high), blanks)


def zeros(system: LinkedSystem, names: frozenset[CellName]) -> list[CellName]:
    return [name for name in names if system.counts[name] == 0]


class Attacker:
    """What a reader can prove: two linear programmes for each hidden count, with nothing but what is public."""

    def __init__(self, own: Case, hidden: frozenset[CellName]) -> None:
        self.counts, self.cells = own.system.counts, sorted(hidden)
        self.place = {name: i for i, name in enumerate(self.cells)}
        self.bounds = [(own.reader.low.get(c, 1), own.reader.high.get(c)) for c in self.cells]
        self.equal = self.rows(r for r in own.system.relations if r.is_exact)
        self.less = self.rows(r for r in own.system.relations if not r.is_exact)

    def rows(self, relations: Iterable[Relation]) -> tuple[csr_matrix, np.ndarray] | tuple[None, None]:
        """Write relations as rows over hidden cells, with what is shown as constants."""
        matrix, constants = [], []
        for relation in relations:
            row, constant = np.zeros(len(self.cells)), 0
            for cells, sign in ((relation.left, 1), (relation.right, -1)):
                for name in cells:
                    if name in self.place:
                        row[self.place[name]] += sign
                    else:
                        constant -= sign * self.counts[name]
            if row.any():
                matrix.append(row)
                constants.append(constant)
        return (csr_matrix(np.array(matrix)), np.array(constants)) if matrix else (None, None)

    def end(self, name: CellName, sign: int) -> float:
        """Give the lowest (1) or the highest (-1) value."""
        objective = np.zeros(len(self.cells))
        objective[self.place[name]] = sign
        (a_eq, b_eq), (a_ub, b_ub) = self.equal, self.less
        outcome = linprog(objective, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, bounds=self.bounds, method="highs")
        assert outcome.status in (0, 3), outcome.message
        return sign * outcome.fun if outcome.status == 0 else math.inf

    def interval(self, name: CellName) -> tuple[float, float]:
        """Give the lowest and the highest whole number a reader thinks possible."""
        low, high = self.end(name, 1), self.end(name, -1)
        return math.ceil(low - 1e-6), high if math.isinf(high) else math.floor(high + 1e-6)
