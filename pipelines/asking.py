"""Findings for comment: which published edition people are asked about, and the files that ask them.

Answers "what do I send to those who know the work". Everything comes from one audience's released folder, so nobody is
shown more than that audience was. Files are new ones: none is ever written over, and none lies where comments are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines import disk
from pipelines.asking_text import Asked, answer_text, asked_findings, document_text
from pipelines.commentary import FOLDER as COMMENTARY
from pipelines.errors import UsageError
from pipelines.modes import PRIVATE_FILE, PRIVATE_FOLDER
from pipelines.periods import Period
from pipelines.publish.shelf import released
from pipelines.revisions import read_published
from pipelines.settings import Settings

DOCUMENT, ANSWERS = "findings.txt", "answers"
_FOLDER = ("outputs", "for-comment")
_NOT_WRITTEN = "The findings could not be written"


@dataclass(frozen=True)
class Findings:
    """The findings of one published brief that can be commented on, and the files that were written."""

    folder: Path
    manifest: Mapping[str, Any]
    asked: tuple[Asked, ...]
    written: tuple[Path, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the object that `--json` prints."""
        edition = {name: self.manifest[name] for name in ("period", "edition", "audience")}
        asked = [
            {"finding_id": each.finding_id, "about": each.subject, "statement": each.statement} for each in self.asked
        ]
        written = [str(path) for path in self.written]
        return edition | {"release": str(self.folder), "findings": asked, "written": written}

    def as_text(self) -> str:
        """Give the lines a person reads."""
        if self.written:
            return "\n".join([*map(str, self.written), *_next_steps(self.written)])
        return "\n\n".join(f"{each.finding_id}\n  {each.statement}" for each in self.asked)


def find_findings(settings: Settings, audience: str, *, period: Period | None, edition: int | None) -> Findings:
    """Read the findings of a published brief.

    Args:
        settings: whose releases to look at.
        audience: `network`, `public` or `centre-<id>`.
        period: the newest that was published for it unless given.
        edition: the newest of the period unless given.
    Raises:
        UsageError: there is no such brief; the message names those that there are.
        ReadError: the brief is not as it was published.
    """
    folder = _published_folder(settings.release_root, audience, period, edition)
    manifest = read_published(folder).manifest
    return Findings(folder, manifest, asked_findings(manifest))


def write_for_comment(settings: Settings, found: Findings, to: Path | None) -> Findings:
    """Write the document, and an empty answer file for each finding.

    Args:
        settings: the workspace.
        found: the findings to ask about.
        to: the folder; one below `outputs/for-comment` unless given.
    Returns:
        The same with the files that were written.
    Raises:
        UsageError: a file is there already, or comments or releases are kept in that folder; nothing is written then.
        DiskError: the disk refused.
    """
    told = found.manifest
    usual = settings.workspace.joinpath(*_FOLDER, str(told["period"]), str(told["edition"]), str(told["audience"]))
    folder = to or usual
    _require_apart(settings, folder)
    files = {folder / DOCUMENT: document_text(told, found.asked)} | _answers(folder / ANSWERS, found)
    if present := [str(path) for path in files if path.exists()]:
        raise UsageError(f"{present[0]} exists already and is not overwritten. Choose another folder with --to.")
    with disk.told(folder, doing=_NOT_WRITTEN):
        disk.make_folder(folder / ANSWERS, PRIVATE_FOLDER, above=PRIVATE_FOLDER)
        for path, text in files.items():
            disk.write_file(path, text.encode(), PRIVATE_FILE)
    return Findings(found.folder, told, found.asked, tuple(files))


def _answers(folder: Path, found: Findings) -> dict[Path, str]:
    """Name answer files so that they stand in the order of the document, and tell their periods apart."""
    told, files = found.manifest, {}
    for number, each in enumerate(found.asked, 1):
        path = folder / f"{told['period']}-{told['audience']}-{number:02}-{each.finding_id}.md"
        files[path] = answer_text(told, each.finding_id, each.statement)
    files[folder / f"{told['period']}-{told['audience']}-anything-else.md"] = answer_text(told)
    return files


def _require_apart(settings: Settings, folder: Path) -> None:
    """Empty answers must not lie where comments are read, nor texts where releases are kept."""
    for kept in (settings.workspace / COMMENTARY, settings.release_root, settings.inbox):
        if folder.resolve().is_relative_to(kept.resolve()):
            raise UsageError(f"{kept} takes no files for comment. Choose another folder with --to.")


def _published_folder(root: Path, audience: str, period: Period | None, edition: int | None) -> Path:
    """Find the brief of the newest quarter, and of that its newest edition, among those that were asked for."""
    briefs = released(root)
    fits = [
        each
        for each in briefs
        if each.audience == audience and period in {None, each.period} and edition in {None, each.number}
    ]
    if not fits:
        there = dict.fromkeys(f"{each.period} edition {each.number} for {each.audience}" for each in briefs)
        known = f"Published: {', '.join(there)}." if there else "Nothing was published yet; run first."
        raise UsageError(f"There is no published brief of that kind for {audience}. {known}")
    return root / max(fits, key=lambda each: (each.period.last, each.period.first, each.number)).folder


def _next_steps(written: tuple[Path, ...]) -> tuple[str, ...]:
    return (
        f"Next: send {DOCUMENT} to those who know the work, or let them fill in the files of {written[-1].parent}.",
        "Move an answer that was filled in to commentary/, and run: it stands beside its finding in the next edition.",
    )
