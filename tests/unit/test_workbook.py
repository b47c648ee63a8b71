"""The workbook: its figures are the published ones, it says what it is, and its bytes repeat."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile

import openpyxl
import pytest

from pipelines.errors import SettingsError
from pipelines.publish.findings_data import rows_told
from pipelines.publish.opendata import csv_bytes
from tests.builders import make_brief, make_edition
from tests.rounded import CENTRE, centre_brief, rounded_brief
from tests.workbooks import FRONT, invented, made, parts, read, write

KINDS = tuple(invented())
every_kind = pytest.mark.parametrize("kind", KINDS)


def published(brief, table_id):
    """The rows of a table's data file by codes and unit."""
    table = brief.tables[table_id]
    rows = csv.DictReader(io.StringIO(csv_bytes(table).decode()))
    return {(*(row[name] for name in table.dimensions), row["unit"]): row for row in rows}


@every_kind
def test_every_table_is_there_once_with_every_row(kind):
    brief, found = invented()[kind], read(kind)
    assert set(found) == {*FRONT, "findings", *brief.tables}
    for table_id, table in brief.tables.items():
        codes = [tuple(cell.value for cell in row[1 : 2 * len(table.dimensions) : 2]) for row in found[table_id].rows]
        assert len(set(codes)) == len(codes)
        assert {(*row, unit) for row in codes for unit in table.frame["unit"].unique()} == set(
            published(brief, table_id)
        )


@every_kind
def test_every_figure_is_the_published_one_and_every_hidden_one_is_marked(kind):
    brief, found = invented()[kind], read(kind)
    for table_id, table in brief.tables.items():
        rows, n_names = published(brief, table_id), 2 * len(table.dimensions)
        own = ["n"] if table_id == "by_period" else ["n", "share"]
        measures = [*own, *(f"network_{name}" for name in own)] if "network_n" in table.frame.columns else own
        units = table.frame["unit"].unique(maintain_order=True).to_list()
        columns = [(unit, measure) for unit in units for measure in measures]
        for row in found[table_id].rows:
            codes = tuple(cell.value for cell in row[1:n_names:2])
            figures = row[n_names : n_names + len(columns)]
            for (unit, measure), cell in zip(columns, figures, strict=True):
                expected = rows[*codes, unit]
                if measure in {"n", "share"} and expected["status"] == "C":
                    assert cell.value == "[c]"
                elif cell.value == "[z]":
                    too_small = brief.rule.base and int(expected["n"]) < 2 * brief.rule.base
                    assert expected[measure] == "" or (measure == "share" and too_small)
                else:
                    assert cell.value == float(expected[measure])


@every_kind
def test_there_are_as_many_numbers_as_the_tables_hold(kind):
    """A number that is nowhere in the data would be one too many."""
    brief, found = invented()[kind], read(kind)
    for table_id, table in brief.tables.items():
        numbers = [cell.value for row in found[table_id].rows for cell in row if isinstance(cell.value, int | float)]
        least = 2 * brief.rule.base if brief.rule.base else 0
        rows = table.frame.rows(named=True)
        counts = [row[name] for row in rows for name in ("n", "network_n") if row.get(name) is not None]
        shares = [row["share"] for row in rows if row["share"] is not None and row["n"] >= least]
        shares += [row["network_share"] for row in rows if row.get("network_share") is not None]
        assert len(numbers) == len(counts) + (0 if table_id == "by_period" else len(shares))
    for name in FRONT:
        assert not any(isinstance(cell.value, int | float) for row in found[name].page.iter_rows() for cell in row)


def test_a_rounded_count_next_to_nothing_has_no_share():
    part = read("network")["by_advice_type"]
    rows = dict(zip(part.column("Advice type code"), part.rows, strict=True))
    place = part.heads.index("Share of clients")
    assert [rows[code][place].value for code in ("TRAF", "ASY", "_T")] == ["[z]", "[z]", 1]


def test_a_centres_workbook_sets_the_rounded_network_beside_its_own_figures():
    part = read("centre")["by_gender"]
    assert part.heads == [
        "Gender",
        "Gender code",
        "Clients",
        "Share of clients",
        "All law centres: clients, rounded",
        "All law centres: share of clients",
    ]
    assert [cell.value for cell in part.rows[1]] == ["Female", "F", 337, 0.5114, 2460, 0.5114]
    assert [cell.value for cell in part.rows[3]][2:4] == ["[c]", "[c]"]


