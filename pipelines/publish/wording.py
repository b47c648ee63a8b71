"""The words of a brief, read from `reference/wording.toml`.

Answers: which sentence is used for what, in the network's own words. A person edits the file; no digit can stand in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipelines.publish.brief import Brief
from pipelines.publish.languages import ENGLISH, Language
from pipelines.publish.messages import Message, period_label, written
from pipelines.publish.sentences import Label, Part, Phrase, Sentence, capitalised, fill


def wording() -> dict[str, Any]:
    """Give the packaged wording; every text in it knows its place."""
    return written("wording.toml")


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
    """Fill a wording without changing its first letter; English where the brief's language has no translation of it."""
    words: dict[str, Part | Sentence] = {
        name: Label(Message(word, f"words.{name}")) for name, word in asdict(brief.words).items()
    }
    words["network"] = Label(brief.edition.network_name)
    words["who"] = Label(brief.edition.centre_name or brief.edition.network_name)
    words["period"] = Label(period_label(brief.edition.period), "date")
    return worded(brief.language, template, words | slots)


def worded(language: Language, template: str, slots: Mapping[str, Part | Sentence]) -> Sentence:
    """Fill a wording; in a brief of another language it is filled once it is read, as all in it has one language."""
    return fill(template, slots) if language is ENGLISH else (Phrase(template, slots),)


def unit_word(brief: Brief, unit: str, n: Part | Sentence = "") -> Sentence:
    """Say a counting unit in the network's words; `n` is the count that it stands beside, if any."""
    return piece(brief, wording()["units"][unit], n=n)


def own_wording(brief: Brief, section: str, name: str) -> str:
    """Give a wording; in a centre's own brief the one written for it, `<name>_centre`, where there is one."""
    words = wording()[section]
    found: str = words.get(f"{name}_centre", words[name]) if brief.edition.centre_name else words[name]
    return found


def main_unit(table_id: str) -> str:
    """Give the unit a table is drawn and described in."""
    return str(table_wording(table_id).get("unit", "clients"))
