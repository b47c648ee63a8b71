"""What changed between two published editions, from their published files alone.

Answers "which figures, findings and rules does this edition tell differently". Nothing internal is read: whoever has
the two folders gets the same answer.
"""

from pipelines.revisions.comparing import Difference, compare
from pipelines.revisions.folders import compare_folders
from pipelines.revisions.reading import Published, Table, read_published, read_tables
from pipelines.revisions.telling import as_json, as_text
from pipelines.revisions.verdicts import VerdictChange, changed_verdicts

__all__ = [
    "Difference",
    "Published",
    "Table",
    "VerdictChange",
    "as_json",
    "as_text",
    "changed_verdicts",
    "compare",
    "compare_folders",
    "read_published",
    "read_tables",
]
