"""Which class a set of nationalities belongs to, and which states were in the European Economic Area on which day."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.codelists import codelist
from pipelines.ingest.nationality_classes import EEA_OR_SWISS, is_eea_state, nationality_class

STATES = codelist("nationalities")


@pytest.mark.parametrize(
    ("codes", "has_unknown_other", "expected"),
    [
        (("PL",), False, ("EU8", None)),
        (("FR",), False, ("EU14", None)),
        (("RO",), False, ("EU2", None)),
        (("HR",), False, ("EU_OTHER", None)),
        (("IE",), False, ("IE", None)),
        (("NO",), False, ("EEA_EFTA", None)),
        (("CH",), False, ("CH", None)),
        (("GB",), False, ("UK", None)),
        (("XB",), False, ("THIRD", None)),
        (("XX",), False, ("STATELESS", None)),
        (("GB", "PL"), False, ("DUAL", "EEA_UK")),
        (("CH", "GB"), False, ("DUAL", "EEA_UK")),
        (("IE", "GB"), False, ("DUAL", "IE_UK")),
        (("IE", "PL"), False, ("DUAL", "EEA_EEA")),
        (("IE", "US"), False, ("DUAL", "EEA_THIRD")),
        (("PL", "CH"), False, ("DUAL", "EEA_EEA")),
        (("BR", "PT"), False, ("DUAL", "EEA_THIRD")),
        (("RO",), True, ("DUAL", "EEA_UNKNOWN")),
        (("GB",), True, ("DUAL", "OTHER_UNKNOWN")),
        (("BR",), True, ("DUAL", "OTHER_UNKNOWN")),
        (("GB", "PK"), False, ("DUAL", "UK_THIRD")),
        (("SD", "SS"), False, ("DUAL", "THIRD_THIRD")),
        (("GB", "PL", "US"), False, ("DUAL", "EEA_UK")),
        (("GB", "IE", "PL"), False, ("DUAL", "EEA_UK")),
        (("GB", "IE", "US"), False, ("DUAL", "IE_UK")),
    ],
)
def test_a_set_of_nationalities_has_one_class(
    codes: tuple[str, ...], has_unknown_other: bool, expected: tuple[str, str | None]
) -> None:
    assert nationality_class(codes, has_unknown_other) == expected
    assert nationality_class(codes[::-1], has_unknown_other) == expected


def test_no_nationality_has_no_class() -> None:
    with pytest.raises(ValueError, match="missing nationality"):
        nationality_class((), has_unknown_other=True)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("PL", date(2004, 4, 30), False),
        ("PL", date(2004, 5, 1), True),
        ("GB", date(2020, 1, 31), True),
        ("GB", date(2020, 2, 1), False),
        ("LI", date(1995, 4, 30), False),
        ("LI", date(1995, 5, 1), True),
        ("IS", date(1993, 12, 31), False),
        ("IS", date(1994, 1, 1), True),
        ("AT", date(1993, 12, 31), False),
        ("AT", date(1994, 1, 1), True),
        ("SE", date(1994, 12, 31), True),
        ("FR", date(1994, 1, 1), True),
        ("RO", date(2006, 12, 31), False),
        ("RO", date(2007, 1, 1), True),
        ("BG", date(2007, 1, 1), True),
        ("HR", date(2013, 6, 30), False),
        ("HR", date(2013, 7, 1), True),
        ("CY", date(2004, 5, 1), True),
        ("XB", date(2026, 1, 1), False),
        ("IE", date(2026, 1, 1), True),
        ("XK", date(2026, 1, 1), False),
        ("FR", date(1993, 12, 31), False),
        ("CH", date(2024, 1, 1), False),
        ("BR", date(2024, 1, 1), False),
    ],
)
def test_eea_membership_is_a_question_of_the_day(code: str, day: date, expected: bool) -> None:
    assert is_eea_state(code, on=day) == expected


def test_the_class_list_agrees_with_the_dates() -> None:
    """Every class that counts as EEA or Swiss holds exactly the EEA states of today, and Switzerland."""
    by_class = {code for code, name in STATES.column("nationality_class_code").items() if name in EEA_OR_SWISS}
    by_date = {code for code in STATES.codes if is_eea_state(code, on=date(2026, 1, 1))}

    assert by_class == by_date | {"CH"}
    assert len(by_class) == 31