def test_quarters_say_which_figures_are_provisional():
    part = read("network")["by_period"]
    told = dict(zip(part.column("Quarter code"), part.column("Provisional"), strict=True))
    assert told["2026-Q3"] == "yes"
    assert told["2026-Q2"] == "no"
    assert "late cases are still expected" in " ".join(str(row[0].value) for row in part.page.iter_rows())


@pytest.mark.parametrize("kind", ["compared", "compared centre"])
def test_findings_have_their_limits_benchmark_and_state_in_words(kind):
    brief = invented()[kind]
    part = read(kind)["findings"]
    heads = {
        "Clients in the group": "n", "Clients compared": "base", "Clients not known": "not_known",
        "Share of clients": "observed", "Lower limit of the share": "low", "Upper limit of the share": "high",
        "Share of population": "benchmark", "Lowest share of population": "benchmark_low",
        "Highest share of population": "benchmark_high", "Ratio": "ratio", "Lower limit of the ratio": "ratio_low",
        "Upper limit of the ratio": "ratio_high",
    }  # fmt: skip
    assert len(part.rows) == len(rows_told(brief)) > 3
    for row, finding in zip(part.rows, rows_told(brief), strict=True):
        told = dict(zip(part.heads, (cell.value for cell in row), strict=True))
        assert (told["Breakdown code"], told["Group code"], told["State"]) == (
            finding.dimension,
            finding.group,
            finding.state,
        )
        assert told["Under-served"] == ("yes" if finding.is_under_served else "no")
        assert told["In words"] == finding.statement
        for head, measure in heads.items():
            value = getattr(finding, measure)
            is_hidden = finding.state == "withheld" and not measure.startswith("benchmark")
            assert told[head] == (("[c]" if is_hidden else "[z]") if value is None else pytest.approx(value, abs=5e-5))
    flagged = [row for row in part.rows if row[part.heads.index("Under-served")].value == "yes"]
    assert [row[part.heads.index("What this shows")].value for row in flagged] == ["Clearly lower"] * len(flagged) != []
    assert "The invented population" in {str(value).capitalize() for value in part.column("Population")}


def test_a_brief_without_findings_about_groups_has_no_such_sheet():
    found = parts(write(make_brief(findings=())))
    assert "findings" not in found
    assert "Comparisons" not in found["contents"].column("Sheet")


@pytest.mark.parametrize(
    ("brief", "whose", "readers", "state"),
    [
        (centre_brief(), CENTRE, f"{CENTRE} alone.", "Provisional: "),
        (
            rounded_brief(),
            "Example Law Centres Network",
            "Example Law Centres Network and its law centres.",
            "Provisional",
        ),
        (
            rounded_brief(edition=make_edition(audience="public", is_provisional=False)),
            "Example Law Centres Network",
            "Everybody.",
            "Final: ",
        ),
    ],
)
def test_the_cover_says_whose_figures_these_are_and_how_people_are_protected(brief, whose, readers, state):
    part = parts(write(brief))["cover"]
    told = {row[0].value: row[1].value for row in part.rows}
    assert (told["Whose figures"], told["Whom this is for"]) == (whose, readers)
    assert told["State of the figures"].startswith(state)
    assert told["How people are protected"] == brief.rule.statement
    assert "Edition 1, published 20 October 2026" in told["Period and edition"]
    assert told["Questions"] == "Questions about these figures go to Example Law Centres Network."
    assert part.page["A1"].value == (brief.edition.centre_name or brief.edition.title)


def test_notes_define_every_word_and_tell_what_is_not_collected():
    part = read("centre")["notes"]
    told = list(zip(part.column("Subject"), part.column("Explanation"), strict=True))
    subjects = {subject for subject, _ in told}
    assert {"Counting unit", "Share", "Not known", "Hidden figures", "Marks", "Data quality"} <= subjects
    assert ("Not collected: Barriers", "Northgate casework; Riverside, Settled Futures") in told
    part = read("compared")["notes"]
    assert any("The figures are invented. Source: A test" in text for text in part.column("Explanation"))


@every_kind
def test_a_second_run_gives_the_same_bytes_and_the_date_is_that_of_the_edition(kind):
    data = made(kind)
    assert write(invented()[kind]) == data
    with ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    facts = openpyxl.load_workbook(io.BytesIO(data)).properties
    assert facts.created == facts.modified == datetime(2026, 10, 20)
    assert facts.language == "en-GB"
    assert invented()[kind].edition.title in facts.title
    assert facts.creator == "Example Law Centres Network"


def test_a_text_that_no_cell_can_hold_stops_the_run():
    edition = replace(make_edition(), about="a" * 40_000)
    with pytest.raises(SettingsError, match="longer than"):
        write(make_brief(edition=edition))
