"""Natural limits of quarters: from when on, from which quarters, and what counts as a signal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from pipelines.publish.brief import DatedEvent
from pipelines.publish.charts import chart_for
from pipelines.publish.drawing import text_width
from pipelines.publish.layout import lay_out
from pipelines.publish.marks import Text
from pipelines.publish.process import process_sentences
from pipelines.publish.sentences import to_text
from pipelines.publish.wording import wording
from tests.builders import PERIOD
from tests.compared import STEP, trend_brief

STEADY = (200, 210, 205, 195, 200, 215, 205, 190, 200, 210, 195, 205)

NO_SIGNAL = wording()["process"]["within"]


def said(brief) -> str:
    return " ".join(map(to_text, process_sentences(brief)))


def test_twelve_final_quarters_bear_limits_and_eleven_do_not():
    assert len(chart_for(trend_brief((*STEADY, 200)), "by_period").plot.limits) == 1
    assert chart_for(trend_brief(STEADY), "by_period").plot.limits == ()
    assert said(trend_brief(STEADY)) == ""


def test_limits_are_the_mean_and_moving_ranges_of_the_first_twelve_quarters():
    limits = chart_for(trend_brief((*STEADY, 900, 900, 200)), "by_period").plot.limits[0]
    mean = sum(STEADY) / 12
    reach = 2.66 * sum(abs(b - a) for a, b in pairwise(STEADY)) / 11
    assert (limits.mean, limits.low, limits.high) == pytest.approx((mean, mean - reach, mean + reach))


def test_a_provisional_quarter_is_no_signal_and_moves_no_limit():
    assert said(trend_brief((*STEADY, 900))) == NO_SIGNAL


def test_small_counts_bear_no_limits():
    assert chart_for(trend_brief((*(5,) * 13,)), "by_period").plot.limits == ()


def test_a_quarter_outside_is_told_with_its_figure():
    text = said(trend_brief((*STEADY, 205, 400, 200)))
    assert text == "More cases than the limits allow for were opened in Apr to Jun 2026 (400)."


def test_eight_quarters_on_one_side_are_told_and_seven_are_not():
    assert "were above the average" in said(trend_brief((*STEADY, *(225,) * 8, 200)))
    assert "were above the average" not in said(trend_brief((*STEADY, *(225,) * 7, 200)))


def test_rounding_alone_makes_no_run():
    """Counts are rounded to fives: one that lies closer to the average than that may lie on either side."""
    assert said(trend_brief((*STEADY, *(205,) * 8, 200))) == NO_SIGNAL


def test_rounding_alone_puts_no_quarter_outside():
    """Behind all of these may be 20 or 21 cases, so there are no limits that a quarter could leave."""
    assert said(trend_brief((*(20,) * 9, 25, 25, 20, 20))) == ""


def test_limits_begin_anew_at_a_step_that_a_person_marked_and_never_by_themselves():
    assert len(chart_for(trend_brief(), "by_period").plot.limits) == 1
    event = DatedEvent(STEP, "Two more law centres began sending data", "They joined.", is_step=True)
    plot = chart_for(trend_brief(events=(event,)), "by_period").plot
    assert [(limits.first, limits.last) for limits in plot.limits] == [(0, 12), (13, 26)]
    assert plot.limits[1].mean > 1.5 * plot.limits[0].mean
    assert said(trend_brief(events=(event,))).startswith("The limits begin anew with")
    assert len(chart_for(trend_brief(events=(replace(event, is_step=False),)), "by_period").plot.limits) == 1


def test_events_have_a_letter_at_their_date_and_their_words_below():
    first = PERIOD.last.after(-3).first_day
    events = (DatedEvent(date(1999, 1, 1), "Long ago", "x"), DatedEvent(first, "An office closed", "x"))
    spec = chart_for(trend_brief((*STEADY, 200), events=events), "by_period")
    assert [(event.place, event.letter) for event in spec.plot.events] == [(8.5, "A")]
    texts = [mark.text for mark in lay_out(spec, is_narrow=True, measure=text_width).marks if isinstance(mark, Text)]
    assert texts.count("A") == 2
    assert "An office closed" in " ".join(texts)
