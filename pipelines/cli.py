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
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import __version__
from pipelines.errors import CaseloadError
from pipelines.periods import Period

if TYPE_CHECKING:
    from pipelines.reports import RunReport
    from pipelines.request import Request

EPILOG = "Exit codes and every message are explained in docs/errors.md."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the command line without the program's name; the real one unless given.
    Returns:
        The contract's exit code.
    """
    options = _parser().parse_args(arguments)
    try:
        code = int(options.command(options))
    except CaseloadError as error:
        code = _tell_failure(options, str(error), error.exit_code)
    except KeyboardInterrupt:
        print("caseload: stopped. Nothing was stored half-way.", file=sys.stderr)
        code = 130
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        code = _tell_failure(options, _fault(error), 1)
    return code


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


def script() -> None:
    """Run the command and leave at once.

    DuckDB's binding reports its own leftovers on the screen when Python is taken down in the ordinary way with Great
    Expectations loaded. Everything is written and closed by now, so nothing is lost by leaving directly.
    """
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    if "great_expectations" in sys.modules:
        os._exit(code)
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="caseload", description="Data briefs from case exports.", epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"caseload {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_demo(commands)
    _add_synth(commands)
    _add_init(commands)
    _add_check(commands)
    _add_run(commands)
    return parser


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("demo", help="make a synthetic workspace and run the whole pipeline on it")
    parser.add_argument("--out", type=Path, default=Path("caseload-demo"), metavar="DIR", help="default: caseload-demo")
    _add_synthetic(parser)
    _add_json(parser)
    parser.set_defaults(command=_demo)


def _add_synth(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("synth", help="make a synthetic workspace only")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--sources", type=int, metavar="K", help="how many sources; three or more")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write what was planted, as JSON")
    _add_synthetic(parser)
    parser.set_defaults(command=_synth)


def _add_synthetic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=12_000, metavar="N", help="how many cases (default: 12000)")
    parser.add_argument("--seed", type=int, default=2026, metavar="S", help="the same seed gives the same files")


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("init", help="write a commented, empty workspace")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.set_defaults(command=_init)


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("check", help="read and validate without storing anything")
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="sources to look at; all unless named")
    _add_workspace(parser)
    _add_json(parser)
    parser.set_defaults(command=_check)


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("run", help="ingest, validate, build, analyse, protect, audit and release")
    parser.add_argument("--period", type=_period, metavar="P", help="such as 2026-Q3 or 2022-Q2_2023-Q4")
    parser.add_argument("--audience", action="append", metavar="A", help="network or public; may be repeated")
    parser.add_argument("--dry-run", action="store_true", help="do everything but store and release")
    _add_workspace(parser)
    _add_json(parser)
    parser.set_defaults(command=_run)


def _add_workspace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="default: the current folder")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="the day the run speaks of (default: today)")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-11-15") from None


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a period: {error}") from None


def _demo(options: argparse.Namespace) -> int:
    from pipelines.synthetic import write_workspace

    made = write_workspace(options.out, cases=options.cases, seed=options.seed)
    _say(f"Synthetic workspace: {made.folder} ({made.n_cases:,} invented cases in {made.n_files} files).")
    choices = ["--workspace", str(made.folder), "--as-of", str(made.as_of), "--period", made.last_quarter]
    return _run(_parser().parse_args(["run", *choices, *(["--json"] if options.json else [])]))


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


def _check(options: argparse.Namespace) -> int:
    from pipelines.reports import checked

    report = checked(_request(options, sources=tuple(options.sources)))
    return _tell(report, as_json=options.json)


def _run(options: argparse.Namespace) -> int:
    from pipelines.reports import executed, rehearsed

    request = _request(options)
    if options.dry_run:
        return _tell(rehearsed(request), as_json=options.json)
    return _tell(executed(request, now=datetime.now(UTC), progress=_say), as_json=options.json)


def _request(options: argparse.Namespace, *, sources: tuple[str, ...] = ()) -> Request:
    from pipelines.request import Request

    return Request(
        workspace=options.workspace,
        as_of=options.as_of or datetime.now(UTC).date(),
        variables=os.environ,
        period=getattr(options, "period", None),
        audiences=tuple(getattr(options, "audience", None) or ("network", "public")),
        sources=sources,
    )


def _tell(report: RunReport, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(report.as_json(), indent=2, sort_keys=True))
    else:
        print(report.as_text())
    return 0


def _say(sentence: str) -> None:
    """Report progress, on a terminal only."""
    if sys.stderr.isatty():
        print(sentence, file=sys.stderr, flush=True)
