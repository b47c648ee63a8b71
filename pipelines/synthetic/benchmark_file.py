"""The benchmark of an invented workspace: the population its clients were drawn from.

Answers "what would a fair share be". It is the population of `reference/synthetic/population.toml`, before anybody came
less often, so that a brief can be held against what was planted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from pipelines.codelists import TOTAL
from pipelines.synthetic.people import DUAL_KINDS
from pipelines.synthetic.reference import declared

FILE_NAME = "invented_population.csv"
PEOPLE = 1_000_000
_ABOUT = {
    "benchmark_id": "invented-population",
    "title": "the invented population",
    "unit": "people",
    "reference_date": "2026-01-01",
    "geography": "invented-areas",
    "population": "invented-population",
    "dual_rule": "apart",
    "caveat": "This population is invented, like the records: nothing here is about real people.",
    "source": "reference/synthetic/population.toml of caseload",
}


def benchmark_text() -> str:
    """Give the text of `benchmarks/invented_population.csv`."""
    file = StringIO()
    names = ["benchmark_id", "title", "dimension", "code", "value", *list(_ABOUT)[2:]]
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    for dimension, code, value in _figures(declared("population")):
        writer.writerow(_ABOUT | {"dimension": dimension, "code": code, "value": value})
    return file.getvalue()


def _figures(population: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    last = population["age"][-1]
    bands = {
        f"{band['low']}+" if band is last else f"{band['low']}-{band['high']}": band["share"]
        for band in population["age"]
    }
    family = population["population"]["family_member"]
    duals = sum(
        share * sum(population["kinds"][role][kind] for kind in DUAL_KINDS)
        for role, share in (("MAIN", 1 - family), ("FAMILY", family))
    )
    for dimension, shares in (("age", bands), ("gender_code", population["gender"])):
        counts = {code: round(share * PEOPLE) for code, share in shares.items()}
        yield dimension, TOTAL, sum(counts.values())
        yield from ((dimension, code, n) for code, n in counts.items())
    yield "group_code", TOTAL, PEOPLE
    yield "group_code", "FAMILY_MEMBER", round(family * PEOPLE)
    yield "group_code", "DUAL_NATIONAL", round(duals * PEOPLE)
    yield "residence_area_code", TOTAL, sum(population["areas"].values())
    yield from (("residence_area_code", area, n) for area, n in population["areas"].items())
