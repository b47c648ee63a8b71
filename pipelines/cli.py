"""The `caseload` command: reads arguments, calls `run.py`, turns failures into one paragraph and an exit code.

Nothing heavy is imported before a command is known, so that help answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import upkeep
from pipelines.arguments import command_parser
from pipelines.collecting import collect_seldom
from pipelines.errors import CaseloadError, DisclosureError, DiskError

if TYPE_CHECKING:
    from pipelines.reports import RunReport
    from pipelines.request import Request

# What a shell reports of a program that was stopped because nobody read its output any more.
NOT_READ_ON = 141


def main(arguments: Sequence[str] | None = None, *, is_program: bool = False) -> int:
    """Run one command.

    Args:
        arguments: the command line without the program's name; the real one unless given.
        is_program: this process does nothing else, so that others may be started for it; a process that is started
            from somebody's script would run the script again.
    Returns:
        The contract's exit code.
    """
    options = _parser().parse_args(arguments)
    options.is_program = is_program
    try:
        code = _noted(options, sys.argv[1:] if arguments is None else arguments)
    except CaseloadError as error:
        code = _tell_failure(options, str(error), error.exit_code)
    except KeyboardInterrupt:
        print("caseload: stopped. Nothing was stored half-way.", file=sys.stderr)
        code = 130
    except BrokenPipeError:
        code = _not_read_on()
    except OSError as error:
        code = _tell_failure(options, str(_refused(error)), DiskError.exit_code)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        code = _tell_failure(options, _fault(error), 1)
    if options.note.problem:
        print(f"caseload: {options.note.problem}", file=sys.stderr)
    return code


def _noted(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    """Run a command and write it down in the activity log of its workspace."""
    from pipelines.activity import noted

    places = [getattr(options, name, None) for name in ("workspace", "out", "folder", "new")]
    place = next((place for place in places if place is not None), Path())
    names = [word.partition("=")[0] for word in arguments if word.startswith("--") and word != "--"]
    with noted(place, options.command_name, names, os.environ) as options.note:
        options.note.exit_code = int(options.command(options))
    return int(options.note.exit_code)


def _not_read_on() -> int:
    """End as other programs do when whoever reads the output stops reading it, such as `head`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NOT_READ_ON


def _tell_failure(options: argparse.Namespace, message: str, code: int) -> int:
    """Say what went wrong to a person, and to a program that asked for JSON."""
    print(f"caseload: {message}", file=sys.stderr)
    if getattr(options, "json", False):
        print(json.dumps({"status": "failed", "exit_code": code, "message": message}, indent=2, sort_keys=True))
    return code


