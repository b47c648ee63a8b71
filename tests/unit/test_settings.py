"""Settings, keys and names: what a person declares, and how far it can be trusted."""

from __future__ import annotations

import doctest
import importlib
import os
from pathlib import Path

import pytest
from workspaces import Workspace

import pipelines
from pipelines.errors import SettingsError
from pipelines.keys import key_path, keyed_digest, network_key
from pipelines.labels import dimension_labels
from pipelines.settings import load_settings

PACKAGE = Path(pipelines.__file__).parent
DOCUMENTED = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if "\n    >>> " in path.read_text(encoding="utf-8")
)


# CASELOAD_ variables


def test_a_variable_goes_before_the_file_and_the_file_before_the_default(workspace: Workspace) -> None:
    assert workspace.settings.quarantined_share == 0.05
    workspace.edit("caseload.toml", "[centres]", "[limits]\nquarantined_share = 0.1\n[centres]")
    assert workspace.settings.quarantined_share == 0.1
    changed = load_settings(workspace.folder, {"CASELOAD_LIMITS__QUARANTINED_SHARE": "0.2", "LIMITS": "0.3"})
    assert changed.quarantined_share == 0.2


def test_variables_of_every_kind(workspace: Workspace) -> None:
    variables = {
        "CASELOAD_NETWORK__NAME": "Another Network",
        "CASELOAD_BRIEF__WORDS__CASE": "matter",
        "CASELOAD_PERIODS__PUBLISH": '["2026-Q2", "2026-Q3"]',
        "CASELOAD_PERIODS__PROVISIONAL_DAYS": "90",
    }
    settings = load_settings(workspace.folder, variables)
    assert (settings.network_name, settings.words["case"], settings.words["cases"]) == (
        "Another Network",
        "matter",
        "cases",
    )
    assert ([str(period) for period in settings.publish], settings.provisional_days) == (["2026-Q2", "2026-Q3"], 90)


def test_a_mistyped_variable_is_told(workspace: Workspace) -> None:
    with pytest.raises(SettingsError, match=r"limits.quarantined_shar is not a setting. Did you mean"):
        load_settings(workspace.folder, {"CASELOAD_LIMITS__QUARANTINED_SHAR": "0.2"})


@pytest.mark.parametrize(
    ("name", "floor"),
    [("rounding_base", 5), ("public_threshold", 10), ("centre_threshold", 5), ("revision_min_cases", 50)],
)
def test_no_variable_lowers_a_threshold(workspace: Workspace, name: str, floor: int) -> None:
    variable = f"CASELOAD_PRIVACY__{name.upper()}"
    with pytest.raises(SettingsError, match=f"never set below {floor}"):
        load_settings(workspace.folder, {variable: str(floor - 1)})
    more = {variable: str(2 * floor), "CASELOAD_PRIVACY__PUBLIC_THRESHOLD": "20"}
    assert getattr(load_settings(workspace.folder, more).privacy, name) == 2 * floor


def test_shares_need_at_least_twice_the_base_of_rounding(workspace: Workspace) -> None:
    with pytest.raises(SettingsError, match=r"at least twice privacy.rounding_base"):
        load_settings(workspace.folder, {"CASELOAD_PRIVACY__ROUNDING_BASE": "10"})


def test_a_year_to_date_may_stand_beside_its_quarters_and_comes_after_them(workspace: Workspace) -> None:
    chosen = 'publish = ["2026-Q1_2026-Q2", "2026-Q2", "2026-Q1"]'
    workspace.edit("caseload.toml", "[centres]", f"[periods]\n{chosen}\n[centres]")
    assert [str(period) for period in workspace.settings.publish] == ["2026-Q1", "2026-Q2", "2026-Q1_2026-Q2"]


def test_an_unknown_audience_is_told_with_the_nearest_one(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", "[brief]", '[brief]\naudiences = ["centre-riversid"]')
    with pytest.raises(SettingsError, match=r'"centre-riversid" is no audience. Did you mean'):
        load_settings(workspace.folder, {})


# caseload.toml


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "example"', 'id = "Our Network"', "network.id must be lower case letters"),
        ('id = "example"', "", "network.id is missing; it must be text"),
        ('id = "example"', "id = 7", "network.id must be text"),
        ("[centres]", "[centre]", "centre is not a setting"),
        ("riverside =", '"River Side" = "x"\nriverside =', 'the id "River Side" must be lower case'),
        ("[sources.riverside]", "[sources.RIVER]", "sources.RIVER: an id must be"),
        ('profile = "export"', 'profile = "../export"', "sources.riverside.profile must be lower case"),
        ("[brief]", '[advice_types]\nnrm = "x"\n[brief]', 'the code "nrm" must be capital letters'),
        ("[brief]", "[limits]\nquarantined_share = true\n[brief]", "limits.quarantined_share must be a number"),
        ("[brief]", "[periods]\npublish = [2026]\n[brief]", "periods.publish must be a list of texts"),
        ("[brief]", '[brief.words]\ncentr = "x"\n[brief]', "brief.words.centr is not a setting"),
    ],
)
def test_a_wrong_setting_is_told_where_it_stands(workspace: Workspace, old: str, new: str, says: str) -> None:
    path = workspace.folder / "caseload.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        load_settings(workspace.folder, {})
    assert says in str(told.value)


