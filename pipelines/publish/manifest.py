"""The manifest: what a release is made of and what it holds.

Answers: which edition, under which rule, from which inputs, with which files. Figures in it are protected before they
come here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.brief import Brief
from pipelines.publish.opendata import json_bytes


@dataclass(frozen=True)
class ManifestFacts:
    """What the manifest says that no renderer knows.

    `inputs` are mappings with `source` and `file_digest` (keyed digests). `accounting` holds totals that are already
    protected; None is hidden. `structure` says which relations between published figures everybody may know. `extra` is
    passed on as it is: limits, revisions of reference data.
    """

    inputs: tuple[Mapping[str, str], ...]
    accounting: Mapping[str, int | None]
    extra: Mapping[str, Any] = field(default_factory=dict)
    structure: Mapping[str, Any] = field(default_factory=dict)


def manifest_bytes(brief: Brief, facts: ManifestFacts, outputs: Mapping[str, bytes]) -> bytes:
    """Write `manifest.json`.

    Args:
        brief: the brief that was rendered.
        facts: inputs, accounting and limits.
        outputs: every other file of the release, by its path.
    Returns:
        Canonical JSON: the same release gives the same bytes.
    """
    return json_bytes({**_edition(brief), **_contents(brief, facts, outputs)})


def _edition(brief: Brief) -> dict[str, Any]:
    edition = brief.edition
    return {
        "product": {"name": "caseload", "version": edition.product_version},
        "network": edition.network_name,
        "title": edition.title,
        "period": str(edition.period),
        "period_label": edition.period.label,
        "edition": edition.number,
        "audience": edition.audience,
        "centre_name": edition.centre_name,
        "published_on": edition.published_on.isoformat(),
        "provisional": edition.is_provisional,
        "unit": "clients",
        "disclosure": asdict(brief.rule),
    }


def _contents(brief: Brief, facts: ManifestFacts, outputs: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "accounting": dict(facts.accounting),
        "benchmarks": [dict(benchmark) for benchmark in brief.benchmarks],
        "extra": dict(facts.extra),
        "findings": [asdict(finding) for finding in brief.findings],
        "inputs": sorted((dict(item) for item in facts.inputs), key=lambda item: sorted(item.items())),
        "outputs": {path: hashlib.sha256(data).hexdigest() for path, data in outputs.items()},
        "structure": dict(facts.structure),
        "tables": [_table(table) for table in brief.tables.values()],
    }


def _table(table: ProtectedTable) -> dict[str, Any]:
    units = table.frame["unit"].unique(maintain_order=True).to_list()
    return {"table_id": table.table_id, "dimensions": list(table.dimensions), "units": units}
