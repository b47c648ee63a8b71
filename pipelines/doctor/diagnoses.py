"""What the doctor found: one line for each check, with what to do about it.

Answers "is all well". A note is worth knowing and stops nothing; a fault would stop a run or let somebody in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.errors import counted

OK, NOTE, FAULT = "ok", "note", "fault"


@dataclass(frozen=True)
class Diagnosis:
    """One check: `state` is `ok`, `note` or `fault`; `to_do` is empty where nothing is to be done."""

    check: str
    state: str
    said: str
    to_do: str = ""


@dataclass(frozen=True)
class Report:
    """Everything the doctor looked at."""

    diagnoses: tuple[Diagnosis, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether there is no fault."""
        return not self._with(FAULT)

    def as_json(self) -> dict[str, Any]:
        """Give the object that `--json` prints."""
        states = [diagnosis.state for diagnosis in self.diagnoses]
        worst = next((state for state in (FAULT, NOTE) if state in states), OK)
        return {"status": worst, "checks": [asdict(diagnosis) for diagnosis in self.diagnoses]}

    def as_text(self) -> str:
        """Give the lines a person reads."""
        width = max(len(diagnosis.check) for diagnosis in self.diagnoses)
        lines = []
        for each in self.diagnoses:
            lines.append(f"{each.state:<5}  {each.check:<{width}}  {each.said}")
            lines += [f"{'':<5}  {'':<{width}}  To do: {each.to_do}"] if each.to_do else []
        faults, notes = self._with(FAULT), self._with(NOTE)
        told = f"{counted(len(faults), 'fault')}, {counted(len(notes), 'note')}" if faults or notes else "All is well"
        return "\n".join([*lines, f"{told}."])

    def _with(self, state: str) -> list[Diagnosis]:
        return [diagnosis for diagnosis in self.diagnoses if diagnosis.state == state]


def judged(check: str, problems: Iterable[str], *, well: str, to_do: str, state: str = FAULT) -> Diagnosis:
    """Give one diagnosis: well, or all problems of a kind together."""
    found = list(problems)
    return Diagnosis(check, state, "; ".join(found), to_do) if found else Diagnosis(check, OK, well)