def test_settings_without_a_source_say_how_to_add_one(workspace: Workspace) -> None:
    path = workspace.folder / "caseload.toml"
    path.write_text(path.read_text(encoding="utf-8").split("[sources.")[0], encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[sources\.my-centre\]"):
        load_settings(workspace.folder, {})


def test_labels_stand_in_the_order_of_display_with_the_networks_own_names(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", "[centres]", '[advice_types]\nNRM_LABOUR = "Labour exploitation"\n[centres]')
    labels = dimension_labels(workspace.settings)
    assert list(labels["centre_id"].items()) == [
        ("_T", "All"), ("riverside", "Riverside Law Centre"), ("harbour", "Harbour Law Centre"), ("_U", "Not known"),
    ]  # fmt: skip
    assert labels["advice_type_code"]["NRM_LABOUR"] == "Labour exploitation"
    assert labels.pop("field_code").keys().isdisjoint({"_T", "_U"})
    assert list(labels.pop("recorded_code")) == ["_T", "Y", "N", "Z"]
    assert "_U" not in labels.pop("barrier_pair_code")
    assert all((next(iter(own)), next(reversed(own))) == ("_T", "_U") for own in labels.values())
    assert list(labels["age_group_code"])[1] == "Y_LT18"


# The network's key


def test_the_first_run_makes_a_key_for_its_owner_alone_and_keeps_it(workspace: Workspace, tmp_path: Path) -> None:
    variables = {"XDG_CONFIG_HOME": str(tmp_path / "keys")}
    key = network_key(workspace.settings, variables)
    path = tmp_path / "keys/caseload/example.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert network_key(workspace.settings, variables) == key == path.read_text(encoding="utf-8").strip()
    assert len(key) == 64
    assert network_key(workspace.settings, {"XDG_CONFIG_HOME": str(tmp_path / "others")}) != key


def test_the_key_lies_outside_the_workspace_unless_a_setting_says_otherwise(workspace: Workspace) -> None:
    home = key_path(workspace.settings, {"HOME": "/nowhere"})
    assert str(home) == "/nowhere/.config/caseload/example.key"
    workspace.edit("caseload.toml", "[centres]", '[privacy]\nkey_file = "our.key"\n[centres]')
    assert key_path(workspace.settings, {}) == workspace.folder / "our.key"


@pytest.mark.parametrize("content", [b"", b"secret", b"0" * 63, b"0" * 63 + b"G", b"0" * 128, b"\xff" * 64])
def test_a_file_that_holds_no_key_is_refused_and_left_alone(workspace: Workspace, content: bytes) -> None:
    path = key_path(workspace.settings, workspace.variables)
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="does not hold a key"):
        network_key(workspace.settings, workspace.variables)
    assert path.read_bytes() == content


def test_a_key_that_cannot_be_made_is_told(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"cannot be made: .*privacy.key_file"):
        network_key(workspace.settings, {"XDG_CONFIG_HOME": str(tmp_path / "file")})


def test_a_digest_depends_on_the_key() -> None:
    assert keyed_digest("0" * 64, "a") == keyed_digest("0" * 64, "a")
    assert len({keyed_digest("0" * 64, "a"), keyed_digest("1" * 64, "a"), keyed_digest("0" * 64, "b")}) == 3


def test_another_key_gives_other_pseudonyms_and_the_same_figures(published: Workspace, tmp_path: Path) -> None:
    with_other = Workspace(published.folder, {"XDG_CONFIG_HOME": str(tmp_path / "other")})
    before, counts = set(published.table("core.cases")["case_key"]), published.counts("by_gender")
    with_other.run()
    assert before.isdisjoint(with_other.table("core.cases")["case_key"])
    assert with_other.counts("by_gender") == counts


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_opened_is_told(workspace: Workspace) -> None:
    (workspace.folder / "inbox/riverside/2026-Q3.csv").chmod(0)
    with pytest.raises(Exception, match="cannot be opened: Permission denied"):
        workspace.check()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"pipelines.{name}"))
    assert outcome.attempted
    assert not outcome.failed
