"""The manifest: what a release is made of and what it holds.

Answers: which edition, under which rule, from which inputs, with which files. Figures in it are protected before they
come here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from pipelines.disclosure.faced import Faced
from pipelines.disclosure.protected import Cell, Finding, ProtectedTable, Waiting
from pipelines.publish.brief import Brief, day_label
from pipelines.publish.languages import ENGLISH
from pipelines.publish.opendata import json_bytes
from pipelines.publish.places import places_facts
from pipelines.publish.policy_data import policy_facts
from pipelines.publish.revised import Revision, Revisions


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
        "languages": [{"tag": each.tag, "name": each.name} for each in (ENGLISH, *brief.other_languages)],
        "unit": "clients",
        "disclosure": asdict(brief.rule),
    }


def _contents(brief: Brief, facts: ManifestFacts, outputs: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        **_words(brief),
        "accounting": dict(facts.accounting),
        "benchmarks": [dict(benchmark) for benchmark in brief.benchmarks],
        "extra": dict(facts.extra),
        "inputs": sorted((dict(item) for item in facts.inputs), key=lambda item: sorted(item.items())),
        "outputs": {path: hashlib.sha256(data).hexdigest() for path, data in outputs.items()},
        "policy": policy_facts(brief),
        **places_facts(brief.centre_places),
        "structure": dict(facts.structure),
        "tables": [_table(table) for table in brief.tables.values()],
        **comparisons(brief),
    }


def comparisons(brief: Brief) -> dict[str, list[dict[str, Any]]]:
    """Give every list that holds verdicts about groups or areas, by its name in the manifest."""
    lists: dict[str, Sequence[Finding | Waiting | Faced]] = {
        "findings": brief.findings,
        "waiting": brief.waiting,
        "opening": brief.openings,
        "barriers": brief.faced,
        "enquiries": brief.enquiries,
        "area_rates": brief.area_rates,
    }
    return {name: [asdict(each) for each in listed] for name, listed in lists.items()}


def _words(brief: Brief) -> dict[str, Any]:
    """Give the words that people wrote, which a reader may want to take apart from figures, and those of the codes."""
    return {
        "about": brief.edition.about,
        "notes": list(brief.notes),
        "too_fine": list(brief.too_fine),
        "comments": [{**asdict(each), "said_on": _day(each.said_on)} for each in brief.comments],
        "events": [{**asdict(each), "on": _day(each.on)} for each in brief.events],
        "labels": _labels(brief),
        "words": asdict(brief.words),
        "revisions": _revisions(brief.revisions) if brief.revisions else None,
        **_of_a_centre(brief),
    }


def _of_a_centre(brief: Brief) -> dict[str, Any]:
    """Give what stands in a centre's own brief alone: what is usual beside it, and what it says of itself."""
    if not brief.edition.centre_name:
        return {}
    return {
        "network_rule": asdict(brief.network_rule) if brief.network_rule else None,
        "self_assessment": [
            {**asdict(each), "said_on": _day(each.said_on), "day": day_label(each.said_on)}
            for each in brief.self_answers
        ],
        "usual_recording": [asdict(each) for each in brief.usual],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _labels(brief: Brief) -> dict[str, dict[str, str]]:
    """Say the codes that stand in the tables in words."""
    codes: dict[str, dict[str, None]] = {}
    for table in brief.tables.values():
        for name in table.dimensions:
            codes.setdefault(name, {}).update(dict.fromkeys(table.frame[name].to_list()))
    return {name: {code: brief.label(name, code) for code in found} for name, found in codes.items()}


def _revisions(revisions: Revisions) -> dict[str, Any]:
    return {
        "since_edition": revisions.since_edition,
        "figures_since": revisions.figures_since,
        "editions": [{**asdict(each), "published_on": _day(each.published_on)} for each in revisions.editions],
        "figures": [_revision(each) for each in revisions.figures],
        "verdicts": [asdict(each) for each in revisions.verdicts],
    }


def _revision(revision: Revision) -> dict[str, Any]:
    """Tell a figure twice; `old` or `new` is null where it is hidden, and its state says whether there was a row."""
    before, now, cell = revision.before, revision.now, revision.cell
    return {
        "table_id": cell.table_id.rpartition(":")[2],
        "codes": list(cell.codes),
        "unit": cell.unit,
        "old": before.n if before else None,
        "old_state": _state(before),
        "new": now.n if now else None,
        "new_state": _state(now),
    }


def _state(cell: Cell | None) -> str:
    return "no_row" if cell is None else "hidden" if cell.is_hidden else "shown"


def _table(table: ProtectedTable) -> dict[str, Any]:
    units = table.frame["unit"].unique(maintain_order=True).to_list()
    return {"table_id": table.table_id, "dimensions": list(table.dimensions), "units": units}
