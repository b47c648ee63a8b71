"""The auditor: what readers know from other editions, periods, units, centres and the network's figures."""

from __future__ import annotations

import pytest
from released_files import CENTRE, LISTS, NETWORK, PUBLIC, brief, genders, network, problems, release, rows_of, table

from pipelines.audit import audit, intervals
from pipelines.standby import standing_by

# Time and editions


def test_a_part_that_narrows_its_whole_is_found():
    """Whoever came in the last quarter came in the half-year: at least 6 and at most 9."""
    files = brief("2026-Q1_2026-Q2", F=5, M=100) | brief("2026-Q1", F=0, M=50) | brief("2026-Q2", F=10, M=60)
    report = audit(files, ["2026-Q1_2026-Q2/1/public"])
    assert report.narrowed >= 1
    assert "by_gender (F, clients) can be narrowed down further than its rounding says" in "\n".join(report.problems)


def test_issues_of_quarters_add_up_to_those_of_the_half_year():
    def issues(period: str, n: int):
        made = table(("advice_type_code",), {("HOU",): n, ("EMP",): 40}, unit="issues")
        return release({"by_advice_type": made}, key=f"{period}/1/public")

    good = issues("2026-Q1", 30) | issues("2026-Q2", 30)
    half = table(("advice_type_code",), {("HOU",): 60, ("EMP",): 80}, unit="issues")
    assert audit(good | release({"by_advice_type": half}, key="2026-Q1_2026-Q2/1/public")).passed
    half = table(("advice_type_code",), {("HOU",): 65, ("EMP",): 80}, unit="issues")
    found = problems(good | release({"by_advice_type": half}, key="2026-Q1_2026-Q2/1/public"))
    assert "2026-Q1_2026-Q2 and its parts (issues) does not add up" in found


def test_late_cases_told_by_a_second_edition_are_found():
    files = brief("2026-Q3", "centre-x", F=137, M=123) | brief("2026-Q3", "centre-x", edition=2, F=139, M=123)
    found = problems(files)
    assert "the change of x F (clients) since edition 1 can be proved to be small" in found


def test_two_rounded_editions_are_safe():
    assert audit(brief("2026-Q3", F=140, M=120) | brief("2026-Q3", edition=2, F=145, M=120)).passed


def test_a_whole_is_at_most_the_sum_of_its_parts():
    files = brief("2026-Q1_2026-Q2", F=10, M=100) | brief("2026-Q1", F=0, M=50) | brief("2026-Q2", F=0, M=60)
    assert intervals(files, "2026-Q1_2026-Q2/1/public")["by_gender", ("F",), "clients"] == (6, 8)


def test_the_bet_that_cases_were_only_added_is_tried():
    """At least 1 came in the first edition and at most 4 are there in the second: if none went, 1 to 4 came."""
    report = audit(brief("2026-Q3", F=100, X=5) | brief("2026-Q3", edition=2, F=105, X=0))
    assert "by_gender (X, clients) can be proved to be small" in "\n".join(report.problems)


def test_a_bet_that_proves_nothing_small_is_no_more_than_a_bet():
    assert audit(brief("2026-Q3", F=100, X=10) | brief("2026-Q3", edition=2, F=105, X=5)).passed


# Clients, cases and issues


def test_every_client_has_a_case():
    quarters = table(("quarter",), {("2026-Q3",): 15}, unit="cases")
    files = release({"by_gender": genders(F=20), "by_period": quarters})
    assert intervals(files, PUBLIC)["by_gender", ("_T",), "clients"] == (16, 19)


def test_a_client_with_a_kind_of_advice_has_an_issue_of_it():
    clients = table(("advice_type_code",), {("HOU",): 10, ("EMP",): 40})
    issues = table(("advice_type_code",), {("HOU",): 5, ("EMP",): 90}, unit="issues")
    found = intervals(release({"by_advice_type": [clients, issues]}), PUBLIC)
    assert found["by_advice_type", ("HOU",), "clients"] == (6, 9)


def test_a_further_issue_of_one_kind_takes_a_further_case():
    """At most 24 cases of at least 16 clients leave 8 further ones, beside at most 9 clients with the kind."""
    clients = table(("advice_type_code",), {("HOU",): 5, ("EMP",): 15})
    issues = table(("advice_type_code",), {("HOU",): 15, ("EMP",): 15}, unit="issues")
    quarters = table(("quarter",), {("2026-Q3",): 20}, unit="cases")
    found = intervals(release({"by_advice_type": [clients, issues], "by_period": quarters}), PUBLIC)
    assert found["by_advice_type", ("HOU",), "issues"] == (11, 17)


