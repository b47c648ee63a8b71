"""A centre's own brief: its name, its words, and the rounded figures of the network beside its exact ones."""

import csv
import io
import json
import re

import pytest

from pipelines.publish import release
from pipelines.publish.manifest import ManifestFacts
from pipelines.publish.sentences import to_text
from pipelines.publish.tableview import EMPTY_MARK, HIDDEN_MARK, table_view
from tests.builders import make_facts
from tests.documents import figures_of
from tests.rounded import (
    CENTRE,
    HIDING,
    ROUNDED,
    centre_brief,
    one,
    table,
)

OWN = centre_brief()


@pytest.fixture(scope="module")
def own_files():
    return release.render(OWN, make_facts())


def test_a_centres_brief_is_its_own(own_files):
    page = own_files["brief.html"].decode()
    assert re.search(rf"<h1[^>]*>{CENTRE}<", page)
    assert f'<title class="date">{CENTRE} – ' in page
    assert f"{CENTRE} recorded 659 clients" in re.sub(r"<[^>]+>", "", page)
    assert "which files were sent" in page


def test_a_centres_tables_set_the_rounded_network_beside_its_own():
    view = table_view(OWN, "by_gender")
    assert [to_text(column.head) for column in view.columns] == [
        "Gender",
        "Clients",
        "Share of clients",
        "All law centres: clients, rounded",
        "All law centres: share of clients",
    ]
    assert [figure.text for figure in figures_of(view)["Female"]] == ["337", "51.1%", "2,460", "51.1%"]


def test_a_figure_of_the_network_that_is_not_there_is_a_dash():
    network = one({"F": 100}, 100, 0)
    found = table("by_gender", ("gender_code",), one({"F": 30, "M": None}, 37, 0), rule=HIDING, network=network)
    view = table_view(centre_brief(tables={"by_gender": found}), "by_gender")
    assert figures_of(view)["Male"] == (HIDDEN_MARK, HIDDEN_MARK, EMPTY_MARK, EMPTY_MARK)


def test_tables_that_were_too_fine_are_named(own_files):
    sentence = "This brief does not have them"
    assert sentence not in own_files["brief.html"].decode()
    brief = centre_brief(too_fine=("by_gender_age_group", "by_nationality"))
    page = release.render(brief, make_facts())["brief.html"].decode()
    told = page[page.index(sentence) :]
    assert told.index("<li>Clients by nationality</li>") < told.index("<li>Clients by gender and age group</li>")


def test_the_networks_figures_are_described_data(own_files):
    rows = list(csv.DictReader(io.StringIO(own_files["data/by_gender.csv"].decode())))
    assert list(rows[0])[2:] == ["unit", "n", "share", "network_n", "network_share", "status", "provisional"]
    assert rows[1]["network_n"] == "2460"
    assert rows[1]["network_share"] == "0.5114"
    described = json.loads(own_files["data/metadata.json"])["tables"]
    columns = {column["name"]: column for each in described for column in each["tableSchema"]["columns"]}
    assert columns["network_n"]["datatype"] == {"base": "integer", "minimum": 0}
    assert not any(columns[name]["required"] for name in ("n", "share", "network_n", "network_share"))


def test_the_manifest_names_rule_structure_and_centre():
    facts = ManifestFacts(inputs=(), accounting={}, structure={"adds_up": ["by_gender"]})
    manifest = json.loads(release.render(OWN, facts)["manifest.json"])
    assert manifest["structure"] == {"adds_up": ["by_gender"]}
    assert manifest["centre_name"] == CENTRE
    assert manifest["disclosure"] == {
        "name": "hiding",
        "threshold": 5,
        "statement": HIDING.statement,
        "base": None,
        "reach": None,
    }


def test_a_small_figure_of_the_network_has_no_share_in_a_centres_table():
    network = one({"F": 100, "M": 5}, 105, 0)
    found = table("by_gender", ("gender_code",), one({"F": 30, "M": 0}, 30, 0), rule=HIDING, network=network)
    view = table_view(centre_brief(tables={"by_gender": found}, network_rule=ROUNDED), "by_gender")
    assert [getattr(each, "text", each) for each in figures_of(view)["Male"]] == ["0", "0.0%", "5", EMPTY_MARK]
