"""Files damaged at random, in every format: what a download, a disk or a hand can do to an export.

Answers "which bytes does a damaged file hold", from a seed. Everything in the files is invented.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
from openpyxl import Workbook as NewWorkbook
from workspaces import as_text, make_rows

N_ROWS = 40
PROFILE_PARTS = {
    "csv": "",
    "utf-16": '[file]\nencoding = "utf-16"\n',
    "windows-1252": '[file]\nencoding = "windows-1252"\n',
    "xlsx": '[file]\nformat = "xlsx"\n',
    "parquet": '[file]\nformat = "parquet"\n',
    "jsonl": '[file]\nformat = "jsonl"\n',
}
SUFFIXES = {"xlsx": ".xlsx", "parquet": ".parquet", "jsonl": ".jsonl"}


def whole_files() -> dict[str, bytes]:
    """Give one sound file for each format; quotation marks, several lines in a cell and accents are among its cells."""
    rows = make_rows(N_ROWS, notes=["", 'said "yes", twice', "two\nlines", "déjà"])
    text = as_text(rows)
    return {
        "csv": text.encode(),
        "utf-16": text.encode("utf-16"),
        "windows-1252": text.encode("cp1252"),
        "xlsx": _workbook(rows),
        "parquet": _parquet(rows),
        "jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(),
    }


def damaged(content: bytes, seed: int) -> bytes:
    """Damage a file in one to three ways.

    Args:
        content: a sound file.
        seed: decides everything.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(chance.randint(1, 3)):
        content = chance.choice(DAMAGES)(content, chance)
    return content


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice([1, 3, 40, 700]))


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _without(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _twice(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:end] + content[start:end] + content[end:]


def _moved(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    rest, to = content[:start] + content[end:], chance.randrange(len(content) - (end - start) + 1)
    return rest[:to] + content[start:end] + rest[to:]


def _sprinkled(content: bytes, chance: random.Random) -> bytes:
    """Put signs that mean something to a reader where they do not belong."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(content) + 1)
        content = content[:at] + chance.choice(SIGNS) + content[at:]
    return content


def _zeroed(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + bytes(end - start) + content[end:]


SIGNS = (
    b'"',
    b'""',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b",,,,,,",
    b"\n\n",
    b'"\n"',
    b"=",
    b"\x1f",
    b"\x1e",
)
DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped, _cut, _without, _twice, _moved, _sprinkled, _sprinkled, _zeroed,
)  # fmt: skip


def _workbook(rows: list[dict[str, str]]) -> bytes:
    book = NewWorkbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.properties.creator = ""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parquet(rows: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out)
    return out.getvalue()


def file_name(kind: str) -> str:
    """Give the name of a file of a format."""
    return f"2026-Q3{SUFFIXES.get(kind, '.csv')}"


def with_layout(profile: Path, kind: str) -> None:
    """Make a profile read a format."""
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("[rows]", f"{PROFILE_PARTS[kind]}[rows]", 1), encoding="utf-8")
