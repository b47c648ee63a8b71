"""What a person decided about disclosure control: `reference/disclosure.toml`.

Answers "how much, how many, how long". Floors that no setting may go under are code, in `rules`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file


@cache
def _read() -> dict[str, dict[str, Any]]:
    return dict(read_toml(reference_file("disclosure.toml"), SettingsError))


def decided(part: str, name: str) -> Any:
    """Give what was decided.

    Args:
        part: the table of the file.
        name: the entry of the table.
    """
    return _read()[part][name]
