"""One workspace: settings, key, who may look, who writes, warehouse, ledger, records, disk and clock.

Answers "would a run go well here, and can nobody else look". Everything is opened for reading only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines import holders, migrations, warehouse
from pipelines.doctor.diagnoses import FAULT, NOTE, OK, Diagnosis, judged
from pipelines.history import DAMAGED, UNFINISHED, read_runs
from pipelines.keys import key_path, network_key
from pipelines.ledger import read_ledger
from pipelines.run_record import folder_bytes
from pipelines.settings import Settings, load_settings
from pipelines.tables import loaded_tables

OTHERS = 0o077
# A run works on a copy, may spill as much again, and the former warehouse stands until the new one is in force.
COPIES, LEAST_FREE = 3, 1_000_000_000
# Two clocks never agree to the second.
TOLERANCE = timedelta(minutes=5)
LOOKED_AT = 20


def settings(folder: Path, variables: Mapping[str, str]) -> Diagnosis:
    """Can the settings be used?"""
    found = load_settings(folder, variables)
    return Diagnosis("settings", OK, f"{len(found.sources)} sources of {len(found.centres)} centres")


def key(found: Settings, variables: Mapping[str, str]) -> Diagnosis:
    """Is the network's key there, whole, and its owner's alone?"""
    path = key_path(found, variables)
    if not path.is_file():
        if warehouse.current_database(found.workspace / "warehouse"):
            to_do = "Restore it from a backup. With another key every file has to be read again."
            return Diagnosis(
                "key", FAULT, f"{path} is missing, and pseudonyms in the warehouse were made with it", to_do
            )
        return Diagnosis(
            "key", NOTE, "there is none yet; the first run makes one", "Keep a copy of it in a safe place."
        )
    network_key(found, variables)
    problems = [f"others can read {path}"] if os.name == "posix" and path.stat().st_mode & OTHERS else []
    return judged("key", problems, well="it is there, for its owner alone", to_do=f"chmod 600 {path}")


def modes(folder: Path) -> Diagnosis:
    """Are true counts and records closed to other people of this machine?"""
    if os.name != "posix":
        return Diagnosis("file modes", NOTE, "this system has none", "Let nobody else have an account on the machine.")
    closed = [folder / "warehouse", folder / "outputs" / "internal"]
    open_ones = [path for path in closed if path.is_dir() and path.stat().st_mode & OTHERS]
    if open_ones:
        names = " ".join(str(path) for path in open_ones)
        return Diagnosis("file modes", FAULT, f"others can look into {names}", f"chmod 700 {names}")
    inbox = folder / "inbox"
    if inbox.is_dir() and inbox.stat().st_mode & OTHERS and not _is_closed_above(folder):
        return Diagnosis("file modes", NOTE, f"others can look into {inbox}", f"chmod 700 {inbox}")
    return Diagnosis("file modes", OK, "nobody else can look at records or true counts")


def lock(folder: Path) -> Diagnosis:
    """Is somebody writing, and does that process live?"""
    number = holders.holder(folder / "warehouse")
    # The lock is tried only where its last holder is alive, so that looking keeps no run waiting.
    if number is not None and holders.is_locked(folder / "warehouse"):
        return Diagnosis("lock", NOTE, f"a run is going on (process {number})", "Wait until it has finished.")
    return Diagnosis("lock", OK, "nobody is writing")


def warehouse_in_force(folder: Path) -> Diagnosis:
    """Does the warehouse open, and are its tables those of this version?"""
    database = warehouse.current_database(folder / "warehouse")
    if database is None:
        return Diagnosis("warehouse", NOTE, "there is none yet", "The first run makes it: caseload run.")
    newest = max(step.to for step in migrations.steps())
    try:
        with warehouse.reading(database) as connection:
            shape = migrations.version(connection) or 0
            problems = list(_other_shapes(connection)) if shape >= newest else []
    except warehouse.DatabaseError as error:
        shape, problems = newest, [f"{database} cannot be read ({type(error).__name__})"]
    if shape < newest:
        said = f"{database.name} opens, and its tables are those of an earlier version"
        return Diagnosis("warehouse", NOTE, said, "Nothing: the next run brings them up to date.")
    if shape > newest:
        problems = [f"{database.name} was made by a later version of this product"]
        return judged("warehouse", problems, well="", to_do="Install the later version again.")
    well = f"{database.name} opens, and its tables are those of this version"
    return judged("warehouse", problems, well=well, to_do=warehouse.WAY_OUT)


def ledger(folder: Path) -> Diagnosis:
    """Is the ledger whole, and does it agree with the editions on the shelf?"""
    release = folder / "outputs" / "release"
    found = read_ledger(folder / "outputs" / "internal", release)
    newest = {(each.period, each.audience): each for each in found.entries}.values()
    gone = [each for each in newest if not (release / str(each.period) / str(each.edition) / each.audience).is_dir()]
    problems = [f"{each.period}, edition {each.edition} for {each.audience} is not on the shelf" for each in gone]
    to_do = "Restore outputs/release from a backup, or run again: a run for that period makes the same edition."
    well = f"{len(found.entries)} entries agree with the shelf"
    return judged("ledger and shelf", problems, well=well, to_do=to_do, state=NOTE)


def records(folder: Path) -> Diagnosis:
    """Did the last runs leave whole records, and did they finish?"""
    runs = read_runs(folder / "outputs" / "internal", last=LOOKED_AT)
    problems = [f"{run.run}: {run.result}" for run in runs if run.state in {DAMAGED, UNFINISHED}]
    to_do = "caseload runs --run ID tells more. The next run finishes what was begun."
    return judged("run records", problems, well=f"the last {len(runs)} can be read", to_do=to_do, state=NOTE)


def disk(folder: Path) -> Diagnosis:
    """Is there room for a run?"""
    free, size = shutil.disk_usage(folder).free, folder_bytes(folder / "warehouse")
    needed = max(COPIES * size, LEAST_FREE)
    well = f"{free / 1e9:,.1f} GB are free; a run may need {needed / 1e9:,.1f} GB"
    problems = [f"only {well}"] if free < needed else []
    return judged("disk", problems, well=well, to_do="Make room before the next run.")


def clock(folder: Path, now: datetime) -> Diagnosis:
    """Is the clock later than everything that was done?"""
    runs = read_runs(folder / "outputs" / "internal", last=1)
    pointer = folder / "warehouse" / warehouse.POINTER
    moments = [run.began for run in runs]
    moments += [datetime.fromtimestamp(pointer.stat().st_mtime, UTC)] if pointer.is_file() else []
    late = [moment for moment in moments if moment > now + TOLERANCE]
    problems = (
        [f"it says {now:%Y-%m-%d %H:%M} UTC, and something was done at {max(late):%Y-%m-%d %H:%M}"] if late else []
    )
    to_do = "Set the clock. Until then, give runs the right day with --as-of."
    return judged("clock", problems, well=f"{now:%Y-%m-%d %H:%M} UTC, later than every run", to_do=to_do)


def _is_closed_above(folder: Path) -> bool:
    return any(not path.stat().st_mode & OTHERS for path in (folder.resolve(), *folder.resolve().parents))


def _other_shapes(connection: warehouse.Connection) -> Iterator[str]:
    """Name the loaded tables whose columns are not those of this version."""
    query = "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
    for table, expected in loaded_tables().items():
        present = {found for (found,) in connection.execute(query, table.split(".")).fetchall()}
        if present != set(expected):
            yield f"{table} is of another version"
