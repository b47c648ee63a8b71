"""Invented caseloads as they would be released: every audience's tables, and the files of its folder."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pipelines.analysis.breakdowns import Caseload, table_definitions
from pipelines.audit import AuditReport, Own, audit
from pipelines.disclosure.before import Before, Circumstances
from pipelines.disclosure.exact import protect_exact
from pipelines.disclosure.giving_way import with_room
from pipelines.disclosure.protected import ProtectedTable
from pipelines.disclosure.rounded import RoundedPeriod, protect_rounded
from pipelines.disclosure.rules import hiding_rule, rounding_rule
from pipelines.disclosure.system import CellName
from pipelines.errors import DisclosureError
from pipelines.insiders import Surroundings, counts_of, round_unseen
from pipelines.publish.opendata import csv_bytes
from tests.properties.attacker import Attacker, Leak
from tests.properties.attacker_knowledge import Public
from tests.properties.attacker_rows import Where, where_of
from tests.properties.caseloads import AS_OF, KEY, THRESHOLD, caseload, without_barriers
from tests.properties.clients import CLASS_OF, Client, Recipe, draw

SMALL, REACH = 5, 4
OVERLAPPING = ("advice_family_code", "group_code", "field_code")
Tables = tuple[ProtectedTable, ...]


@dataclass(frozen=True)
class Published:
    """What one period tells every audience, with the clients behind it; `refused` are centres without a brief."""

    clients: Sequence[Client]
    network: Caseload
    centres: Mapping[str, Caseload]
    rounded: RoundedPeriod
    tables: Mapping[str, Tables]
    refused: Mapping[str, str]
    left_out: int

    @property
    def public(self) -> Public:
        """Give what anybody knows beside the files."""
        reach = self.rounded.rule.reach
        assert reach is not None
        return public_of(self.clients, reach)

    def audited(self) -> AuditReport:
        """Have the product's own auditor attack all folders, and every centre as an insider."""
        folders, period = {}, str(self.network.period)
        for audience, tables in self.tables.items():
            folders |= folder(period, audience, tables, self.public)
        return audit(folders, insiders=known_to(self.network, self.centres))

    def attacked(self, insiders: int = 1) -> list[Leak]:
        """Attack as an outsider, as the reader of each centre's brief, and as some centres with their own counts."""
        rounded = [files_of(self.tables[name]) for name in ("network", "public")]
        found = Attacker(rounded, self.public).leaks()
        for number, (centre, counts) in enumerate(self.centres.items()):
            if f"centre-{centre}" in self.tables:
                files = files_of(self.tables[f"centre-{centre}"])
                found += Attacker(rounded, self.public, centre, files=files).leaks()
            if number < insiders:
                found += Attacker(rounded, self.public, centre, own=by_place(counts)).leaks_of_others()
        return found


