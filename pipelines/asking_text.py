"""The words of what people outside are asked: a document for pen or text editor, and an answer file for each finding.

Answers "how is a finding put to somebody who may comment on it". Findings keep the words of the brief; all around
them is in `reference/for_comment.toml`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.codelists import TOTAL
from pipelines.commentary import ABOUT, AUDIENCES, FINDING, PERIOD, SAID_BY, SAID_ON
from pipelines.declarations import read_toml
from pipelines.disclosure.rules import ROUNDED_AUDIENCES
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

# What a comment on the whole brief is about, in the words of `commentary/`.
_WHOLE = "main"


@dataclass(frozen=True)
class Asked:
    """One finding that people are asked about: its id, whom it is about, its words and the part it stands in."""

    finding_id: str
    subject: str
    statement: str
    part: str


@cache
def rules() -> dict[str, Any]:
    """Read `reference/for_comment.toml`."""
    return read_toml(reference_file("for_comment.toml"), SettingsError)


def asked_findings(manifest: Mapping[str, Any]) -> tuple[Asked, ...]:
    """Give the findings of a published brief that can be commented on, part by part.

    Args:
        manifest: of the brief; findings that protect people by saying nothing are left out.
    Raises:
        SettingsError: a finding has a state that no part of the document is for.
    """
    told = [(each, _part(each)) for each in manifest["findings"] if not _is_left_out(each)]
    titles = [part["title"] for part in rules()["parts"]]
    asked = (Asked(each["finding_id"], subject(manifest, each), each["statement"], part) for each, part in told)
    return tuple(sorted(asked, key=lambda each: titles.index(each.part)))


def subject(manifest: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    """Say whom a finding is about."""
    dimension, group = str(finding["dimension"]), str(finding["group"])
    if group == TOTAL:
        return str(rules()["document"]["whole"].format(about=rules()["dimensions"].get(dimension, dimension)))
    return str(manifest.get("labels", {}).get(dimension, {}).get(group, group))


def document_text(manifest: Mapping[str, Any], asked: tuple[Asked, ...]) -> str:
    """Write the whole document: findings first, then how an answer is used."""
    words = rules()["document"]
    slots = {"title": manifest["title"], "network": manifest["network"], "edition": manifest["edition"]}
    slots |= {"period": manifest["period_label"], "reader": _reader(manifest)}
    lines = [words["title"].format(**slots), words["edition"].format(**slots), "", *_wrapped(words["lead"])]
    if manifest["audience"] not in ROUNDED_AUDIENCES:
        lines += ["", *_wrapped(words["private"])]
    for title in dict.fromkeys(each.part for each in asked):
        lines += ["", "", title.upper(), "=" * len(title)]
        for each in (each for each in asked if each.part == title):
            about = words["about"].format(finding_id=each.finding_id)
            lines += [*_question(each.subject, each.statement), "", about, *_space()]
    lines += ["", "", words["anything"].upper(), "=" * len(words["anything"]), "", words["anything_lead"], *_space()]
    return "\n".join([*lines, "", "", *_ending(manifest), ""])


def answer_text(manifest: Mapping[str, Any], about: str = _WHOLE, statement: str = "") -> str:
    """Write an answer file in the format of `commentary/`, with nothing in it yet.

    Args:
        manifest: of the brief; the answer is for its period and its readers.
        about: the finding; the whole brief unless given.
        statement: the finding in its own words, for whoever fills it in; never printed.
    """
    head = {ABOUT: about, SAID_BY: "", SAID_ON: "", PERIOD: manifest["period"], AUDIENCES: manifest["audience"]}
    head |= {FINDING: " ".join(statement.split())} if statement else {}
    return "\n".join(["---", *(f"{key}: {value}".rstrip() for key, value in head.items()), "---", "", ""])


def _is_left_out(finding: Mapping[str, Any]) -> bool:
    return finding["state"] in rules()["left_out"]["states"]


def _part(finding: Mapping[str, Any]) -> str:
    for part in rules()["parts"]:
        if finding["state"] in part["states"] and (finding.get("is_under_served") or not part.get("is_flagged")):
            return str(part["title"])
    raise SettingsError(f"for_comment.toml has no part for findings that are {finding['state']}. Name it in one.")


def _reader(manifest: Mapping[str, Any]) -> str:
    told = rules()["document"]["readers"].get(manifest["audience"])
    return str(told or manifest.get("centre_name") or manifest["audience"])


def _wrapped(text: str, indent: str = "") -> list[str]:
    paper = textwrap.TextWrapper(
        int(rules()["layout"]["width"]),
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return paper.wrap(text)


def _question(subject_text: str, statement: str) -> Iterator[str]:
    yield from ("", "", subject_text, "-" * len(subject_text))
    yield from _wrapped(statement)


def _space() -> Iterator[str]:
    """Leave room for a pen; a text editor may write over it."""
    words, layout = rules()["document"], rules()["layout"]
    width = int(layout["width"])
    yield from ("", words["comment"])
    for _ in range(int(layout["lines"])):
        yield from ("", "_" * width)
    day = f" {words['said_on']} {'_' * 16}"
    who = f"{words['said_by']} "
    yield from ("", f"{who}{'_' * (width - len(who) - len(day))}{day}")


def _ending(manifest: Mapping[str, Any]) -> Iterator[str]:
    words = rules()["document"]
    hidden = [subject(manifest, each) for each in manifest["findings"] if _is_left_out(each)]
    if hidden:
        yield from (*_wrapped(words["left_out"].format(list=", ".join(hidden))), "", "")
    yield from (words["end"].upper(), "=" * len(words["end"]), "")
    for rule in words["rules"]:
        yield from (*_wrapped(rule, "- "), "")
