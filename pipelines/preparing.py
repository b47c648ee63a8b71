"""Others who stand by for a command, from its first moment.

Answers "is it worth having further processes for this workspace". Nothing heavy is loaded here: what this process and
the others need is loaded at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.inbox import bytes_in
from pipelines.request import Request
from pipelines.standby import standing_by


@contextmanager
def prepared(request: Request) -> Iterator[None]:
    """Let other processes stand by while a command does all of its work inside the block, where that makes it faster.

    Args:
        request: names the workspace.
    Raises:
        SettingsError: the settings of the workspace are wrong.
    """
    settings = request.settings()
    with standing_by(workers=settings.fan_out.workers, n_bytes=bytes_in(settings.inbox)):
        yield