def publish(
    clients: Sequence[Client], recipe: Recipe | None = None, *, earlier: Sequence[int] | None = None, key: str = KEY,
    base: int = 5,
) -> Published:  # fmt: skip
    """Protect the first publication of a period for the network, the public and every centre.

    Raises:
        DisclosureError: the network as a whole is refused.
    """
    recipe = recipe or Recipe()
    earlier = recipe.earlier if earlier is None else earlier
    names = sorted({client.centre for client in clients})
    network = caseload(clients, period=recipe.period, earlier=earlier)
    own = [n // len(names) for n in earlier]
    centres = {name: caseload(clients, period=recipe.period, earlier=own, centre=name) for name in names}
    return protect_all(clients, network, centres, key=key, base=base)


def protect_all(
    clients: Sequence[Client], network: Caseload, centres: Mapping[str, Caseload], *, key: str = KEY, base: int = 5,
    before: Before | None = None,
) -> Published:  # fmt: skip
    """Protect counted caseloads, as a first publication unless it says what was published before."""
    circumstances = Circumstances(key, before or Before(), network.period.provisional_quarters(AS_OF, 60))
    rule = rounding_rule(base, max(THRESHOLD, 2 * base))
    around = Surroundings(1, structure_of(public_of(clients)), known_to(network, centres), {})
    draw = partial(round_unseen, rule=rule, circumstances=circumstances, centres=centres.values(), around=around)
    rounded = with_room(network, draw)
    tables, refused, left_out = dict(rounded.tables), {}, 0
    for centre, counts in centres.items():
        audience = f"centre-{centre}"
        try:
            found = protect_exact(counts, hiding_rule(SMALL), audience, circumstances, network=tables["network"])
        except DisclosureError as error:
            refused[centre] = str(error)
            continue
        tables[audience] = found.tables
        left_out += len(found.left_out)
    return Published(clients, network, centres, rounded, tables, refused, left_out)


def rounded_once(network: Caseload, centres: Iterable[Caseload]) -> Mapping[CellName, int]:
    """Round a first publication without the attack of those who know their own part."""
    circumstances = Circumstances(KEY, Before(), network.period.provisional_quarters(AS_OF, 60))
    return protect_rounded(network, rounding_rule(5, THRESHOLD), ("network",), circumstances, centres=centres).values


def published(recipe: Recipe, seed: int) -> Published:
    """Draw and protect in one step."""
    return publish(draw(recipe, seed), recipe)


def places(clients: Sequence[Client], kind: str) -> dict[str, str]:
    """Give the one place of each source; nothing is public where a source has several."""
    found = defaultdict(set)
    for client in clients:
        found[client.source].add(getattr(client, kind))
    return {s: min(own) for s, own in found.items()} if all(len(own) == 1 for own in found.values()) else {}


def files_of(tables: Tables) -> dict[str, bytes]:
    """Write the data files of one audience."""
    return {f"{table.table_id}.csv": csv_bytes(table) for table in tables}


def public_of(clients: Sequence[Client], reach: int = REACH) -> Public:
    """Give what anybody knows beside the files, where published figures lie at most so far from the counts."""
    own = places(clients, "centre"), places(clients, "project")
    return Public(dict(CLASS_OF), *own, reach, without_barriers(clients))


def known_to(network: Caseload, centres: Mapping[str, Caseload]) -> dict[str, dict[str, Own]]:
    """Give what each centre knows of its own clients."""
    return {centre: {str(network.period): counts_of(counts)} for centre, counts in centres.items()}


def by_place(counts: Caseload) -> dict[Where, dict[str, int]]:
    """Give every true count by the codes that its people share, and its unit."""
    names = {breakdown.definition.table_id: breakdown.definition.dimensions for breakdown in counts.breakdowns}
    found: dict[Where, dict[str, int]] = {}
    for (table_id, codes, unit), n in counts_of(counts).items():
        found.setdefault(where_of(names[table_id], codes), {})[unit] = n
    return found


def folder(period: str, audience: str, tables: Tables, public: Public) -> dict[str, dict[str, bytes]]:
    """Make the folder of one audience: data files, and a manifest that says how they hang together."""
    files = {f"data/{name}": content for name, content in files_of(tables).items()}
    rule = tables[0].rule
    manifest = {
        "period": period,
        "edition": 1,
        "audience": audience,
        "disclosure": {"name": rule.name, "base": rule.base, "threshold": rule.threshold, "reach": rule.reach},
        "tables": [{"table_id": table.table_id, "dimensions": list(table.dimensions)} for table in tables],
        "outputs": {path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
        "structure": structure_of(public),
    }
    return {f"{period}/1/{audience}": files | {"manifest.json": json.dumps(manifest).encode()}}


def structure_of(public: Public) -> dict[str, object]:
    """Say how tables hang together, as a manifest does."""
    adds_up = {
        definition.table_id: {definition.units[0]: [name for name in definition.dimensions if name not in OVERLAPPING]}
        for definition in table_definitions()
        if definition.columns
    }
    parents = [
        {"child": "source_id", "parent": "centre_id", "of": dict(public.centre_of)},
        {"child": "source_id", "parent": "project_id", "of": dict(public.project_of)},
    ]
    further = {"by_advice_type": {"issues": ["advice_type_code"]}, "by_period": {"cases": ["quarter"]}}
    further |= {"by_barrier": {"clients": []}, "by_barrier_pair": {"clients": []}}
    told = {"sources_without": {"barrier": sorted(public.without_barriers)}}
    return {"adds_up": adds_up | further, "parents": parents, "parts": {}, "clients_overlap_in_time": True, **told}
