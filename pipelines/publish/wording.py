"""The words of a brief, read from `reference/wording.toml`.

Answers: which sentence is used for what, in the network's own words. A person edits the file; no digit can stand in it.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from functools import cache
from typing import Any

from pipelines.publish.brief import Brief
from pipelines.publish.sentences import Label, Part, Sentence, capitalised, fill
from pipelines.resources import reference_file


@cache
def wording() -> dict[str, Any]:
    """Read the packaged wording."""
    with reference_file("wording.toml").open("rb") as file:
        return tomllib.load(file)


def rule_value(name: str) -> float:
    """Give one number a person decided, such as the share not known from which a title says so."""
    return float(wording()["rules"][name])


def table_wording(table_id: str) -> dict[str, Any]:
    """Give the wording of one table; a table nobody wrote words for is described by its name."""
    plain = table_id.replace("_", " ")
    found: dict[str, Any] = wording()["tables"].get(table_id, {"heading": plain, "title": plain, "subject": plain})
    return found


def say(brief: Brief, template: str, **slots: Part | Sentence) -> Sentence:
    """Fill a wording with the network's words and the given slots; begin it with a capital letter."""
    return capitalised(piece(brief, template, **slots))


def piece(brief: Brief, template: str, **slots: Part | Sentence) -> Sentence:
    """Fill a wording without changing its first letter."""
    words: dict[str, Part | Sentence] = {name: Label(word) for name, word in asdict(brief.words).items()}
    words["network"] = Label(brief.edition.network_name)
    words["who"] = Label(brief.edition.centre_name or brief.edition.network_name)
    words["period"] = Label(brief.edition.period.label, "date")
    return fill(template, words | slots)


def unit_word(brief: Brief, unit: str) -> Sentence:
    """Say a counting unit in the network's words."""
    return piece(brief, wording()["units"][unit])


def own_wording(brief: Brief, section: str, name: str) -> str:
    """Give a wording; in a centre's own brief the one written for it, `<name>_centre`, where there is one."""
    words = wording()[section]
    found: str = words.get(f"{name}_centre", words[name]) if brief.edition.centre_name else words[name]
    return found


def main_unit(table_id: str) -> str:
    """Give the unit a table is drawn and described in."""
    return str(table_wording(table_id).get("unit", "clients"))
