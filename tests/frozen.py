"""Quarters that were published, for tests of what may still change in them."""

from __future__ import annotations

from collections.abc import Collection

import workspaces
from workspaces import Workspace

from pipelines import freezing
from pipelines.harmonising import harmonise
from pipelines.models import build
from pipelines.periods import Period, Quarter
from pipelines.publication_periods import set_publication_periods
from pipelines.run import opened, receive_files


def prepare(workspace: Workspace, *, revised: Collection[str] = (), frozen: str = "") -> Workspace:
    """Read the inbox and count, as a run does before it publishes; then freeze, as it does after."""
    with opened(workspace.request()) as work:
        receive_files(work)
        harmonise(work.settings, work.profiles, work.database, corrections=work.corrections, key=work.key)
        set_publication_periods(work.database, [Period.parse("2026-Q2_2026-Q3")], as_of=workspaces.AS_OF)
        freezing.set_revised(work.database, revised, enquiries=True)
        build(work.database)
        if frozen:
            freezing.freeze(work.database, Quarter.parse(frozen))
    return workspace
