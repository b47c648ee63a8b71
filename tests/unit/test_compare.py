"""A law centre beside its network: for itself alone, every figure cited, nothing ranked, no words for mere chance."""

from __future__ import annotations

import re
import tomllib

import pytest
from builders import make_edition
from rounded import CENTRE, HIDING, ROUNDED, cases, centre_brief, own, rounded_brief, table

from pipelines.disclosure.protected import Rule
from pipelines.publish.brief import Brief
from pipelines.publish.compare import compare_html
from pipelines.publish.trace import trace
from pipelines.resources import reference_file

AGES = {"Y_LT18": 300, "Y18T24": 900, "Y25T34": 1500, "Y35T44": 1200, "Y45T54": 800, "Y55T64": 200, "Y_GE65": 100}


def ages(mine: dict[str, int | None], *, unknown: int | None = 5, of_all: dict[str, int] | None = None) -> Brief:
    """Make a centre's brief of one table: ages of 500 clients or so, beside the network's 5,000 or so."""
    shown = of_all or AGES
    network = {("_T",): sum(shown.values()) + 50, **{(code,): n for code, n in shown.items()}, ("_U",): 50}
    counts = dict.fromkeys(AGES, 0) | mine
    total = sum(n or 0 for n in counts.values()) + (unknown or 3)
    rows = {("_T",): total, **{(code,): n for code, n in counts.items()}, ("_U",): unknown}
    found = table("by_age_group", ("age_group_code",), rows, rule=HIDING, audience="centre-kirkby", network=network)
    return centre_brief(tables={"by_age_group": found}, network_rule=ROUNDED)


def rows_of(page: str | None) -> dict[str, str]:
    """Give the text of each row of the page by its head."""
    rows = re.findall(r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>', page or "", flags=re.S)
    return {text(head): text(cells) for head, cells in rows}


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:span|data)\b[^>]*>", "", html)).split())


WHOLE = compare_html(centre_brief(network_rule=ROUNDED)) or ""
FAIR = {"Y_LT18": 30, "Y18T24": 90, "Y25T34": 150, "Y35T44": 120, "Y45T54": 80, "Y55T64": 20, "Y_GE65": 10}


@pytest.mark.parametrize("audience", ["network", "public"])
def test_only_a_centre_has_the_page(audience):
    assert compare_html(rounded_brief(edition=make_edition(audience=audience))) is None


def test_a_centre_without_figures_of_the_network_has_no_page():
    found = table("by_gender", ("gender_code",), {("_T",): 9, ("F",): 9}, rule=HIDING, audience="centre-kirkby")
    assert compare_html(centre_brief(tables={"by_gender": found})) is None


def test_every_figure_is_a_published_cell():
    brief = centre_brief(network_rule=ROUNDED)
    assert WHOLE.count("data-ref=") > 100
    assert trace(WHOLE, brief.tables, findings=brief.findings, given=[HIDING.statement]) == []


def test_every_breakdown_has_both_sides():
    shown = re.findall(r'<h2 id="(\w+)"', WHOLE)
    wanted = [
        "by_nationality_class",
        "by_gender",
        "by_age_group",
        "by_advice_type",
        "by_group_of_interest",
        "by_period",
    ]
    assert [name for name in shown if name.startswith("by_")] == wanted
    assert rows_of(WHOLE)["Female"] == "337 51.1% 2,460 51.1%"


def test_it_is_about_this_centre_and_names_no_other():
    assert CENTRE in WHOLE
    assert "Northgate" not in WHOLE
    assert "Quayside" not in WHOLE
    assert "for it alone" in WHOLE


def test_rows_keep_the_order_of_their_list_so_that_nothing_is_ranked():
    page = compare_html(ages(FAIR))
    assert list(rows_of(page))[:8] == [
        "All", "Under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over",
    ]  # fmt: skip


def test_alike_shares_get_no_words():
    page = compare_html(ages(FAIR)) or ""
    assert "larger share" not in text(page)
    assert "No share of" in page


