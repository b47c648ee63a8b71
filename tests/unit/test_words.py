"""The words of an export: spellings, dates, quarters, the kinds of missing, and several values in one cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from workspaces import Workspace

from pipelines.ingest.dates import read_date, read_quarter
from pipelines.ingest.fields import CELL_SEPARATOR, fields
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.ingest.values import Reading, read_words
from pipelines.ingest.words import normalised
from pipelines.periods import Period, Quarter

DATES = [
    ("03/04/2025", "DD/MM/YYYY", date(2025, 4, 3)),
    ("3/4/2025", "DD/MM/YYYY", date(2025, 4, 3)),
    ("03/04/2025", "MM/DD/YYYY", date(2025, 3, 4)),
    ("2025-04-03", "YYYY-MM-DD", date(2025, 4, 3)),
    ("03-04-2025", "DD-MM-YYYY", date(2025, 4, 3)),
    ("03.04.2025", "DD.MM.YYYY", date(2025, 4, 3)),
    ("3 Apr 2025", "D MMM YYYY", date(2025, 4, 3)),
    ("29/02/2024", "DD/MM/YYYY", date(2024, 2, 29)),
    ("29/02/2025", "DD/MM/YYYY", None),
    ("13/13/2025", "DD/MM/YYYY", None),
    ("03/04/25", "DD/MM/YYYY", None),
    ("2025-04-03", "DD/MM/YYYY", None),
    ("06/07/0206", "DD/MM/YYYY", None),
    ("45123", "DD/MM/YYYY", None),
]


@pytest.mark.parametrize(("word", "form", "day"), DATES)
def test_a_date_is_read_in_the_declared_form_only(word: str, form: str, day: date | None) -> None:
    assert read_date(normalised(word), [form]) == day


def test_the_first_declared_form_that_fits_is_taken() -> None:
    assert read_date("03/04/2025", ["YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY"]) == date(2025, 4, 3)
    assert read_date("12/13/2025", ["DD/MM/YYYY", "MM/DD/YYYY"]) == date(2025, 12, 13)


@pytest.mark.parametrize(
    ("word", "form", "quarter"),
    [
        ("2022 Q2", "YYYY Qn", "2022-Q2"),
        ("q2 2022", "Qn YYYY", "2022-Q2"),
        ("2022-Q2", "YYYY-Qn", "2022-Q2"),
        ("2022 Q5", "YYYY Qn", None),
        ("2022-Q2", "YYYY Qn", None),
        ("0202 Q2", "YYYY Qn", None),
    ],
)
def test_a_quarter_is_read_in_the_declared_form_only(word: str, form: str, quarter: str | None) -> None:
    found = read_quarter(normalised(word), form)
    assert (str(found) if found else None) == quarter


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        ("Female", " FEMALE ", True),
        ("Prefer  not\tto say", "prefer not to say", True),
        ("Re\u0301union", "R\u00e9union", True),
        ("Straße", "STRASSE", True),
        ("Reunion", "Réunion", False),
        ("Not asked", "Notasked", False),
        ("a\u00a0b", "a b", True),
    ],
)
def test_spellings_that_make_no_difference(one: str, other: str, are_equal: bool) -> None:
    assert (normalised(one) == normalised(other)) is are_equal


# A profile's reading of words


@pytest.fixture
def profile(workspace: Workspace) -> Profile:
    path: Path = workspace.folder / "profiles/export.toml"
    own = '\n[missing_for.gender]\nrefused = ["PNS"]\nnot_asked = ["Prefer not to say"]\n'
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    return load_profile(path, workspace.settings)


def read(profile: Profile, field: str, *cells: str) -> Reading:
    return read_words(fields()[field], cells, profile)


def codes(reading: Reading) -> dict[str, list[str]]:
    grouped = reading.meanings.group_by("value", maintain_order=True).agg(pl.col("code").sort())
    return dict(grouped.iter_rows())


def test_a_word_is_read_through_its_map_whatever_its_case(profile: Profile) -> None:
    found = read(profile, "gender", "Female", " FEMALE", "female ", "F", "M")
    assert codes(found) == {"Female": ["F"], " FEMALE": ["F"], "female ": ["F"], "F": ["F"], "M": ["M"]}
    assert found.unknown == ()


def test_a_word_that_is_not_in_the_map_is_unknown_and_never_missing(profile: Profile) -> None:
    found = read(profile, "gender", "Femlae", "W", "f")
    assert found.meanings.is_empty()
    assert set(found.unknown) == {"Femlae", "W", "f"}


def test_the_kinds_of_missing_are_kept_apart_and_a_field_can_have_its_own_words(profile: Profile) -> None:
    found = codes(read(profile, "gender", "", "Unknown", "Not asked", "PNS", "Prefer not to say"))
    assert found == {
        "": ["not_recorded"], "Unknown": ["not_recorded"], "Not asked": ["not_asked"], "PNS": ["refused"],
        "Prefer not to say": ["not_asked"],
    }  # fmt: skip
    assert codes(read(profile, "client_role", "Prefer not to say")) == {"Prefer not to say": ["refused"]}
    assert read(profile, "client_role", "PNS").unknown == ("PNS",)


def test_a_field_that_a_source_does_not_have_is_not_collected(profile: Profile) -> None:
    assert codes(read(profile, "outcome", "")) == {"": ["not_collected"]}


def test_several_values_in_one_cell(profile: Profile) -> None:
    found = read(
        profile, "advice_type", "Benefits; Housing", "Housing;benefits;", "Benefits;Benefits", ";", "Benefits;?"
    )
    assert codes(found) == {
        "Benefits; Housing": ["BEN", "HOU"], "Housing;benefits;": ["BEN", "HOU"], "Benefits;Benefits": ["BEN"],
        ";": ["not_recorded"],
    }  # fmt: skip
    assert found.unknown == ("Benefits;?",)


def test_a_missing_word_beside_a_value_adds_nothing(profile: Profile) -> None:
    assert codes(read(profile, "advice_type", "Benefits; Unknown")) == {"Benefits; Unknown": ["BEN"]}
    assert codes(read(profile, "advice_type", "Not asked; Not asked")) == {"Not asked; Not asked": ["not_asked"]}


def test_values_from_several_columns_are_one_set(profile: Profile) -> None:
    both, one, none = (CELL_SEPARATOR.join(cells) for cells in (("Polish", "British"), ("", "Polish"), ("", "")))
    found = read(profile, "nationality", both, one, none)
    assert codes(found) == {both: ["GB", "PL"], one: ["PL"], none: ["not_recorded"]}
    classes = dict(found.meanings.unique("value").select("value", "class_code").iter_rows())
    assert (classes[both], classes[one], classes[none]) == ("DUAL", "EU8", None)


# Periods


def test_periods_in_words_and_as_folders() -> None:
    assert Period.parse("2026-Q3").label == "July to September 2026"
    assert Period.parse("2022-Q2_2023-Q4").label == "April 2022 to December 2023"
    assert [str(Period.parse(text)) for text in ("2026-Q3", "2026-Q3_2026-Q3")] == ["2026-Q3", "2026-Q3"]


@pytest.mark.parametrize(
    "text", ["2026", "2026-Q5", "2026-Q3_2026-Q1", "Q3-2026", "2026-Q3_", "_2026-Q3", "2026-Q3\n", ""]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|quarter"):
        Period.parse(text)


def test_quarters_count_over_the_turn_of_a_year() -> None:
    assert [str(quarter) for quarter in Period.parse("2025-Q4_2026-Q2").quarters] == ["2025-Q4", "2026-Q1", "2026-Q2"]
    assert str(Quarter(2026, 1).after(-1)) == "2025-Q4"
    assert (Quarter(2024, 1).first_day, Quarter(2024, 1).last_day) == (date(2024, 1, 1), date(2024, 3, 31))
    assert Quarter.of(date(2026, 12, 31)) == Quarter(2026, 4)


@pytest.mark.parametrize(
    ("one", "other", "do_overlap"),
    [
        ("2026-Q1_2026-Q3", "2026-Q3", True),
        ("2026-Q1_2026-Q2", "2026-Q3", False),
        ("2026-Q3", "2026-Q3", True),
        ("2025-Q1_2026-Q4", "2026-Q2_2026-Q3", True),
    ],
)
def test_periods_overlap_when_they_share_a_quarter(one: str, other: str, do_overlap: bool) -> None:
    assert Period.parse(one).overlaps(Period.parse(other)) is do_overlap
    assert Period.parse(other).overlaps(Period.parse(one)) is do_overlap


def test_a_code_that_is_also_a_word_is_not_believed_among_names(profile: Profile) -> None:
    """A program writes NA for a blank; it must make nobody a Namibian, nor a dual national."""
    cells = [
        f"{first}{CELL_SEPARATOR}{second}" for first, second in (("Polish", "NA"), ("Romanian", "NO"), ("Irish", ""))
    ]
    found = read(profile, "nationality", *cells)
    assert found.unknown == tuple(cells[:2])
    assert codes(found) == {cells[2]: ["IE"]}


def test_among_codes_it_is_the_code(profile: Profile) -> None:
    cells = [f"{code}{CELL_SEPARATOR}" for code in ("PL", "RO", "DE", "NO", "NA")]
    assert codes(read(profile, "nationality", *cells)) == {cell: [cell[:2]] for cell in sorted(cells)}
