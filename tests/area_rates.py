"""Tables of areas and benchmarks with their people: tests state what matters and take the rest as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from comparisons import PERIOD, ROUNDING, SERVED, benchmark

from pipelines.analysis.area_benchmarks import AREA
from pipelines.analysis.benchmarks import Benchmark
from pipelines.disclosure.area_rates import area_rates
from pipelines.disclosure.findings import Grounds
from pipelines.disclosure.protected import AreaRate, ProtectedTable, Rule
from pipelines.groups import packaged_groups
from pipelines.served import Served
from tests.builders import make_labels, one_way

PEOPLE = {"ASHBY": 100_000, "BORLEY": 100_000, "CALDER": 100_000}
SOURCES = ("riverside-settled", "north")


def people(rounded_to: float = 0.0, named: Mapping[str, int] | None = None, **changes: Any) -> Benchmark:
    values = {code: float(n) for code, n in (named or PEOPLE).items()}
    values = {"_T": sum(values.values()), **values}
    facts = {"benchmark_id": "invented-areas", "rounded_to": dict.fromkeys(values, rounded_to)} | changes
    return replace(benchmark("age", values=values, **facts), dimension=AREA)


def tables(
    counts: Mapping[str, int | None], *, rule: Rule = ROUNDING, audience: str = "network", **sources: int
) -> dict[str, ProtectedTable]:
    """Make the table of areas and that of sources; areas without a figure have no row."""
    total = sum(n or 0 for n in counts.values())
    by_area = {code: n for code, n in counts.items() if code != "_U"}
    made = (
        one_way("by_residence_area", AREA, by_area, total=total, unknown=counts.get("_U", 0)),
        one_way("by_source", "source_id", sources or {"riverside-settled": total, "north": 0}, total=total, unknown=0),
    )
    return {each.table_id: replace(each, audience=audience, rule=rule) for each in made}


def rates(
    shown: Mapping[str, ProtectedTable],
    benchmarks: Sequence[Benchmark] = (),
    *,
    served: Served = SERVED,
    without: Sequence[str] = (),
    audience: str = "network",
) -> dict[str, AreaRate]:
    grounds = Grounds(
        benchmarks=tuple(benchmarks),
        served=served,
        period=PERIOD,
        groups=packaged_groups(),
        labels=make_labels(),
        clients="clients",
        sources=SOURCES,
        sources_without={"residence_area": without},
    )
    return {rate.group: rate for rate in area_rates(shown, grounds, audience=audience)}
