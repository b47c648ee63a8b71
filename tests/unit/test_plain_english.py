"""Plain English: short sentences, and a reading age that the documentation states."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rounded import centre_brief, rounded_brief

from pipelines.publish.brief import Brief
from pipelines.publish.document import Listing, Paragraph, Terms
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import Label, Sentence
from tests.builders import make_brief
from tests.policies import policy_of, rounded_policy_brief
from tests.reading_age import reading_age, sentences_in

LONGEST = 25
BRIEFS = [make_brief, rounded_brief, centre_brief]


def said_in(brief: Brief) -> str:
    """Give the running text of a brief, each name and figure as one word, however long the network's names are."""
    told: list[Sentence] = []
    for _, section in lay_out(brief, charted=()).walk():
        for block in section.blocks:
            if isinstance(block, Paragraph):
                told.append(block.text)
            elif isinstance(block, Listing):
                told += block.items
            elif isinstance(block, Terms):
                told += [meaning for _, meaning in block.items]
    return "\n".join(map(worded, told))


def worded(said: Sentence) -> str:
    """Say a sentence with one word for each short name and each figure; what people wrote stays as it is."""
    return "".join(part if isinstance(part, str) else _word(part) for part in said)


def _word(part: object) -> str:
    if isinstance(part, Label):
        return part.text if part.kind == "given" or "." in part.text else "name"
    return "figure"


@pytest.mark.parametrize("make", BRIEFS)
def test_sentences_are_short(make):
    long = [s for s in sentences_in(said_in(make())) if len(re.findall(r"\S+", s)) > LONGEST]
    assert long == []


@pytest.mark.parametrize("make", BRIEFS)
def test_the_reading_age_is_the_one_that_the_documentation_states(make):
    stated = re.search(r"reading age of (\d+)", Path("docs/briefs.md").read_text(encoding="utf-8"))
    assert stated
    assert reading_age(said_in(make())) <= int(stated[1])


def test_what_is_said_beside_scores_of_policy_is_plain_too(tmp_path: Path):
    said = said_in(rounded_policy_brief(policy_of(tmp_path)))
    assert [s for s in sentences_in(said) if len(re.findall(r"\S+", s)) > LONGEST] == []
    assert reading_age(said) <= 11
