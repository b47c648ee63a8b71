"""What the record of a run says of its outcome: rows, checks, editions and where the statistics are.

Answers "what came of it" in plain data, for `--json`, for the record of a run and for a flow that keeps one. Counts are
true and internal; no value from a record is among them.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines.accounting import totals
from pipelines.advice import other_advice
from pipelines.keys import keyed_digest
from pipelines.listings import forget_words, write_listings
from pipelines.modes import PRIVATE_FOLDER
from pipelines.periods import Period
from pipelines.publication import current_warehouse
from pipelines.request import Request
from pipelines.retaining import remove_old_runs
from pipelines.run import Published, Refreshed, Work
from pipelines.run_record import Recording
from pipelines.run_words import REHEARSAL
from pipelines.stages import timed
from pipelines.statistics_record import record_statistics

STORE_NOTHING = ("check", REHEARSAL)
ACCOUNTING, STATISTICS, DISCLOSURE = "accounting.json", "statistics", "disclosure"


def refreshed_facts(refreshed: Refreshed) -> dict[str, Any]:
    """Give what came of the inbox: the accounting of every file, what was found, and every rule that was checked."""
    looked = refreshed.looked
    return {
        "inputs": [asdict(account) for account in refreshed.accounts],
        "totals": totals(refreshed.accounts),
        "files_read": refreshed.n_files_read,
        "files_known": refreshed.n_files_known,
        "drift": [asdict(drift) for drift in refreshed.drift],
        "unknown_words": [asdict(words) for words in looked.unknown_words],
        "age_bands": [asdict(bands) for bands in looked.age_bands],
        "links": dict(looked.links),
        "corrections": {str(number): n for number, n in looked.corrections.items()},
        "rules": [asdict(rule) for rule in refreshed.rules],
        "removed": removed_facts(refreshed),
    }


def removed_facts(refreshed: Refreshed) -> dict[str, int]:
    """Count what was removed from the warehouse for good, by why."""
    return {name: n for name, n in refreshed.gone.items() if n}


def edition_facts(edition: Published) -> dict[str, Any]:
    """Give what became of one period."""
    return {
        "period": edition.period,
        "edition": edition.edition,
        "is_new": edition.is_new,
        "is_overtaken": edition.is_overtaken,
        "is_kept": edition.is_kept,
        "waiting_cases": edition.n_waiting,
        "folder": str(edition.folder),
        "audiences": list(edition.audiences),
        "left_out": dict(edition.left_out),
        "hidden": dict(edition.n_hidden),
    }


def tell_refreshed(record: Recording, work: Work, refreshed: Refreshed) -> None:
    """Add to a record what came of the inbox; the accounting of what was stored becomes a file of its own.

    In the record itself an input has its name and a digest that only a holder of the network's key can compare.
    """
    facts, key = refreshed_facts(refreshed), work.key
    accounts = facts.pop("inputs")
    if record.content["command"] in STORE_NOTHING:
        facts["accounts"] = accounts
    else:
        record.write(ACCOUNTING, {"inputs": accounts})
    inputs = [
        {"source": each.source, "file": each.file, "digest": keyed_digest(key, each.sha256)}
        for each in refreshed.accounts
    ]
    waiting = [asdict(rows) for rows in refreshed.looked.waiting]
    record.tell(**facts, inputs=inputs, waiting=waiting, advice=other_advice(refreshed))


def keep_refreshed(record: Recording, work: Work, refreshed: Refreshed) -> None:
    """Add to a record what came of the inbox and was stored, with the rows that wait; forget words that are no more."""
    settings = work.settings
    forget_words(settings.internal_root, work.words)
    tell_refreshed(record, work, refreshed)
    write_listings(current_warehouse(settings), record.folder)


def keep_published(
    record: Recording, request: Request, published: Sequence[Published], *, timings: dict[str, float] | None = None
) -> int:  # fmt: skip
    """Add to a record which editions stand and the statistics that stay inside; remove records past their retention.

    Returns:
        How many records of runs were removed.
    """
    tell_published(record, published)
    with timed(STATISTICS, timings):
        tell_statistics(record, request, published)
    n_removed = remove_old_runs(request.settings(), request.as_of, but=record.folder)
    if n_removed:
        record.tell(removed={**record.content.get("removed", {}), "runs": n_removed})
    return n_removed


def tell_published(record: Recording, published: Sequence[Published]) -> None:
    """Add to a record which editions stand, and what protection cost and the audit found."""
    for each in (each for each in published if not each.is_kept):
        record.write(f"{DISCLOSURE}/{each.period}.json", each.disclosure)
    record.tell(editions=[edition_facts(edition) for edition in published])


def tell_statistics(record: Recording, request: Request, published: Sequence[Published]) -> None:
    """Add to a record the statistics that stay inside; it names the run whose record holds the same ones already.

    A schedule that runs every night would keep the same tables every night.
    """
    database = current_warehouse(request.settings())
    found = {}
    (record.folder / STATISTICS).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    # A period that stands without some of its cases has no statistics that would agree with its brief.
    for each in (each for each in published if not each.is_kept):
        folder = record.folder / STATISTICS / each.period
        record_statistics(request, database, Period.parse(each.period), folder)
        found[each.period] = kept_in(folder)
    record.tell(statistics=found)


def kept_in(folder: Path) -> str:
    """Give the run whose record holds these tables: an earlier one with the same bytes, or this one."""
    run = folder.parents[1]
    earlier = [path for path in run.parent.glob(f"*/{STATISTICS}/{folder.name}") if path.parents[1].name < run.name]
    if not earlier or _digests(max(earlier)) != _digests(folder):
        return run.name
    shutil.rmtree(folder)
    with suppress(OSError):  # another period may have tables in it
        folder.parent.rmdir()
    return max(earlier).parents[1].name


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
