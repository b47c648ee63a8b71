"""The files of many briefs, made side by side.

Answers "how do fifty briefs become files". A brief and the facts of its manifest go to another process as they are;
languages are read there again, as a catalogue belongs to the process that read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.briefing import Prepared
from pipelines.publish.brief import Brief
from pipelines.publish.languages import ENGLISH, read_languages
from pipelines.publish.manifest import ManifestFacts
from pipelines.publish.release import render
from pipelines.translations import Translation
from pipelines.workers import spread

if TYPE_CHECKING:
    from pipelines.editions import Files


@dataclass(frozen=True, eq=False)
class _Job:
    brief: Brief
    facts: ManifestFacts
    translations: tuple[Translation, ...]


Wanted = Mapping[str, tuple[int, date]]


def render_briefs(
    prepared: Prepared, wanted: Wanted, *, translations: tuple[Translation, ...], workers: int = 0
) -> dict[str, Files]:
    """Render the briefs of several audiences.

    Args:
        prepared: the protected period.
        wanted: the edition number and the publication date of each audience's brief.
        translations: the languages of each brief beside English.
        workers: the most processes to make them in; 0 means one for each processor.
    Returns:
        The files of each audience; the same bytes whoever makes them.
    Raises:
        DisclosureError: a digit refers to no published cell. SettingsError: a chart or a page cannot be made.
    """
    briefs = [prepared.brief(audience, *edition) for audience, edition in wanted.items()]
    jobs = [_Job(replace(brief, other_languages=()), prepared.facts, translations) for brief in briefs]
    return dict(zip(wanted, spread(_rendered, jobs, workers=workers), strict=True))


def _rendered(job: _Job) -> dict[str, bytes]:
    brief = replace(job.brief, language=ENGLISH, other_languages=read_languages(job.translations))
    return render(brief, job.facts)
