"""Protected tables and benchmarks for comparisons: tests state the figures that matter and take the rest as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pipelines.analysis.benchmarks import Benchmark
from pipelines.disclosure.findings import Grounds, representation_findings
from pipelines.disclosure.protected import Finding, ProtectedTable, Rule
from pipelines.groups import packaged_groups
from pipelines.periods import Period
from pipelines.served import Served
from tests.builders import make_labels, make_table, one_way

GROUPS = ("AGED_55_PLUS", "DUAL_NATIONAL", "FAMILY_MEMBER")
NUMBERS = ("observed", "low", "high", "ratio", "ratio_low", "ratio_high", "q_value", "n", "base", "not_known",
           "missing_low", "missing_high", "expected")  # fmt: skip
TOTAL = 2000
HIDING = Rule("hiding", 5, "Counts from 1 to 4 are hidden, and so are others from which they could be worked out.")
ROUNDING = Rule("controlled_rounding", 10, "Counts are rounded to multiples of 5.", 5, 4)
SERVED = Served("england", "eea-nationals", 5)
PERIOD = Period.parse("2026-Q3")


def benchmark(dimension: str = "age", **changes: Any) -> Benchmark:
    values = {
        "age": {"_T": 1000.0, "0-17": 200.0, "18-54": 700.0, "55+": 100.0},
        "gender_code": {"_T": 1000.0, "F": 540.0, "M": 450.0, "X": 10.0},
        "group_code": {"_T": 1000.0, "DUAL_NATIONAL": 100.0, "FAMILY_MEMBER": 160.0},
        "nationality_code": {"_T": 1000.0, "PL": 200.0, "RO": 300.0},
    }[dimension]
    facts: dict[str, Any] = {
        "benchmark_id": f"invented-{dimension.replace('_', '-')}",
        "title": "the invented population",
        "dimension": dimension,
        "unit": "people",
        "reference_date": date(2025, 6, 30),
        "geography": "england",
        "population": "eea-nationals",
        "dual_rule": "apart",
        "effective_sample": None,
        "caveat": "The figures are invented.",
        "source": "A test.",
        "values": values,
        "is_own": True,
    }
    facts |= changes
    return Benchmark(rounded_to=facts.pop("rounded_to", dict.fromkeys(facts["values"], 0.0)), **facts)


def tables(
    groups: Mapping[str, Mapping[str, int | None]] | None = None,
    *,
    rule: Rule = HIDING,
    total: int = TOTAL,
    **rows: Mapping[str, int | None],
) -> dict[str, ProtectedTable]:
    """Make the tables of one audience from the figures it is shown; a membership that is not given has nobody."""
    usual = {code: n * total // TOTAL for code, n in {"Y": 300, "N": 1680, "_U": 20}.items()}
    nobody = dict.fromkeys(usual, 0)
    members = [
        ((group, code), "clients", n)
        for group in GROUPS
        for code, n in {"_T": total, **nobody, **(groups or {}).get(group, usual)}.items()
    ]
    dimensions = {"by_nationality": "nationality_code", "by_nationality_class": "nationality_class_code",
                  "by_gender": "gender_code", "by_age_group": "age_group_code", "by_source": "source_id"}  # fmt: skip
    figures: dict[str, Mapping[str, int | None]] = {
        "by_nationality": {"PL": 400, "RO": 500, "DUAL": 100},
        "by_nationality_class": {"EU8": 900},
        "by_gender": {"F": 1080, "M": 900, "X": 20},
        "by_age_group": {"Y_LT18": 400},
        "by_source": {"riverside-settled": 1500, "north": 500},
    }
    # Fewer clients come in the same shares.
    figures = {name: {code: (n or 0) * total // TOTAL for code, n in row.items()} for name, row in figures.items()}
    figures |= rows
    found = {
        name: one_way(name, dimension, dict(figures[name]), total=total, unknown=figures[name].get("_U", 0))
        for name, dimension in dimensions.items()
    }
    found["by_group_of_interest"] = make_table(
        "by_group_of_interest", ["group_code", "membership_code"], members, totals={"clients": total}
    )
    audience = "public" if rule.base else "centre-riverside"
    return {name: replace(table, audience=audience, rule=rule) for name, table in found.items()}


def findings(
    shown: Mapping[str, ProtectedTable],
    benchmarks: Sequence[Benchmark] = (),
    *,
    served: Served = SERVED,
    without: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Finding]:
    grounds = Grounds(
        benchmarks=tuple(benchmarks),
        served=served,
        period=PERIOD,
        groups=packaged_groups(),
        labels=make_labels(),
        clients="clients",
        sources=("riverside-settled", "north"),
        sources_without=without or {},
    )
    return {found.group: found for found in representation_findings(shown, grounds)}


def older(
    figures: Mapping[str, int | None], *benchmarks: Benchmark, rule: Rule = HIDING, total: int = TOTAL, **choices: Any
) -> Finding:
    shown = tables({"AGED_55_PLUS": figures}, rule=rule, total=total)
    return findings(shown, benchmarks or (benchmark(),), **choices)["AGED_55_PLUS"]
