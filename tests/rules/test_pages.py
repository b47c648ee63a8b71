"""The pages say what the product does: generated ones are fresh, reference ones complete, links lead somewhere."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pages
import pytest
from checks import ROOT, package_modules

from pipelines import errors
from pipelines.ingest.dates import DATE_FORMATS, PERIOD_FORMATS
from pipelines.ingest.fields import fields
from pipelines.resources import reference_file

MARKDOWN = [
    *ROOT.glob("*.md"),
    *(path for name in ("docs", "sql", "expectations", "notebooks", "outputs") for path in (ROOT / name).glob("*.md")),
    *(ROOT / "docs" / "examples").rglob("*.md"),
]
FAILURES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_generated_page_is_fresh(name: str):
    assert (ROOT / name).read_text("utf-8") == pages.PAGES[name](), "run make docs"


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def _keys(table: dict, place: str = "") -> list[str]:
    found = []
    for key, value in table.items():
        found += _keys(value, f"{place}{key}.") if isinstance(value, dict) else [f"{place}{key}"]
    return found


def test_every_setting_with_a_default_is_explained():
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    keys = _keys(tomllib.loads(reference_file("defaults.toml").read_text("utf-8")))
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_every_field_and_format_is_explained():
    page = (ROOT / "docs" / "profiles.md").read_text("utf-8")
    assert [name for name in (*fields(), *DATE_FORMATS, *PERIOD_FORMATS) if f"`{name}`" not in page] == []


def test_every_exit_code_is_explained():
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    codes = {getattr(errors, name).exit_code for name in FAILURES} | {0, 1, 130}
    assert [code for code in sorted(codes) if not re.search(rf"^## {code}[: ]", page, flags=re.M)] == []


MODULES = package_modules()
# Messages that several places raise are constants of a module.
CONSTANTS = {
    target.id: node.value.value
    for module in MODULES
    for node in module.tree.body
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    for target in node.targets
    if isinstance(target, ast.Name)
}


def _text(node: ast.expr) -> str:
    """Give a message as the catalogue writes it: what varies stands as "…"."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.Name) and node.id.isupper():
        return CONSTANTS.get(node.id, "…")
    return "…"


def raised_messages() -> list[str]:
    """Give every message that the code raises directly, as `raise SomeError("...")`."""
    return [
        _text(node.exc.args[0])
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
        if isinstance(node.exc.func, ast.Name) and node.exc.func.id in {*FAILURES, "failure"}
    ]


def test_every_raised_message_is_in_the_catalogue():
    page = " ".join((ROOT / "docs" / "errors.md").read_text("utf-8").split())
    assert [text for text in raised_messages() if text.strip("…") and " ".join(text.split()) not in page] == []
