"""The words of an export: spellings, the kinds of missing, several values in one cell, and words nobody explained."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from workspaces import Workspace

from pipelines.ingest.fields import CELL_SEPARATOR, fields
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.ingest.values import Reading, read_words
from pipelines.ingest.words import normalised


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


# What a profile says about whole fields


def edited(workspace: Workspace, *edits: tuple[str, str], more: str = "") -> Profile:
    """Give the example's profile with places of it changed and tables added at its end."""
    path: Path = workspace.folder / "profiles/export.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text + more, encoding="utf-8")
    return load_profile(path, workspace.settings)


def test_a_kept_word_is_not_recognised_and_no_kind_of_missing(workspace: Workspace) -> None:
    profile = edited(workspace, ("[rows]", '[rows]\nunknown_values = "keep"'))
    found = read(profile, "gender", "Femlae", "Female", "Unknown")
    assert codes(found) == {"Femlae": ["not_recognised"], "Female": ["F"], "Unknown": ["not_recorded"]}
    assert (found.unknown, found.kept) == ((), ("Femlae",))
    ages = read(profile, "age", "thirty", "30")
    assert codes(ages) == {"thirty": ["not_recognised"], "30": [None]}
    nationalities = read(profile, "nationality", "Martian\x1f", "Polish\x1fMartian")
    assert codes(nationalities) == {"Martian\x1f": ["not_recognised"], "Polish\x1fMartian": ["not_recognised"]}
    assert set(nationalities.meanings["class_code"]) == {None}


def test_of_a_kept_cell_of_several_values_the_known_ones_count(workspace: Workspace) -> None:
    profile = edited(workspace, ("[rows]", '[rows.unknown_values_for]\nadvice_type = "keep"\n[rows]'))
    found = read(profile, "advice_type", "Benefits; the usual; Housing", "the usual; Unknown")
    assert codes(found) == {
        "Benefits; the usual; Housing": ["BEN", "HOU"],
        "the usual; Unknown": ["not_recognised"],
    }
    assert set(found.meanings["confidence"]) == {"low"}
    assert len(found.kept) == 2
    assert read(profile, "gender", "Femlae").unknown == ("Femlae",)


def test_a_date_is_never_kept(workspace: Workspace) -> None:
    profile = edited(workspace, ("[rows]", '[rows]\nunknown_values = "keep"'))
    assert read(profile, "opened", "soon").unknown == ("soon",)


def test_a_field_that_is_the_same_for_everybody_is_stated_once(workspace: Workspace) -> None:
    profile = edited(workspace, ('"adviser_level", ', ""), more='\n[stated]\nadviser_level = "LEVEL_2"\n')
    found = read(profile, "adviser_level", "")
    assert found.meanings.select("value", "code", "rule").row(0) == ("", "LEVEL_2", "stated")


def test_a_letter_has_one_meaning_for_each_scheme_and_its_time(workspace: Workspace) -> None:
    schemes = """
[[age_schemes]]
scheme = "cla-demographic"
to = 2018-03-31
[[age_schemes]]
bands = { F = "61-70", "18-24" = "18-25" }
from = 2018-04-01
"""
    found = read(edited(workspace, more=schemes), "age", "f", "34", "18-24", "X")
    rows = found.meanings.select("value", "low", "high", "valid_from", "valid_to", "rule", "position").rows()
    assert set(rows) == {
        ("f", 50, 59, None, date(2018, 3, 31), "age_scheme", 1),
        ("f", 61, 70, date(2018, 4, 1), None, "age_scheme", 1),
        ("34", 34, 34, None, None, "age", 1),
        ("18-24", 18, 25, date(2018, 4, 1), None, "age_scheme", 1),
    }
    assert found.unknown == ("X",)


def test_dates_of_birth_in_a_column_of_ages_are_not_taken_for_bands(profile: Profile) -> None:
    """2015-03-08 may be what a spreadsheet made of 3-8; beside 1985-06-15 it is a child's date of birth."""
    assert codes(read(profile, "age", "2015-03-08", "2024-01-01")).keys() == {"2015-03-08", "2024-01-01"}
    assert read(profile, "age", "2015-03-08", "1985-06-15", "34").unknown == ("1985-06-15", "2015-03-08")


# Nationality cells


def classes(reading: Reading, *columns: str) -> dict[str, tuple[object, ...]]:
    return {row[0]: row[1:] for row in reading.meanings.filter(position=1).select("value", *columns).iter_rows()}


def test_a_relationship_in_the_nationality_field_is_a_role_and_no_nationality(profile: Profile) -> None:
    found = read(profile, "nationality", "Spouse of Italian\x1f", "TCN\x1f", "Brazilian\x1fwife of Italian", "Roma\x1f")
    assert classes(found, "code", "class_code", "role_code", "rule") == {
        "Spouse of Italian\x1f": ("not_recorded", None, "FAMILY", "family_role"),
        "TCN\x1f": ("not_recorded", None, None, "not_nationality"),
        "Brazilian\x1fwife of Italian": ("BR", "THIRD", "FAMILY", "exact+family_role"),
        "Roma\x1f": ("not_recorded", None, None, "not_nationality"),
    }


def test_how_certain_a_reading_is_stands_beside_it(profile: Profile) -> None:
    found = read(profile, "nationality", "Polish\x1f", "SouthAfrican\x1f", "Polish\x1fSouthAfrican")
    assert classes(found, "confidence", "rule") == {
        "Polish\x1f": ("high", "exact"),
        "SouthAfrican\x1f": ("low", "joined"),
        "Polish\x1fSouthAfrican": ("low", "exact+joined"),
    }


def test_a_missing_word_in_a_second_column_says_nothing_unless_the_profile_says_so(workspace: Workspace) -> None:
    """Many programs fill a second column with "Unknown" for everybody: it would make everybody a dual national."""
    cells = ["Polish\x1fUnknown", "Polish\x1f", "Unknown\x1fPolish", "Unknown\x1f", "Unknown\x1fUnknown"]
    plain = read(edited(workspace), "nationality", *cells)
    assert classes(plain, "class_code", "dual_class_code") == {
        "Polish\x1fUnknown": ("EU8", None), "Polish\x1f": ("EU8", None), "Unknown\x1fPolish": ("EU8", None),
        "Unknown\x1f": (None, None), "Unknown\x1fUnknown": (None, None),
    }  # fmt: skip
    mapped = edited(
        workspace, ("[values.gender]", '[values.nationality]\n"Unknown" = "unknown_other"\n[values.gender]')
    )
    found = read(mapped, "nationality", *cells)
    assert classes(found, "code", "dual_class_code") == {
        "Polish\x1fUnknown": ("PL", "EEA_UNKNOWN"), "Polish\x1f": ("PL", None),
        "Unknown\x1fPolish": ("PL", "EEA_UNKNOWN"),
        "Unknown\x1f": ("not_recorded", None), "Unknown\x1fUnknown": ("not_recorded", None),
    }  # fmt: skip


def test_two_columns_that_contradict_each_other_are_unknown(profile: Profile) -> None:
    assert read(profile, "nationality", "EU\x1fBritish").unknown == ("EU\x1fBritish",)
    assert read(profile, "nationality", "Stateless\x1fPolish").unknown == ("Stateless\x1fPolish",)


def test_a_code_of_several_parts_is_read_in_any_case_and_a_short_one_as_written(profile: Profile) -> None:
    found = read(profile, "advice_type", "euss_late", " EUSS_LATE ", "ben")
    assert codes(found) == {"euss_late": ["EUSS_LATE"], " EUSS_LATE ": ["EUSS_LATE"]}
    assert found.unknown == ("ben",)


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
