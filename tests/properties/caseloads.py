"""Invented caseloads for attacks: client by client, counted the way the marts count."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload, table_definitions
from pipelines.codelists import codelist
from pipelines.disclosure.hiding import protect, provisional_rule
from pipelines.disclosure.protected import ProtectedTable
from pipelines.periods import Period, Quarter

THRESHOLD = 10
AS_OF = date(2026, 11, 22)
PERIOD = Period.parse("2026-Q3")
CLASS_OF = codelist("nationalities").column("nationality_class_code")
NATIONALITIES = ("RO", "PL", "BG", "PT", "IT", "ES", "LT", "HU", "SK", "GR", "FR", "LV", "CZ", "DE", "HR", "CY", "IE",
                 "NO", "IS", "LI", "CH", "GB", "BR", "IN", "UA", "NG", "DUAL", "_U")  # fmt: skip
TYPES = ("EUSS_SETTLED", "EUSS_LATE", "EUSS_JOINING", "BEN_UC", "BEN_PIP", "HOU", "EMP", "DEBT", "FAM", "_U")
AGES = ("Y_LT18", "Y18T24", "Y25T34", "Y35T44", "Y45T54", "Y55T64", "Y_GE65", "Y_GE18", "_U")
GENDERS = ("F", "M", "X", "_U")
AGED = {"Y55T64": "Y", "Y_GE65": "Y", "_U": "_U"}


@dataclass(frozen=True)
class Client:
    """One client as the latest case tells, with the types of advice and the quarter of each case of the period."""

    source: str = "a"
    centre: str = "a"
    project: str = "p"
    nationality: str = "RO"
    gender: str = "F"
    age: str = "Y25T34"
    aged: str = "N"
    family: str = "N"
    cases: tuple[tuple[str, tuple[str, ...]], ...] = (("2026-Q3", ("HOU",)),)

    @property
    def nationality_class(self) -> str:
        """Give the class the code list names."""
        return CLASS_OF.get(self.nationality, self.nationality)

    @property
    def dual(self) -> str:
        """Tell whether the client has more than one nationality."""
        return {"DUAL": "Y", "_U": "_U"}.get(self.nationality, "N")

    def profile(self) -> tuple[str, ...]:
        """Give the codes in the order of PROFILE."""
        place = (self.source, self.centre, self.project)
        return (*place, self.nationality, self.nationality_class, self.gender, self.age, self.aged, self.dual,
                self.family)  # fmt: skip


PROFILE = ("source_id", "centre_id", "project_id", "nationality_code", "nationality_class_code", "gender_code",
           "age_group_code", "is_aged_55_plus_code", "is_dual_national_code", "is_family_member_code")  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """How to draw a caseload; `skew` above 1 makes some codes common and others rare."""

    n: int = 300
    sources: int = 4
    centres_split: bool = False
    skew: float = 1.2
    nationalities: Sequence[str] = NATIONALITIES
    ages: Sequence[str] = AGES
    genders: Sequence[str] = GENDERS
    types: Sequence[str] = TYPES
    repeat: float = 0.1
    several_types: float = 0.3
    has_family: bool = True
    period: Period = PERIOD
    earlier: tuple[int, ...] = (40, 35, 52)
    vague_ages: float = 0.2
    extra: tuple[Client, ...] = field(default=())


def draw(recipe: Recipe, seed: int) -> list[Client]:
    """Draw clients; the same seed draws the same clients."""
    rng = random.Random(seed)  # noqa: S311 - invented people
    return [*(_client(recipe, rng) for _ in range(recipe.n)), *recipe.extra]


def caseload(clients: Iterable[Client], *, period: Period = PERIOD, earlier: Sequence[int] = (40, 35, 52)) -> Caseload:
    """Count clients into every table of a brief; `earlier` are the cases of the quarters before the period."""
    people = list(clients)
    profiles = Counter(person.profile() for person in people)
    frame = pl.DataFrame(
        [(str(period), *codes, "clients", n) for codes, n in sorted(profiles.items())],
        schema=["period", *PROFILE, "unit", "n"],
        orient="row",
    )
    quarters = _quarters(people, period, earlier)
    rows = {"by_advice_type": _advice(people), "by_period": [((code,), "cases", n) for code, n in quarters.items()]}
    tables = []
    for definition in table_definitions():
        found = rows.get(definition.table_id) or _one_each(people, definition.profiles)
        tables.append(
            Breakdown(
                definition,
                pl.DataFrame(
                    [(str(period), *codes, unit, n) for codes, unit, n in found],
                    schema=["period", *definition.dimensions, "unit", "n"],
                    orient="row",
                ),
            )
        )
    return Caseload(period, tuple(tables), frame, sum(len(person.cases) for person in people))


def protected(counts: Caseload, *, threshold: int = THRESHOLD) -> tuple[ProtectedTable, ...]:
    """Protect a caseload for the public."""
    rule = provisional_rule(threshold)
    return protect(counts, rule, ("public",), as_of=AS_OF, provisional_days=60)["public"]


def drawn(recipe: Recipe, seed: int) -> Caseload:
    """Draw and count in one step."""
    return caseload(draw(recipe, seed), period=recipe.period, earlier=recipe.earlier)


def people(n: int, **codes: object) -> list[Client]:
    """Give n clients who are the same."""
    return [replace(Client(), **codes) for _ in range(n)]


def _client(recipe: Recipe, rng: random.Random) -> Client:
    source = f"s{_pick(rng, range(recipe.sources), recipe.skew)}"
    number = int(source[1:])
    centre = f"c{rng.choice((number, number + 1)) if recipe.centres_split else number // 2}"
    age, vague = _pick(rng, recipe.ages, 0.3), rng.random() < recipe.vague_ages
    age = "Y_GE18" if vague and "Y_GE18" in recipe.ages else age
    n_cases = 1 + (rng.random() < recipe.repeat)
    return Client(
        source=source,
        centre=centre,
        project=f"p{number % 2}",
        nationality=_pick(rng, recipe.nationalities, recipe.skew),
        gender=_pick(rng, recipe.genders, 1.5 * recipe.skew),
        age=age,
        aged=rng.choice("YN__").replace("_", "_U") if age == "Y_GE18" else AGED.get(age, "N"),
        family=rng.choice(("Y", "N", "N", "N", "_U")) if recipe.has_family else "N",
        cases=tuple((str(rng.choice(recipe.period.quarters)), _types(recipe, rng)) for _ in range(n_cases)),
    )


def _types(recipe: Recipe, rng: random.Random) -> tuple[str, ...]:
    first = _pick(rng, recipe.types, recipe.skew)
    if first == "_U" or rng.random() >= recipe.several_types:
        return (first,)
    return tuple(sorted({first, rng.choice([code for code in recipe.types if code != "_U"])}))


def _pick(rng: random.Random, codes: Sequence[object], skew: float) -> str:
    weights = [1 / (rank + 1) ** skew for rank in range(len(codes))]
    return str(rng.choices(list(codes), weights)[0])


def _one_each(people: list[Client], profiles: dict[tuple[str, ...], str]) -> list[tuple[tuple[str, ...], str, int]]:
    rows = []
    for leading, column in profiles.items():
        counts = Counter(person.profile()[PROFILE.index(column)] for person in people)
        rows += [((*leading, "_T"), "clients", len(people))]
        rows += [((*leading, code), "clients", n) for code, n in sorted(counts.items())]
    return rows


def _advice(people: list[Client]) -> list[tuple[tuple[str, ...], str, int]]:
    clients = Counter(code for person in people for code in {code for _, types in person.cases for code in types})
    issues = Counter(code for person in people for _, types in person.cases for code in types)
    rows = [(("_T",), "clients", len(people)), *(((code,), "clients", n) for code, n in sorted(clients.items()))]
    return [*rows, (("_T",), "issues", issues.total()), *(((code,), "issues", n) for code, n in sorted(issues.items()))]


def _quarters(people: list[Client], period: Period, earlier: Sequence[int]) -> dict[str, int]:
    counts = Counter(quarter for person in people for quarter, _ in person.cases)
    before = {str(period.first.after(index - len(earlier))): n for index, n in enumerate(earlier)}
    found = before | {str(quarter): counts.get(str(quarter), 0) for quarter in period.quarters}
    return {"_T": sum(found.values())} | found


def true_counts(counts: Caseload) -> dict[tuple[str, tuple[str, ...], str], int]:
    """Give every true count by table, codes and unit: what an attacker is scored against."""
    return {
        (table.definition.table_id, tuple(row[name] for name in table.definition.dimensions), row["unit"]): row["n"]
        for table in counts.breakdowns
        for row in table.frame.iter_rows(named=True)
    }


QUARTERS = tuple(str(quarter) for quarter in Period(Quarter(2026, 1), Quarter(2026, 3)).quarters)
