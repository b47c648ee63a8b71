"""Invented caseloads for attacks: client by client, counted the way the marts count."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload, TableDefinition, as_breakdown, table_definitions
from pipelines.analysis.caseload_parts import FAMILY
from pipelines.codelists import codelist
from pipelines.disclosure.before import Before, Circumstances
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.rounded import protect_rounded
from pipelines.disclosure.rules import rounding_rule
from pipelines.periods import Period, Quarter

THRESHOLD = 10
KEY = "5" * 64
AS_OF = date(2026, 11, 22)
PERIOD = Period.parse("2026-Q3")
CLASS_OF = codelist("nationalities").column("nationality_class_code")
NATIONALITIES = ("RO", "PL", "BG", "PT", "IT", "ES", "LT", "HU", "SK", "GR", "FR", "LV", "CZ", "DE", "HR", "CY", "IE",
                 "NO", "IS", "LI", "CH", "GB", "BR", "IN", "UA", "NG", "DUAL", "_U")  # fmt: skip
TYPES = ("EUSS_SETTLED", "EUSS_LATE", "EUSS_JOINING", "BEN_UC", "BEN_PIP", "HOU", "EMP", "DEBT", "FAM", "_U")
AGES = ("Y_LT18", "Y18T24", "Y25T34", "Y35T44", "Y45T54", "Y55T64", "Y_GE65", "Y_GE18", "_U")
GENDERS = ("F", "M", "X", "_U")
FIELDS = ("nationality", "gender", "age", "advice_type", "client_role")
AREAS = ("LONDON", "SOUTH_EAST", "WALES", "_U")
AGED = {"Y55T64": "Y", "Y_GE65": "Y", "_U": "_U"}


@dataclass(frozen=True)
class Client:
    """One client as the latest case tells, with the types of advice and the quarter of each case of the period.

    `lacks` are the fields that the client's source does not have.
    """

    source: str = "a"
    centre: str = "a"
    project: str = "p"
    nationality: str = "RO"
    gender: str = "F"
    age: str = "Y25T34"
    aged: str = "N"
    family: str = "N"
    area: str = "_U"
    lacks: tuple[str, ...] = ()
    cases: tuple[tuple[str, tuple[str, ...]], ...] = (("2026-Q3", ("HOU",)),)

    @property
    def nationality_class(self) -> str:
        """Give the class the code list names."""
        return CLASS_OF.get(self.nationality, self.nationality)

    @property
    def dual(self) -> str:
        """Tell whether the client has more than one nationality."""
        return {"DUAL": "Y", "_U": "_U"}.get(self.nationality, "N")

    @property
    def families(self) -> tuple[str, ...]:
        """Give the families of advice types, or "_U" alone where no type is known."""
        types = {code for _, codes in self.cases for code in codes} - {"_U"}
        return tuple(sorted({code.partition("_")[0] for code in types})) or ("_U",)

    def recorded(self, field: str) -> str:
        """Tell whether a field is recorded, is not, or is not collected."""
        known = {"nationality": self.nationality_class, "gender": self.gender, "age": self.age,
                 "advice_type": self.families[0], "client_role": self.family}  # fmt: skip
        if known[field] != "_U":
            return "Y"
        return "Z" if field in self.lacks else "N"

    def profile(self) -> tuple[str, ...]:
        """Give the codes in the order of PROFILE."""
        place = (self.source, self.centre, self.project)
        return (*place, self.nationality, self.nationality_class, self.gender, self.age, self.aged, self.dual,
                self.family, self.area, *map(self.recorded, FIELDS))  # fmt: skip


PROFILE = ("source_id", "centre_id", "project_id", "nationality_code", "nationality_class_code", "gender_code",
           "age_group_code", "is_aged_55_plus_code", "is_dual_national_code", "is_family_member_code",
           "residence_area_code", *(f"recorded_{field}_code" for field in FIELDS))  # fmt: skip


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
    areas: Sequence[str] = AREAS
    lacking: float = 0
    extra: tuple[Client, ...] = field(default=())


def draw(recipe: Recipe, seed: int) -> list[Client]:
    """Draw clients; the same seed draws the same clients."""
    rng = random.Random(seed)  # noqa: S311 - invented people
    clients = [_client(recipe, rng) for _ in range(recipe.n)]
    apart = random.Random(f"apart {seed}")  # noqa: S311 - invented people
    lacks = {f"s{n}": {name for name in FIELDS if apart.random() < recipe.lacking} for n in range(recipe.sources)}
    placed = [replace(person, area=_pick(apart, recipe.areas, recipe.skew)) for person in clients]
    return [*(_without(person, lacks[person.source]) for person in placed), *recipe.extra]


def caseload(
    clients: Iterable[Client], *, period: Period = PERIOD, earlier: Sequence[int] = (40, 35, 52), centre: str = ""
) -> Caseload:
    """Count clients into every table of a brief, with a row for every code.

    Args:
        clients: all clients of the network.
        period: the publication period.
        earlier: the cases of the quarters before the period.
        centre: count the own clients of this centre alone, as its own figures do.
    """
    everybody = list(clients)
    people = [person for person in everybody if centre in ("", person.centre)]
    quarters = _quarters(people, period, earlier)
    codes = orders(everybody) | {"quarter": tuple(quarters)}
    rows = {"by_advice_type": _advice(people), "by_period": [((code,), "cases", n) for code, n in quarters.items()]}
    return Caseload(
        period,
        tuple(
            _breakdown(definition, rows.get(definition.table_id) or _one_each(people, definition), period, codes)
            for definition in table_definitions()
            if not centre or definition.table_id != "by_centre"
        ),
        _profiles(period, PROFILE, [person.profile() for person in people]),
        _profiles(
            period, (*PROFILE, FAMILY), [(*person.profile(), own) for person in people for own in person.families]
        ),
        sum(len(person.cases) for person in people),
        centre=centre,
        sources=_only(everybody, centre),
    )


def _only(clients: list[Client], centre: str) -> frozenset[str]:
    """Give the sources of a centre, where every source has one centre."""
    places = {(person.source, person.centre) for person in clients}
    is_open = len(places) > len({source for source, _ in places})
    return frozenset() if is_open else frozenset(source for source, own in places if own == centre)


def orders(clients: Iterable[Client]) -> dict[str, tuple[str, ...]]:
    """Give the codes of every dimension in display order; the network has declared the places that clients are in."""
    places = zip(*((person.source, person.centre, person.project) for person in clients), strict=True)
    types = codelist("advice_types").codes
    listed = dict(zip(("source_id", "centre_id", "project_id"), map(sorted, map(set, places)), strict=False)) | {
        "nationality_code": [*codelist("nationalities").codes, "DUAL"],
        "nationality_class_code": [*codelist("nationality_classes").codes],
        "gender_code": codelist("genders").codes,
        "age_group_code": codelist("age_groups").codes,
        "advice_type_code": types,
        FAMILY: [code for code in types if code.partition("_")[0] not in types or code.partition("_")[0] == code],
        "membership_code": codelist("memberships").codes,
        "residence_area_code": AREAS,
    }
    found = {name: tuple(dict.fromkeys(("_T", *codes, "_U"))) for name, codes in listed.items()}
    return found | {"recorded_code": ("_T", *codelist("recordings").codes)}


def protected(counts: Caseload, *, threshold: int = THRESHOLD, key: str = KEY) -> tuple[ProtectedTable, ...]:
    """Protect the first publication of a caseload for the public."""
    provisional = counts.period.provisional_quarters(AS_OF, 60)
    circumstances = Circumstances(key, Before(), provisional)
    return protect_rounded(counts, rounding_rule(5, threshold), ("public",), circumstances, centres=()).tables["public"]


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


def _without(person: Client, lacks: set[str]) -> Client:
    """Leave out what the source has no field for."""
    fields: dict[str, dict[str, object]] = {
        "nationality": {"nationality": "_U"},
        "gender": {"gender": "_U"},
        "age": {"age": "_U", "aged": "_U"},
        "client_role": {"family": "_U"},
        "advice_type": {"cases": tuple((quarter, ("_U",)) for quarter, _ in person.cases)},
    }
    codes = {name: code for field in sorted(lacks) for name, code in fields[field].items()}
    return replace(person, lacks=tuple(sorted(lacks)), **codes)


def _types(recipe: Recipe, rng: random.Random) -> tuple[str, ...]:
    first = _pick(rng, recipe.types, recipe.skew)
    if first == "_U" or rng.random() >= recipe.several_types:
        return (first,)
    return tuple(sorted({first, rng.choice([code for code in recipe.types if code != "_U"])}))


def _pick(rng: random.Random, codes: Sequence[object], skew: float) -> str:
    weights = [1 / (rank + 1) ** skew for rank in range(len(codes))]
    return str(rng.choices(list(codes), weights)[0])


Rows = list[tuple[tuple[str, ...], str, int]]


def _one_each(people: list[Client], definition: TableDefinition) -> Rows:
    """Count each client once in every row that is theirs: in a row of each of their families, where there are some."""
    counts: Counter[tuple[str, ...]] = Counter()
    for person in people:
        own = dict(zip(PROFILE, person.profile(), strict=True))
        for leading, columns in definition.columns.items():
            told = [("_T", *(person.families if name == FAMILY else (own[name],))) for name in columns]
            counts.update((*leading, *codes) for codes in product(*told))
    return [(codes, "clients", n) for codes, n in sorted(counts.items())]


def _breakdown(definition: TableDefinition, rows: Rows, period: Period, codes: dict[str, tuple[str, ...]]) -> Breakdown:
    schema = dict.fromkeys((*definition.dimensions, "unit"), pl.String) | {"n": pl.Int64}
    counts = pl.DataFrame([(*own, unit, n) for own, unit, n in rows], schema=schema, orient="row")
    return as_breakdown(definition, counts, period, codes)


def _profiles(period: Period, columns: Sequence[str], told: Iterable[tuple[str, ...]]) -> pl.DataFrame:
    schema = dict.fromkeys(("period", *columns, "unit"), pl.String) | {"n": pl.Int64}
    rows = [(str(period), *codes, "clients", n) for codes, n in sorted(Counter(told).items())]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _advice(people: list[Client]) -> Rows:
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
