"""The audit of a release: everything its readers can open, attacked together, and what came of it.

Answers "is this safe to have out there". It reads released files and nothing else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.audit.attacks import attack_as_centres, put_together
from pipelines.audit.beside import INDEX, beside_problems
from pipelines.audit.catalogue import CATALOGUE
from pipelines.audit.editions import beside_network
from pipelines.audit.insiders import Insiders
from pipelines.audit.intervals import Reach
from pipelines.audit.judging import EXACT, NARROWED, SMALL, Findings
from pipelines.audit.looking import Look, in_files, looked, looks_at
from pipelines.audit.reading import MANIFEST, NETWORK, Files, Release, read_manifest, read_release, split_key
from pipelines.audit.scopes import can_open, scopes
from pipelines.audit.sums import own_table_problems
from pipelines.errors import DisclosureError, UsageError, counted
from pipelines.workers import spread

PASSED, FAILED = 0, DisclosureError.exit_code
_BESIDE = frozenset({CATALOGUE, INDEX})


@dataclass(frozen=True)
class AuditReport:
    """What the audit of some releases found.

    Grain of the counts: one row of a data file. `exact`, `proved_small` and `narrowed` are rounded or hidden counts
    that a reader can work out, prove to be small, or narrow further than the rounding says. `problems` are sentences
    that name tables and codes and never a figure.
    """

    releases: tuple[str, ...]
    n_cells: int
    n_rounded: int
    n_hidden: int
    exact: int
    proved_small: int
    narrowed: int
    problems: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Give the report for machines; it has no time in it, so that the same files give the same report."""
        told = {name: value for name, value in vars(self).items() if name != "seconds"}
        return told | {"releases": list(self.releases), "problems": list(self.problems), "passed": self.passed}

    def as_text(self) -> str:
        """Write the report for a person."""
        lines = [
            f"Audited {', '.join(self.releases)}: {counted(self.n_cells, 'figure')}, {self.n_rounded:,} rounded, "
            f"{self.n_hidden:,} hidden, in {self.seconds:.1f} seconds.",
            f"Can be worked out exactly: {self.exact:,}. Can be proved to be small: {self.proved_small:,}. "
            f"Can be narrowed too far: {self.narrowed:,}.",
        ]
        if self.passed:
            return "\n".join([*lines, "Nothing was found."])
        found = [f"  - {problem}" for problem in self.problems]
        return "\n".join([*lines, f"{counted(len(found), 'problem')}. Do not publish this.", *found])


def audit(
    releases: Mapping[str, Files],
    targets: Collection[str] | None = None,
    *,
    figures_only: Collection[str] = (),
    insiders: Insiders | None = None,
    deep: bool = False,
    workers: int = 1,
) -> AuditReport:
    """Attack releases with everything that their readers can open.

    Args:
        releases: files of each audience folder, by `period/edition/audience`.
        targets: the releases that are judged; all unless given.
        figures_only: those of them of which only the manifest and the tables are at hand, such as an edition on the
            shelf that a newer one is put beside; its pages and files are not judged again.
        insiders: true counts of law centres, by centre and period: each of them then also attacks the figures of the
            network that are judged.
        deep: also attack at the level of full profiles; takes minutes.
        workers: the most processes to look in; 0 means one for each processor.
    Returns:
        What was found.
    Raises:
        DisclosureError: a file is damaged, or the attack could not be carried out; either is a failed audit.
    """
    began = time.monotonic()
    wanted = sorted(releases if targets is None else targets)
    missing = [key for key in wanted if key not in releases]
    if missing or not wanted:
        raise UsageError("There is nothing to audit. Name a folder of a release that exists.")
    readers = {split_key(target)[2] for target in wanted} | ({NETWORK} if insiders else set())
    needed = {key for key in releases if any(can_open(reader, split_key(key)[2]) for reader in readers)}
    read = beside_network({key: read_release(key, releases[key]) for key in sorted(needed)})
    findings = Findings()
    looks = [look for each in scopes(read, wanted) for look in looks_at(*each, figures_only=figures_only, deep=deep)]
    for found in _looked_at(looks, workers=workers):
        findings.add(found)
    attack_as_centres(_open_to_centres(read), wanted, findings, insiders or {})
    rows = [(read[key], row) for key in wanted for table in read[key].tables.values() for row in table.rows]
    return AuditReport(
        releases=tuple(wanted),
        n_cells=len(rows),
        n_rounded=sum(release.base is not None for release, _ in rows),
        n_hidden=sum(row.is_hidden for _, row in rows),
        exact=findings.count(EXACT),
        proved_small=findings.count(SMALL),
        narrowed=findings.count(NARROWED),
        problems=tuple(dict.fromkeys(findings.problems)),
        seconds=time.monotonic() - began,
    )


