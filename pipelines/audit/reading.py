"""Released files as a reader gets them: one folder becomes rows of figures and what the manifest says of them.

Answers "what stands in the data files". Nothing is corrected here: a file that cannot be read stops the audit, because
nobody can tell what it gives away.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any, TypeGuard

from pipelines import __version__
from pipelines.codelists import TOTAL
from pipelines.errors import DisclosureError
from pipelines.periods import Period

Files = Mapping[str, bytes]
ROUNDED, HIDING = "controlled_rounding", "hiding"
PUBLIC, NETWORK, CENTRE = "public", "network", "centre-"
UNITS = frozenset({"clients", "cases", "issues", "enquiries"})
MANIFEST, FINDINGS, POLICY, AREA_RATES = "manifest.json", "findings", "policy_context", "area_rates"
# Data files that hold what follows from tables or stands beside them, and are judged by themselves.
DERIVED = frozenset({f"data/{name}.csv" for name in (FINDINGS, POLICY, AREA_RATES)})
_TAIL = ("status", "provisional")
_FURTHER = ("network_n", "network_share")


@dataclass(frozen=True)
class Row:
    """One row of a table; `n` is None where nothing stands. `further` holds measures beside n and share.

    A row that a table may leave out stands here for what its absence says.
    """

    table_id: str
    codes: tuple[str, ...]
    unit: str
    n: int | None
    share: str
    further: Mapping[str, str]
    is_hidden: bool
    is_left_out: bool = False
    is_provisional: bool = False

    @property
    def label(self) -> str:
        """Name the row for a person: codes and unit, never a figure."""
        return f"({', '.join((*self.codes, self.unit))})"

    @property
    def reference(self) -> str:
        """Give the address by which pages and drawings cite the row."""
        return ".".join((self.table_id, *self.codes, self.unit))


@dataclass(frozen=True)
class Table:
    """One data file: its dimensions and rows, in file order."""

    table_id: str
    dimensions: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Release:
    """What one audience was given in one edition of one period.

    `base` is the rounding base and `reach` how far a true count may lie from its published figure; None and 0 where
    counts are exact. `limit` is the number below which a count is small.
    """

    key: str
    period: str
    edition: int
    audience: str
    base: int | None
    reach: int
    limit: int
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    files: Files

    @property
    def centre(self) -> str:
        """Give the law centre whose own figures these are; empty for those of the network."""
        return self.audience.removeprefix(CENTRE) if self.audience.startswith(CENTRE) else ""

    @property
    def is_ours(self) -> bool:
        """Tell whether this version made the release, so that its words are those of this version."""
        return is_ours(self.manifest)

    @property
    def structure(self) -> Mapping[str, Any]:
        """Give what the manifest says about how the tables hang together; empty where it says nothing."""
        found = self.manifest.get("structure", {})
        return found if isinstance(found, dict) else {}

    @property
    def figures(self) -> tuple[object, ...]:
        """Give everything that figures follow from; two releases in which it is equal say the same."""
        data = sorted((path, self.files[path]) for path in (f"data/{name}.csv" for name in self.tables))
        rule = (self.base, self.reach, self.limit)
        return (self.period, self.edition, self.centre, *rule, json.dumps(self.structure, sort_keys=True), *data)

    def problem(self, sentence: str) -> str:
        """Put the name of the release before a sentence."""
        return f"{self.key}: {sentence}"


def is_ours(manifest: Mapping[str, Any]) -> bool:
    """Tell whether this version wrote a manifest."""
    product = manifest.get("product")
    return isinstance(product, dict) and product.get("version") == __version__


def split_key(key: str) -> tuple[str, int, str]:
    """Give period, edition and audience of a release such as `2026-Q3/1/public`.

    Raises:
        DisclosureError: the name is not made of these three.
    """
    period, _, rest = key.partition("/")
    edition, _, audience = rest.partition("/")
    try:
        Period.parse(period)
        known = audience in {PUBLIC, NETWORK} or audience.startswith(CENTRE)
        if known and "/" not in audience and edition.isdecimal():
            return period, int(edition), audience
    except ValueError:
        pass
    raise DisclosureError(f"{key} is no folder of a release: period/edition/audience. Move it out of the release.")


def read_release(key: str, files: Files) -> Release:
    """Read one audience folder.

    Args:
        key: `period/edition/audience`.
        files: relative path to bytes.
    Returns:
        Its tables and manifest.
    Raises:
        DisclosureError: a file is damaged, or a rule is unknown; the message names the file.
    """
    period, edition, audience = split_key(key)
    manifest = read_manifest(key, files)
    if (manifest.get("period"), manifest.get("edition"), manifest.get("audience")) != (period, edition, audience):
        raise DisclosureError(f"{key}/{MANIFEST} belongs to another release. Put the folder back where it was.")
    base, reach, limit = _rule(key, audience, manifest.get("disclosure"))
    tables = {
        path[5:-4]: _table(f"{key}/{path}", path[5:-4], period, data)
        for path, data in sorted(files.items())
        if path.startswith("data/") and path.endswith(".csv") and path not in DERIVED
    }
    if not tables:
        raise DisclosureError(f"{key} holds no table. Release it again.")
    return Release(key, period, edition, audience, base, reach, limit, manifest, tables, files)


def read_rows(place: str, data: bytes) -> tuple[list[str], list[list[str]]]:
    """Read a CSV file: its header and its rows, all of one width.

    Raises:
        DisclosureError: it is not UTF-8, has no header, repeats a column or has rows of other widths.
    """
    try:
        header, *rows = list(csv.reader(StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise _damaged(place) from None
    if len(set(header)) != len(header) or any(len(row) != len(header) for row in rows):
        raise _damaged(place)
    return header, rows


def _damaged(place: str) -> DisclosureError:
    return DisclosureError(f"{place} is damaged, so nobody can tell what it gives away. Release it again.")


def read_manifest(key: str, files: Files) -> dict[str, Any]:
    """Read what a release says of itself.

    Raises:
        DisclosureError: it is missing or damaged.
    """
    place = f"{key}/{MANIFEST}"
    if MANIFEST not in files:
        raise DisclosureError(f"{place} is missing. Release it again.")
    try:
        found = json.loads(files[MANIFEST].decode("utf-8"))
    except ValueError:
        raise _damaged(place) from None
    if not isinstance(found, dict):
        raise _damaged(place)
    return found


def _rule(key: str, audience: str, rule: object) -> tuple[int | None, int, int]:
    """Give rounding base, reach and limit; a rule that does not fit its audience is no rule."""
    values = rule if isinstance(rule, dict) else {}
    base, threshold = values.get("base"), values.get("threshold")
    if audience.startswith(CENTRE):
        if values.get("name") == HIDING and base is None and _is_number(threshold):
            return None, 0, int(threshold)
    elif values.get("name") == ROUNDED and _is_number(base):
        reach = values.get("reach")
        return int(base), max(int(base) - 1, int(reach) if _is_number(reach) else 0), int(base)
    raise DisclosureError(f"{key}/{MANIFEST} names no protection rule that {audience} may have. Release it again.")


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 2


def _table(place: str, table_id: str, period: str, data: bytes) -> Table:
    header, rows = read_rows(place, data)
    if header[:1] != ["period"] or "unit" not in header or header[-2:] != list(_TAIL):
        raise _damaged(place)
    unit = header.index("unit")
    if header[unit + 1 : unit + 3] != ["n", "share"] or unit < 2 or not set(header[unit + 3 : -2]) <= set(_FURTHER):
        raise DisclosureError(f"{place} has columns that nobody knows how to judge. Release it again without them.")
    found = [_row(place, table_id, period, dict(zip(header, row, strict=True))) for row in rows]
    names = [(row.codes, row.unit) for row in found]
    if len(set(names)) != len(names) or not any(set(row.codes) & {TOTAL} for row in found):
        raise _damaged(place)
    return Table(table_id, tuple(header[1:unit]), tuple(found))


def _row(place: str, table_id: str, period: str, values: dict[str, str]) -> Row:
    names = list(values)
    codes = tuple(values[name] for name in names[1 : names.index("unit")])
    n, status = values["n"], values["status"]
    fits = values["period"] == period and values["unit"] in UNITS and values["provisional"] in {"true", "false"}
    # A count is written one way only: `4.0`, `04` or a blank would be a marker of its own.
    fits = fits and all(codes) and ((status == "A" and _is_count(n)) or (status, n, values["share"]) == ("C", "", ""))
    further = {name: values[name] for name in _FURTHER if name in values}
    if not fits or (further.get("network_n") and not _is_count(further["network_n"])):
        raise _damaged(place)
    is_late = values["provisional"] == "true"
    count = int(n) if n else None
    return Row(table_id, codes, values["unit"], count, values["share"], further, status == "C", is_provisional=is_late)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and str(int(text)) == text
