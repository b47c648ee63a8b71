"""The settings of one workspace: its network, sources, words, periods, privacy rules and limits.

Answers "how is this network set up". The packaged `defaults.toml` is read first, then the workspace's
`caseload.toml`, then variables such as `CASELOAD_LIMITS__QUARANTINED_SHARE`. Every problem of a file is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from pipelines.centre_places import read_centre_areas
from pipelines.declarations import Section, read_toml, stop_on_problems, suggestion
from pipelines.engine_choice import EngineChoice, read_engine
from pipelines.errors import SettingsError
from pipelines.fan_out import FanOut, read_fan_out
from pipelines.groups import Group, packaged_groups, read_groups
from pipelines.layers import from_variables, layered
from pipelines.periods import Period
from pipelines.policy_choice import PolicyChoice, read_policy_choice
from pipelines.privacy import ROUNDED_AUDIENCES, Privacy, read_privacy
from pipelines.resources import reference_file
from pipelines.retention import Retention, read_retention
from pipelines.schedules import Notices, Schedules, read_notices, read_patience, read_schedules
from pipelines.served import Served, read_served
from pipelines.sources import Source, checked_id, is_id, read_sources
from pipelines.translations import Translation, read_translations

FILE_NAME = "caseload.toml"
_CODE = re.compile(r"^[A-Z][A-Z0-9_]{0,30}$")


@dataclass(frozen=True)
class Settings:
    """What a person decided for one workspace, checked as a whole.

    `project_dates` holds the first and last day of projects, `centre_areas` the areas of law centres, where stated.
    """

    workspace: Path
    network_id: str
    network_name: str
    title: str
    about: str
    words: Mapping[str, str]
    publish: tuple[Period, ...]
    provisional_days: int
    privacy: Privacy
    audiences: tuple[str, ...]
    languages: tuple[Translation, ...]
    key_file: str
    quarantined_share: float
    fan_out: FanOut
    retention: Retention
    patience: float
    engine: EngineChoice
    schedules: Schedules
    notices: Notices
    centres: Mapping[str, str]
    projects: Mapping[str, str]
    funders: Mapping[str, str]
    project_dates: Mapping[str, tuple[date | None, date | None]]
    sources: Mapping[str, Source]
    advice_types: Mapping[str, str]
    own_groups: Mapping[str, Group]
    served: Served
    policy: PolicyChoice
    centre_areas: Mapping[str, tuple[str, ...]]

    @property
    def groups(self) -> tuple[Group, ...]:
        """Give every group of interest: those every brief has, then the network's own."""
        return (*packaged_groups(), *self.own_groups.values())

    @property
    def inbox(self) -> Path:
        """Give the folder that holds one folder of files per source."""
        return self.workspace / "inbox"

    @property
    def release_root(self) -> Path:
        """Give the folder of everything that may leave the machine."""
        return self.workspace / "outputs" / "release"

    @property
    def internal_root(self) -> Path:
        """Give the folder of true counts and run records, which never leave the machine."""
        return self.workspace / "outputs" / "internal"

    def profile_path(self, source: Source) -> Path:
        """Give the path of a source's profile."""
        return self.workspace / "profiles" / f"{source.profile}.toml"


def load_settings(workspace: Path, variables: Mapping[str, str]) -> Settings:
    """Read the settings of a workspace.

    Args:
        workspace: the folder that holds `caseload.toml`.
        variables: the environment; only names that begin with `CASELOAD_` count.
    Returns:
        Settings that hold together: every source names things that exist.
    Raises:
        SettingsError: the file is missing, unreadable or wrong; the message lists every problem.
    """
    path = require_workspace(workspace)
    defaults = read_toml(reference_file("defaults.toml"), SettingsError)
    declared = layered(defaults, read_toml(path, SettingsError), from_variables(variables))
    top = Section("", declared)
    settings = _settings(workspace, top)
    top.close()
    stop_on_problems(top.problems, path, SettingsError)
    return settings


def require_workspace(workspace: Path) -> Path:
    """Give the path of a workspace's settings file.

    Raises:
        SettingsError: there is none, so the folder is no workspace.
    """
    path = workspace / FILE_NAME
    if not path.is_file():
        raise SettingsError(
            f"{workspace} is not a workspace: it has no {FILE_NAME}. "
            f"Choose another folder with --workspace, or make one with: caseload init {workspace}"
        )
    return path


