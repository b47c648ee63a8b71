"""The Prefect server, where one is named: does it answer?

Answers for schedules and the run pages; a run by hand needs none. Prefect itself is not loaded for it.
"""

from __future__ import annotations

import http.client
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.doctor.diagnoses import FAULT, OK, Diagnosis

ADDRESS = "PREFECT_API_URL"
PATIENCE = 3.0
NAME = "Prefect server"


def reachable(variables: Mapping[str, str]) -> Diagnosis:
    """Does the server that is named answer? Where none is, none is needed."""
    address = variables.get(ADDRESS) or _of_profile(variables)
    if not address:
        return Diagnosis(NAME, OK, "none is named, and a run by hand needs none")
    parts = urlsplit(address)
    # An address may hold a password: only the place is told.
    place = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(str(parts.hostname), parts.port, timeout=PATIENCE)
        connection.request("GET", f"{parts.path.rstrip('/')}/health")
        status = connection.getresponse().status
        connection.close()
    except (OSError, http.client.HTTPException) as error:
        return _silent(place, type(error).__name__)
    return Diagnosis(NAME, OK, f"{place} answers") if status == http.client.OK else _silent(place, f"status {status}")


def _silent(place: str, why: str) -> Diagnosis:
    to_do = f"Start it, or take {ADDRESS} out of the environment and of Prefect's profile."
    return Diagnosis(NAME, FAULT, f"{place} does not answer ({why}), so no schedule runs", to_do)


def _of_profile(variables: Mapping[str, str]) -> str:
    """Give the address that the active profile of Prefect names; empty where there is none."""
    home = variables.get("PREFECT_HOME") or f"{variables.get('HOME') or Path.home()}/.prefect"
    try:
        told = tomllib.loads(Path(home, "profiles.toml").read_text(encoding="utf-8"))
        return str(told["profiles"][told["active"]].get(ADDRESS, ""))
    except (OSError, ValueError, KeyError, AttributeError):
        return ""