def _fault(error: Exception) -> str:
    """Describe a bug by its kind and place. Its message and traceback could quote a record, so they are not shown."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"a fault in the program ({type(error).__name__} at {Path(place.filename).name}, line {place.lineno}). "
        "Nothing was stored half-way. Please report it with these words. "
        "For a full account, on synthetic data, run python -X dev -m pipelines."
    )


def _refused(error: OSError) -> DiskError:
    from pipelines import disk

    return disk.refused(error, Path(), doing=disk.NOT_COMPLETED)


def script() -> None:
    """Run the command and leave at once.

    At an ordinary end DuckDB's binding reports leftovers on the screen. Everything is written and closed before.
    """
    collect_seldom()
    code = main(is_program=True)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _not_read_on()
    sys.stderr.flush()
    if "great_expectations" in sys.modules:  # without it nothing is left over
        os._exit(code)
    sys.exit(code)


def _demo(options: argparse.Namespace) -> int:
    from pipelines.synthetic import write_workspace

    made = write_workspace(options.out, cases=options.cases, seed=options.seed)
    _say(f"Synthetic workspace: {made.folder} ({made.n_cases:,} invented cases in {made.n_files} files).")
    choices = ["--workspace", str(made.folder), "--as-of", str(made.as_of), "--period", made.last_quarter]
    run = _parser().parse_args(["run", *choices, *(["--json"] if options.json else [])])
    run.note, run.is_program = options.note, options.is_program
    return _run(run)


def _synth(options: argparse.Namespace) -> int:
    from pipelines.synthetic import write_workspace

    made = write_workspace(
        options.out, cases=options.cases, sources=options.sources, seed=options.seed, truth=options.truth
    )
    print(f"{made.folder}: {made.n_cases:,} invented cases in {made.n_files} files of {made.n_sources} sources.")
    print(f"Next: caseload run --workspace {made.folder} --as-of {made.as_of}")
    return 0


def _init(options: argparse.Namespace) -> int:
    from pipelines.workspace import init_workspace

    for path in init_workspace(options.folder):
        print(path)
    print(f"Next: edit {options.folder / 'caseload.toml'} and a profile, put files into the inbox, then:")
    print(f"  caseload check --workspace {options.folder}")
    return 0


def _inspect(options: argparse.Namespace) -> int:
    from pipelines.inspecting import inspect_file, write_profile
    from pipelines.settings import FILE_NAME, load_settings

    is_workspace = (options.workspace / FILE_NAME).is_file()
    settings = load_settings(options.workspace, os.environ) if is_workspace else None
    found = inspect_file(options.file, settings=settings)
    if options.write:
        write_profile(found, options.write)
    print(json.dumps(found.as_json(), indent=2, sort_keys=True) if options.json else found.as_text())
    if options.write:
        _say(f"Profile written: {options.write}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from pipelines.reports import checked

    return _tell(checked(_request(options, sources=tuple(options.sources)), now=datetime.now(UTC)), options)


def _run(options: argparse.Namespace) -> int:
    from pipelines.preparing import prepared

    request = _request(options)
    with prepared(request) if options.is_program else nullcontext():
        from pipelines.reports import executed, rehearsed  # others load what they need meanwhile

        if options.dry_run:
            return _tell(rehearsed(request, now=datetime.now(UTC)), options)
        return _tell(executed(request, now=datetime.now(UTC), progress=_say), options)


def _audit(options: argparse.Namespace) -> int:
    from pipelines.audit import audit_folder

    report = audit_folder(options.folder, deep=options.deep)
    print(json.dumps(report.as_json(), indent=2, sort_keys=True) if options.json else report.as_text())
    return 0 if report.passed else DisclosureError.exit_code


def _diff(options: argparse.Namespace) -> int:
    from pipelines.revisions import as_json, as_text, compare_folders

    found, alone = compare_folders(options.old, options.new)
    told, lines = as_json(found, alone), [*(as_text(each) for each in found), *alone]
    print(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) if options.json else "\n".join(lines))
    return 0


def _request(options: argparse.Namespace, *, sources: tuple[str, ...] = ()) -> Request:
    from pipelines.request import Request

    return Request(
        workspace=options.workspace,
        as_of=options.as_of or datetime.now(UTC).date(),
        variables=os.environ,
        period=getattr(options, "period", None),
        audiences=tuple(getattr(options, "audience", None) or ()),
        sources=sources,
    )


def _tell(report: RunReport, options: argparse.Namespace) -> int:
    told = report.as_json()
    options.note.tell_editions(told["editions"])
    print(json.dumps(told, indent=2, sort_keys=True) if options.json else report.as_text())
    return 0


def _say(sentence: str) -> None:
    """Report progress, on a terminal only."""
    if sys.stderr.isatty():
        print(sentence, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    return command_parser(
        {
            "demo": _demo,
            "synth": _synth,
            "init": _init,
            "inspect": _inspect,
            "check": _check,
            "run": _run,
            "erase": upkeep.erase,
            "audit": _audit,
            "diff": _diff,
            "findings": upkeep.findings,
            "backup": upkeep.backup,
            "restore": upkeep.restore,
            "runs": upkeep.runs,
            "doctor": upkeep.doctor,
            "serve": upkeep.serve,
        }
    )
