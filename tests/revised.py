"""A period that was revised once, with comment, event and explanation: what stands on its shelf, and changes to it."""

from __future__ import annotations

import json
import re
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from workspaces import QUARTER, Workspace, make_rows

WHY = "The first export had left out 55 cases."
EXPLANATION = f'[[revisions]]\nperiod = "{QUARTER}"\nedition = 2\nwhy = "{WHY}"\n'
COMMENT = """---
about: aged_55_plus
said_by: Advice manager, Harbour Law Centre
said_on: 2026-10-02
audiences: network
---
We turned away about 15 older people
a month. See [the rules](https://www.gov.uk/settled-status).
"""
EVENT = '[[events]]\non = 2026-07-01\nwhat = "Riverside opened a second office."\nkind = "service"\n'


def revise(published: Workspace, folder: Path) -> Workspace:
    """Copy a workspace that was run once, and let 55 late cases in."""
    made = Workspace(folder, published.variables)
    shutil.copytree(published.folder, made.folder)
    made.put("late.csv", make_rows(55, first=141))
    (made.folder / "commentary").mkdir(exist_ok=True)
    for name, text in (("commentary/1.md", COMMENT), ("events.toml", EVENT), ("revisions.toml", EXPLANATION)):
        (made.folder / name).write_text(text, encoding="utf-8")
    (edition,) = made.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    return made


def shelf(workspace: Workspace, *parts: str) -> Path:
    return workspace.folder.joinpath("outputs/release", QUARTER, *parts)


def manifest(workspace: Workspace, edition: int, audience: str = "public") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shelf(workspace, str(edition), audience) / "manifest.json").read_bytes())
    return found


def page(workspace: Workspace, edition: int, audience: str = "public") -> str:
    return (shelf(workspace, str(edition), audience) / "brief.html").read_text(encoding="utf-8")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rewrite(folder: Path, **changes: Any) -> None:
    """Change what a manifest says."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes), encoding="utf-8")


def rewrite_file(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file, and its digest in the manifest, as somebody would who wants it to pass."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    outputs = json.loads((folder / "manifest.json").read_bytes())["outputs"]
    rewrite(folder, outputs=outputs | {name: sha256(path.read_bytes()).hexdigest()})
