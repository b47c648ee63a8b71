"""What people are told of a run they did not watch: in a notice, and on a run page that others may see too.

Answers "how did it end, and where do I look". A notice travels by e-mail or to somebody else's service, so it holds the
flow, the workspace and what the exit code means: no message, because that may name a file, and no figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.declarations import Section, read_toml
from pipelines.errors import CaseloadError, SettingsError
from pipelines.layers import from_variables, layered
from pipelines.request import Request
from pipelines.run_words import meaning_of, run_words
from pipelines.schedules import Notices, read_notices
from pipelines.settings import FILE_NAME

if TYPE_CHECKING:
    from pipelines.run import Published

STOPPED = "it was stopped before its end: by a person, by the machine, or because the machine went down"
_UNHARMED = (
    "What had not been finished was not kept: the warehouse and the published editions are whole, and the next run "
    "does the rest."
)


@dataclass(frozen=True)
class Ending:
    """How a run of a flow ended; `exit_code` is None for one that was stopped from outside."""

    flow: str
    workspace: Path
    exit_code: int | None
    page: str | None

    @property
    def went_well(self) -> bool:
        """Tell whether the run did what it was asked."""
        return self.exit_code == 0


def whom_to_tell(request: Request, ending: Ending) -> tuple[str, ...]:
    """Give the blocks that are told of an ending.

    Settings that cannot be used are told of too: to the blocks that they, or the environment, name all the same.
    """
    try:
        named = request.settings().notices
    except CaseloadError:
        named = _named_at_least(request)
    return named.success if ending.went_well else named.failure


def _named_at_least(request: Request) -> Notices:
    """Read the notices alone from settings that are wrong elsewhere; nobody is named where even that fails."""
    try:
        declared = layered(read_toml(request.workspace / FILE_NAME, SettingsError), from_variables(request.variables))
    except SettingsError:
        declared = from_variables(request.variables)
    return read_notices(Section("", {"notices": declared.get("notices", {})}))


def meaning(exit_code: int | None) -> str:
    """Say what an exit code means.

    >>> meaning(13)
    'Exit 13: validation stopped the run.'
    """
    return (
        f"Stopped: {STOPPED}."
        if exit_code is None
        else f"Exit {exit_code}: {meaning_of('failed', exit_code)['means']}."
    )


def subject(ending: Ending) -> str:
    """Give the subject line of a notice."""
    return f"caseload: {ending.flow} {'is done' if ending.went_well else 'failed'} ({ending.workspace.name})"


def body(ending: Ending) -> str:
    """Give the text of a notice."""
    lines = [
        f"Flow: {ending.flow}",
        f"Workspace: {ending.workspace.name}",
        meaning(ending.exit_code),
        *([] if ending.went_well else [_UNHARMED]),
        f"Run page: {ending.page or 'in the Prefect UI, on the machine that ran it'}",
    ]
    return "\n".join(lines)


def accounting_page(files: Mapping[str, int], states: Mapping[str, int]) -> str:
    """Give the table of files and rows for a run page; rows to the nearest ten."""
    counted = [f"| files {name} | {number:,} |" for name, number in files.items()]
    rows = [
        f"| rows {name.removeprefix('rows_').replace('_', ' ')} | {about(number)} |" for name, number in states.items()
    ]
    return "\n".join(["| what | number |", "|---|---:|", *counted, *rows])


def edition_line(published: Published) -> str:
    """Say which edition of a period stands, and why."""
    standing = f"{published.period}: edition {published.edition}"
    if published.is_new:
        return standing
    why = "figures have changed since" if published.is_overtaken else "nothing has changed"
    return f"{standing} stands, {why}"


def editions_page(editions: list[str], index: Path) -> str:
    """Give the list of editions for a run page, with the way to the briefs."""
    return "\n".join(
        [*(f"- {line}" for line in editions), "", f"[All briefs]({index.as_uri()}), on the machine that ran it."]
    )


def about(number: int) -> str:
    """Say a number of rows on a run page, which others than the analyst may see.

    >>> about(1234), about(7)
    ('about 1,230', 'fewer than 10')
    """
    told = run_words()["rows_told"]
    least, step = int(told["least"]), int(told["step"])
    return f"about {round(number / step) * step:,}" if number >= least else f"fewer than {least}"
