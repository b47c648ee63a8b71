"""How well messy nationality cells are read: precision, recall and the list of failures.

Run `python -m tests.properties.nationality_measure` to print them and to write `nationality_form_failures.csv`, a list
that a person can go through. Everything in it is generated.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.nationality import read_nationality
from tests.properties.nationality_forms import Form, forms

FAILURES = Path(__file__).with_name("nationality_form_failures.csv")


@dataclass(frozen=True)
class Failure:
    """A form that was read wrongly or, where it is certain, not at all."""

    form: Form
    found: str
    rule: str


@dataclass(frozen=True)
class Measured:
    """How forms were read.

    `n_recognised` forms were read as some set, `n_right` of them as exactly the right one; of the `n_certain` that a
    careful caseworker could read, `n_certain_right` were read rightly.
    """

    n_forms: int
    n_recognised: int
    n_right: int
    n_certain: int
    n_certain_right: int
    failures: tuple[Failure, ...]

    @property
    def precision(self) -> float:
        """Give the share of the recognised forms that were read as exactly the right set."""
        return self.n_right / self.n_recognised

    @property
    def recall(self) -> float:
        """Give the share of the certainly readable forms that were read rightly."""
        return self.n_certain_right / self.n_certain

    def __str__(self) -> str:
        return (
            f"{self.n_forms} forms; precision {self.precision:.4f} of {self.n_recognised} that were read; "
            f"recall {self.recall:.4f} of {self.n_certain} that can be read; {len(self.failures)} failures"
        )


def measure(cases: Sequence[Form]) -> Measured:
    """Read every form and count."""
    recognised = right = certain = certain_right = 0
    failures: list[Failure] = []
    for form in cases:
        reading = read_nationality(form.text)
        is_right = (reading.codes, reading.has_unknown_other) == (form.codes, form.has_unknown_other)
        is_read, is_certain = bool(reading.codes), form.is_certain and bool(form.codes)
        recognised += is_read
        right += is_read and is_right
        certain += is_certain
        certain_right += is_certain and is_right
        if (is_read or is_certain) and not is_right:
            failures.append(Failure(form, ";".join(reading.codes), reading.rule))
    return Measured(len(cases), recognised, right, certain, certain_right, tuple(failures))


def write_failures(failures: Sequence[Failure], path: Path = FAILURES) -> None:
    """Write the failures as a table; `found` is empty where a form was refused."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "text", "expected", "found", "rule"])
        for failure in sorted(failures, key=lambda failure: (failure.form.kind, failure.form.text)):
            form = failure.form
            writer.writerow([form.kind, form.text, ";".join(form.codes), failure.found, failure.rule])


if __name__ == "__main__":
    result = measure(forms())
    sys.stdout.write(f"{result}\n")
    write_failures(result.failures)
