"""A log of enquiries beside the hand-made workspace: what a centre's desk was asked, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence

from workspaces import QUARTER, Workspace

DESK, FILE = "desk", f"{QUARTER}.csv"
HEADINGS = {
    "case_ref": "Enquiry no",
    "client_ref": "Client no",
    "opened": "Date of enquiry",
    "age": "Age",
    "gender": "Gender",
    "nationality": "Nationality",
    "nationality_2": "Second nationality",
    "client_role": "Relationship",
    "enquiry_response": "Response",
}
DEFAULTS: dict[str, Sequence[str]] = {
    "opened": ("06/07/2026", "12/08/2026", "21/09/2026"),
    "age": ("34", "41", "29", "58", "63"),
    "gender": ("Female", "Male"),
    "nationality": ("Polish", "Romanian", "Italian"),
    "nationality_2": ("",),
    "client_role": ("Main",),
    "enquiry_response": ("Opened a case", "Leaflet", "No capacity", "Waiting list", "Unknown"),
}
SOURCE = """
[sources.desk]
name = "Riverside, enquiry desk"
profile = "desk"
centre = "riverside"
project = "settled"
funder = "bridge"
case_register = "riverside"
client_register = "riverside"
"""
PROFILE = """
[profile]
name = "Enquiry desk"

[rows]
records = "enquiries"

[columns]
case_ref = "Enquiry no"
client_ref = "Client no"
opened = "Date of enquiry"
age = "Age"
gender = "Gender"
nationality = ["Nationality", "Second nationality"]
client_role = "Relationship"
enquiry_response = "Response"

[formats]
date = "DD/MM/YYYY"

[values.gender]
"Female" = "F"
"Male" = "M"
[values.client_role]
"Main" = "MAIN"
"Family" = "FAMILY"
[values.enquiry_response]
"Opened a case" = "TAKEN_ON"
"Leaflet" = "SIGNPOSTED"
"No capacity" = "TURNED_AWAY"
"Waiting list" = "WAITING"

[missing]
refused = ["Prefer not to say"]
not_recorded = ["Unknown"]
"""


def enquiry_rows(n: int, *, first: int = 1, **overrides: str | Sequence[str]) -> list[dict[str, str]]:
    """Make rows of the log; a word of every row, or words that take turns, may be given for each field.

    References begin as those of the cases do, so that only what they are references of tells them apart.
    """
    numbers = range(first, first + n)
    fields: dict[str, Sequence[str]] = dict(DEFAULTS)
    fields |= {"case_ref": [f"R-{i:04}" for i in numbers], "client_ref": [f"K{i:04}" for i in numbers]}
    fields |= {name: [words] if isinstance(words, str) else words for name, words in overrides.items()}
    return [{HEADINGS[name]: fields[name][i % len(fields[name])] for name in HEADINGS} for i in range(n)]


def with_enquiries(workspace: Workspace, rows: list[dict[str, str]], file: str = FILE) -> Workspace:
    """Let the workspace have a log with these rows."""
    settings = workspace.folder / "caseload.toml"
    if "[sources.desk]" not in (text := settings.read_text("utf-8")):
        settings.write_text(text + SOURCE, "utf-8")
        (workspace.folder / "profiles" / "desk.toml").write_text(PROFILE, "utf-8")
    workspace.put(file, rows, source=DESK)
    return workspace
