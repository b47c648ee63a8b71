"""Packages that nobody needs are not loaded, and are there as soon as somebody does."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import pytest

from pipelines.deferring import deferred

# A module that exists for the time of a test.
MODULE = "this_is_deferred"
TEXT = "told = 'loaded'\n"


@pytest.fixture(autouse=True)
def module(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a module of our own where Python finds it, and forget it afterwards."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / f"{MODULE}.py").write_text(TEXT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    yield
    sys.modules.pop(MODULE, None)


def test_a_deferred_module_is_loaded_when_it_is_used() -> None:
    with deferred(MODULE):
        held = importlib.import_module(MODULE)
        assert "told" not in vars(held)
    assert MODULE not in sys.modules
    assert held.told == "loaded"
    assert MODULE in sys.modules


def test_it_may_be_used_inside_the_block() -> None:
    with deferred(MODULE):
        assert importlib.import_module(MODULE).told == "loaded"
    assert sys.modules[MODULE].told == "loaded"


def test_whoever_imports_it_after_the_block_gets_the_module_itself() -> None:
    with deferred(MODULE):
        held = importlib.import_module(MODULE)
    real = importlib.import_module(MODULE)
    assert real is not held
    assert vars(real)["told"] == "loaded"


def test_a_loaded_module_is_left_alone() -> None:
    real = importlib.import_module(MODULE)
    with deferred(MODULE):
        assert importlib.import_module(MODULE) is real
    assert sys.modules[MODULE] is real


def test_what_is_missing_from_it_is_missing() -> None:
    with deferred(MODULE):
        held = importlib.import_module(MODULE)
    with pytest.raises(AttributeError):
        _ = held.nothing
