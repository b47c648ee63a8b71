"""Comments of stakeholders, written as files of a workspace; a test states what matters."""

from __future__ import annotations

from pathlib import Path

SAID_BY = "Advice manager, Harbour Law Centre"
HEAD = {"about": "AGED_55_PLUS", "said_by": SAID_BY}
TEXT = "Older clients come to our drop-in.\n"


def write(folder: Path, *, body: str = TEXT, name: str = "1.md", **head: str) -> Path:
    """Write a comment; a key without a value is left out."""
    lines = [f"{key}: {value}" for key, value in (HEAD | head).items() if value]
    path = folder / "commentary" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["---", *lines, "---", body]), encoding="utf-8")
    return path
