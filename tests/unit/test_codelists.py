"""The code lists a profile maps words to: whole, defined and consistent."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.codelists import MISSING_KINDS, NOT_RECOGNISED, codelist
from pipelines.ingest.fields import fields
from pipelines.resources import reference_file

NAMES = sorted(path.stem for path in reference_file("codelists").glob("*.csv"))
MAPPED = sorted({field.code_list for field in fields().values() if field.code_list not in ("", "settings")})
# Categories of law of the Legal Aid Agency and of Civil Legal Advice.
LAA = {"IMMOT", "IMMAS", "WB", "HOU", "EMP", "DEB", "MAT", "COM", "EDU", "DISC", "PUB"}
CLA = {
    *("immigration", "benefits", "housing", "employment", "debt", "family", "commcare", "education", "discrimination"),
    *("publiclaw", "aap", "consumer", "pi", "clinneg", "mentalhealth", "crime", "none"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_list_has_its_columns_and_each_code_once(name: str) -> None:
    rows = codelist(name).rows
    assert {"code", "label", "valid_from", "valid_to", "source"} <= rows[0].keys()
    assert len({row["code"] for row in rows}) == len(rows)
    assert [row["code"] for row in rows if not (row["label"] and row["source"])] == []
    for row in rows:
        ends = [date.fromisoformat(row[end]) for end in ("valid_from", "valid_to") if row[end]]
        assert ends == sorted(ends)


@pytest.mark.parametrize("name", [*MAPPED, "missing"])
def test_every_code_that_a_word_can_mean_is_defined_in_one_sentence(name: str) -> None:
    definitions = codelist(name).column("definition")
    assert [code for code, text in definitions.items() if not text.endswith(".") or ". " in text] == []


def test_what_a_person_maps_to_is_not_thinner_than_the_field_uses() -> None:
    """Advice has two levels, depth of service and accreditation are two lists, and missing has four kinds."""
    advice = codelist("advice_types")
    parents = advice.column("parent_code")
    assert {parent for parent in parents.values() if parent} <= {code for code, parent in parents.items() if not parent}
    assert [code for code, parent in parents.items() if parent and not code.startswith(f"{parent}_")] == []
    assert set(codelist("missing").codes) == {*MISSING_KINDS, NOT_RECOGNISED}
    assert not set(codelist("service_depths").codes) & set(codelist("adviser_levels").codes)


def test_categories_of_law_are_those_of_the_two_agencies() -> None:
    advice = codelist("advice_types")
    assert {name for names in advice.column("laa_category").values() for name in names.split()} == LAA
    assert {name for names in advice.column("cla_category").values() for name in names.split()} == CLA
