"""Shelves of invented briefs: many periods, editions and law centres, each with the manifest of a rendered brief."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from builders import centre_names, make_edition, make_facts
from rounded import ROUNDED, centre_brief, rounded_brief

from pipelines.periods import Period
from pipelines.publish.release import render

FLAGGED = "AGED_55_PLUS"


@dataclass(frozen=True)
class Placed:
    """One brief on an invented shelf."""

    period: str
    number: int
    audience: str
    flagged: bool = False
    centre_name: str = ""
    published_on: str = "2026-10-20"


@cache
def rendered(audience: str) -> Mapping[str, bytes]:
    """Render the brief of an audience once; a centre's is that of Kirkby."""
    if audience == "centre":
        return render(centre_brief(network_rule=ROUNDED), make_facts())
    return render(rounded_brief(edition=make_edition(audience=audience)), make_facts())


def place(root: Path, briefs: Sequence[Placed], *, only_manifests: bool = False) -> Path:
    """Put briefs on a shelf, each with a manifest that says where it stands."""
    for brief in briefs:
        folder = root / brief.period / str(brief.number) / brief.audience
        files = rendered("centre" if brief.centre_name else brief.audience)
        for path, data in files.items() if not only_manifests else ():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifest.json").write_text(json.dumps(_manifest(json.loads(files["manifest.json"]), brief)))
    return root


def _manifest(told: dict[str, Any], brief: Placed) -> dict[str, Any]:
    findings = [each | {"dimension": "group_code", "is_under_served": False} for each in told["findings"]]
    for each in findings:
        each["is_under_served"] = brief.flagged and each["group"] == FLAGGED
    return told | {
        "period": brief.period,
        "period_label": Period.parse(brief.period).label,
        "edition": brief.number,
        "audience": brief.audience,
        "centre_name": brief.centre_name,
        "published_on": brief.published_on,
        "findings": findings,
    }


def many(n_centres: int, periods: Sequence[str]) -> Iterator[Placed]:
    """Give a network's and a public brief a period, and one of each centre."""
    names = centre_names(n_centres)
    for index, period in enumerate(periods):
        for audience in ("network", "public"):
            yield Placed(period, 1, audience, flagged=bool(index % 2))
        yield from (Placed(period, 1, f"centre-{code}", centre_name=name) for code, name in names.items())


def few() -> tuple[Placed, ...]:
    """Give two periods: a revised network, a centre that came later, another one, and a group flagged in one period."""
    kirkby, north = "Kirkby Malzeard Law Centre", "Northgate Law Centre"
    return (
        Placed("2026-Q2", 1, "network", flagged=True, published_on="2026-07-20"),
        Placed("2026-Q2", 1, "public", flagged=True, published_on="2026-07-20"),
        Placed("2026-Q3", 1, "network"),
        Placed("2026-Q3", 1, "public"),
        Placed("2026-Q3", 1, "centre-north", centre_name=north, flagged=True),
        Placed("2026-Q3", 2, "centre-kirkby", centre_name=kirkby, published_on="2026-11-02"),
        Placed("2026-Q3", 3, "network", flagged=True, published_on="2026-12-01"),
    )
