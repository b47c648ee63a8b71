"""Each centre's own clients in the tables of the network: complete, and together the whole network."""

from __future__ import annotations

import polars as pl
import pytest
import workspaces
from workspaces import HARBOUR, RIVERSIDE, Workspace, make_rows

from pipelines.analysis.breakdowns import Breakdown, Caseload, read_caseload
from pipelines.analysis.centre_caseloads import read_centre_caseloads
from pipelines.errors import ModelError, SettingsError
from pipelines.groups import Group
from pipelines.labels import dimension_labels
from pipelines.periods import Period
from pipelines.run import build_tables, harmonise_words, opened, receive_files

PERIOD = Period.parse("2026-Q2_2026-Q3")
GROUP = Group("OLDER_WOMEN", "Older women", "", "", {"gender_code": ("F",), "is_aged_55_plus_code": ("Y",)})
CONDITIONS = """
[groups.OLDER_WOMEN]
label = "Older women"
definition = "Women aged 55 and over."
within = ["AGED_55_PLUS"]
where = { gender_code = ["F"] }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace of three centres, one without a client, and a network's own group; some clients come twice."""
    made = workspaces.write_workspace(tmp_path_factory.mktemp("centres") / "workspace")
    settings = made.folder / "caseload.toml"
    text = settings.read_text(encoding="utf-8").replace("[centres]\n", '[centres]\nhill = "Hill Law Centre"\n')
    settings.write_text(text + CONDITIONS, encoding="utf-8")
    made.put(
        "2026-Q2.csv", make_rows(30, first=21, opened="06/05/2026", advice_type=("Benefits", "Housing; Benefits", ""))
    )
    made.put("again.csv", make_rows(9, first=601, client_ref=("K0001", "K0002", "K0601"), opened="01/09/2026"))
    made.put("2026-Q1.csv", make_rows(4, source=HARBOUR, period="2026 Q1"), source=HARBOUR)
    with opened(made.request(str(PERIOD))) as work:
        receive_files(work)
        harmonise_words(work)
        build_tables(work)
    return made


