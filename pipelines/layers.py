"""Settings in layers: packaged defaults, the workspace's own file, variables of the environment.

Answers "which value holds when several places give one": the last layer that has it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

VARIABLE_PREFIX = "CASELOAD_"


def layered(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Put layers of tables on each other; what a later layer says goes before.

    >>> layered({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    found: dict[str, Any] = {}
    for layer in layers:
        found = _merged(found, layer)
    return found


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def from_variables(variables: Mapping[str, str]) -> dict[str, Any]:
    """Turn `CASELOAD_LIMITS__QUARANTINED_SHARE=0.1` into `{"limits": {"quarantined_share": 0.1}}`."""
    found: dict[str, Any] = {}
    for name in sorted(variables):
        if name.startswith(VARIABLE_PREFIX) and "__" in name:
            keys = name.removeprefix(VARIABLE_PREFIX).lower().split("__")
            nested: Any = _toml_value(variables[name])
            for key in reversed(keys):
                nested = {key: nested}
            found = _merged(found, nested)
    return found


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
