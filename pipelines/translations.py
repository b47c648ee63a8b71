"""Which languages a network's briefs are written in beside English, and who approved which part of each.

Answers "may this translation be shown". A catalogue lies in `languages/<language>/` of the workspace, or is packaged; a
section of it counts once a person who speaks the language has put their name and a day to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.declarations import Section, read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

ENGLISH = "en"
CATALOGUE, STATUS = "brief.po", "status.toml"
_TAG = re.compile(r"[a-z]{2,3}")
_STATES = ("draft", "approved")


@dataclass(frozen=True)
class Translation:
    """A catalogue of one language: its tag, such as `pl`, its folder, and the sections of it that were approved."""

    tag: str
    folder: Path
    approved: frozenset[str]

    @property
    def catalogue(self) -> Path:
        """Give the path of the messages."""
        return self.folder / CATALOGUE


def read_translations(brief: Section, workspace: Path) -> tuple[Translation, ...]:
    """Read which languages `[brief] languages` names, and what was approved of each.

    Args:
        brief: the table `[brief]` of the settings; problems are noted there.
        workspace: its own catalogues go before the packaged ones.
    Returns:
        One for each language but English, which every brief has.
    """
    wanted = brief.texts("languages")
    if ENGLISH not in wanted:
        brief.problem('brief.languages: "en" must be in it; English is what is shown where nothing else is approved.')
    found = [_translation(brief, tag, workspace) for tag in dict.fromkeys(wanted) if tag != ENGLISH]
    return tuple(each for each in found if each is not None)


def _translation(brief: Section, tag: str, workspace: Path) -> Translation | None:
    folders = (workspace / "languages" / tag, reference_file("languages", tag))
    folder = next((each for each in folders if _TAG.fullmatch(tag) and (each / CATALOGUE).is_file()), None)
    if folder is None:
        brief.problem(f'brief.languages: there is no catalogue of "{tag}". Put it into languages/{tag}/{CATALOGUE}.')
        return None
    approved = _approved(brief, folder / STATUS)
    if not approved:
        brief.problem(
            f'brief.languages: nobody has approved any section of the catalogue of "{tag}" ({folder}). Copy it to '
            f"languages/{tag} of the workspace and have somebody who speaks the language put their name into {STATUS}, "
            "or take it out."
        )
        return None
    return Translation(tag, folder, approved)


def _approved(brief: Section, path: Path) -> frozenset[str]:
    status = Section("", read_toml(path, SettingsError), brief.problems)
    return frozenset(name for name in list(status.values) if _is_approved(status.section(name), path))


def _is_approved(section: Section, path: Path) -> bool:
    state, by, on = section.text("status"), section.text("by", ""), section.day("on")
    section.close()
    if state not in _STATES:
        section.problem(f'{path}, {section.place}: status must be "draft" or "approved".')
    if state == "approved" and not (by.strip() and on):
        section.problem(f"{path}, {section.place}: an approval needs a name (by) and a day (on).")
    return state == "approved" and bool(by.strip()) and on is not None
