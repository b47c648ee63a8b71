"""Enquiries of an invented network: who asked one centre for help, and how they were answered.

Answers "what does a log of enquiries look like". Its draws are a stream of their own, so that cases are the same with
and without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.periods import Quarter
from pipelines.synthetic.casework import days_since_epoch
from pipelines.synthetic.draws import NONE, Floats, Ints, blanked, choose, generator, missing
from pipelines.synthetic.export import ages_on, written_days
from pipelines.synthetic.people import DAYS_A_YEAR, Clients, draw_clients
from pipelines.synthetic.plan import Plan, SourcePlan
from pipelines.synthetic.reference import codes, declared, profile, weights
from pipelines.synthetic.wording import OLDEST, wording

OLDER, TURNED_AWAY = 55, "TURNED_AWAY"
# Far from the number of any source, so that the draws of no source change.
_STREAM = 1_000_003


@dataclass(frozen=True, eq=False)
class EnquiryFile:
    """One quarter of the log: its bytes and its rows by kind."""

    quarter: Quarter
    content: bytes
    rows: dict[str, int]


def enquiry_source(plan: Plan) -> SourcePlan:
    """Give the log of enquiries as a source; `cases` holds its number of enquiries in each quarter."""
    told = declared("network")["enquiries"]
    own = [source.cases for source in plan.sources if source.centre_id == told["centre"]]
    starts = Quarter.parse(told["starts"])
    counts = [int(told["per_case"] * sum(cases[at] for cases in own)) for at in range(len(plan.quarters))]
    like = next(source for source in plan.sources if source.centre_id == told["centre"])
    return replace(
        like,
        position=_STREAM,
        source_id=f"{told['centre']}-enquiries",
        prefix=f"{declared('network')['centres'][told['centre']]['initials']}E",
        profile=told["profile"],
        project_id=told["project"],
        funder_id=declared("network")["projects"][told["project"]]["funder"],
        under_records_duals=False,
        cases=tuple(n if quarter >= starts else 0 for n, quarter in zip(counts, plan.quarters, strict=True)),
    )


def enquiry_files(plan: Plan, source: SourcePlan) -> Iterator[EnquiryFile]:
    """Make the log quarter by quarter; a quarter without enquiries has no file."""
    for position, (quarter, n) in enumerate(zip(plan.quarters, source.cases, strict=True)):
        if n:
            table = _table(generator(plan.seed, _STREAM, position), n, source=source, quarter=quarter)
            yield EnquiryFile(quarter, table.write_csv(line_terminator="\n").encode(), _row_counts(n))


def _row_counts(n: int) -> dict[str, int]:
    kinds = ("corrections", "duplicate", "blank", "corrected_later", "unknown_word", "closed_before_opened", "typo")
    return {"rows": n, "records": n} | dict.fromkeys(kinds, 0)


def _table(rng: np.random.Generator, n: int, *, source: SourcePlan, quarter: Quarter) -> pl.DataFrame:
    first, last = days_since_epoch(quarter)
    came = np.sort(first + (rng.random(n) * (last - first + 1)).astype(np.int64))
    people = draw_clients(rng, n, source=source, first_number=1, day=first)
    people = replace(people, born=_births(rng, came))
    told = _responses(rng, ages_on(came, people.born), source.profile)
    columns: dict[str, str | list[str]] = profile(source.profile)["columns"]
    words = {
        "case_ref": [f"{source.prefix}-{quarter.year}-{quarter.number}{number:05d}" for number in range(1, n + 1)],
        "opened": written_days(source.profile, quarter, came),
        "age": _written(rng, source.profile, "age", _age_words(came, people)),
        "gender": _written(rng, source.profile, "gender", people.gender),
        "client_role": _written(rng, source.profile, "client_role", people.role),
        "enquiry_response": _written(rng, source.profile, "enquiry_response", told),
    }
    found = {str(columns[field]): cells for field, cells in words.items()}
    both = (people.nationality_1, np.where(people.nationality_2 < 0, NONE, people.nationality_2))
    for heading, positions in zip(columns["nationality"], both, strict=True):
        found[heading] = _written(rng, source.profile, "nationality", positions)
    return pl.DataFrame(found).select(name for names in columns.values() for name in _as_list(names))


def _as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _written(rng: np.random.Generator, format_name: str, field: str, positions: Ints) -> pl.Series:
    return wording(format_name, field).write(rng, positions)


def _births(rng: np.random.Generator, came: Ints) -> Ints:
    """Draw births as the population has them: people aged 55 and over enquire as often as others do."""
    bands = declared("population")["age"]
    band = choose(rng, len(came), np.array([each["share"] for each in bands]))
    low = np.array([each["low"] for each in bands])[band]
    years = np.array([each["high"] - each["low"] + 1 for each in bands])[band]
    born: Ints = (came - (low + rng.random(len(came)) * years) * DAYS_A_YEAR).astype(np.int64)
    return born


def _age_words(came: Ints, people: Clients) -> Ints:
    known = ages_on(came, people.born)
    return np.where(people.age_missing == NONE, known, OLDEST + 1 + people.age_missing)


def _responses(rng: np.random.Generator, ages: Ints, format_name: str) -> Ints:
    usual, older = (choose(rng, len(ages), shares) for shares in (weights("enquiry_response"), _shares_of_older()))
    found = np.where(ages >= OLDER, older, usual)
    gaps = declared("formats")[format_name]["missing"]["enquiry_response"]
    return blanked(found, missing(rng, len(ages), gaps), len(codes("enquiry_response")))


def _shares_of_older() -> Floats:
    """Give the responses to people aged 55 and over: more are turned away, the others as for everybody."""
    shares, names = weights("enquiry_response"), codes("enquiry_response")
    away = declared("population")["planted"]["aged_55_plus_turned_away"]
    at = names.index(TURNED_AWAY)
    rest: Floats = shares * (1 - away) / (shares.sum() - shares[at])
    rest[at] = away
    return rest
