"""The auditor: safe releases pass, and what sums, links and rounding give away is found."""

from __future__ import annotations

import json
import re

import pytest
from released_files import CENTRE, LISTS, PUBLIC, genders, groups, network, page, problems, release, rows_of, table

from pipelines.audit import audit, audit_command, audit_folder
from pipelines.errors import UsageError

# Safe releases


def test_a_safe_rounded_release_passes():
    counts = {(g, a): 25 for g in ("F", "M") for a in LISTS["age_group_code"]}
    both = table(("gender_code", "age_group_code"), counts)
    ages = table(("age_group_code",), {(a,): 50 for a in LISTS["age_group_code"]})
    files = release({"by_gender": genders(F=225, M=225), "by_age_group": ages, "by_gender_age_group": both})
    report = audit(files)
    assert report.problems == ()
    assert report.passed
    assert (report.n_rounded, report.n_hidden) == (report.n_cells, 0)


def test_a_safe_centre_beside_the_network_passes():
    rows = rows_of(genders(F=137, M=123, X=3, _U=8), M=None, X=None, _U=None)
    report = audit(release({"by_gender": rows}, key=CENTRE) | network(F=300, M=250, X=10, _U=20))
    assert report.passed, report.problems
    assert report.n_hidden == 3


def test_the_same_files_give_the_same_report():
    files = release({"by_gender": genders(F=137, M=25)}) | network(F=140, M=25)
    assert audit(files).as_json() == audit(files).as_json()


# Margins, links between tables, hierarchies


def test_a_count_hidden_alone_is_found():
    rows = rows_of(genders(F=137, M=123, X=3), X=None)
    report = audit(release({"by_gender": rows}, key=CENTRE))
    assert (report.exact, report.proved_small, report.passed) == (1, 0, False)
    assert "by_gender (X, clients) can be worked out exactly" in "\n".join(report.problems)


def test_hidden_counts_that_leave_no_room_are_proved_small():
    rows = rows_of(genders(F=137, M=123, X=2, _U=2), X=None, _U=None)
    report = audit(release({"by_gender": rows}, key=CENTRE))
    assert (report.exact, report.proved_small) == (0, 2)


def test_a_hidden_zero_may_come_out():
    """Where the network shows 0 a count is hidden whatever it is; that nobody is behind it endangers nobody."""
    rows = rows_of(genders(F=137, M=123), X=None, _U=None)
    report = audit(release({"by_gender": rows}, key=CENTRE) | network(F=300, M=250), [CENTRE])
    assert report.passed, report.problems


def test_a_count_that_another_table_shows_is_found():
    both = table(("gender_code", "age_group_code"), {("F", "Y25T34"): 137, ("M", "Y25T34"): 123})
    rows = rows_of(genders(F=137, M=123), M=None, F=None)
    found = problems(release({"by_gender": rows, "by_gender_age_group": both}, key=CENTRE))
    assert "by_gender_age_group (F, _T, clients) stands elsewhere with another figure or hidden" in found


@pytest.mark.parametrize(("of_class", "is_found"), [(43, True), (40, False)])
def test_a_class_without_its_countries_is_found(of_class, is_found):
    """Clients of a class whose country is not known follow by subtraction."""
    classes = {("EU14",): of_class, ("EU2",): 60, ("_U",): 55 - of_class}
    nations = {("_T",): 115, ("FR",): 40, ("RO",): 60, ("_U",): 15}
    tables = {
        "by_nationality_class": table(("nationality_class_code",), classes),
        "by_nationality": (("nationality_code",), "clients", nations),
    }
    found = problems(release(tables, key=CENTRE))
    assert ("nationality_class_code EU14 without its nationality_code can be proved to be small" in found) is is_found


def test_55_and_over_without_its_bands_is_found():
    ages = {
        "Y_LT18": 20,
        "Y18T24": 30,
        "Y25T34": 40,
        "Y35T44": 30,
        "Y45T54": 20,
        "Y55T64": 21,
        "Y_GE65": 17,
        "Y_GE18": 9,
    }
    tables = {
        "by_age_group": table(("age_group_code",), {(code,): ages.get(code, 0) for code in LISTS["age_group_code"]}),
        "by_group_of_interest": groups(AGED_55_PLUS={"Y": 41, "N": 140, "_U": 6}),
    }
    found = problems(release(tables, key=CENTRE))
    assert "group_code:AGED_55_PLUS Y without its age_group_code can be proved to be small" in found


# Rounding


def test_what_is_not_rounded_is_found():
    assert "by_gender (F, clients) is not rounded" in problems(release({"by_gender": genders(F=138, M=122)}))


def test_rounded_sums_must_hold():
    rows = rows_of(genders(F=100, M=50), _T=155)
    assert "by_gender over gender_code (clients) does not add up" in problems(release({"by_gender": rows}))


