"""The package keeps the shape it was given: who imports whom, one room for each heavy package, nothing too long."""

from __future__ import annotations

import graphlib
import tomllib

import checks
import pytest
from checks import ROOT, Module

ARROWS = checks.read_data("arrows.toml")
MODULES = checks.package_modules()


def test_imports_follow_the_arrows():
    assert checks.wrong_arrows(MODULES, ARROWS["may_import"]) == []


def test_arrows_point_downwards_only():
    list(graphlib.TopologicalSorter(ARROWS["may_import"]).static_order())  # raises on a circle


def test_the_auditor_shares_no_code_with_the_hiding():
    assert checks.forbidden_imports(MODULES, ARROWS["must_not_import"]) == []


def test_heavy_packages_keep_to_their_rooms():
    assert checks.outside_room(MODULES, ARROWS["rooms"]) == []


def test_rooms_are_those_that_ruff_enforces():
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    rooms = {f"pipelines/{name.replace('.', '/')}.py" for names in ARROWS["rooms"].values() for name in names}
    exempt = {path for path, rules in ruff["per-file-ignores"].items() if "TID251" in rules and "**" not in path}
    assert set(ruff["flake8-tidy-imports"]["banned-api"]) == set(ARROWS["rooms"])
    assert exempt == rooms


def test_protected_types_are_made_in_one_place():
    assert checks.made_elsewhere(MODULES, ARROWS["made_only_in"]) == []


@pytest.mark.parametrize("folder", ["pipelines", "tests", "notebooks"])
def test_nothing_is_too_long(folder: str):
    paths = sorted((ROOT / folder).rglob("*.py"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    assert [problem for name, text in texts.items() for problem in checks.too_long(name, text)] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("publish.charts", "from pipelines.warehouse import read_mart"),
        ("publish.charts", "from pipelines import analysis"),
        ("publish.charts", "def late():\n    import pipelines.analysis.breakdowns"),
        ("ingest.readers", "from . import values"),
        ("novelty", ""),
    ],
)
def test_a_wrong_arrow_is_seen(name: str, text: str):
    assert len(checks.wrong_arrows([Module(name, text)], ARROWS["may_import"])) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "publish.charts",
            "from pipelines.disclosure.protected import ProtectedTable\nfrom pipelines.publish import x",
        ),
        ("publish.charts", "from pipelines import __version__\nimport polars"),
        ("", "import os"),
    ],
)
def test_a_right_arrow_passes(name: str, text: str):
    assert checks.wrong_arrows([Module(name, text)], ARROWS["may_import"]) == []


@pytest.mark.parametrize("text", ["from pipelines.disclosure import rounding", "import pipelines.analysis.breakdowns"])
def test_an_auditor_that_shares_code_is_seen(text: str):
    assert checks.wrong_arrows([Module("audit.worlds", text)], ARROWS["may_import"])


def test_findings_that_look_behind_protected_tables_are_seen():
    text = "from pipelines.disclosure import exact"
    assert checks.forbidden_imports([Module("disclosure.findings", text)], ARROWS["must_not_import"])


@pytest.mark.parametrize(
    "text", ["import duckdb", "from prefect.client import x", "def f():\n    import scipy.optimize"]
)
def test_a_package_outside_its_room_is_seen(text: str):
    assert checks.outside_room([Module("publish.charts", text)], ARROWS["rooms"])


@pytest.mark.parametrize(
    "text",
    [
        "ProtectedTable('a')",
        "protected.ProtectedTable('a')",
        "partial(ProtectedTable, 'a')",
        "object.__new__(ProtectedTable)",
        "class Mine(ProtectedTable): pass",
        "from pipelines.disclosure.protected import ProtectedTable as Table",
        "Table = ProtectedTable",
        "dataclasses.replace(table, frame=frame)",
        "replace(table, **changes)",
    ],
)
def test_a_protected_table_made_elsewhere_is_seen(text: str):
    modules = [Module("publish.charts", text), Module("disclosure.protected", "class ProtectedTable:\n    frame: int")]
    assert len(checks.made_elsewhere(modules, ARROWS["made_only_in"])) == 1


def test_the_disclosure_package_may_make_and_others_may_take():
    taker = Module("publish.charts", "def draw(table: ProtectedTable):\n    return isinstance(table, ProtectedTable)")
    text = Module("publish.text", "title = replace(title, size=1)\nname = name.replace('a', 'b')")
    maker = Module("disclosure.released", "table = ProtectedTable('a')")
    assert checks.made_elsewhere([taker, text, maker], ARROWS["made_only_in"]) == []


def test_length_is_counted_without_the_docstring_and_a_reason_excuses():
    body = "\n".join(["    x = 1"] * 41)
    assert len(checks.too_long("m", f'def f():\n    """Say.\n\n    More.\n    """\n{body}')) == 1
    assert checks.too_long("m", f"def f():  # long: one table of cases\n{body}") == []
    assert checks.too_long("m", f"def f():\n{body[:-10]}") == []
    assert len(checks.too_long("m", "x = 1\n" * 251)) == 1
    prose = "# %% [markdown]\n# Said to the reader.\n"
    assert checks.too_long("m", prose + "\n# %%\n" + "x = 1\n" * 248) == []
    assert len(checks.too_long("m", prose + "\n# %%\n" + "x = 1\n" * 250)) == 1
    assert checks.too_long("m", '"""Data."""  # long: one list\n' + "x = 1\n" * 251) == []
