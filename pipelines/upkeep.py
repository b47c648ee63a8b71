"""The commands that look after a workspace: findings for comment, erase, backups, history, doctor, serving schedules.

Each is a thin handler for the command line: it calls one function and prints what that says. Heavy imports wait until a
command is known, as in `cli.py`.
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.errors import SettingsError

if TYPE_CHECKING:
    from pipelines.settings import Settings


def backup(options: argparse.Namespace) -> int:
    """Make a backup, or the key of backups."""
    from pipelines import backup

    if options.make_key:
        print(backup.key_text(*backup.make_key(options.key_file, os.environ)))
        return 0
    key = backup.find_key(options.key_file, os.environ)
    settings = _settings(options)
    made = backup.make_backup(
        settings, key, to=options.to, now=datetime.now(UTC), variables=os.environ, key_file=options.key_file
    )
    print(backup.made_text(made))
    return 0


def restore(options: argparse.Namespace) -> int:
    """Check a backup, or write it into a new folder."""
    from pipelines import backup

    key = backup.find_key(options.key_file, os.environ)
    if options.verify_only:
        print(backup.verified_text(options.file, backup.verify_backup(options.file, key)))
    else:
        print(backup.restored_text(backup.restore_backup(options.file, options.to, key, os.environ)))
    return 0


def runs(options: argparse.Namespace) -> int:
    """List the runs of a workspace, or tell one in full."""
    from pipelines.history import find_run, read_runs, run_text, runs_text
    from pipelines.settings import require_workspace

    internal = require_workspace(options.workspace).parent / "outputs" / "internal"
    if options.run:
        found = find_run(internal, options.run)
        print(json.dumps(found.as_json(), indent=2, sort_keys=True) if options.json else run_text(found))
        return 0
    runs = read_runs(internal, last=options.last)
    told = {"runs": [run.as_json() for run in runs]}
    print(json.dumps(told, indent=2, sort_keys=True) if options.json else runs_text(runs))
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Examine this machine and a workspace."""
    from pipelines.doctor import examine

    report = examine(options.workspace, os.environ, now=datetime.now(UTC))
    print(json.dumps(report.as_json(), indent=2, sort_keys=True) if options.json else report.as_text())
    return 0 if report.is_well else SettingsError.exit_code


def _settings(options: argparse.Namespace) -> Settings:
    from pipelines.settings import load_settings

    return load_settings(options.workspace, os.environ)


def findings(options: argparse.Namespace) -> int:
    """List the findings of a published brief, or write them down for comment."""
    from pipelines.asking import find_findings, write_for_comment

    settings = _settings(options)
    found = find_findings(settings, options.audience, period=options.period, edition=options.edition)
    if options.for_comment:
        found = write_for_comment(settings, found, options.to)
    print(json.dumps(found.as_json(), indent=2, sort_keys=True) if options.json else found.as_text())
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve the scheduled flows until somebody stops it."""
    from pipelines.serving import serve_workspace

    def say(line: str) -> None:
        print(line, flush=True)

    serve_workspace(options.workspace, os.environ, host=options.host, port=options.port, say=say)
    return 0


def erase(options: argparse.Namespace) -> int:
    """Erase people from a workspace."""
    from pipelines.erasing import erased
    from pipelines.wanted import wanted_people

    wanted = wanted_people(options.client, options.reference_file, options.source, is_case=options.case)
    report = erased(options.workspace, os.environ, wanted, now=datetime.now(UTC), dry_run=options.dry_run)
    print(json.dumps(report.as_json(), indent=2, sort_keys=True) if options.json else report.as_text())
    return 0
