"""The index: a static list of every release on disk.

Answers: which briefs are there. It reads the manifests and nothing else, so it can be rebuilt at any time.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.periods import Period
from pipelines.publish.brief import day_label
from pipelines.publish.html import IndexEdition, index_html
from pipelines.publish.shelf import newest_edition, replace_file


def write_index(release_root: Path) -> Path:
    """Write `index.html` for all releases on disk.

    Args:
        release_root: the folder of all releases.
    Returns:
        The path of the index; its links are relative.
    """
    manifests = [(path, json.loads(path.read_bytes())) for path in sorted(release_root.glob("*/*/*/manifest.json"))]
    manifests = [(path, facts) for path, facts in manifests if path.parts[-3].isdecimal()]
    grouped: dict[tuple[str, int], list[tuple[Path, dict[str, Any]]]] = {}
    for path, facts in manifests:
        grouped.setdefault((facts["period"], facts["edition"]), []).append((path, facts))
    editions = [_edition(release_root, members) for members in grouped.values()]
    networks = sorted({edition.network for edition in editions})
    target = release_root / "index.html"
    replace_file(target, index_html(sorted(editions, key=_order), ", ".join(networks)).encode())
    return target


def _order(edition: IndexEdition) -> tuple[Period, int]:
    return Period.parse(edition.period), edition.number


def _edition(release_root: Path, members: list[tuple[Path, dict[str, Any]]]) -> IndexEdition:
    facts = members[0][1]
    period = Period.parse(facts["period"])
    briefs = [(each, (path.parent / "brief.html").relative_to(release_root).as_posix()) for path, each in members]
    return IndexEdition(
        period=facts["period"],
        period_label=period.label,
        number=facts["edition"],
        published=day_label(date.fromisoformat(facts["published_on"])),
        is_latest=newest_edition(release_root, period) == facts["edition"],
        is_provisional=facts["provisional"],
        title=facts["title"],
        network=facts["network"],
        briefs=tuple((_reader(each), address) for each, address in briefs if not each.get("centre_name")),
        centre_briefs=tuple(
            sorted((each["centre_name"], address) for each, address in briefs if each.get("centre_name"))
        ),
    )


def _reader(facts: dict[str, Any]) -> str:
    """Say whom a brief is for."""
    audience = str(facts["audience"])
    return f"the {audience}" if audience in {"network", "public"} else audience
