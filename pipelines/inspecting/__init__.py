"""Inspecting a file nobody has described yet: what it is, and a profile to begin with.

Read `inspection.py` first. A survey counts the words of each column in one pass; headings and cells are compared with
`reference/recognition.toml` and `reference/lexicon/`; the proposal is written as a profile and tried on the file.
"""

from pipelines.inspecting.inspection import ColumnReport, Inspection, inspect_file
from pipelines.inspecting.writing import write_profile

__all__ = ["ColumnReport", "Inspection", "inspect_file", "write_profile"]