def orders(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    return {name: tuple(labels) for name, labels in dimension_labels(workspace.settings).items()}


@pytest.fixture(scope="module")
def network(built: Workspace) -> Caseload:
    """Give the caseload of all centres."""
    return read_caseload(built.database, PERIOD, orders(built), own_groups=[GROUP])


@pytest.fixture(scope="module")
def centres(built: Workspace) -> dict[str, Caseload]:
    """Give the caseload of each centre."""
    return read_centre_caseloads(
        built.database, PERIOD, orders(built), centres=("hill", RIVERSIDE, HARBOUR), own_groups=[GROUP]
    )


def tables(caseload: Caseload) -> dict[str, Breakdown]:
    return {each.definition.table_id: each for each in caseload.breakdowns}


def test_the_centres_together_are_the_network(network: Caseload, centres: dict[str, Caseload]) -> None:
    expected = tables(network)
    for caseload in centres.values():
        assert set(tables(caseload)) == set(expected) - {"by_centre"}
    for table_id, table in expected.items():
        if table_id != "by_centre":
            parts = [tables(caseload)[table_id].frame for caseload in centres.values()]
            assert all(part.drop("n").equals(table.frame.drop("n")) for part in parts), table_id
            assert sum(part["n"] for part in parts).to_list() == table.frame["n"].to_list(), table_id
    assert sum(caseload.n_cases for caseload in centres.values()) == network.n_cases == 40 + 20 + 30 + 9 - 20
    assert pl.concat([caseload.profiles for caseload in centres.values()])["n"].sum() == network.profiles["n"].sum()


def test_each_centre_s_total_is_its_row_of_the_network(network: Caseload, centres: dict[str, Caseload]) -> None:
    rows = dict(tables(network)["by_centre"].frame.select("centre_id", "n").iter_rows())
    totals = {
        centre: int(
            tables(caseload)["by_gender"].frame.row(by_predicate=pl.col("gender_code") == "_T", named=True)["n"]
        )
        for centre, caseload in centres.items()
    }
    assert totals == {centre: rows[centre] for centre in centres}
    assert totals["hill"] == 0
    assert {caseload.centre for caseload in centres.values()} == set(centres)
    assert network.centre == ""


def test_every_table_has_every_row(network: Caseload, built: Workspace) -> None:
    codes = orders(built)
    for table_id, table in tables(network).items():
        assert table.frame["n"].null_count() == 0
        if table_id == "by_period":
            assert table.frame["quarter"].to_list() == ["_T", "2026-Q1", "2026-Q2", "2026-Q3"]
            continue
        own = [set(codes[name]) for name in table.definition.dimensions if name != "group_code"]
        n_rows = len(table.definition.units) * (4 if "group_code" in table.definition.dimensions else 1)
        for each in own:
            n_rows *= len(each)
        assert table.frame.height == n_rows, table_id
        assert table.frame.unique(["unit", *table.definition.dimensions]).height == n_rows
    assert tables(network)["by_nationality"].frame.height > 200


def test_tables_agree_with_the_profiles(network: Caseload, centres: dict[str, Caseload]) -> None:
    """Every row of clients is the sum of the profiles that have its codes."""
    for caseload in (network, *centres.values()):
        for table in caseload.breakdowns:
            for leading, columns in table.definition.columns.items():
                assert_follows(caseload, table, leading, columns)


def assert_follows(caseload: Caseload, table: Breakdown, leading: tuple[str, ...], columns: tuple[str, ...]) -> None:
    dimensions = table.definition.dimensions
    for row in table.frame.iter_rows(named=True):
        codes = [row[name] for name in dimensions]
        if tuple(codes[: len(leading)]) == leading and row["n"]:
            told = {name: code for name, code in zip(columns, codes[len(leading) :], strict=True) if code != "_T"}
            source = caseload.advice_profiles if "advice_family_code" in told else caseload.profiles
            found = source.filter(**told)["n"].sum() if told else source["n"].sum()
            assert found == row["n"], (table, codes)


def test_a_network_s_own_group_has_its_rows_and_its_column(network: Caseload) -> None:
    for table_id in ("by_group_of_interest", "by_group_of_interest_advice"):
        table = tables(network)[table_id]
        assert table.definition.columns[GROUP.code,][0] == GROUP.column
        assert table.frame.filter(group_code=GROUP.code)["n"].sum() > 0
    assert GROUP.column in network.profiles.columns
    assert GROUP.column in network.advice_profiles.columns


def test_a_period_without_cases_has_every_row_and_nobody(built: Workspace) -> None:
    empty = read_caseload(built.database, Period.parse("2026-Q4"), orders(built))
    assert empty.n_cases == 0
    assert {table.frame["n"].sum() for table in empty.breakdowns} == {0}
    own = read_centre_caseloads(built.database, Period.parse("2026-Q4"), orders(built), centres=[RIVERSIDE])
    assert {table.frame["n"].sum() for table in own[RIVERSIDE].breakdowns} == {0}


@pytest.mark.parametrize("dimension", ["centre_id", "gender_code", "advice_family_code"])
def test_a_code_that_nobody_declared_stops(built: Workspace, dimension: str) -> None:
    codes = orders(built)
    short = codes | {dimension: tuple(code for code in codes[dimension] if code not in (HARBOUR, "F", "BEN"))}
    with pytest.raises(SettingsError, match="counts a code that stands in no code list"):
        read_caseload(built.database, PERIOD, short)
    if dimension != "centre_id":
        with pytest.raises(SettingsError, match="counts a code that stands in no code list"):
            read_centre_caseloads(built.database, PERIOD, short, centres=[RIVERSIDE])


def test_the_year_so_far_is_counted_for_periods_that_are_wanted(built: Workspace) -> None:
    periods = set(built.table("reference.publication_quarters")["publication_period"])
    assert periods == {"2026-Q1", "2026-Q2", "2026-Q3", "2026-Q1_2026-Q2", "2026-Q1_2026-Q3", "2026-Q2_2026-Q3"}
    detailed = set(built.table("reference.detailed_periods")["publication_period"])
    assert detailed == periods | {"2026-Q4"}


def test_a_period_that_was_not_prepared_stops_instead_of_looking_like_nobody(built: Workspace) -> None:
    with pytest.raises(ModelError, match=r"were not made for 2024-Q1\. Name it in publish"):
        read_caseload(built.database, Period.parse("2024-Q1"), orders(built))
