"""Ways in which a real workspace breaks, by the name that docs/troubleshooting.md gives each of them.

Each takes the hand-made workspace after one good run and does to it what a person, a law centre or a machine does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workspaces import Workspace, as_text, make_rows

NEW = "2026-10.csv"


def _renamed_column(workspace: Workspace) -> None:
    workspace.put(NEW, as_text(make_rows(3, first=900)).replace("Relationship", "Relation ship", 1))


def _names_kept(workspace: Workspace) -> None:
    workspace.put(NEW, make_rows(3, first=900, client_role=("ann.lee@example.org", "Main", "j.smith@example.org")))


def _hardly_anybody(workspace: Workspace) -> None:
    workspace.put(NEW, make_rows(6, first=900, opened="14/10/2026"))


def _database_gone(workspace: Workspace) -> None:
    workspace.database.rename(workspace.folder / "moved-away.duckdb")


def _nothing(_: Workspace) -> None:
    """Leave the workspace as it is."""


BREAKS: Mapping[str, Callable[[Workspace], object]] = {
    "nothing": _nothing,
    "a-broken-installation": _nothing,
    "a-period-without-cases": _nothing,
    "three-late-cases": lambda w: w.put(NEW, make_rows(3, first=900)),
    "a-renamed-column": _renamed_column,
    "an-empty-file": lambda w: w.put(NEW, ""),
    "a-file-cut-off": lambda w: w.put(NEW, as_text(make_rows(3, first=900))[:-40]),
    "addresses-in-a-column": _names_kept,
    "a-slip-of-the-pen": lambda w: w.put(NEW, make_rows(3, first=900, gender=("Female", "Femlae", "Male"))),
    "hardly-anybody": _hardly_anybody,
    "another-run": _nothing,
    "the-database-is-gone": _database_gone,
    "stopped-by-hand": _nothing,
}
