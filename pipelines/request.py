"""What a person or a schedule asks a run to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pipelines.periods import Period
from pipelines.settings import Settings, load_settings


@dataclass(frozen=True)
class Request:
    """What a person or a schedule asked for.

    `as_of` is the day the run speaks of; nothing below reads the clock. `variables` is the environment. `audiences` is
    empty for those of the settings. A scheduled run waits for the warehouse longer than a person would.
    """

    workspace: Path
    as_of: date
    variables: Mapping[str, str] = field(repr=False)
    period: Period | None = None
    audiences: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    is_scheduled: bool = False

    def settings(self) -> Settings:
        """Read the workspace's settings."""
        settings = load_settings(self.workspace, self.variables)
        return replace(settings, patience=settings.schedules.patience) if self.is_scheduled else settings

    def audiences_of(self, settings: Settings) -> tuple[str, ...]:
        """Give whom briefs are made for; `centres` stands for every centre."""
        wanted = self.audiences or settings.audiences
        every = tuple(f"centre-{centre}" for centre in settings.centres)
        named = (every if audience == "centres" else (audience,) for audience in wanted)
        return tuple(dict.fromkeys(audience for group in named for audience in group))