@pytest.mark.parametrize(("shown", "lowest"), [({}, 0), ({"EUSS": 90}, 1)])
def test_advice_that_is_hidden_altogether_may_be_of_nobody(shown, lowest):
    """A group that is too small for its advice to be told has zeros hidden as well."""
    families = LISTS["advice_family_code"]
    rows = {("F", "_T"): 90, ("_T", "_T"): 90} | {("F", code): shown.get(code) for code in families}
    files = release({"by_gender_advice": (("gender_code", "advice_family_code"), "clients", rows)}, key=CENTRE)
    assert intervals(files, CENTRE)["by_gender_advice", ("F", "HOU"), "clients"][0] == lowest


# Centre and network


def test_what_the_network_rounds_to_0_is_not_shown_by_a_centre():
    found = "\n".join(
        audit(release({"by_gender": genders(F=137, M=123)}, key=CENTRE) | network(F=300, M=250), [CENTRE]).problems
    )
    assert "by_gender (X, clients) is shown although the network shows 0 for it" in found


def test_a_centre_that_has_all_clients_of_a_row_learns_that_nobody_else_is_there():
    files = network(F=300, M=250, X=10)
    own = {("by_gender", (code,), "clients"): n for code, n in {"_T": 214, "F": 100, "M": 100, "X": 14}.items()}
    report = audit(files, insiders={"x": {"2026-Q3": own}})
    assert "by_gender (X, clients) can be worked out exactly, by x for the others" in "\n".join(report.problems)
    own[("by_gender", ("X",), "clients")] = 6
    assert audit(files, insiders={"x": {"2026-Q3": own | {("by_gender", ("_T",), "clients"): 206}}}).passed


def test_figures_that_told_nothing_are_attacked_again_with_other_knowledge_and_other_figures_with_the_same():
    """What was cleared is what was asked about, and what was found is found again."""
    own = {("by_gender", (code,), "clients"): n for code, n in {"_T": 206, "F": 100, "M": 100, "X": 6}.items()}
    more = own | {("by_gender", ("X",), "clients"): 14, ("by_gender", ("_T",), "clients"): 214}
    for _ in range(2):
        assert audit(network(F=300, M=250, X=10), insiders={"x": {"2026-Q3": own}}).passed
        assert audit(network(F=300, M=250, X=10), insiders={"x": {"2026-Q3": more}}).exact == 1
        assert not audit(network(F=300, M=250, X=0), insiders={"x": {"2026-Q3": own}}).passed


def test_law_centres_learn_the_same_whoever_asks_for_them():
    """Several processes share the centres; what is found, and of whom it is told, does not depend on that."""
    own = {("by_gender", (code,), "clients"): n for code, n in {"_T": 206, "F": 100, "M": 100, "X": 6}.items()}
    more = own | {("by_gender", ("X",), "clients"): 14, ("by_gender", ("_T",), "clients"): 214}
    insiders = {name: {"2026-Q3": known} for name, known in {"a": own, "b": more, "c": own, "d": more}.items()}
    files = network(F=300, M=250, X=10)
    alone = audit(files, insiders=insiders)
    with standing_by(workers=2, n_bytes=10**9):
        shared = audit(files, insiders=insiders)
    assert (alone.problems, alone.exact) == (shared.problems, shared.exact)
    assert [problem for problem in alone.problems if "by b for the others" in problem]
    assert not [problem for problem in alone.problems if "by d for the others" in problem]


def test_what_is_left_for_others_is_at_most_what_is_left_of_the_total():
    counts = {("F", "EUSS"): 10, ("M", "EUSS"): 100, ("M", "BEN"): 60}
    dimensions, unit, rows = table(("gender_code", "advice_family_code"), counts)
    rows |= {("M", "_T"): 120, ("_T", "_T"): 130}
    part = {("F", "_T"): 14, ("F", "EUSS"): 12, ("F", "BEN"): 3}
    part |= {("_T", *key[1:]): n for key, n in part.items()}
    own = {("by_gender_advice", key, "clients"): n for key, n in part.items()}
    found = "\n".join(
        audit(
            release({"by_gender_advice": (dimensions, unit, rows)}, key=NETWORK), insiders={"x": {"2026-Q3": own}}
        ).problems
    )
    assert "by_gender_advice (F, EUSS, clients) can be worked out exactly, by x for the others" in found


def test_an_audience_is_judged_with_all_that_its_readers_can_open():
    """The centre's own folder alone is safe; what the public can see bounds it."""
    rows = rows_of(genders(F=137, M=123, X=9, _U=9), X=None, _U=None)
    centre = release({"by_gender": rows}, key=CENTRE)
    assert audit(centre).passed
    assert audit(centre | brief("2026-Q3", F=300, M=250, X=10, _U=5), [CENTRE]).passed
    assert audit(centre | brief("2026-Q3", F=300, M=250, X=5, _U=5), [CENTRE]).exact == 2
