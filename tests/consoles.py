"""Pages that show commands with what they say: taken apart into blocks, and compared with what is really said."""

from __future__ import annotations

import re

BLOCK = re.compile(
    r"^```(?P<kind>\w+)(?: (?P<what>title|section|broken)=(?P<name>\S+))?\n(?P<body>.*?)^```$", re.M | re.S
)


def commands(body: str) -> list[tuple[str, list[str]]]:
    """Split a console block into commands, each with the lines shown below it."""
    pieces = re.split(r"^\$ ", body, flags=re.M)[1:]
    return [(piece.splitlines()[0], piece.splitlines()[1:]) for piece in pieces]


def matches(shown: list[str], told: list[str]) -> bool:
    """Compare output: a line "…" stands for any number of lines, "…" inside a line for any text."""
    pieces = [r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n" for line in shown]
    return re.fullmatch("".join(pieces), "".join(f"{line}\n" for line in told)) is not None
