"""The audit of a finished page: does every digit in it come from a published cell?

Answers with a list of problems, none of which repeats a figure. It reads only the bytes a reader would get and the
tables, so it would catch a fault in the template, in a drawing or in a sentence alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from html.parser import HTMLParser

from pipelines.disclosure.protected import Cell, Finding, ProtectedTable
from pipelines.figures import fewer_than, raw_value
from pipelines.publish.languages import ENGLISH, Language
from pipelines.publish.parts import capital
from pipelines.publish.policy import Score
from pipelines.publish.sentences import cell_ref, finding_ref

# Elements with these classes may hold digits: dates and the edition line, code labels, chart axes.
# `given` marks words a person wrote (about the data, notes, the rule); they are checked against the list passed in.
_FREE = frozenset({"date", "label", "axis"})
_GIVEN = "given"
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col"})
_SILENT = frozenset({"style", "script"})
_SPOKEN_ATTRIBUTES = ("alt", "title", "aria-label", "aria-description", "content")
_DIGIT = re.compile(r"\d")
_MEASURES = frozenset({"n", "share", "both", "network_n", "network_share"})
# How figures of findings that are no shares and no ratios are written, and scores.
_FORMS = {"expected": ("about",), "population": ("people",), "score": ("n",)}
# Cell and the least count that text may name of it.
_Published = tuple[Cell, int, int]


def trace(
    html: str,
    tables: Mapping[str, ProtectedTable],
    *,
    findings: Collection[Finding | Score] = (),
    earlier: Collection[Cell] = (),
    given: Collection[str] | None = None,
    languages: Collection[Language] = (),
) -> list[str]:
    """Check every digit of a page against the published cells.

    Args:
        html: the finished page, or one SVG drawing.
        tables: the tables it was made from.
        findings: the findings and the scores of policy that it tells.
        earlier: figures of earlier editions that it tells; each must have been published there.
        given: the texts with digits that people wrote; None allows any text in an element of that class.
        languages: how figures may be written beside the English way, each inside an element of that language alone.
    Returns:
        One sentence per problem; empty when every figure is traced.
    """
    before = {cell_ref(cell): (cell, 0, 0) for cell in earlier}
    reader = _Tracer(_published(tables) | before, _measured(findings), given, {each.tag: each for each in languages})
    reader.feed(html)
    reader.close()
    return reader.problems


def _forms_of(ref: str) -> tuple[str, ...]:
    """Give the ways in which a figure of a finding, or a score, may be written, by its name."""
    measure = ref.rpartition(".")[2]
    if measure in _FORMS:
        return _FORMS[measure]
    if measure.startswith("rate"):
        return ("ratio",)
    return ("ratio", "hundred") if measure.startswith("ratio") else ("percent",)


def _published(tables: Mapping[str, ProtectedTable]) -> dict[str, _Published]:
    found: dict[str, _Published] = {}
    for table in tables.values():
        found |= _published_in(table)
    return found


# The tables of one brief, whose every page and drawing is checked against them.
@lru_cache(maxsize=64)
def _published_in(table: ProtectedTable) -> dict[str, _Published]:
    least, most = table.rule.least_said, table.rule.most_told
    units = table.frame["unit"].unique().to_list()
    return {cell_ref(cell): (cell, least, most) for unit in units for cell in table.cells(unit=unit)}


def _measured(findings: Collection[Finding | Score]) -> dict[str, float]:
    """Give every figure of every finding, and every score, by its address."""
    scores = {each.ref: each.value for each in findings if isinstance(each, Score)}
    told = [each for each in findings if isinstance(each, Finding)]
    numbers = {finding_ref(finding, name): value for finding in told for name, value in vars(finding).items()}
    return scores | {ref: float(value) for ref, value in numbers.items() if isinstance(value, float)}


class _Tracer(HTMLParser):
    """Walks the page and keeps the elements it is inside of."""

    def __init__(
        self,
        cells: Mapping[str, _Published],
        measured: Mapping[str, float],
        given: Collection[str] | None,
        languages: Mapping[str, Language],
    ) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._cells = cells
        self._measured = measured
        self._given = None if given is None else {" ".join(text.split()) for text in given}
        self._languages = languages
        self._open: list[tuple[str, dict[str, str]]] = []
        self._collected: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        self._check_attributes(tag, named)
        if tag in _VOID:
            return
        self._open.append((tag, named))
        if "data-ref" in named or _GIVEN in named.get("class", "").split():
            self._collected = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_attributes(tag, {key: value or "" for key, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, named = self._open.pop()
            if self._collected is not None and ("data-ref" in named or _GIVEN in named.get("class", "").split()):
                self._check_collected(named, " ".join("".join(self._collected).split()))
                self._collected = None
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._collected is not None:
            self._collected.append(data)
        elif _DIGIT.search(data) and not self._may_hold_digits():
            inside = self._open[-1][0] if self._open else "page"
            self.problems.append(f"A digit in <{inside}> refers to no published cell (line {self.getpos()[0]}).")

    def _may_hold_digits(self) -> bool:
        return any(tag in _SILENT or _FREE & set(named.get("class", "").split()) for tag, named in self._open)

    def _check_attributes(self, tag: str, named: dict[str, str]) -> None:
        if tag == "meta" and named.get("name") in {"viewport", "generator"}:
            return
        if any(_DIGIT.search(named.get(key, "")) for key in _SPOKEN_ATTRIBUTES):
            self.problems.append(f"A digit in an attribute of <{tag}> refers to no published cell.")

    def _check_collected(self, named: dict[str, str], text: str) -> None:
        if "data-ref" not in named:
            if _DIGIT.search(text) and self._given is not None and text not in self._given:
                self.problems.append("A text with digits is marked as given, but nobody gave it.")
            return
        self.problems.extend(self._cell_problems(named, text))

    def _language(self) -> Language:
        """Give the language of the innermost element that names one."""
        tags = (named["lang"] for _, named in reversed(self._open) if "lang" in named)
        return self._languages.get(next(tags, ENGLISH.tag), ENGLISH)

    def _cell_problems(self, named: dict[str, str], text: str) -> list[str]:
        ref = named["data-ref"]
        if (figure := self._measured.get(ref)) is not None:
            ways = {self._language().figure(figure, form) for form in _forms_of(ref)}
            is_right = text in _with_blanks(ways) and named.get("value", raw_value(figure)) == raw_value(figure)
            return [] if is_right else [f"{ref} is shown as something else than the finding says."]
        return self._published_problems(named, text)

    def _published_problems(self, named: dict[str, str], text: str) -> list[str]:
        ref = named["data-ref"]
        address, _, measure = ref.rpartition(".")
        cell, least, most = self._cells.get(address, (None, 0, 0))
        if cell is None or measure not in _MEASURES:
            return [f"{ref} is not a published cell."]
        value = _value(cell, measure)
        if value is None:
            return [f"{ref} is hidden, but the page shows a figure for it."]
        if named.get("value", raw_value(value)) != raw_value(value):
            return [f"{ref} carries another value than the published figure."]
        if not any(tag == "td" for tag, _ in self._open) and not _may_be_named(cell, measure, least):
            said = self._language().below(most) or fewer_than(most)
            is_right = measure == "n" and text in _with_blanks({said, capital(said)})
            return [] if is_right else [f"{ref} may be shown as a figure in a table alone."]
        is_right = text in _with_blanks(_ways_to_show(cell, measure, self._language()))
        return [] if is_right else [f"{ref} is shown as something else than the published figure."]


def _may_be_named(cell: Cell, measure: str, least: int) -> bool:
    """Tell whether text may give a figure: those of the whole network and small rounded ones stand in tables alone."""
    return not measure.startswith("network") and cell.n is not None and cell.n >= least


def _value(cell: Cell, measure: str) -> float | int | None:
    """Give what a measure of a cell says, or None when that is hidden; a count with its share is told by its count."""
    if measure == "both":
        return None if cell.share is None else cell.n
    found: float | int | None = getattr(cell, measure)
    return found


def _with_blanks(ways: set[str]) -> set[str]:
    """Write what may be shown with the blanks that are left of it once text is read."""
    return {" ".join(way.split()) for way in ways}


def _ways_to_show(cell: Cell, measure: str, language: Language) -> set[str]:
    if measure == "both":
        return {f"{language.figure(cell.n, 'n')} ({language.figure(cell.share, 'share')})"}
    value = _value(cell, measure)
    return {language.figure(value, form) for form in (("n",) if measure.endswith("n") else ("share", "percent"))}
