"""The index: a static list of every brief on the shelf, to be searched by period, reader and flagged group.

Answers: which briefs are there, for whom, and which of them stand. It reads the manifests and nothing else, so it can
be made again at any time. It holds no figure, and names flagged groups from rounded briefs alone: anybody may open it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from pipelines import disk
from pipelines.disclosure.protected import POOL
from pipelines.modes import OPEN_FILE
from pipelines.publish.brief import day_label
from pipelines.publish.html import page_html
from pipelines.publish.pagewords import page_words
from pipelines.publish.shelf import Released, released

NETWORK = "network"
# What is named of a brief: the words before it, the list of its manifest, and what marks its groups or areas there.
_NAMED = (
    ("flagged", "findings", "is_under_served", True),
    ("longer", "waiting", "state", "waits_longer"),
    ("longer_to_open", "opening", "state", "waits_longer"),
    ("several_barriers", "barriers", "state", "more_barriers"),
    ("turned_away", "enquiries", "state", "turned_away_more"),
    ("few_from", "area_rates", "is_clearly_below", True),
)
# One choice of a filter: its value and what a reader sees.
Choice = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One brief in the list.

    `edition` says which edition it is. `groups` are those that the list is searched by; `told` names groups and areas
    that something is said of, each after the name of the words that say what.
    `marks` say how it stands; `links` are the addresses of its files, `languages` tag, name and address of the brief in
    each language beside English.
    """

    audience: str
    reader: str
    address: str
    edition: str
    groups: tuple[Choice, ...]
    told: tuple[tuple[str, tuple[str, ...]], ...]
    marks: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class PeriodList:
    """The briefs of one period: those of many readers, those of one centre each, and those that others replaced."""

    period: str
    label: str
    title: str
    shared: tuple[Line, ...]
    centres: tuple[Line, ...]
    replaced: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Give all briefs of the period."""
        return (*self.shared, *self.centres, *self.replaced)


def write_index(release_root: Path) -> Path:
    """Write `index.html` for all briefs on the shelf.

    Args:
        release_root: the folder of all releases.
    Returns:
        The path of the index; its links are relative.
    """
    target = release_root / "index.html"
    disk.replace_file(target, index_html(released(release_root)).encode(), OPEN_FILE)
    return target


def index_html(briefs: Sequence[Released]) -> str:
    """Render the list of all briefs.

    Args:
        briefs: as their manifests tell them, in the order of the shelf.
    Returns:
        One HTML document: the newest period first, whole without its script.
    """
    periods = tuple(_period(tuple(each)) for _, each in groupby(briefs, key=lambda brief: brief.period))[::-1]
    lines = [line for period in periods for line in period.lines]
    groups = {choice for line in lines for choice in line.groups}
    return page_html(
        "index",
        network=", ".join(sorted({str(brief.manifest["network"]) for brief in briefs})),
        periods=periods,
        words=page_words("index"),
        period_choices=[(period.period, period.label) for period in periods],
        reader_choices=_readers(lines),
        group_choices=sorted(groups, key=lambda choice: choice[1]),
    )


def _period(briefs: tuple[Released, ...]) -> PeriodList:
    """Sort the briefs of one period: what stands first, centres by name, never by a figure."""
    newest = {brief.audience: brief for brief in briefs}
    standing = [brief for brief in briefs if newest[brief.audience] is brief]
    by_name = sorted((brief for brief in standing if brief.is_for_one_centre), key=_reader)
    older = sorted((brief for brief in briefs if newest[brief.audience] is not brief), key=_newest_first)
    last = max(briefs, key=lambda brief: brief.number).manifest
    return PeriodList(
        period=str(briefs[0].period),
        label=str(last["period_label"]),
        title=str(last["title"]),
        shared=tuple(_line(brief, briefs) for brief in standing if not brief.is_for_one_centre),
        centres=tuple(_line(brief, briefs) for brief in by_name),
        replaced=tuple(_line(brief, briefs) for brief in older),
    )


def _line(brief: Released, briefs: Sequence[Released]) -> Line:
    words, manifest = page_words("index"), brief.manifest
    published = day_label(date.fromisoformat(manifest["published_on"]))
    return Line(
        audience=brief.audience,
        reader=_reader(brief),
        address=f"{brief.folder}/brief.html",
        edition=words["edition"].format(number=brief.number, date=published),
        groups=_groups(_told_by(brief, briefs)),
        told=tuple(_told(brief)),
        marks=tuple(_marks(brief, briefs)),
        links=tuple((name, f"{brief.folder}/{path}") for path, name in words["links"].items() if brief.holds(path)),
        languages=tuple(_translations(brief)),
    )


def _translations(brief: Released) -> Iterable[tuple[str, str, str]]:
    for each in brief.manifest.get("languages", ()):
        path = f"brief.{each['tag']}.html"
        if brief.holds(path):
            yield each["tag"], each["name"], f"{brief.folder}/{path}"


def _told_by(brief: Released, briefs: Iterable[Released]) -> Released | None:
    """Give the brief whose flags the list tells: its own, or for a centre's the network's that it stands beside.

    What a centre's exact figures show is for that centre alone, and this list is for everybody.
    """
    if not brief.is_for_one_centre:
        return brief
    of_network = [each for each in briefs if each.audience == NETWORK and each.number <= brief.number]
    return of_network[-1] if of_network else None


def _groups(brief: Released | None) -> tuple[Choice, ...]:
    """Give the groups that a brief calls under-served, in the words of its manifest."""
    if brief is None:
        return ()
    flagged = [(each["dimension"], each["group"]) for each in brief.manifest["findings"] if each["is_under_served"]]
    labels: Mapping[str, Mapping[str, str]] = brief.manifest.get("labels", {})
    return tuple((f"{name}.{code}", labels.get(name, {}).get(code, code)) for name, code in flagged)


def _told(brief: Released) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Name the groups and areas that a brief says something of; a law centre's brief is for that centre alone."""
    labels: Mapping[str, Mapping[str, str]] = brief.manifest.get("labels", {})
    for name, part, field, value in () if brief.is_for_one_centre else _NAMED:
        listed = [each for each in brief.manifest.get(part) or () if each.get(field) == value]
        codes = [(str(each.get("dimension", "group_code")), str(each["group"])) for each in listed]
        if codes:
            small = page_words("index")["small_areas"]
            yield name, tuple(small if code == POOL else labels.get(at, {}).get(code, code) for at, code in codes)


def _marks(brief: Released, briefs: Sequence[Released]) -> Iterable[str]:
    words = page_words("index")
    numbers = [each.number for each in briefs if each.audience == brief.audience]
    later = [number for number in numbers if number > brief.number]
    if later:
        yield words["replaced_by"].format(number=later[0])
    elif len(numbers) > 1:
        yield words["latest"]
    if brief.is_provisional:
        yield words["provisional"]
    if brief.is_for_one_centre:
        yield words["alone"]


def _reader(brief: Released) -> str:
    """Name the reader of a brief."""
    return str(brief.manifest.get("centre_name") or page_words("index")["readers"].get(brief.audience, brief.audience))


def _readers(lines: Iterable[Line]) -> list[Choice]:
    """Give every reader once: those of shared briefs first, then centres by name; the latest name counts."""
    names = {line.audience: line.reader for line in reversed(list(lines))}
    return sorted(names.items(), key=lambda choice: (choice[0].startswith("centre-"), choice[1]))


def _newest_first(brief: Released) -> tuple[int, str]:
    return -brief.number, _reader(brief)
