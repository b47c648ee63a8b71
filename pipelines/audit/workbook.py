"""The workbook beside the data files: every figure is theirs, every row is there, every word is known.

Answers "does the workbook say what the data say". A table is known by its name, its codes by the columns beside the
labels; a figure stands as published, a hidden one is `[c]`, one that cannot be had is `[z]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import gcd
from typing import Any

from pipelines.audit.area_rates import has_rates, rates_of
from pipelines.audit.area_sheet import area_sheet_problems
from pipelines.audit.labels import Labels
from pipelines.audit.markup import Element
from pipelines.audit.own_wording import is_said
from pipelines.audit.paper_words import plain
from pipelines.audit.phrases import Phrases
from pipelines.audit.policy import NO_AREA, areas_of, band_of, context_rows
from pipelines.audit.reading import AREA_RATES, FINDINGS, POLICY, Release, Row, Table
from pipelines.audit.sheet_lines import line_problems
from pipelines.audit.sheet_pairs import explained, pair_problems
from pipelines.audit.sheet_words import sheet_word_problems
from pipelines.audit.sheets import Sheet, UnreadableWorkbookError, Value, Workbook, read_workbook

XLSX = "tables.xlsx"
HIDDEN, NOT_HAD = "[c]", "[z]"
_QUARTER = "quarter"
_PROPERTIES = frozenset({"title", "subject", "creator", "lastModifiedBy", "created", "modified", "language"})
# The columns of the findings, after breakdown and group with their codes; None holds words.
_FINDING = (
    "n", "base", "not_known", "observed", "low", "high", None, "benchmark", "benchmark_low", "benchmark_high", "ratio",
    "ratio_low", "ratio_high", None, "state", None, "statement",
)  # fmt: skip
# The columns of the sheet of scores of policy.
_POLICY, _SCORES = 10, "policy"
_OF_POPULATION = frozenset({"benchmark", "benchmark_low", "benchmark_high"})


def workbook_problems(release: Release, phrases: Phrases, labels: Labels, page: Element | None) -> Iterator[str]:
    """Name every cell, word or part of the workbook that the rest of the release does not have.

    Args:
        release: the release.
        phrases: words that the page, the manifest or the packaged wording have.
        labels: takes up which label the workbook gives each code.
        page: the brief, which explains words; None where the release has none.
    """
    try:
        book = read_workbook(release.files[XLSX])
    except UnreadableWorkbookError:
        yield f"{XLSX} is damaged, or nobody can read it for certain. Release the edition again."
        return
    yield from (f"{XLSX} holds {name}. Take it out." for name in book.strange)
    yield from _whole(release, book, phrases)
    terms = explained(page) if page else {}
    misplaced = (*sheet_word_problems(release, book), *_rewritten(release, book, page))
    yield from (f"{XLSX} {problem}. Release the edition again." for problem in misplaced)
    for sheet in book.sheets:
        table = release.tables.get(sheet.table_name)
        if table is not None:
            yield from _table(release, sheet, table, labels)
        elif sheet.table_name == FINDINGS:
            yield from _findings(release, sheet, labels)
        elif sheet.table_name == POLICY:
            yield from _policy(release, sheet, labels)
        elif sheet.table_name == AREA_RATES:
            yield from area_sheet_problems(release, sheet, labels, place=XLSX)
        yield from _words(sheet, phrases, is_table=table is not None)
        yield from _terms(sheet, terms)


def _rewritten(release: Release, book: Workbook, page: Element | None) -> Iterator[str]:
    """Hold words and lines against those that this version would write; another version had other words."""
    if release.is_ours and page:
        yield from line_problems(release, book)
        yield from pair_problems(release, book, page)


def _whole(release: Release, book: Workbook, phrases: Phrases) -> Iterator[str]:
    names = [sheet.table_name for sheet in book.sheets]
    told = [each for each in release.manifest.get("findings") or () if each.get("group") != "_T"]
    rates = {AREA_RATES} if has_rates(rates_of(release)) else set()
    missing = ({*release.tables} | ({FINDINGS} if told else set()) | rates) - {*names}
    missing |= ({POLICY} if f"data/{POLICY}.csv" in release.files else set()) - {*names}
    if missing or len(set(names)) != len(names):
        yield f"{XLSX} leaves out {', '.join(sorted(missing)) or 'nothing, but has a table twice'}. Release it again."
    day, told_of = str(release.manifest.get("published_on")), book.properties
    dates = {value[:10] for name, value in told_of.items() if name in {"created", "modified"}}
    texts = [value for name, value in told_of.items() if name not in {"created", "modified", "language"}]
    is_known = told_of.keys() <= _PROPERTIES and dates == {day} and all(map(phrases.knows, texts))
    known = {"Microsoft Excel", "Worksheets", "0", "false", "12.0000", str(len(book.sheets))}
    if not is_known or not set(book.program) <= known | {sheet.name for sheet in book.sheets}:
        yield f"{XLSX} says something else of itself than the brief. Release the edition again."


def _words(sheet: Sheet, phrases: Phrases, *, is_table: bool) -> Iterator[str]:
    """Every text outside the figures is known from elsewhere."""
    texts = [sheet.name, *sheet.heads, *sheet.about, *(str(line) for line in sheet.lines)]
    if not is_table and sheet.table_name not in {FINDINGS, POLICY, AREA_RATES}:
        texts += [str(value) for row in sheet.rows for value in row]
    if not all(map(phrases.knows, texts)):
        yield f"{XLSX} has words on the sheet “{sheet.name}” that stand nowhere else. Release the edition again."


def _terms(sheet: Sheet, terms: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """A word that the page explains has the same meaning here."""
    for row in sheet.rows if len(sheet.heads) == len(("word", "meaning")) else ():
        meanings = terms.get(plain(str(row[0])))
        if meanings and plain(str(row[1])) not in meanings:
            yield f"{XLSX} explains “{row[0]}” otherwise than the page. Release the edition again."


def _table(release: Release, sheet: Sheet, table: Table, labels: Labels) -> Iterator[str]:
    units = list(dict.fromkeys(row.unit for row in table.rows))
    width, forms = 2 * len(table.dimensions), _forms(table)
    further = len(sheet.heads) - width - len(units) * len(forms)
    found = [tuple(str(code) for code in row[1:width:2]) for row in sheet.rows]
    if further not in {0, 1} or found != list(dict.fromkeys(row.codes for row in table.rows)):
        yield f"{XLSX} has other rows or columns than {table.table_id}.csv. Release the edition again."
        return
    rows = {(row.codes, row.unit): row for row in table.rows}
    wrong = []
    for codes, values in zip(found, sheet.rows, strict=True):
        for dimension, label, code in zip(table.dimensions, values[0:width:2], codes, strict=True):
            labels.add(dimension, code, str(label), XLSX)
        places = [(unit, form) for unit in units for form in forms]
        told = zip(places, values[width:], strict=False)
        is_right = all(_is_figure(release, rows.get((codes, unit)), form, value) for (unit, form), value in told)
        is_late = any(row.is_provisional for row in table.rows if row.codes == codes)
        if not is_right or (values[-1] != ("yes" if is_late else "no") if further else is_late):
            wrong.append(codes)
    for codes in dict.fromkeys(wrong):
        yield f"{XLSX} differs from {table.table_id}.csv in the row ({', '.join(codes)}). Release the edition again."


def _forms(table: Table) -> tuple[str, ...]:
    """Give the figures each unit has: quarters have no shares, a centre's own brief has the network's beside."""
    own = ("n",) if _QUARTER in table.dimensions else ("n", "share")
    has_network = any(row.further for row in table.rows)
    return (*own, *(f"network_{form}" for form in own)) if has_network else own


def _is_figure(release: Release, row: Row | None, form: str, value: Value) -> bool:
    """Tell whether a cell shows what is published; a rounded count too small to be named has no share in words."""
    if row is None:
        return value == NOT_HAD
    if form.startswith("network_"):
        n = row.further.get("network_n", "")
        is_small = form.endswith("share") and n != "" and int(n) < 2 * _network_base(release)
        return _is_written(value, row.further.get(form, "")) or (is_small and value == NOT_HAD)
    if row.is_hidden:
        return value == HIDDEN
    is_small = release.base is not None and (row.n or 0) < 2 * release.base
    if form == "share" and is_small:
        return value == NOT_HAD
    return _is_written(value, str(row.n) if form == "n" else row.share)


@lru_cache(maxsize=8)
def _network_base(release: Release) -> int:
    """Give the base that the network's figures beside a centre's are rounded to: all are multiples of it."""
    counts = (row.further.get("network_n", "") for table in release.tables.values() for row in table.rows)
    return gcd(*(int(n) for n in counts if n))


def _is_written(value: Value, published: str) -> bool:
    return value == (float(published) if published else NOT_HAD)


def _findings(release: Release, sheet: Sheet, labels: Labels) -> Iterator[str]:
    told = [each for each in release.manifest.get("findings") or () if each.get("group") != "_T"]
    titles = {each.get("benchmark_id"): each.get("title") for each in release.manifest.get("benchmarks") or ()}
    if len(told) != len(sheet.rows) or any(len(row) != len(_FINDING) + 4 for row in sheet.rows):
        yield f"{XLSX} has other findings than manifest.json. Release the edition again."
        return
    for finding, row in zip(told, sheet.rows, strict=True):
        dimension, group = str(finding.get("dimension")), str(finding.get("group"))
        labels.add(dimension, group, str(row[2]), XLSX)
        labels.add("", dimension, str(row[0]), XLSX)
        labels.add("state", str(finding.get("state")), str(row[4 + 13]), XLSX)
        figures = zip(_FINDING, row[4:], strict=True)
        is_right = all(_is_told(finding, name, value) for name, value in figures if name is not None)
        population = titles.get(finding.get("benchmark_id")) or finding.get("benchmark_id") or NOT_HAD
        is_judged = is_said(release, row[4 + 13], "comparisons", "verdicts", str(finding.get("state")))
        is_flag = row[4 + 15] == ("yes" if finding.get("is_under_served") else "no")
        is_right = is_right and (row[1], row[3], row[4 + 6]) == (dimension, group, population)
        if not (is_right and is_flag and is_judged):
            yield f"{XLSX} differs from manifest.json in {finding.get('finding_id')}. Release the edition again."


def _policy(release: Release, sheet: Sheet, labels: Labels) -> Iterator[str]:
    """Each row is one of the data file: its names, its figures, and its score in the index's own words."""
    rows, areas, table = context_rows(release), areas_of(release), release.tables.get("by_advice_type")
    published = {row.codes[0]: row for row in (table.rows if table else ()) if row.unit == "clients"}
    if len(rows) != len(sheet.rows) or any(len(row) != _POLICY for row in sheet.rows):
        yield f"{XLSX} has other rows or columns than {POLICY}.csv. Release the edition again."
        return
    for told, row in zip(rows, sheet.rows, strict=True):
        area, code, score = told["policy_area_code"], told["advice_type_code"], told["policy_score"]
        labels.add("advice_type_code", code, str(row[2]), XLSX)
        is_area = row[0] == areas.get(area) if area != NO_AREA else is_said(release, row[0], _SCORES, "no_area")
        figures = all(_is_figure(release, published.get(code), form, row[at]) for at, form in ((4, "n"), (5, "share")))
        dated = (float(score or 0), band_of(int(score or 0)), told["policy_edition"], told["policy_year"])
        if not (is_area and figures) or row[6:] != (dated if score else (NOT_HAD,) * 4) or row[1:4:2] != (area, code):
            yield f"{XLSX} differs from {POLICY}.csv in {code}. Release the edition again."


def _is_told(finding: Mapping[str, Any], name: str, value: Value) -> bool:
    told = finding.get(name)
    if told is None or told == "":
        is_withheld = finding.get("state") == "withheld" and name not in _OF_POPULATION
        return value == (HIDDEN if is_withheld else NOT_HAD)
    if isinstance(told, str):
        return value == " ".join(told.split())
    return value == (float(f"{told:.4f}") if isinstance(told, float) else float(told))
