"""Figures in sentences: cited, never hidden, and audited in the finished page."""

import pytest

from pipelines.errors import DisclosureError
from pipelines.figures import shown
from pipelines.publish.sentences import Label, Num, capitalised, fill, sentence, to_html, to_text
from pipelines.publish.trace import trace
from tests.builders import make_tables

TABLES = make_tables()
GENDER = {cell.codes[0]: cell for cell in TABLES["by_gender"].cells(unit="clients")}


def page(body: str) -> str:
    return f"<html><body><p>{body}</p></body></html>"


def test_a_digit_in_a_plain_string_is_refused():
    with pytest.raises(DisclosureError):
        sentence("About 12 clients")


def test_a_hidden_cell_cannot_be_cited():
    for form in ("n", "share", "percent"):
        with pytest.raises(DisclosureError):
            Num(GENDER["X"], form)


def test_a_template_with_a_digit_is_refused():
    with pytest.raises(DisclosureError):
        fill("{n} of 100", {"n": Num(GENDER["F"])})


def test_a_sentence_renders_as_text_and_as_cited_html():
    said = fill(
        "{group}: {n} ({share})",
        {"group": Label("18 to 24"), "n": Num(GENDER["F"]), "share": Num(GENDER["F"], "share")},
    )
    assert to_text(said) == "18 to 24: 2,460 (51%)"
    assert '<data value="2460" data-ref="by_gender.F.clients.n">2,460</data>' in to_html(said)
    assert '<data value="0.5114" data-ref="by_gender.F.clients.share">51%</data>' in to_html(said)
    assert '<span class="label">18 to 24</span>' in to_html(said)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(0, "n", "0"), (1180, "n", "1,180"), (0.0996, "share", "10%"), (0.0994, "share", "9.9%"), (1.0, "share", "100%")],
)
def test_figures_are_written_one_way(value, form, text):
    assert shown(value, form) == text


def test_labels_are_escaped_and_marks_keep_their_case():
    assert to_html((Label("<b>"),)) == "&lt;b&gt;"
    assert capitalised(("[c] marks",)) == ("[c] marks",)


def test_a_true_page_has_no_problems():
    assert trace(page(to_html((Num(GENDER["F"]), " clients"))), TABLES) == []


@pytest.mark.parametrize(
    "body",
    [
        '<data value="2460" data-ref="by_gender.F.clients.n">2,461</data>',
        '<data value="2461" data-ref="by_gender.F.clients.n">2,460</data>',
        '<data value="7" data-ref="by_gender.X.clients.n">7</data>',
        '<data value="1" data-ref="by_gender.Q.clients.n">1</data>',
        "12 clients",
        '<svg><g class="num" data-ref="by_gender.F.clients.both"><text>2,460 (52%)</text></g></svg>',
        '<img alt="12 clients">',
        '<table><tr><td class="total">12</td></tr></table>',
    ],
)
def test_planted_errors_are_caught(body):
    assert len(trace(page(body), TABLES)) == 1


def test_problems_do_not_repeat_the_figure():
    planted = '<data value="7" data-ref="by_gender.X.clients.n">7</data>'
    assert "7" not in trace(page(planted), TABLES)[0]


def test_given_texts_must_be_the_given_ones():
    body = '<span class="given">Counts below 10 are hidden.</span>'
    assert trace(page(body), TABLES) == []
    assert trace(page(body), TABLES, given=["Counts below 10 are hidden."]) == []
    assert len(trace(page(body), TABLES, given=["Something else."])) == 1
