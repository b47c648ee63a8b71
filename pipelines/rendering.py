"""The files of many briefs, made side by side.

Answers "how do fifty briefs become files". A brief and the facts of its manifest go to another process as they are;
languages are read there again, as a catalogue belongs to the process that read it. Network and public are shown the
same figures, so most of their charts are the same, and those are drawn once for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.briefing import Prepared
from pipelines.errors import SettingsError
from pipelines.publish.brief import Brief
from pipelines.publish.charts import charts_of
from pipelines.publish.chartspec import ChartSpec, Drawing
from pipelines.publish.drawing import draw
from pipelines.publish.languages import ENGLISH, read_languages
from pipelines.publish.manifest import ManifestFacts
from pipelines.publish.release import render
from pipelines.translations import Translation
from pipelines.workers import at_hand, spread

if TYPE_CHECKING:
    from pipelines.editions import Files


@dataclass(frozen=True, eq=False)
class _Job:
    brief: Brief
    facts: ManifestFacts
    translations: tuple[Translation, ...]
    drawn: Mapping[ChartSpec, Drawing] = field(repr=False)


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
    plain = [replace(brief, other_languages=()) for brief in briefs]
    drawn = _drawn_once([brief for brief in plain if brief.rule.base], workers=workers)
    jobs = [_Job(brief, prepared.facts, translations, drawn if brief.rule.base else {}) for brief in plain]
    return dict(zip(wanted, spread(_rendered, jobs, workers=workers), strict=True))


def _drawn_once(rounded: Sequence[Brief], *, workers: int) -> dict[ChartSpec, Drawing]:
    """Draw the charts that several briefs have, where others are at hand who would each draw them again.

    A chart that cannot be drawn is left to its brief, which tells why.
    """
    if at_hand() > 1 and len(rounded) > 1:
        with suppress(SettingsError):
            counted = Counter(spec for brief in rounded for spec in set(charts_of(brief)))
            shared = [spec for spec, n_briefs in counted.items() if n_briefs > 1]
            return dict(zip(shared, spread(draw, shared, workers=workers, parts=len(shared)), strict=True))
    return {}


def _rendered(job: _Job) -> dict[str, bytes]:
    brief = replace(job.brief, language=ENGLISH, other_languages=read_languages(job.translations))
    return render(brief, job.facts, drawn=job.drawn)
