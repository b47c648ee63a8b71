"""The packaged wording by name, filled in with the words of a release.

Answers "what would this version say here". For texts that stand in one place of one file, so that no other file could
tell whether they were changed; a release of another version had other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pipelines.audit.reading import Release
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def wording() -> Mapping[str, Any]:
    """Give the packaged wording by its sections and names."""
    return read_toml(reference_file("wording.toml"), DisclosureError)


def filled(release: Release, template: str, **slots: object) -> str:
    """Fill a wording with the network's own words and the given slots; begin it with a capital letter."""
    told = release.manifest
    whose = {"network": told.get("network"), "who": told.get("centre_name") or told.get("network")}
    known = {**(told.get("words") or {}), **whose, "period": told.get("period_label"), **slots}
    text = _SLOT.sub(lambda slot: str(known.get(slot[1], slot[0])), template)
    return text[:1].upper() + text[1:]


def is_said(release: Release, text: object, *path: str, empty: str = "") -> bool:
    """Tell whether a text is the wording of that name, where it is known how this release would say it.

    Args:
        release: the release.
        text: as it stands there.
        path: sections and name of the wording.
        empty: what stands there when there is no wording of that name.
    """
    found: Any = wording()
    for name in path:
        found = found.get(name, {})
    return not release.is_ours or text == (filled(release, found) if found else empty)
