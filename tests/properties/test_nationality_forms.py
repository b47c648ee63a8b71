"""Several thousand messy nationality cells of known truth: what is read is right, and most of what can be read is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipelines.ingest.nationality import read_nationality
from tests.properties.nationality_forms import Form, forms
from tests.properties.nationality_measure import FAILURES, Measured, measure, write_failures

LEAST_RECALL = 0.99


@pytest.fixture(scope="module")
def cases() -> list[Form]:
    return forms()


@pytest.fixture(scope="module")
def measured(cases: list[Form]) -> Measured:
    return measure(cases)


def test_the_forms_are_many_and_the_same_every_time(cases: list[Form]) -> None:
    assert len({form.text for form in cases}) == len(cases) >= 5000
    assert forms() == cases


def test_what_is_read_is_exactly_right(measured: Measured) -> None:
    """A nationality that is read wrongly is worse than one that waits for a person: none may be."""
    print(f"\n{measured}")
    print(
        *(f"{fail.form.kind}: {fail.form.text!r} is {fail.found or fail.rule}" for fail in measured.failures), sep="\n"
    )
    assert [failure.form.text for failure in measured.failures if failure.found] == []
    assert measured.precision == 1


def test_what_can_be_read_with_certainty_mostly_is(measured: Measured) -> None:
    assert measured.recall >= LEAST_RECALL


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_draws_find_no_wrong_reading(seed: int) -> None:
    assert [failure for failure in measure(forms(seed)).failures if failure.found] == []


def test_the_list_of_failures_is_the_present_one(measured: Measured, tmp_path: Path) -> None:
    """Run `python -m tests.properties.nationality_measure` to write it anew."""
    write_failures(measured.failures, tmp_path / "failures.csv")

    assert (tmp_path / "failures.csv").read_text("utf-8") == FAILURES.read_text("utf-8")


def test_an_unlisted_slip_is_refused_and_never_another_state(cases: list[Form]) -> None:
    slips = [form for form in cases if form.kind == "unlisted slip"]

    assert len(slips) > 1000
    assert [form for form in slips if read_nationality(form.text).codes not in ((), form.codes)] == []


def test_twenty_thousand_distinct_cells_are_read_in_seconds(cases: list[Form]) -> None:
    texts = list(dict.fromkeys(f"{form.text}{end}" for form in cases for end in ("", "  ")))[:20_000]
    begun = time.perf_counter()
    for text in texts:
        read_nationality(text)

    assert len(texts) == 20_000
    assert time.perf_counter() - begun < 15


def test_a_reading_that_disagrees_with_the_truth_is_a_failure() -> None:
    result = measure([Form("test", "Polish", ("PT",)), Form("test", "Polish", ("PL",)), Form("test", "Polish", ())])

    assert (result.n_recognised, result.n_right, len(result.failures)) == (3, 1, 2)
