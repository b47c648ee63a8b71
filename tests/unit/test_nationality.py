"""Nationality cells are read as sets and never guessed; the cases are in tests/spec/nationality_cases.csv."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.codelists import codelist
from pipelines.ingest.nationality import NationalityReading, nationality_class, read_nationality
from pipelines.ingest.nationality_classes import EEA_OR_SWISS
from pipelines.ingest.nationality_names import split_cell, without_accents
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file

ROOT = Path(__file__).parents[2]
NRM_FILE = ROOT.parent / "shared" / "data" / "nrm" / "nrm_referrals_2022Q2_2023Q4.csv"
NRM_PROFILE = ROOT / "docs" / "examples" / "nrm" / "profiles" / "nrm.toml"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CASES = _rows(ROOT / "tests" / "spec" / "nationality_cases.csv")
NAMES = _rows(reference_file("nationality_names.csv"))
STATES = codelist("nationalities")
REFUSALS = {"blank", "ambiguous", "unclear", "unknown_word", "only_unknown", "birthplace"}
DEMONYMS = [(demonym, code) for code, demonym in STATES.column("demonym").items() if demonym]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['variant']} {case['note']}: {case['cell']!r}" for case in CASES])
def test_every_case_of_the_acceptance_list_is_read_as_it_says(case: dict[str, str]) -> None:
    reading = read_nationality(case["cell"])

    assert ";".join(reading.codes) == case["codes"]
    assert reading.has_unknown_other == (case["has_unknown_other"] == "yes")
    assert (reading.rule, reading.confidence) == (case["rule"], case["confidence"])
    assert reading.is_recognised == (case["rule"] not in REFUSALS)


def test_the_acceptance_list_covers_every_numbered_form() -> None:
    assert {f"N{number:02}" for number in range(1, 21)} <= {case["variant"] for case in CASES}


def test_a_case_of_the_acceptance_list_stands_in_it_once() -> None:
    assert not [cell for cell, n in Counter(case["cell"] for case in CASES).items() if n > 1]


def test_a_text_that_is_something_else_is_recognised_without_codes() -> None:
    reading = read_nationality("EEA national")

    assert (reading.is_recognised, reading.is_not_nationality, reading.codes) == (True, True, ())


_SEPARATORS = ["/", " / ", " & ", "; ", ", ", " + ", " - ", " and ", " (", " – ", " plus "]


@given(st.sampled_from(DEMONYMS), st.sampled_from(DEMONYMS), st.sampled_from(_SEPARATORS))
def test_order_and_separator_do_not_change_the_set(one: tuple[str, str], two: tuple[str, str], separator: str) -> None:
    expected = tuple(sorted({one[1], two[1]}))

    assert read_nationality(f"{one[0]}{separator}{two[0]}").codes == expected
    assert read_nationality(f"{two[0]}{separator}{one[0]}").codes == expected


def test_any_two_demonyms_run_together_are_read_as_exactly_the_pair_or_refused() -> None:
    refused = set()
    for (one, code), (two, other) in product(DEMONYMS, DEMONYMS):
        reading = read_nationality(f"{one} {two}")
        if reading.is_recognised:
            assert reading.codes == tuple(sorted({code, other})), f"{one} {two}"
        else:
            refused.add(f"{one} {two}")

    communities = {"Greek Cypriot", "Turkish Cypriot", "Kosovan Albanian", "Macedonian Albanian"}
    assert refused == communities | {"American Samoan", "American Indian", "Iraqi Turkmen"}


@given(st.text(max_size=60))
def test_no_text_stops_the_reader_and_refusal_never_carries_codes(text: str) -> None:
    reading = read_nationality(text)

    assert list(reading.codes) == sorted(set(reading.codes))
    assert bool(reading.codes) == (reading.is_recognised and not reading.is_not_nationality)


@given(st.lists(st.sampled_from([row["name"] for row in NAMES]), min_size=1, max_size=12))
def test_a_long_cell_of_known_names_is_read_or_refused_quickly(names: list[str]) -> None:
    assert set(read_nationality(" ".join(names)).codes) <= set(STATES.codes)


def test_each_name_is_read_as_its_own_code() -> None:
    wrong = [row["name"] for row in NAMES if row["code"] and read_nationality(row["name"]).codes != (row["code"],)]

    assert not wrong


def test_no_name_without_its_brackets_is_two_other_nationalities() -> None:
    """A name such as "American Samoan", which is also two names, must be marked `ambiguous` or `as_written`."""
    readable = [row for row in NAMES if row["code"] and row["kind"] != "as_written"]
    wrong = [row["name"] for row in readable if not _parts_agree(split_cell(row["name"]).words, row["code"])]

    assert not wrong


def _parts_agree(words: tuple[str, ...], code: str) -> bool:
    for cut in range(1, len(words)):
        parts = [read_nationality(" ".join(words[:cut])), read_nationality(" ".join(words[cut:]))]
        if all(part.codes for part in parts) and {code} != {found for part in parts for found in part.codes}:
            return False
    return True


def test_names_are_unique_and_their_codes_and_kinds_exist() -> None:
    kinds = set(codelist("nationality_name_kinds").codes)

    assert not [row["name"] for row in NAMES if row["code"] and row["code"] not in STATES.codes]
    assert {row["kind"] for row in NAMES} == kinds
    assert not [row["name"] for row in NAMES if not row["source"]]
    assert max(Counter(row["name"] for row in NAMES).values()) == 1
    # The reader looks for these one word at a time.
    assert not [row["name"] for row in NAMES if row["kind"] == "family_word" and " " in row["name"]]


def test_the_labels_and_demonyms_of_the_code_list_are_read_as_their_code() -> None:
    written = [(row["code"], row[column]) for row in STATES.rows for column in ("label", "demonym") if row[column]]

    assert not [text for code, text in written if read_nationality(text).codes != (code,)]


def test_an_accent_may_be_missing_but_never_changes_the_code() -> None:
    accented = [row for row in NAMES if row["code"] and without_accents(row["name"]) != row["name"]]
    found = {row["name"]: read_nationality(without_accents(row["name"])).codes for row in accented}

    assert {name for name, codes in found.items() if not codes} == {"Ísland"}
    assert not [row["name"] for row in accented if found[row["name"]] not in ((), (row["code"],))]


@pytest.mark.real_data
def test_every_label_of_the_referral_statistics_is_read_and_the_duals_add_up() -> None:
    """The published figures: 1,637 rows with an EEA or Swiss nationality, 302 of them with more than one."""
    if not NRM_FILE.is_file():
        pytest.skip("the referral statistics are supplied for development and are not part of the project")
    profile = tomllib.loads(NRM_PROFILE.read_text(encoding="utf-8"))
    words = {normalised(word): code for word, code in profile["values"]["nationality"].items()}
    labels = Counter(row["Nationality"] for row in _rows(NRM_FILE))
    readings = {label: read_nationality(words.get(normalised(label), label)) for label in labels}

    assert len(labels) == 480
    assert sum(len(reading.codes) > 1 or reading.has_unknown_other for reading in readings.values()) == 315
    assert "ambiguous" not in {reading.rule for reading in readings.values()}
    assert [label for label, reading in readings.items() if not reading.codes] == ["Unknown"]
    assert _eea_rows(readings, labels) == {
        "single": 1335,
        "EEA_UK": 136,
        "IE_UK": 17,
        "EEA_THIRD": 122,
        "EEA_EEA": 17,
        "EEA_UNKNOWN": 10,
    }


def _eea_rows(readings: dict[str, NationalityReading], labels: Counter[str]) -> dict[str, int]:
    classes = STATES.column("nationality_class_code")
    found: Counter[str] = Counter()
    for label, reading in readings.items():
        if any(classes[code] in EEA_OR_SWISS for code in reading.codes):
            found[nationality_class(reading.codes, reading.has_unknown_other)[1] or "single"] += labels[label]
    return dict(found)
