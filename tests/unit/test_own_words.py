"""A network's own words for what it counts: every file of its brief uses them, and the auditor knows them."""

from __future__ import annotations

import pytest

from pipelines.audit.agreement import agreement_problems
from pipelines.audit.reading import read_release
from pipelines.publish.brief import Words
from pipelines.publish.release import render
from tests.builders import make_edition, make_facts
from tests.rounded import centre_brief, rounded_brief

WORDS = Words("survivor", "survivors", "enquiry", "enquiries", "agency", "agencies", "programme", "programmes", "need",
              "needs")  # fmt: skip


@pytest.mark.parametrize(("make", "audience"), [(rounded_brief, "network"), (centre_brief, "centre-riverside")])
def test_files_with_a_networks_own_words_agree(make, audience):
    usual = make()
    brief = make(words=WORDS, edition=make_edition(**(vars(usual.edition) | {"about": ""})))
    files = render(brief, make_facts())
    assert "survivors" in files["brief.html"].decode()
    key = f"2026-Q3/1/{usual.edition.audience or audience}"
    words = [text for text in agreement_problems(read_release(key, files)) if "stand nowhere else" in text]
    assert words == []
