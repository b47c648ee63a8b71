"""The looking-up half of the report of a run: rows by file, rules, stages, files that are kept, versions.

Answers "where did each row go" and "what did it take". Everything is read from the record; counts are true.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from pipelines.run_page_parts import Column, Section, Table, columns, megabytes, row, said
from pipelines.run_words import run_words

Told = Mapping[str, Any]
STATES = ("rows_read", "accepted", "quarantined", "superseded", "duplicate", "ignored")
FILES = {
    "quarantine.csv": "Rows that wait, with row number, reason and remedy (quarantine.csv)",
    "unknown_words.csv": "Words that nobody explained (unknown_words.csv; holds what stood in the files)",
    "accounting.json": "Accounting of every file (accounting.json)",
    "run.json": "This record for programs (run.json)",
}


def rows_section(accounts: list[Told]) -> Section:
    """Account for every row of every file, source by source; each line adds up."""
    tables, sums = [], []
    for source, files in groupby(
        sorted(accounts, key=lambda each: (each["source"], each["file"])), key=lambda each: each["source"]
    ):
        listed = list(files)
        total = row("All files", *(sum(each[name] for each in listed) for name in STATES), _adds_up(listed))
        rows = tuple(row(each["file"], *(each[name] for name in STATES), _adds_up([each])) for each in listed)
        sums.append(row(source, *total[1:]))
        caption = f"Files of {source} ({len(listed)})"
        tables.append(Table(f"rows-{source}", caption, _of_rows("File"), rows, total, is_folded=True))
    if not sums:
        return Section("rows", "Where every row went")
    total = row("All sources", *(sum(each[name] for each in accounts) for name in STATES), _adds_up(accounts))
    whole = Table(
        "rows-all",
        "Rows by source: read = accepted + quarantined + superseded + duplicate + ignored",
        _of_rows("Source"),
        tuple(sums),
        total,
    )
    return Section("rows", "Where every row went", tables=(whole, *tables))


def _of_rows(first: str) -> tuple[Column, ...]:
    return columns(first, "Read", "Accepted", "Quarantined", "Superseded", "Duplicate", "Ignored", "Adds up")


def _adds_up(accounts: list[Told]) -> bool:
    return all(each["rows_read"] == sum(each[name] for name in STATES[1:]) for each in accounts)


def rules_section(told: Told) -> Section:
    """Tell what became of every rule, broken ones first."""
    found = sorted(told.get("rules", []), key=lambda each: each["is_met"])
    rows = tuple(
        row(
            each["rule"].replace("_", " "),
            each["table"],
            "met" if each["is_met"] else f"broken: {each['notes']}",
            each["n_failed"] if each["n_checked"] else None,
            each["n_checked"] or None,
            f"{each['severity']}, {each['action']}",
        )
        for each in found
    )
    heads = columns(
        "Rule", "Table", "Outcome", "Failed", "Checked", "If it fails", words=("Table", "Outcome", "If it fails")
    )
    broken = sum(not each["is_met"] for each in found)
    summary = (f"{len(found) - broken:,} of {len(found):,} rules are met.",) if found else ()
    tables = (Table("rules-table", "Every rule that was checked", heads, rows, is_folded=not broken),) if rows else ()
    return Section("rules", "Checks of the data", paragraphs=summary, tables=tables)


def stages_section(told: Told) -> Section:
    """Tell how long each stage took and how it ended."""
    names = run_words()["stages"]
    rows = tuple(
        row(names.get(each["stage"], each["stage"]), each["state"], each["seconds"]) for each in told["stages"]
    )
    timed = sum(each["seconds"] for each in told["stages"])
    total = row("All stages", "", timed)
    tables = (
        (
            Table(
                "stages-table",
                "Stages in the order of the run",
                columns("Stage", "State", "Seconds", words=("State",)),
                rows,
                total,
            ),
        )
        if rows
        else ()
    )
    return Section("stages", "How long it took", tables=tables)


def kept_section(told: Told, folder: Path) -> Section:
    """Lead to the files that stay inside."""
    links = [(text, name) for name, text in FILES.items() if (folder / name).is_file()]
    for period, run in told.get("statistics", {}).items():
        place = folder.parent / run / "statistics" / period
        names = sorted(path.name for path in place.glob("*.csv")) if place.is_dir() else []
        links += [
            (
                f"Statistics of {period}: {name.removesuffix('.csv').replace('_', ' ')}",
                f"../{run}/statistics/{period}/{name}",
            )
            for name in names
        ]
    return Section("kept", "What else is kept inside", links=tuple(links))


def versions_section(told: Told) -> Section:
    """Tell what was asked, with which versions it was done, and what it took of memory and disk."""
    disk, asked = told.get("disk", {}), told["asked_for"]
    wanted = ", ".join([*asked["audiences"], *asked["sources"]]) or "as the settings say"
    rows = [
        ("Asked for", f"{asked['period'] or 'the periods of the settings'}; {wanted}; as of {asked['as_of']}"),
        ("caseload", told["product_version"]),
        *((name, version) for name, version in told["versions"].items()),
        ("Most memory of one process", f"{said(told.get('peak_memory_mb'))} MB"),
        ("Processor time", f"{said(told.get('cpu_seconds'))} seconds"),
        ("Warehouse on disk", megabytes(disk.get("warehouse_bytes"))),
        ("Releases on disk", megabytes(disk.get("release_bytes"))),
        ("Internal records on disk", megabytes(disk.get("internal_bytes"))),
    ]
    table = Table(
        "versions-table",
        "Versions, memory and disk",
        columns("What", "Value", words=("Value",)),
        tuple(row(*each) for each in rows),
    )
    return Section("versions", "Versions and resources", tables=(table,))


def read_json(path: Path) -> dict[str, Any]:
    """Read one file of a record; nothing where there is none."""
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
