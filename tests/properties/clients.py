"""Invented clients for attacks: who they are, and how many of each kind are drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.codelists import codelist
from pipelines.periods import Period

PERIOD = Period.parse("2026-Q3")
CLASS_OF = codelist("nationalities").column("nationality_class_code")
NATIONALITIES = ("RO", "PL", "BG", "PT", "IT", "ES", "LT", "HU", "SK", "GR", "FR", "LV", "CZ", "DE", "HR", "CY", "IE",
                 "NO", "IS", "LI", "CH", "GB", "BR", "IN", "UA", "NG", "DUAL", "_U")  # fmt: skip
TYPES = ("EUSS_SETTLED", "EUSS_LATE", "EUSS_JOINING", "BEN_UC", "BEN_PIP", "HOU", "EMP", "DEBT", "FAM", "_U")
AGES = ("Y_LT18", "Y18T24", "Y25T34", "Y35T44", "Y45T54", "Y55T64", "Y_GE65", "Y_GE18", "_U")
GENDERS = ("F", "M", "X", "_U")
FIELDS = ("nationality", "gender", "age", "advice_type", "client_role")
AREAS = ("LONDON", "SOUTH_EAST", "WALES", "_U")
TIMES = (*codelist("times_to_outcome").codes, "_U")
BARRIERS = ("LANGUAGE", "DIGITAL", "MENTAL_HEALTH", "COST", "TRUST", "HOMELESSNESS", "DISABILITY", "OTHER")
# What stands in the place of barriers: nothing is recorded, or that there is none.
NO_BARRIERS = ("_U", "NONE")
OPENINGS = codelist("times_to_opening").column("opened_in_time") | {"_U": "_U"}
CHANNELS = ("PHONE", "IN_PERSON", "ONLINE", "_U")
REASONS = ("DECISION", "EVIDENCE", "STAFF")
ENDED = codelist("times_to_outcome").column("has_outcome")
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
    time: str = "_U"
    barriers: tuple[str, ...] = ("_U",)
    opening: str = "_U"
    channel: str = "_U"
    is_open: bool = False
    stalls: tuple[str, ...] = ()
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

    @property
    def barrier_count(self) -> str:
        """Give how many barriers are recorded, none, one or several, or not known."""
        if self.barriers[0] in NO_BARRIERS:
            return self.barriers[0]
        return "ONE" if len(self.barriers) == 1 else "SEVERAL"

    def profile(self) -> tuple[str, ...]:
        """Give the codes in the order of PROFILE."""
        place = (self.source, self.centre, self.project)
        return (*place, self.nationality, self.nationality_class, self.gender, self.age, self.aged, self.dual,
                self.family, self.area, self.time, self.barrier_count, self.opening, OPENINGS[self.opening],
                self.channel,
                *map(self.recorded, FIELDS))  # fmt: skip


PROFILE = ("source_id", "centre_id", "project_id", "nationality_code", "nationality_class_code", "gender_code",
           "age_group_code", "is_aged_55_plus_code", "is_dual_national_code", "is_family_member_code",
           "residence_area_code", "time_to_outcome_code", "barrier_count_code", "time_to_opening_code",
           "opened_in_time_code", "channel_code", *(f"recorded_{field}_code" for field in FIELDS))  # fmt: skip


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
    placed = [replace(person, time=_pick(apart, TIMES, 0.5)) for person in placed]
    contacts = random.Random(f"contacts {seed}")  # noqa: S311 - invented people
    placed = [_in_contact(person, contacts) for person in placed]
    if seed % 2:  # else as where no source records barriers, so that every other caseload is quick to attack
        facing = random.Random(f"barriers {seed}")  # noqa: S311 - invented people
        without = {f"s{n}" for n in range(recipe.sources) if facing.random() < recipe.lacking}
        placed = [replace(person, barriers=_barriers(facing, person.source in without)) for person in placed]
    return [*(_without(person, lacks[person.source]) for person in placed), *recipe.extra]


def _barriers(rng: random.Random, is_without: bool) -> tuple[str, ...]:
    """Draw up to three barriers, or what stands in their place."""
    if is_without:
        return ("_U",)
    n = rng.choices(range(4), (5, 5, 2, 1))[0]
    found = tuple(sorted({_pick(rng, BARRIERS, 1.0) for _ in range(n)}))
    return found or (rng.choice(NO_BARRIERS),)


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


def _in_contact(person: Client, rng: random.Random) -> Client:
    """Say when and how somebody was advised, and why the case is open where it may be."""
    ended = ENDED.get(person.time, "yes")
    is_open = ended == "no" or (not ended and rng.random() < 0.5)
    stalls = tuple(sorted({_pick(rng, REASONS, 0.8) for _ in range(rng.choice((0, 1, 1, 2)))})) if is_open else ()
    opening, channel = _pick(rng, tuple(OPENINGS), 0.5), _pick(rng, CHANNELS, 0.8)
    return replace(person, opening=opening, channel=channel, is_open=is_open, stalls=stalls)


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
