"""Briefs with scores of policy, and the source rows that their scores are held against."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from pipelines.codelists import codelist
from pipelines.policy_context import read_policy
from pipelines.publish.brief import Brief
from pipelines.publish.policy import Policy
from pipelines.resources import reference_file
from pipelines.settings import load_settings
from tests.builders import make_brief, make_edition, one_way
from tests.rounded import HIDING, ROUNDED, table

HEADINGS = "index,edition,data_year,country_code,policy_area_code,score,title,address,read_on"
LINE = "MIPEX,{edition},{year},{country},{area},{score},An invented edition,https://example.org/scores,2026-12-01"
COUNTS = {
    "EUSS_SETTLED": 1845, "EUSS_LATE": 920, "NATY_NATURALISE": 205, "NATY_REGISTER": None, "IMM_FAMILY_REUNION": 150,
    "EMP": 510, "HLTH": 35, "DISC": 60, "HOU": 760, "EDU": 0,
}  # fmt: skip
_CITED = re.compile(r'data-ref="policy\.(\d+)\.(\w+)\.score"[^>]*>([^<]*)<')


def line(area: str, score: object, *, edition: object = 2030, year: object = 2029, country: str = "GB") -> str:
    """Write one row of a network's own file of invented scores."""
    return LINE.format(edition=edition, year=year, country=country, area=area, score=score)


def put_scores(folder: Path, *lines: str, name: str = "ours.csv", headings: str = HEADINGS) -> None:
    """Put a file of scores into a workspace."""
    (folder / "policy").mkdir(parents=True, exist_ok=True)
    (folder / "policy" / name).write_text("\n".join([headings, *lines]) + "\n", encoding="utf-8")


def write_settings(folder: Path, policy: str = "") -> Path:
    """Write the least settings of a network, with a `[policy]` of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    least = '[network]\nid = "n"\nname = "N"\n[sources.s]\nname = "S"\nprofile = "example"\n'
    (folder / "caseload.toml").write_text(f"{least}{policy}\n", encoding="utf-8")
    return folder


def policy_of(folder: Path, policy: str = "") -> Policy:
    """Read what a network with these settings and files is told."""
    return read_policy(load_settings(write_settings(folder, policy), {}))


def policy_brief(policy: Policy, counts: dict[str, int | None] | None = None, **changes: Any) -> Brief:
    """Build a brief whose table by advice type has these counts."""
    found = counts if counts is not None else COUNTS
    own = one_way("by_advice_type", "advice_type_code", found, total=4810, unknown=0)
    usual = make_brief()
    labels = {**usual.labels, "advice_type_code": codelist("advice_types").labels}
    return make_brief(
        **{"policy": policy, "labels": labels, "tables": {**usual.tables, "by_advice_type": own}} | changes
    )


def rounded_policy_brief(policy: Policy) -> Brief:
    """Build the network's brief with rounded figures, none of them hidden."""
    own = table("by_advice_type", ("advice_type_code",), _rows({code: n or 5 for code, n in COUNTS.items()}))
    return policy_brief(policy, tables={"by_advice_type": own}, rule=ROUNDED)


def centre_policy_brief(policy: Policy) -> Brief:
    """Build a centre's own brief, whose table has the network's rounded figures beside it."""
    rows = _rows(COUNTS)
    network = dict.fromkeys(rows, 900) | {("_T",): 5000}
    own = table("by_advice_type", ("advice_type_code",), rows, rule=HIDING, audience="centre-kirkby", network=network)
    edition = make_edition(audience="centre-kirkby", centre_name="Kirkby Law Centre")
    return policy_brief(policy, edition=edition, tables={"by_advice_type": own}, rule=HIDING, network_rule=ROUNDED)


def _rows(counts: dict[str, int | None]) -> dict[tuple[str, ...], int | None]:
    return {("_T",): 4810, **{(code,): n for code, n in counts.items()}, ("_U",): 0}


def source_rows() -> dict[tuple[str, str], dict[str, str]]:
    """Give the packaged rows as a person reads them, by edition and policy area."""
    text = reference_file("policy", "scores.csv").read_text(encoding="utf-8")
    return {(row["edition"], row["policy_area_code"]): row for row in csv.DictReader(io.StringIO(text))}


def cited(markup: str) -> list[tuple[str, str, str]]:
    """Give every score that a page or a drawing shows: edition, policy area, and what is printed."""
    return _CITED.findall(markup)
