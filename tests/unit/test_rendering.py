"""Many briefs at once: the files are those that each brief makes alone, in every language."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest

from pipelines import rendering
from pipelines.audit import audit
from pipelines.briefing import Prepared
from pipelines.errors import SettingsError
from pipelines.publish.drawing import draw
from pipelines.publish.languages import read_languages
from pipelines.publish.messages import Message, Timed
from pipelines.publish.release import render
from pipelines.publish.sentences import capital
from pipelines.publish.translatable import sections
from pipelines.rendering import render_briefs
from pipelines.resources import reference_file
from pipelines.translations import Translation
from tests.builders import make_edition, make_facts
from tests.released_files import brief as released
from tests.rounded import rounded_brief, rounded_tables

POLISH = (Translation("pl", reference_file("languages", "pl"), frozenset(sections())),)
AUDIENCES = ("network", "public", *(f"centre-{number}" for number in range(6)))
DAY = date(2026, 11, 15)


def made(audience: str, number: int, published_on: date):
    """Make a brief that goes through a release without its audit; the figures are those of the network."""
    edition = make_edition(audience=audience, number=number, published_on=published_on)
    return rounded_brief(edition=edition, tables=rounded_tables(audience), other_languages=read_languages(POLISH))


@pytest.mark.slow
def test_briefs_made_side_by_side_are_those_that_are_made_alone():
    prepared = Prepared(None, made, make_facts())
    wanted = {audience: (number, DAY) for number, audience in enumerate(AUDIENCES, 1)}
    together = render_briefs(prepared, wanted, translations=POLISH, workers=2)
    assert list(together) == list(AUDIENCES)
    for audience in ("network", "centre-5"):
        alone = render(made(audience, *wanted[audience]), make_facts())
        assert together[audience] == alone
        assert "brief.pl.html" in alone


def test_a_chart_that_two_briefs_have_is_drawn_once_where_others_are_at_hand(monkeypatch):
    handed_over = []
    monkeypatch.setattr(rendering, "at_hand", lambda: 2)
    monkeypatch.setattr(rendering, "draw", lambda spec: handed_over.append(spec.chart_id) or draw(spec))
    wanted = {"network": (1, DAY), "public": (2, DAY)}
    together = render_briefs(Prepared(None, made, make_facts()), wanted, translations=(), workers=1)
    drawn = [path for path in together["public"] if path.endswith(".svg")]
    assert sorted(handed_over) == sorted(path.removeprefix("charts/").removesuffix(".svg") for path in drawn)
    for audience, edition in wanted.items():
        alone = render(replace(made(audience, *edition), other_languages=()), make_facts())
        assert together[audience] == alone


def test_a_brief_that_shares_no_chart_draws_its_own(monkeypatch):
    """Alone, or beside another with other charts."""
    monkeypatch.setattr(rendering, "at_hand", lambda: 2)
    only = {"network": (1, DAY)}
    assert render_briefs(Prepared(None, made, make_facts()), only, translations=(), workers=1)["network"]
    monkeypatch.setattr(rendering, "charts_of", lambda _: [])
    both = {"network": (1, DAY), "public": (1, DAY)}
    together = render_briefs(Prepared(None, made, make_facts()), both, translations=(), workers=1)
    assert all("charts/by_gender.png" in files for files in together.values())


def test_a_chart_that_cannot_be_drawn_is_told_of_by_its_brief(monkeypatch):
    monkeypatch.setattr(rendering, "at_hand", lambda: 2)
    monkeypatch.setattr(rendering, "draw", not_drawn)
    wanted = {"network": (1, DAY), "public": (1, DAY)}
    together = render_briefs(Prepared(None, made, make_facts()), wanted, translations=(), workers=1)
    assert all("charts/by_gender.png" in files for files in together.values())


def test_words_keep_their_place_on_the_way_to_another_process():
    texts = [Message("Housing", "advice_types.housing").changed(capital), Timed("May 2026", date(2026, 5, 1))]
    for text in texts:
        same = deepcopy(text)
        assert (type(same), same, vars(same)) == (type(text), text, vars(text))
        assert same is not text


def not_drawn(spec):
    raise SettingsError(f"{spec.chart_id} cannot be drawn.")


def test_releases_audited_side_by_side_are_told_of_as_one_after_another():
    found = {}
    for number in range(10):
        found |= released("2026-Q3", f"centre-{number}", F=20 + number, M=30, X=None if number % 2 else 7)
    alone, together = (audit(found, workers=workers) for workers in (1, 2))
    assert not alone.passed
    assert together.as_json() == alone.as_json()