def _looked_at(looks: Sequence[Look], *, workers: int) -> Iterator[Findings]:
    """Take the looks that last longest first, so that nobody waits for one of them at the end; give all in order."""
    longest = sorted(range(len(looks)), key=lambda at: looks[at].compared is None)
    found = dict(zip(longest, spread(looked, [looks[at] for at in longest], workers=workers, parts=3), strict=True))
    yield from (found[at] for at in range(len(looks)))


def learnt_by_centres(releases: Mapping[str, Files], targets: Collection[str], insiders: Insiders) -> tuple[str, ...]:
    """Say what law centres learn of each other's clients from figures of the network, before there are pages of them.

    Args:
        releases: manifest and tables of each audience folder, by `period/edition/audience`.
        targets: the releases that are judged.
        insiders: true counts of law centres, by centre and period.
    Returns:
        Problems in words; none when nobody learns anything.
    Raises:
        DisclosureError: a file is damaged, or the attack could not be carried out.
    """
    findings = Findings()
    read = {key: read_release(key, files) for key, files in releases.items() if can_open(NETWORK, split_key(key)[2])}
    attack_as_centres(read, sorted(targets), findings, insiders)
    return tuple(dict.fromkeys(findings.problems))


def _open_to_centres(read: Mapping[str, Release]) -> dict[str, Release]:
    return {key: release for key, release in read.items() if can_open(NETWORK, release.audience)}


def file_problems(key: str, files: Files) -> list[str]:
    """Name what the files of one release say against its tables or against each other; nothing is attacked.

    Args:
        key: `period/edition/audience`.
        files: relative path to bytes.
    Raises:
        DisclosureError: a file is damaged.
    """
    release = read_release(key, files)
    return list(dict.fromkeys((*own_table_problems(release), *in_files(release))))


def intervals(releases: Mapping[str, Files], target: str) -> dict[tuple[str, tuple[str, ...], str], tuple[int, int]]:
    """Give the lowest and highest value that each count of a release can have, for its readers.

    Args:
        releases: files of each audience folder, by `period/edition/audience`.
        target: the release that is looked at.
    Returns:
        Table, codes and unit of every row to its interval; a shown exact count has one of width 0.
    Raises:
        DisclosureError: a file is damaged, or no counts fit what is published.
    """
    reader = split_key(target)[2]
    opened = (key for key in releases if can_open(reader, split_key(key)[2]))
    read = beside_network({key: read_release(key, releases[key]) for key in opened})
    world = put_together(read.values(), [read[target]])
    reach = Reach(world.knowledge)
    return {
        (row.table_id, row.codes, row.unit): reach.settle(world.cells[target, row.reference])
        for table in read[target].tables.values()
        for row in table.rows
    }


def audit_folder(folder: Path, *, deep: bool = False) -> AuditReport:
    """Audit a folder of released files, with everything beside it that its readers can open.

    Args:
        folder: of one audience, of an edition, of a period, or of all releases.
        deep: also attack at the level of full profiles; takes minutes.
    Returns:
        What was found in it.
    Raises:
        UsageError: no release lies in the folder.
        DisclosureError: a file is damaged.
    """
    folder = folder.resolve()
    inside = sorted(path.parent for path in folder.rglob(MANIFEST)) if folder.is_dir() else []
    if not inside:
        raise UsageError(f"{folder} holds no release. Name a folder that has a {MANIFEST}.")
    root = inside[0].parents[2]
    if folder != root and root not in folder.parents:
        raise UsageError(f"{folder} holds more than releases. Name the folder of the releases, or one inside it.")
    beside = sorted({path.parent for path in root.rglob(MANIFEST)})
    keys = {path: path.relative_to(root).as_posix() for path in beside}
    reader = {split_key(keys[path])[2] for path in inside}
    opened = [path for path in beside if any(can_open(each, split_key(keys[path])[2]) for each in reader)]
    found = audit({keys[path]: _files(path) for path in opened}, [keys[path] for path in inside], deep=deep, workers=0)
    told = {key: read_manifest(key, _files(path)) for path, key in keys.items()} if folder == root else {}
    around = (*_stray(root, folder, set(beside)), *(beside_problems(root, told) if told else ()))
    return AuditReport(**(vars(found) | {"problems": (*around, *found.problems)}))


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _stray(root: Path, folder: Path, releases: set[Path]) -> Iterator[str]:
    """Name the files in a folder that belong to no release."""
    for path in sorted(folder.rglob("*")):
        is_known = path.parent == root and path.name in _BESIDE
        if path.is_file() and not is_known and not releases & set(path.parents):
            yield f"{path.relative_to(root).as_posix()} belongs to no release. Move it out of the folder."


def audit_command(path: Path, *, as_json: bool) -> tuple[str, int]:
    """Audit a folder for the command line.

    Args:
        path: the folder.
        as_json: whether the report is for machines.
    Returns:
        The report and the exit code.
    """
    found = audit_folder(path)
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=2, sort_keys=True) if as_json else found.as_text()
    return text, PASSED if found.passed else FAILED
