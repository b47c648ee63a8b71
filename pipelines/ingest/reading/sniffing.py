"""How a text file is laid out, found from its beginning.

Answers with the `Layout` that a profile would declare, and says in sentences how one can tell, without anything of what
the file holds. The encoding is found by `text_encoding.py`; what the columns mean is left to `inspect`.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.reading.decoding import codec_of, utf16_codec
from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.reading.text_encoding import find_encoding
from pipelines.resources import reference_file

# Candidates, with how much a layout that only they explain is believed: a colon also stands in times, a caret in notes.
DELIMITERS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, "¦": 0.9, "^": 0.9, "~": 0.9, ":": 0.7}
QUOTES = ('"', "'")
# Rows looked at; enough to tell, and quick however long the beginning is.
MOST_ROWS = 400
# The share of rows with one and the same number of cells below which no delimiter is believed.
ENOUGH = 0.5
# Records of the bulk-load format among the first lines that are not blank: nothing else begins like that.
MOST_RECORDS = 40


@dataclass(frozen=True)
class _Split:
    """How the rows fall apart at one delimiter: the usual number of cells, the share of rows that have it, a score."""

    delimiter: str
    width: int
    share: float
    n_rows: int

    @property
    def score(self) -> float:
        """Give how well it explains the rows; of two that explain all, the one that makes more cells is better."""
        return self.share * DELIMITERS[self.delimiter] * (1 - 1 / self.width)


class Sniffing(NamedTuple):
    """How a text file seems to be laid out, and sentences that say how one can tell."""

    layout: Layout
    evidence: tuple[str, ...]


def sniff_text(head: bytes, *, is_whole: bool = True) -> Sniffing:
    """Find how a text file is laid out.

    Args:
        head: the first bytes of the file, at most about a million.
        is_whole: they are the whole file, so its last line is not cut.
    Returns:
        The layout, and sentences that say how it was found.
    """
    encoding, reason = find_encoding(head)
    lines = _lines(_decoded(head, encoding), is_whole=is_whole)
    found = _objects(lines) or _records(lines) or _delimited(lines)
    return Sniffing(replace(found.layout, encoding=encoding), (reason, *found.evidence))


def _decoded(head: bytes, encoding: str) -> str:
    codec = utf16_codec(head) if encoding == "utf-16" else codec_of(encoding)
    return head.decode(codec, "replace").removeprefix("\ufeff")


def _lines(text: str, *, is_whole: bool) -> list[str]:
    """Give the lines; the last is left out if it may be cut, unless it is the only one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > 1 and (not is_whole or not lines[-1]):
        lines.pop()
    return lines


def _objects(lines: Sequence[str]) -> Sniffing | None:
    """Recognise JSON: an object on each line, or an array of objects."""
    filled = [line for line in lines if line.strip()]
    if re.match(r"\s*\[\s*\{", "\n".join(filled[:2])):
        return Sniffing(Layout(format="jsonl"), ("The file is one JSON array of objects.",))
    first = filled[:10]
    n_objects = sum(_is_object(line) for line in first)
    if not first or n_objects * 2 <= len(first):
        return None
    return Sniffing(Layout(format="jsonl"), ("Its lines are JSON objects.",))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _records(lines: Sequence[str]) -> Sniffing | None:
    """Recognise the bulk-load format: known record types, followed by cells of key and value."""
    types = read_toml(reference_file("bulk_load.toml"), SettingsError)
    known = "|".join(map(re.escape, [Layout().record, *types["header"], *types["aggregate"]]))
    record = re.compile(rf'\s*"?(?:{known})"?\s*,(?:[^=]*=|[\s,]*$)', re.IGNORECASE)
    filled = [line for line in lines if line.strip(' ,"\t')][:MOST_RECORDS]
    n_records = sum(record.match(line) is not None for line in filled)
    if not filled or n_records * 2 <= len(filled):
        return None
    reason = f"{n_records} of its first {len(filled)} lines are records of the legal-aid bulk-load format."
    return Sniffing(Layout(format="bulk-load"), (reason,))


def _delimited(lines: Sequence[str]) -> Sniffing:
    """Find delimiter and quotation mark of rows of cells."""
    named = re.fullmatch(r'"?sep=(.)"?', lines[0].strip(" ")) if lines else None
    splits = {delimiter: _split(lines, delimiter) for delimiter in DELIMITERS}
    believed = [split for split in splits.values() if split.width > 1 and split.share >= ENOUGH]
    if named:
        delimiter = named[1]
        reasons = [f"Its first line names {_shown(delimiter)} as the delimiter, as a spreadsheet program writes it."]
    elif believed:
        best = max(believed, key=lambda split: split.score)
        delimiter = best.delimiter
        reasons = [
            f"At {_shown(delimiter)}, {best.share:.0%} of the first {best.n_rows} rows from the headings on fall apart "
            f"into {best.width} cells."
        ]
    else:
        delimiter = ","
        reasons = ["No delimiter divides its rows evenly, so each is taken as one cell unless it holds a comma."]
    quote, reason = _quote("\n".join(lines[:MOST_ROWS]), delimiter)
    return Sniffing(Layout(delimiter=delimiter, quote=quote), (*reasons, *reason))


def _split(lines: Sequence[str], delimiter: str) -> _Split:
    """Split the rows at a delimiter, and compare their cells from the first row that has the usual number on."""
    csv.field_size_limit(max(csv.field_size_limit(), 1 + sum(map(len, lines))))
    rows = csv.reader((f"{line}\n" for line in lines[:MOST_ROWS]), delimiter=delimiter)
    try:
        widths = [_filled_width(row) for row in rows]
    except csv.Error:
        return _Split(delimiter, 1, 0.0, 0)
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return _Split(delimiter, 1, 0.0, len(widths))
    usual = max(counted, key=lambda width: (counted[width], width))
    below = [width for width in widths[widths.index(usual) :] if width]
    return _Split(delimiter, usual, below.count(usual) / len(below), len(below))


def _filled_width(row: Sequence[str]) -> int:
    """Give the number of cells, 0 for a row in which nothing is filled."""
    return len(row) if any(cell.strip() for cell in row) else 0


def _quote(text: str, delimiter: str) -> tuple[str, tuple[str, ...]]:
    """Find the quotation mark: the one that more cells stand in, or none if it opens cells and never closes one."""
    cut = re.escape(delimiter)
    whole = {
        mark: len(re.findall(rf"(?:^|{cut}) *{mark}(?:[^{mark}]|{mark}{mark})*+{mark}(?= *(?:{cut}|$))", text, re.M))
        for mark in QUOTES
    }
    best = max(QUOTES, key=lambda mark: whole[mark])
    if whole[best]:
        return best, (f"Cells of the first rows that stand between {_shown(best)}: {whole[best]}.",)
    n_open = len(re.findall(rf'(?:^|{cut})"', text, re.M))
    if n_open:
        return "", (
            f"{n_open} cells begin with a quotation mark and none ends with one, so it is a character like any.",
        )
    return QUOTES[0], ()


def _shown(mark: str) -> str:
    names = {"\t": "a tab", '"': "double quotation marks", "'": "single quotation marks"}
    return names.get(mark, f'"{mark}"')
