"""The words of a finding: is every sentence one that its state and its numbers allow?

Answers "do the words say what the numbers say". The sentences are read back from the packaged wording, so this is asked
of releases of the same version alone; a word that nobody wrote there is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pipelines.audit.written import percents, ratio_text
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

_SLOT = re.compile(r"\\\{(\w+)\\\}")
_FIGURES = frozenset({"observed", "benchmark", "benchmark_low", "benchmark_high", "ratio", "low", "high", "not_known"})
_COUNTED = frozenset({"few", "below", "tipping"})
_CHECKED = _FIGURES | {"few", "title"}
_MEASURE = {"low": "ratio_low", "high": "ratio_high"}
_AFTER_TITLE = re.compile(r"[.!?]\s+(?=[A-Z“])")


def statement_problems(finding: Mapping[str, Any], benchmarks: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Name what the statement and the headline of a finding say beside its numbers.

    Args:
        finding: as the manifest lists it.
        benchmarks: what the manifest says of each benchmark, by its id.
    """
    told = benchmarks.get(str(finding.get("benchmark_id")), {})
    allowed = tuple(_allowed(finding))
    for name in ("statement", "headline"):
        text = str(finding.get(name) or "")
        if not _is_made_of(text, allowed, {**finding, "title": told.get("title")}, str(told.get("caveat") or "")):
            yield f"says in its {name} something that its numbers do not. Release the edition again."
    if not finding.get("statement"):
        yield "says nothing. Release the edition again."
    if not _agree(finding):
        yield "says one thing in its headline and another in its statement. Release the edition again."


@cache
def _wording() -> Mapping[str, Mapping[str, str]]:
    return read_toml(reference_file("findings.toml"), DisclosureError)


def _allowed(finding: Mapping[str, Any]) -> Iterator[str]:
    """Give the sentences that a finding with this state may use."""
    words, state = _wording(), str(finding.get("state"))
    if finding.get("ratio_low") is not None:
        yield from (*words["compared"].values(), *words["few"].values(), *words["allowance"].values())
    if state in words["states"]:
        yield words["states"][state]
    if finding.get("is_under_served"):
        yield words["flag"]["under_served"]
    if state == "too_few_to_say":
        yield from (text for name, text in words["flag"].items() if name.startswith("must_be_below"))
    if state == "cannot_tell":
        yield words["flag"]["tipping"]
        opening = words["cannot_tell"]["opening_dimension" if finding.get("group") == TOTAL else "opening"]
        yield opening.replace("{reason}", _reasons(finding))


def _reasons(finding: Mapping[str, Any]) -> str:
    reasons = [_wording()["reasons"].get(str(name), "") for name in finding.get("reasons") or ()]
    told = reasons[:1] + [text.replace(" ({title})", "") for text in reasons[1:]]
    return told[0] if len(told) == 1 else f"{'; '.join(told[:-1])}; and {told[-1]}" if told else ""


def _is_made_of(text: str, allowed: tuple[str, ...], finding: Mapping[str, Any], caveat: str) -> bool:
    """Tell whether a text is nothing but allowed sentences, each with this finding's figures."""
    rest = text
    if caveat and rest.endswith(caveat):
        rest = rest[: -len(caveat)].rstrip()
    while rest:
        tried = (_pattern(each).match(rest) for each in allowed)
        fits = [match for match in tried if match and _is_right(match, finding)]
        if not fits:
            return False
        rest = rest[max(match.end() for match in fits) :].lstrip()
    return True


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """Make a pattern of a sentence: figures in its slots for figures, any words in the others."""
    seen: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        name = match[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return rf"(?P<{name}>-?[\d.,]+%?(?<![.,]))" if name in _FIGURES | _COUNTED else rf"(?P<{name}>.+?)"

    body = _SLOT.sub(slot, re.escape(sentence))
    first = sentence[:1]
    if first.islower():
        body = f"[{first}{first.upper()}]{body[1:]}"
    return re.compile(body + r"(?=\s|$)")


def _is_right(match: re.Match[str], finding: Mapping[str, Any]) -> bool:
    return all(text in _ways(name, finding, text) for name, text in match.groupdict().items() if name in _CHECKED)


def _ways(name: str, finding: Mapping[str, Any], text: str) -> set[str]:
    if name == "title":
        return {str(finding["title"] or text)}
    if name == "few":
        return {f"{2 * ((finding.get('reach_n') or 0) + 1):,}"}
    value = finding.get(_MEASURE.get(name, name))
    if value is None:
        return set()
    if name == "not_known":
        return {f"{value:,}"}
    return {ratio_text(value)} if name in {"ratio", "low", "high"} else percents(value)


def _agree(finding: Mapping[str, Any]) -> bool:
    """Every sentence of the headline stands in the statement as well."""
    headline, statement = str(finding.get("headline") or ""), str(finding.get("statement") or "")
    return all(part.rstrip(".") in statement for part in _AFTER_TITLE.split(headline))
