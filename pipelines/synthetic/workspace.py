"""Writing an invented workspace to disk.

Answers "which files does it have" and tells the story in order: plan, people, cases, mess, files, truth. Each file is
made from the one before it of the same source alone, so memory holds one quarter of one source at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import __version__
from pipelines.errors import UsageError
from pipelines.periods import Quarter
from pipelines.synthetic.benchmark_file import FILE_NAME, benchmark_text
from pipelines.synthetic.casework import (
    Cases,
    count_new_clients,
    days_since_epoch,
    draw_cases,
    draw_opening_clients,
)
from pipelines.synthetic.contacts import STREAM as CONTACTS
from pipelines.synthetic.contacts import draw_contacts
from pipelines.synthetic.draws import generator
from pipelines.synthetic.enquiries import enquiry_files, enquiry_source
from pipelines.synthetic.export import prepare_export
from pipelines.synthetic.files import SyntheticFile, build_file
from pipelines.synthetic.mess import Mess, draw_mess
from pipelines.synthetic.people import Clients, draw_clients
from pipelines.synthetic.plan import Plan, SourcePlan, default_sources, plan_workspace
from pipelines.synthetic.reference import declared, profile_text
from pipelines.synthetic.settings_text import demo_key, settings_text
from pipelines.synthetic.truth import Truth, planted_ratios

MARKER = ".synthetic.json"
FEWEST_SOURCES = 3
# People of earlier quarters who may come back; older ones are forgotten, which bounds memory.
_REMEMBERED = 20_000


@dataclass(frozen=True)
class SyntheticSummary:
    """What was written, and the day to make a brief of it; `last_quarter` is written like 2026-Q3."""

    folder: Path
    n_cases: int
    n_files: int
    n_sources: int
    last_quarter: str
    as_of: date


@dataclass(frozen=True, eq=False)
class _Made:
    """One quarter of one source."""

    quarter: Quarter
    cases: Cases
    mess: Mess
    file: SyntheticFile


def write_workspace(
    folder: Path, *, cases: int = 12000, sources: int | None = None, seed: int = 2026, truth: Path | None = None
) -> SyntheticSummary:
    """Write an invented workspace: settings, profiles, a key and one file per source and quarter.

    The same arguments give the same bytes on every machine.

    Args:
        folder: made if it does not exist; if it holds a workspace made with the same arguments, that is written anew.
        cases: how many cases there are in all, one or more.
        sources: how many streams of files, three or more; by default those of the reference network.
        seed: whole number, zero or more.
        truth: where to write what was planted, as JSON; not written when None.
    Returns:
        What was written.
    Raises:
        UsageError: the folder holds something else, or a number is too small.
    """
    n_sources = default_sources() if sources is None else sources
    _check_numbers(cases, n_sources, seed)
    arguments = {"cases": cases, "sources": n_sources, "seed": seed, "version": __version__}
    _claim(folder, arguments)
    plan = plan_workspace(cases, sources=n_sources, seed=seed)
    _write_settings(folder, plan, cases)
    found = Truth()
    for source in plan.sources:
        _write_source(folder, plan, source, found)
    _write_enquiries(folder, plan, found)
    if truth is not None:
        _write_truth(truth, plan, found, arguments)
    last = plan.quarters[-1]
    as_of = last.last_day + timedelta(days=declared("network")["run_days_after"])
    return SyntheticSummary(folder, cases, len(found.files), n_sources, str(last), as_of)


def _check_numbers(cases: int, sources: int, seed: int) -> None:
    if cases < 1:
        raise UsageError("An invented workspace needs one case or more. Ask for --cases 1 or more.")
    if sources < FEWEST_SOURCES:
        raise UsageError(f"An invented workspace needs {FEWEST_SOURCES} sources or more. Ask for --sources 3 or more.")
    if seed < 0:
        raise UsageError("The seed must be a whole number, zero or more.")


def _claim(folder: Path, arguments: dict[str, Any]) -> None:
    """Mark the folder as this workspace's, or refuse one that is something else's."""
    marker, text = folder / MARKER, json.dumps(arguments, indent=2) + "\n"
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Choose a folder.")
    is_same = marker.is_file() and marker.read_text(encoding="utf-8") == text
    if folder.is_dir() and any(folder.iterdir()) and not is_same:
        raise UsageError(f"{folder} holds something else already. Choose another folder, or an empty one.")
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(text, encoding="utf-8", newline="\n")


def _write_settings(folder: Path, plan: Plan, cases: int) -> None:
    (folder / "caseload.toml").write_text(settings_text(plan, cases), encoding="utf-8", newline="\n")
    (folder / "demo.key").touch(mode=0o600)
    (folder / "demo.key").write_text(demo_key(plan.seed), encoding="ascii")
    (folder / "benchmarks").mkdir(exist_ok=True)
    (folder / "benchmarks" / FILE_NAME).write_text(benchmark_text(), encoding="utf-8", newline="\n")
    (folder / "profiles").mkdir(exist_ok=True)
    for name in sorted({source.profile for source in (*plan.sources, enquiry_source(plan))}):
        path = folder / "profiles" / f"{name}.toml"
        path.write_text(profile_text(name), encoding="utf-8", newline="\n")


def _write_source(folder: Path, plan: Plan, source: SourcePlan, found: Truth) -> None:
    inbox = folder / "inbox" / source.source_id
    inbox.mkdir(parents=True, exist_ok=True)
    for made in _quarters_of(plan, source):
        path = inbox / f"{made.quarter}.csv"
        path.write_bytes(made.file.content)
        found.add(source, made.quarter, made.cases, is_readable=made.mess.is_readable(len(made.cases)))
        found.files.append(
            {"file": path.relative_to(folder).as_posix(), "source_id": source.source_id, **made.file.rows}
        )


def _write_enquiries(folder: Path, plan: Plan, found: Truth) -> None:
    source = enquiry_source(plan)
    inbox = folder / "inbox" / source.source_id
    inbox.mkdir(parents=True, exist_ok=True)
    for made in enquiry_files(plan, source):
        path = inbox / f"{made.quarter}.csv"
        path.write_bytes(made.content)
        found.files.append({"file": path.relative_to(folder).as_posix(), "source_id": source.source_id, **made.rows})


def _quarters_of(plan: Plan, source: SourcePlan) -> Iterator[_Made]:
    """Make the quarters of a source one after another: people return, and cases are corrected a quarter later."""
    active = [position for position, n in enumerate(source.cases) if n]
    earlier: Clients | None = None
    corrections: pl.DataFrame | None = None
    next_client, before = 1, 0
    for position in active:
        n, quarter = source.cases[position], plan.quarters[position]
        rng = generator(plan.seed, source.position, position)
        n_new = count_new_clients(n, has_earlier=earlier is not None)
        new = draw_clients(rng, n_new, source=source, first_number=next_client, day=days_since_epoch(quarter)[0])
        opening = draw_opening_clients(rng, n, new=new, earlier=earlier)
        progress = position / max(len(plan.quarters) - 1, 1)
        drawn = draw_cases(rng, opening, source=source, quarter=quarter, progress=progress)
        mess = draw_mess(rng, n, rates=declared("formats")[source.profile]["rates"], before=before)
        drawn = drawn.closed_too_early(mess.closed_before_opened)
        first_case = 1 + sum(
            source.cases[at] for at in active if at < position and plan.quarters[at].year == quarter.year
        )
        contacts = draw_contacts(generator(plan.seed, source.position, position, CONTACTS), drawn, source)
        export = prepare_export(
            rng, drawn, mess, contacts=contacts, source=source, quarter=quarter, first_case=first_case
        )
        file = build_file(export, mess, corrections=corrections, is_last=position == active[-1])
        yield _Made(quarter, drawn, mess, file)
        corrections, before, next_client = file.corrections, before + n, next_client + n_new
        earlier = new if earlier is None else earlier.beside(new).take(slice(-_REMEMBERED, None))


def _write_truth(path: Path, plan: Plan, found: Truth, arguments: dict[str, Any]) -> None:
    """Write what was planted, in a stable order."""
    recorded = [
        dict(zip(("quarter", "source_id", "dimension", "code", "unit"), key, strict=True)) | {"n": n}
        for key, n in sorted(found.found.items())
    ]
    content = {
        "about": "What was planted in an invented workspace. `true_groups` counts people whatever was recorded; "
        "`recorded` counts what a perfect reader finds: corrected, without doubles, without unreadable rows.",
        "arguments": arguments,
        "planted": planted_ratios(plan),
        "true_groups": [
            {"quarter": quarter, "source_id": source, "group": group, "unit": "clients", "n": n}
            for (quarter, source, group), n in sorted(found.planted.items())
        ],
        "recorded": recorded,
        "files": found.files,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