def test_a_difference_beyond_chance_rounding_and_gaps_is_told_without_praise_or_blame():
    page = compare_html(ages(FAIR | {"Y18T24": 180, "Y35T44": 30})) or ""
    rows = rows_of(page)
    assert "Larger share than at all law centres" in rows["18 to 24"]
    assert "Smaller share than at all law centres" in rows["35 to 44"]
    assert "share" not in rows["25 to 34"]
    assert "Age group, a larger share: 18 to 24." in text(page)
    assert re.findall(r"\b(better|worse|best|worst|rank\w*|score|poor|good at)\b", text(page)) == []


@pytest.mark.parametrize(
    "brief",
    [
        # So many are not known at the centre that they could make up the difference.
        ages(FAIR | {"Y18T24": 180}, unknown=200),
        # So few are expected that chance can do anything.
        ages({code: n // 12 or None for code, n in (FAIR | {"Y_GE65": 60}).items()}),
    ],
    ids=["gaps", "few"],
)
def test_no_words_where_nothing_is_certain(brief):
    assert "share than at" not in text(compare_html(brief) or "")


def test_no_words_when_nobody_says_how_the_network_was_rounded():
    brief = ages(FAIR | {"Y18T24": 180})
    silent = Brief(**(vars(brief) | {"network_rule": None}))
    assert "share than at" not in text(compare_html(silent) or "")


def test_a_wider_rounding_takes_words_away():
    brief = ages(FAIR | {"Y18T24": 135})
    assert "Larger share" in rows_of(compare_html(brief))["18 to 24"]
    wide = Rule("controlled_rounding", 500, "Counts are rounded.", base=250, reach=249)
    assert "Larger share" not in rows_of(compare_html(Brief(**(vars(brief) | {"network_rule": wide}))))["18 to 24"]


def test_a_hidden_figure_has_a_mark_and_no_bar_and_no_words():
    page = compare_html(ages(FAIR | {"Y_GE65": None, "Y55T64": None})) or ""
    assert rows_of(page)["65 and over"] == "[c] 100 2.0%"
    row = next(part for part in page.split("<tr") if "65 and over" in part)
    assert row.count("<svg") == 1
    assert "tick" not in row


def test_a_small_rounded_figure_has_no_share_and_no_bar():
    page = compare_html(ages(FAIR | {"Y_GE65": 0}, of_all=AGES | {"Y_GE65": 5})) or ""
    assert rows_of(page)["65 and over"] == "0 0.0% 5"
    row = next(part for part in page.split("<tr") if "65 and over" in part)
    assert row.count("<svg") == 1


def change_told(quarters: tuple[int, ...]) -> str:
    """Give what is said of a centre's quarters, a seventh of the network's, beside the same in the network."""
    network = cases(quarters)
    found = table("by_period", ("quarter",), {}, rule=HIDING, audience="centre-kirkby", units={"cases": own(network)},
                  network=network)  # fmt: skip
    return text(compare_html(centre_brief(tables={"by_period": found}, network_rule=ROUNDED)) or "")


def test_change_is_told_of_final_quarters_on_both_sides():
    # The last quarter is provisional, so the one before it is told.
    told = change_told((4000, 4000, 4000, 4000, 6000, 900))
    assert "Compared with the quarter before, new cases of Apr to Jun 2026 rose at" in told
    assert f"rose at {CENTRE} and at all law centres." in told
    assert "Compared with the same quarter a year before, new cases of Apr to Jun 2026 rose at" in told


def test_a_change_that_chance_explains_at_a_centre_is_similar_there():
    told = change_told((4000, 4000, 4000, 4000, 4300, 900))
    assert f"were similar at {CENTRE} and rose at all law centres" in told


def test_the_same_brief_gives_the_same_bytes():
    assert compare_html(centre_brief(network_rule=ROUNDED)) == WHOLE


def words_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in words_in(part)]
    if isinstance(value, list):
        return [each for part in value for each in words_in(part)]
    return [value] if isinstance(value, str) else []


def test_the_words_of_the_pages_hold_no_digit_and_no_banned_word():
    told = words_in(tomllib.loads(reference_file("pages.toml").read_text("utf-8")))
    lines = reference_file("banned_words.txt").read_text("utf-8").splitlines()
    banned = [line for line in lines if line and not line.startswith("#")]
    said = [each for each in told if not re.fullmatch(r"[\w./-]+", each)]
    assert [each for each in said if re.search(r"\d", each)] == []
    assert [word for word in banned for each in said if re.search(rf"\b{re.escape(word)}\b", each, re.IGNORECASE)] == []