def _settings(workspace: Path, top: Section) -> Settings:
    network, brief = top.section("network"), top.section("brief")
    periods, privacy, limits = top.section("periods"), top.section("privacy"), top.section("limits")
    retention = top.section("retention")
    named = {key: _named(top, key) for key in ("centres", "projects", "funders")}
    settings = Settings(
        workspace=workspace,
        network_id=checked_id(network, network.text("id")),
        network_name=network.text("name"),
        title=brief.text("title"),
        about=brief.text("about", ""),
        words=_words(brief),
        publish=_publish(periods),
        provisional_days=periods.whole("provisional_days", 0),
        privacy=read_privacy(privacy),
        audiences=_audiences(brief, named["centres"]),
        languages=read_translations(brief, workspace),
        key_file=privacy.text("key_file", ""),
        quarantined_share=_share(limits, "quarantined_share"),
        fan_out=read_fan_out(limits),
        retention=read_retention(retention),
        patience=read_patience(limits),
        engine=read_engine(top),
        schedules=read_schedules(top),
        notices=read_notices(top),
        centres=named["centres"],
        projects=named["projects"],
        funders=named["funders"],
        project_dates=_project_dates(top, named["projects"]),
        sources=read_sources(top, named),
        advice_types=(own_types := _advice_types(top)),
        own_groups=read_groups(top),
        served=read_served(top),
        policy=read_policy_choice(top, own_types),
        centre_areas=read_centre_areas(top, named["centres"]),
    )
    for section in (network, brief, periods, privacy, limits, retention):
        section.close()
    return settings


def _named(top: Section, key: str) -> dict[str, str]:
    names = top.mapping(key)
    for name in names:
        if not is_id(name):
            top.problem(f'{key}: the id "{name}" must be lower case letters, digits and hyphens.')
    return names


def _project_dates(top: Section, projects: Mapping[str, str]) -> dict[str, tuple[date | None, date | None]]:
    table = top.section("project_dates")
    found = {}
    for name in list(table.values):
        section = table.section(name)
        begins, ends = section.day("begins"), section.day("ends")
        section.close()
        if name not in projects:
            section.problem(f"{section.place}: there is no such project.{suggestion(name, projects)}")
        if begins and ends and begins > ends:
            section.problem(f"{section.place}: it ends before it begins.")
        found[name] = (begins, ends)
    return found


def _words(brief: Section) -> dict[str, str]:
    known = read_toml(reference_file("defaults.toml"), SettingsError)["brief"]["words"]
    section = brief.section("words")
    words = {key: section.text(key) for key in known}
    section.close()
    return words


def _publish(periods: Section) -> tuple[Period, ...]:
    found = []
    for text in periods.texts("publish"):
        try:
            found.append(Period.parse(text))
        except ValueError as error:
            periods.problem(f'periods.publish: "{text}" is not a period: {error}.')
    # The release refuses overlaps too, but only after the first of them is published.
    for one, other in combinations(found, 2):
        if one.overlaps(other) and not any(_may_contain(*pair) for pair in ((one, other), (other, one))):
            periods.problem(f"periods.publish: {one} and {other} overlap, so one could be subtracted from the other.")
    # A year to date adds up published quarters, so these come first.
    return tuple(sorted(found, key=lambda period: (period.last, len(period.quarters))))


def _may_contain(whole: Period, part: Period) -> bool:
    """Tell whether one period may be published beside another inside it."""
    return whole.is_year_to_date and whole.contains(part) and (part.is_quarter or part.is_year_to_date)


def _audiences(brief: Section, centres: Mapping[str, str]) -> tuple[str, ...]:
    """Give whom a run makes briefs for when nobody is named; `centres` stands for every centre."""
    wanted = brief.texts("audiences")
    known = [*ROUNDED_AUDIENCES, "centres", *(f"centre-{centre}" for centre in centres)]
    for name in (name for name in wanted if name not in known):
        brief.problem(f'brief.audiences: "{name}" is no audience.{suggestion(name, known)}')
    if not wanted:
        brief.problem("brief.audiences: name at least one audience.")
    return wanted


def _share(limits: Section, key: str) -> float:
    share = limits.number(key, 0.0)
    if not 0 <= share <= 1:
        limits.problem(f"{limits.place}.{key} is a share and must lie between 0 and 1.")
    return share


def _advice_types(top: Section) -> dict[str, str]:
    codes = top.mapping("advice_types")
    for code in codes:
        if not _CODE.fullmatch(code):
            top.problem(f'advice_types: the code "{code}" must be capital letters, digits and underscores.')
    return codes
