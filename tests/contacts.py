"""A hand-made source that records first contacts, channels and why cases are open, for tests of what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence

from workspaces import Rows, Workspace, make_rows

PROFILE = "profiles/export.toml"
COLUMNS = {"first_contact": "First contact", "channel": "Seen", "stall_reason": "Held up by"}
WORDS = """[values.channel]
"Phone" = "PHONE"
"Office" = "IN_PERSON"
[values.stall_reason]
"Home Office" = "DECISION"
"Papers" = "EVIDENCE"
"Staff" = "STAFF"

[values.gender]
"""


def recording(workspace: Workspace) -> Workspace:
    """Let the source with dates record all three fields."""
    named = "".join(f'{field} = "{heading}"\n' for field, heading in COLUMNS.items())
    workspace.edit(PROFILE, 'closed = "Closed"\n', f'closed = "Closed"\n{named}')
    workspace.edit(PROFILE, "[values.gender]\n", WORDS)
    workspace.edit(PROFILE, 'advice_type = [";"]\n', 'advice_type = [";"]\nstall_reason = [";"]\n')
    return workspace


def contact_rows(n: int, *, first: int = 1, **told: str | Sequence[str]) -> Rows:
    """Make rows of cases opened on 6 July 2026 unless told otherwise; words of the three fields take turns."""
    words = {field: told.pop(field, "") for field in COLUMNS}
    listed = {field: [cells] if isinstance(cells, str) else list(cells) for field, cells in words.items()}
    rows = make_rows(n, first=first, **{"opened": "06/07/2026", **told})
    return [
        row | {heading: listed[field][at % len(listed[field])] for field, heading in COLUMNS.items()}
        for at, row in enumerate(rows)
    ]
