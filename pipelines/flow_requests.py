"""From the parameters of a flow to a request, refused before anything is started.

Answers "can this run be begun". Parameters stand on run pages, so they are names, days and periods and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.periods import Period
from pipelines.privacy import ROUNDED_AUDIENCES
from pipelines.request import Request
from pipelines.settings import Settings

EVERY_CENTRE = "centres"


def flow_request(
    workspace: str,
    variables: Mapping[str, str],
    *,
    as_of: date | None = None,
    period: str | None = None,
    sources: Sequence[str] | None = None,
    audiences: Sequence[str] | None = None,
) -> Request:
    """Make the request of a scheduled run.

    Args:
        workspace: the workspace folder.
        variables: the environment.
        as_of: the day the run speaks of; today when empty.
        period: such as 2026-Q3; what is due when empty.
        sources: whose files to read; all when empty.
        audiences: whom to make briefs for; those of the settings when empty.
    Raises:
        UsageError: a period, source or audience that cannot be. SettingsError: the workspace cannot be used.
    """
    request = Request(
        workspace=Path(workspace),
        as_of=as_of or datetime.now(UTC).date(),
        variables=variables,
        period=_period(period),
        audiences=tuple(audiences or ()),
        sources=tuple(sources or ()),
        is_scheduled=True,
    )
    _refuse_unknown(request, request.settings())
    return request


def _period(text: str | None) -> Period | None:
    try:
        return Period.parse(text) if text else None
    except ValueError as error:
        raise UsageError(f"The flow cannot start: {error}.") from None


def _refuse_unknown(request: Request, settings: Settings) -> None:
    """Refuse names that the workspace does not have."""
    known = [*ROUNDED_AUDIENCES, EVERY_CENTRE, *(f"centre-{centre}" for centre in settings.centres)]
    for kind, asked, there in (("source", request.sources, settings.sources), ("audience", request.audiences, known)):
        unknown = [name for name in asked if name not in there]
        if unknown:
            raise UsageError(
                f"The flow cannot start: there is no {kind} {', '.join(unknown)}. Known: {', '.join(there)}."
            )
