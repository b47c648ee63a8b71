"""The command line: which commands there are and what each takes.

What a command does is left to `cli.py`. Nothing heavy is imported here, so that help answers at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

from pipelines import __version__
from pipelines.periods import Period

EPILOG = "Exit codes and every message are explained in docs/errors.md."
Handler = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command_parser(handlers: Mapping[str, Handler]) -> argparse.ArgumentParser:
    """Build the parser of the whole command line.

    Args:
        handlers: what each command does; it is left in `command` of what is parsed.
    """
    parser = argparse.ArgumentParser(prog="caseload", description="Data briefs from case exports.", epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"caseload {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adders: dict[str, Callable[[Commands], argparse.ArgumentParser]] = {
        "demo": _add_demo,
        "synth": _add_synth,
        "init": _add_init,
        "inspect": _add_inspect,
        "check": _add_check,
        "run": _add_run,
        "erase": _add_erase,
        "audit": _add_audit,
        "diff": _add_diff,
        "findings": _add_findings,
        "backup": _add_backup,
        "restore": _add_restore,
        "runs": _add_runs,
        "doctor": _add_doctor,
        "serve": _add_serve,
    }
    for name, add in adders.items():
        add(commands).set_defaults(command=handlers[name], command_name=name)
    return parser


def _add_demo(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("demo", help="make a synthetic workspace and run the whole pipeline on it")
    parser.add_argument("--out", type=Path, default=Path("caseload-demo"), metavar="DIR", help="default: caseload-demo")
    _add_synthetic(parser)
    _add_json(parser)
    return parser


def _add_synth(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("synth", help="make a synthetic workspace only")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--sources", type=int, metavar="K", help="how many sources; three or more")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write what was planted, as JSON")
    _add_synthetic(parser)
    return parser


def _add_synthetic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=40_000, metavar="N", help="how many cases (default: 40000)")
    parser.add_argument("--seed", type=int, default=2026, metavar="S", help="the same seed gives the same files")


def _add_init(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("init", help="write a commented, empty workspace")
    parser.add_argument("folder", type=Path, metavar="DIR")
    return parser


def _add_inspect(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("inspect", help="say what a file is and propose a profile for it")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--write", type=Path, metavar="PROFILE.toml", help="write the proposed profile to a new file")
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="whose centres to know")
    _add_json(parser)
    return parser


def _add_check(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("check", help="read and validate without storing anything")
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="sources to look at; all unless named")
    _add_workspace(parser)
    _add_json(parser)
    return parser


def _add_run(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("run", help="ingest, validate, build, analyse, protect, audit and release")
    parser.add_argument("--period", type=_period, metavar="P", help="such as 2026-Q3 or 2022-Q2_2023-Q4")
    whom = "network, public, centre-<id> or centres; may be repeated (default: those of the settings)"
    parser.add_argument("--audience", action="append", metavar="A", help=whom)
    parser.add_argument("--dry-run", action="store_true", help="do everything but store and release")
    _add_workspace(parser)
    _add_json(parser)
    return parser


def _add_erase(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("erase", help="remove a person from the warehouse and from later editions")
    parser.add_argument(
        "--client", metavar="KEY", help="the pseudonym in the warehouse (client_key), never a reference"
    )
    whose = "file with a reference as the source writes it, one a line; - for standard input"
    parser.add_argument("--reference-file", metavar="FILE", help=whose)
    parser.add_argument("--source", metavar="S", help="the source whose references these are")
    parser.add_argument("--case", action="store_true", help="they are references of cases, not of clients")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    _add_workspace(parser)
    _add_json(parser)
    return parser


def _add_audit(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("audit", help="attack a release from its published files alone")
    parser.add_argument("folder", type=Path, metavar="RELEASE_DIR", help="all releases, or one of them")
    parser.add_argument("--deep", action="store_true", help="also attack complete profiles of people; takes longer")
    _add_json(parser)
    return parser


def _add_diff(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("diff", help="say what changed between two published editions")
    parser.add_argument("old", type=Path, metavar="OLD", help="folder of an edition, or of one audience of it")
    parser.add_argument("new", type=Path, metavar="NEW", help="folder of a later edition of the same period")
    _add_json(parser)
    return parser


def _add_findings(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("findings", help="list published findings, or write them down for comment")
    parser.add_argument("--for-comment", action="store_true", help="write a document to fill in, and answer files")
    whom = "network, public or centre-<id> (default: network)"
    parser.add_argument("--audience", default="network", metavar="A", help=whom)
    parser.add_argument("--period", type=_period, metavar="P", help="such as 2026-Q3 (default: the newest)")
    parser.add_argument("--edition", type=_count, metavar="N", help="its number (default: the newest)")
    parser.add_argument("--to", type=Path, metavar="DIR", help="where to write (default: below outputs/for-comment)")
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="default: the current folder")
    _add_json(parser)
    return parser


def _add_backup(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("backup", help="write the whole workspace into one encrypted file")
    where = "a new file that ends with .age, or a folder (default: backups/ of the workspace)"
    parser.add_argument("--to", type=Path, metavar="FILE", help=where)
    _add_key_file(parser)
    parser.add_argument("--make-key", action="store_true", help="only make the key of backups, once")
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="default: the current folder")
    return parser


def _add_restore(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("restore", help="check a backup and write it into a new folder")
    parser.add_argument("file", type=Path, metavar="FILE", help="a backup")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", type=Path, metavar="DIR", help="a new or empty folder")
    what.add_argument("--verify-only", action="store_true", help="only check that the backup is whole")
    _add_key_file(parser)
    return parser


def _add_key_file(parser: argparse.ArgumentParser) -> None:
    where = "holds the key of backups (default: the variable CASELOAD_BACKUP_KEY, the usual file, the keyring)"
    parser.add_argument("--key-file", type=Path, metavar="F", help=where)


def _add_runs(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("runs", help="list what was run, how long it took and how it ended")
    parser.add_argument("--last", type=_count, default=20, metavar="N", help="so many of the newest (default: 20)")
    parser.add_argument("--run", metavar="ID", help="one run in full; the newest by the word last")
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="default: the current folder")
    _add_json(parser)
    return parser


def _add_doctor(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("doctor", help="check versions, fonts, telemetry, disk, lock and workspace")
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="default: the current folder")
    _add_json(parser)
    return parser


def _add_serve(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser("serve", help="run the scheduled flows, with Prefect's page, on this machine")
    parser.add_argument("--workspace", type=Path, default=Path(), metavar="DIR", help="default: the current folder")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=int, default=4200, help="the port to listen on (default: 4200)")
    return parser


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


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no such number: give 1 or more")
    return int(text)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a period: {error}") from None
