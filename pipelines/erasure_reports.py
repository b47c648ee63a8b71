"""What an erasure tells afterwards: to a person, to a program, and to the register.

Answers "what was removed, what stands, and where is the person still". Counts, names of files and numbers of rows only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import counted, named_rows


@dataclass(frozen=True)
class StillThere:
    """Rows of one file of the inbox that still hold erased people; they are ignored from now on."""

    source: str
    file: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Erasure:
    """What an erasure did, in counts; no pseudonym and no value of a record is in it."""

    people: int
    removed: Mapping[str, int]
    still_there: tuple[StillThere, ...]
    is_corrected: bool
    editions: Mapping[str, int]
    dry_run: bool
    record: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the object that `--json` prints."""
        return {
            "command": "erase",
            "status": "dry run" if self.dry_run else "done",
            **self.told(),
            "record": str(self.record) if self.record else None,
        }

    def told(self) -> dict[str, Any]:
        """Give what the register keeps of it."""
        return {
            "people": self.people,
            "removed": dict(self.removed),
            "still_in_the_inbox": [asdict(each) for each in self.still_there],
            "editions_in_force": dict(self.editions),
        }

    def as_text(self) -> str:
        """Give the lines a person reads."""
        if not self.removed and not self.dry_run:
            return "Erased before: nothing of this person is stored."
        tables = ", ".join(f"{n:,} of {table}" for table, n in self.removed.items())
        would = "Would be erased" if self.dry_run else "Erased"
        lines = [f"{would}: {counted(self.people, 'client')}. Rows removed from the warehouse: {tables}."]
        lines += [
            f"Still in the inbox: {each.source}/{each.file}, {named_rows(list(each.rows))}. These rows are ignored "
            "from now on. Ask the source to take them out, and put the new file in the place of the old one."
            for each in self.still_there
        ]
        if self.is_corrected:
            lines.append("corrections.toml speaks of rows of this person. Delete those entries before the next run.")
        if self.editions:
            named = ", ".join(f"{period} edition {number}" for period, number in self.editions.items())
            lines.append(f"Published editions stand: {named}. Later ones are made without this person.")
        lines.append(
            "Backups and copies made before still hold this person. Delete them, or note until when you keep them."
        )
        if self.record:
            lines.append(f"Record (internal): {self.record}")
        return "\n".join(lines)