def test_cells_rounded_each_on_its_own_are_found():
    """Four counts of 1 to 9 in a total of 0 to 4 are 1 each; in one of 1 to 9 they could still be 1 to 6."""
    rows = genders(F=5, M=5, X=5, _U=5)
    assert audit(release({"by_gender": rows_of(rows, _T=0)})).exact == 5
    assert audit(release({"by_gender": rows_of(rows, _T=5)})).exact == 0


def test_the_network_and_the_public_see_one_value():
    found = problems(release({"by_gender": genders(F=100, M=50)}) | network(F=95, M=55))
    assert "stands elsewhere with another figure or hidden" in found


# Shares, whole groups, grids


def test_shares_follow_from_published_counts():
    shares = {("by_gender", ("F",), "clients"): "0.5100"}
    found = problems(release({"by_gender": genders(F=100, M=100)}, shares=shares))
    assert "the share of by_gender (F, clients) does not follow from shown counts" in found
    shares = {("by_gender", ("F",), "clients"): "0.5000"}
    assert audit(release({"by_gender": genders(F=100, M=100)}, shares=shares)).passed


def test_a_small_rounded_base_bears_no_share():
    shares = {("by_gender", ("F",), "clients"): "1.0000"}
    assert "does not follow from shown counts" in problems(release({"by_gender": genders(F=5)}, shares=shares))


@pytest.mark.parametrize(("housing", "is_found"), [(60, True), (57, True), (40, False)])
def test_a_group_whose_advice_is_all_of_one_kind_is_found(housing, is_found):
    counts = {(g, f): 20 for g in ("F", "M") for f in ("EUSS", "BEN")} | {("F", "HOU"): housing, ("M", "HOU"): 20}
    dimensions, unit, rows = table(("gender_code", "advice_family_code"), counts)
    rows |= {("F", "_T"): 60, ("M", "_T"): 55, ("_T", "_T"): 115}
    structure = {"adds_up": {"by_gender_advice": {"clients": ["gender_code"]}}}
    found = problems(release({"by_gender_advice": (dimensions, unit, rows)}, key=CENTRE, structure=structure))
    assert ("by_gender_advice (F, HOU, clients) holds all of its group" in found) is is_found


def test_a_row_that_is_missing_because_nobody_came_is_found():
    dimensions, unit, rows = genders(F=100, M=100)
    short = {key: n for key, n in rows.items() if key != ("X",)}
    assert "by_gender has no row (X, clients)" in problems(release({"by_gender": (dimensions, unit, short)}))


def test_nationalities_may_be_left_out_when_they_are_rounded_to_0():
    rows = {("_T",): 200, ("PL",): 120, ("RO",): 80, ("_U",): 0}
    report = audit(release({"by_nationality": (("nationality_code",), "clients", rows)}))
    assert report.passed, report.problems


# Folders and reports


def written(root, files) -> None:
    for key, contents in files.items():
        for path, data in contents.items():
            target = root / key / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


@pytest.mark.parametrize("folder", ["", "2026-Q3", "2026-Q3/1", "2026-Q3/1/public"])
def test_any_folder_of_a_release_can_be_audited(tmp_path, folder):
    written(tmp_path, release({"by_gender": genders(F=100, M=100)}))
    (tmp_path / "index.html").write_text("<p></p>")
    report = audit_folder(tmp_path / folder)
    assert report.passed
    assert report.releases == (PUBLIC,)
    assert audit_command(tmp_path / folder, as_json=False)[1] == 0


def test_a_failed_audit_exits_with_14(tmp_path):
    written(tmp_path, release({"by_gender": genders(F=101, M=100)}))
    text, code = audit_command(tmp_path, as_json=True)
    assert code == 14
    assert json.loads(text)["passed"] is False


def test_files_beside_the_releases_are_found(tmp_path):
    written(tmp_path, release({"by_gender": genders(F=100, M=100)}))
    (tmp_path / "2026-Q3" / "notes.csv").write_text("")
    assert "2026-Q3/notes.csv belongs to no release" in "".join(audit_folder(tmp_path).problems)


def test_a_folder_without_releases_is_refused(tmp_path):
    with pytest.raises(UsageError, match="holds no release"):
        audit_folder(tmp_path)


def test_no_message_repeats_a_figure():
    """Counts that appear nowhere else would be seen in a message."""
    rows = rows_of(genders(F=76_543, M=87_654, X=3), X=None)
    shown = page('<p>98765</p><data value="3" data-ref="by_gender.X.clients.n">3</data>')
    shares = {("by_gender", ("F",), "clients"): "0.4321"}
    report = audit(release({"by_gender": rows}, key=CENTRE, files=shown, shares=shares, accounting={"accepted": 3}))
    assert len(report.problems) >= 5
    assert not re.search(r"76.?543|87.?654|98.?765|4321|\b3\b", report.as_text().partition("\n")[2])
