"""What a page that stands alone may say: the packaged wordings, filled in with names that stand elsewhere."""

from __future__ import annotations

import pytest

from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.wordings import is_worded

LABELS = (
    "Nationality",
    "EU states that joined before 2004, without Ireland and the UK",
    "EU states of central and eastern Europe that joined in 2004",
    "Bulgaria and Romania",
    "Croatia",
)


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    whole, pieces = packaged()
    return Phrases([*LABELS, *whole], pieces)


def test_a_long_list_of_names_is_known(phrases: Phrases) -> None:
    assert is_worded(f"Nationality, a larger share: {', '.join(LABELS[1:-1])} and Croatia.", phrases)


@pytest.mark.parametrize(
    "changed", [LABELS[2].replace("eastern", "western"), "Bulgaria and Croatia", f"{LABELS[1]} and eastern Europe"]
)
def test_a_long_list_with_a_changed_name_is_not(phrases: Phrases, changed: str) -> None:
    listed = ", ".join([*LABELS[1:3], changed])
    assert not is_worded(f"Nationality, a larger share: {listed}, {LABELS[1]} and somebody.", phrases)
