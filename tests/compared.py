"""An invented brief with everything that charts can show: findings, events, recording by source and regions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from pipelines.disclosure.protected import Finding
from pipelines.publish.brief import Brief, DatedEvent
from pipelines.statistics.intervals import wilson
from pipelines.statistics.states import states_of
from tests.builders import PERIOD
from tests.rounded import cases, one, rounded, rounded_brief, table

NATIONALITIES = {"RO": (1180, 0.22), "PL": (905, 0.17), "BG": (610, 0.06), "FR": (70, 0.037), "ES": (245, 0.072)}
FIELDS = ("nationality", "gender", "age", "client_role", "outcome", "residence_area")
SOURCES = {
    "s0": ("Riverside, Settled Futures", 3100),
    "s1": ("Northgate casework", 1710),
    "s2": ("Castle Quay families and friends of the settlement scheme", 400),
}
PARTS = (0.99, 0.97, 0.9, 0.72, 0.55, 0.83)
REGIONS = {
    "E12000001": ("North East", 55), "E12000002": ("North West", 610), "E12000003": ("Yorkshire and the Humber", 495),
    "E12000004": ("East Midlands", 300), "E12000005": ("West Midlands", 405), "E12000006": ("East of England", 5),
    "E12000007": ("London", 1850), "E12000008": ("South East", 350), "E12000009": ("South West", 120),
    "W92000004": ("Wales", None), "S92000003": ("Scotland", 260), "N92000002": ("Northern Ireland", 40),
}  # fmt: skip
QUARTERS = (202, 231, 177, 210, 255, 198, 271, 220, 261, 240, 233, 212, 228,
            430, 450, 455, 460, 470, 420, 410, 400, 495, 505, 415, 480, 430, 430)  # fmt: skip
STEP = PERIOD.last.after(14 - len(QUARTERS)).first_day


def finding(dimension: str, group: str, n: int, base: int, benchmark: tuple[float, float], **changes: Any) -> Finding:
    """Make a finding as the analysis would: Wilson limits, their ratios and the state these give."""
    low, high = (float(end) for end in wilson(n, base))
    share, (least, most) = n / base, benchmark
    ratios = (low / most, high / least)
    exact = share / least if least == most else None
    facts: dict[str, Any] = {
        "finding_id": f"{dimension}-{group}".lower().replace("_", "-"), "group": group, "dimension": dimension,
        "measure": "share_of_clients", "observed": share, "low": low, "high": high,
        "benchmark": least if least == most else None, "ratio": exact, "ratio_low": ratios[0], "ratio_high": ratios[1],
        "q_value": 0.01, "state": str(states_of(*ratios)), "statement": f"What was found of {group.lower()}.",
        "n": n, "base": base, "not_known": 10, "benchmark_low": least, "benchmark_high": most, "benchmark_id": "euss",
    }  # fmt: skip
    return Finding(**(facts | changes))


def hidden_finding(dimension: str, group: str) -> Finding:
    """Make the finding about a hidden figure."""
    nothing = dict.fromkeys(("observed", "low", "high", "ratio", "ratio_low", "ratio_high", "q_value", "n"))
    return replace(finding(dimension, group, 10, 100, (0.1, 0.1)), state="withheld", statement="Hidden.", **nothing)


def findings() -> tuple[Finding, ...]:
    """Make findings of every kind: flagged, hidden, clear and unclear ones, and one beside a range."""
    return (
        finding("group_code", "AGED_55_PLUS", 560, 4000, (0.2, 0.2), is_under_served=True),
        finding("group_code", "DUAL_NATIONAL", 50, 1150, (0.05, 0.05)),
        hidden_finding("group_code", "FAMILY_MEMBER"),
        *(finding("nationality_code", code, n, 4795, (share, share)) for code, (n, share) in NATIONALITIES.items()),
        finding("age_group_code", "Y55T64", 390, 4290, (0.11, 0.14)),
    )


def compared_brief(**changes: Any) -> Brief:
    """Build the brief; rounded figures, with one region hidden as an exact brief would have it."""
    benchmark = {"benchmark_id": "euss", "title": "people with settled status", "reference_date": "2026-06-30"}
    benchmark |= {"caveat": "Invented.", "source": "A test."}
    brief = rounded_brief(findings=findings(), benchmarks=(benchmark,))
    areas = one({code: n for code, (_, n) in REGIONS.items()}, 4810, 320)
    labels = {name: dict(codes) for name, codes in brief.labels.items()}
    labels["source_id"] |= {code: name for code, (name, _) in SOURCES.items()}
    labels["residence_area_code"] = {code: name for code, (name, _) in REGIONS.items()}
    more = {
        "by_source_recorded": table(
            "by_source_recorded", ("field_code", "source_id", "recorded_code"), recorded_rows()
        ),
        "by_residence_area": table("by_residence_area", ("residence_area_code",), areas),
    }
    facts: dict[str, Any] = {
        "tables": {**brief.tables, **more},
        "labels": labels,
        "events": (DatedEvent(date(2025, 2, 3), "Late applications paused", "Late applications paused"),),
        "not_collected": {"outcome": ("Riverside, Settled Futures",)},
    }
    return replace(brief, **(facts | changes))


def recorded_rows() -> dict[tuple[str, ...], int | None]:
    """Count for how many clients of each source each field was recorded; one figure is hidden."""
    rows: dict[tuple[str, ...], int | None] = {}
    for i, field in enumerate(FIELDS):
        for j, (source, (_, total)) in enumerate(SOURCES.items()):
            known = None if (i, j) == (2, 2) else rounded(total * PARTS[(i + j) % len(PARTS)])
            rows |= {(field, source, "_T"): total, (field, source, "Y"): known}
            rows[field, source, "N"] = None if known is None else total - known
    return rows


def trend_brief(quarters: tuple[float | None, ...] = QUARTERS, **changes: Any) -> Brief:
    """Build a brief of quarters alone, oldest first; the last one is provisional."""
    period = table("by_period", ("quarter",), {}, units={"cases": cases(quarters)})
    return compared_brief(tables={"by_period": period}, findings=(), **changes)
