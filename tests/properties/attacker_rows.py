"""The rows of released CSV files, and the people that each of them counts."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping

# The codes that all of those counted share.
Where = frozenset[tuple[str, str]]
MEASURES = ("period", "unit", "n", "share", "network_n", "network_share", "status", "provisional")
FAMILY = "advice_family_code"
# A table of reasons why cases are open is of clients whose case is, and so is its total.
STALL, OPEN = "stall_reason_code", "is open"


def where_of(names: Iterable[str], codes: Iterable[str]) -> Where:
    """Say which people a row counts; a group of interest is a column of its own, because groups overlap."""
    named = dict(zip(names, codes, strict=True))
    if STALL in named:
        named[OPEN] = "Y"
    if "field_code" in named:
        named["recorded " + named.pop("field_code")] = named.pop("recorded_code")
    if "group_code" in named:
        named["group " + named.pop("group_code")] = named.pop("membership_code")
    return frozenset((name, code) for name, code in named.items() if code != "_T")


def rows_of(files: Mapping[str, bytes]) -> Iterable[tuple[dict[str, str], list[str]]]:
    for content in files.values():
        for row in csv.DictReader(io.StringIO(content.decode())):
            yield row, [name for name in row if name not in MEASURES]


def withheld(files: Mapping[str, bytes]) -> Iterable[tuple[str, Where]]:
    """Give the rows of groups whose advice is hidden altogether, zeros as well."""
    groups: dict[tuple[str, ...], list[tuple[Where, str]]] = defaultdict(list)
    for row, names in rows_of(files):
        if FAMILY in names and len(names) > 1 and row[FAMILY] != "_T":
            place = where_of(names, (row[name] for name in names))
            groups[tuple(row[name] for name in names if name != FAMILY) + tuple(names)].append((place, row["status"]))
    for found in groups.values():
        if all(status == "C" for _, status in found):
            yield from (("clients", place) for place, _ in found)
