"""Where the files that travel with the package are found.

In an installed wheel `sql/` and `expectations/` lie inside the package; in a checkout they lie beside it.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
REFERENCE = PACKAGE / "reference"


def _beside_or_inside(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def sql_folder() -> Path:
    """Give the folder that holds the SQL models."""
    return _beside_or_inside("sql")


def expectations_folder() -> Path:
    """Give the folder that holds the Great Expectations suites."""
    return _beside_or_inside("expectations")


def reference_file(*parts: str) -> Path:
    """Give the path of a packaged reference file, such as `reference_file("codelists", "genders.csv")`."""
    return REFERENCE.joinpath(*parts)
