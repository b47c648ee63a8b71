"""The sources of a workspace: the streams of files, and whose they are.

Answers "which streams are there, how is each read, and which references mean the same person".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.declarations import Section, suggestion

_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,60}$")


@dataclass(frozen=True)
class Source:
    """One stream of files with one profile.

    `centre_id`, `project_id` and `funder_id` are empty when a column of the file names them. References belong to a
    register: equal references of one register mean the same case or client, whatever source they stand in. A source has
    registers of its own unless it names others.
    """

    source_id: str
    name: str
    profile: str
    centre_id: str
    project_id: str
    funder_id: str
    case_register: str
    client_register: str


def read_sources(top: Section, named: Mapping[str, Mapping[str, str]]) -> dict[str, Source]:
    """Take the sources from the settings.

    Args:
        top: the whole file.
        named: the ids and names of centres, projects and funders that a source may name.
    """
    table = top.section("sources")
    if not table.values:
        table.problem("sources: there is none yet. Add one table per stream of files, such as [sources.my-centre].")
    return {source_id: _source(table.section(source_id), source_id, named) for source_id in list(table.values)}


def _source(section: Section, source_id: str, named: Mapping[str, Mapping[str, str]]) -> Source:
    if not is_id(source_id):
        section.problem(f"{section.place}: an id must be lower case letters, digits and hyphens.")
    source = Source(
        source_id=source_id,
        name=section.text("name", source_id),
        profile=checked_id(section, section.text("profile"), key="profile"),
        centre_id=_reference(section, "centre", named["centres"]),
        project_id=_reference(section, "project", named["projects"]),
        funder_id=_reference(section, "funder", named["funders"]),
        case_register=checked_id(section, section.text("case_register", source_id), key="case_register"),
        client_register=checked_id(section, section.text("client_register", source_id), key="client_register"),
    )
    section.close()
    return source


def _reference(section: Section, key: str, names: Mapping[str, str]) -> str:
    chosen = section.text(key, "")
    if chosen and chosen not in names:
        section.problem(f'{section.place}.{key}: "{chosen}" is not listed under [{key}s].{suggestion(chosen, names)}')
    return chosen


def is_id(text: str) -> bool:
    """Tell whether a text is an id: lower case letters, digits and hyphens."""
    return bool(_ID.fullmatch(text))


def checked_id(section: Section, text: str, *, key: str = "id") -> str:
    """Take a text that has to be an id; a wrong one is a problem of its section."""
    if text and not is_id(text):
        section.problem(f"{section.place}.{key} must be lower case letters, digits and hyphens.")
    return text
