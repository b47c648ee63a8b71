"""An inspection told to a person on a terminal, or to a program.

Answers "what did you find" in plain English, findings first. No word of a record is told unless `proposed_words.py`
allows it; identifiers are told by kind and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from pipelines.ingest.fields import CASES
from pipelines.inspecting.assigning import DROPPED, MAPPED, USED
from pipelines.inspecting.proposed_words import FieldWords

if TYPE_CHECKING:
    from pipelines.inspecting.inspection import ColumnReport, Inspection

_WIDTH = 100
_BY_POSITION = "; no headings, so columns are called by their position"
# So many columns dropped for one reason are named; a file may have hundreds.
_NAMED = 60
_KINDS = {
    "csv": "delimited text",
    "xlsx": "a workbook (.xlsx)",
    "ods": "a workbook (.ods)",
    "parquet": "a Parquet file",
    "jsonl": "JSON lines",
    "bulk-load": "the Legal Aid Agency's bulk-load format",
}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_USES = {MAPPED: "kept as", USED: "read for", DROPPED: "dropped"}
RULE = (
    "A word from a record is shown or written only if it is in the product's own lists, or if at least 10 rows and "
    "3\u00a0% of the filled rows share it and it does not look like a person: then it is a category. All other words "
    "are told by number of rows and row numbers."
)


def as_text(inspection: Inspection) -> str:
    """Tell an inspection on a terminal."""
    parts = [
        _file(inspection),
        _trial(inspection),
        _identifiers(inspection),
        _questions(inspection),
        _columns(inspection),
        _absent(inspection),
        _words(inspection),
        [*_wrapped(RULE)],
    ]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _file(inspection: Inspection) -> Iterator[str]:
    survey, layout = inspection.survey, inspection.layout
    yield f"{inspection.path.name} is {_KINDS[layout.format]}{_details(inspection)}."
    around = [
        (inspection.top.titles, "title rows above the headings"),
        (survey.blank_rows, "blank rows"),
        (
            sum(survey.beginnings.values()) + sum(sum(found.values()) for found in survey.totals.values()),
            "totals or footers",
        ),
        (survey.repeated_headings, "repeated headings"),
        (survey.header_records, "header records"),
        (survey.broken_rows, "rows that cannot be taken apart"),
        (survey.short_rows, "rows with fewer cells than headings"),
    ]
    besides = ", ".join(f"{n:,} {what}" for n, what in around if n)
    told = f"{survey.n_rows:,} rows in {len(survey.columns)} columns" + (f"; besides them {besides}" if besides else "")
    if not inspection.top.depth:
        known = inspection.top.layout
        told += f"; no headings, but its columns are those of the {known}" if known else _BY_POSITION
    yield from _wrapped(f"It holds {told}.")
    if inspection.quarters:
        first, last = min(inspection.quarters), max(inspection.quarters)
        span = f"{first} to {last}" if first != last else f"{first}"
        rows = [f"{quarter}: {n:,}" for quarter, n in inspection.quarters.items()]
        listed = f" ({', '.join(rows)})" if 1 < len(rows) <= 12 else ""
        told = "Cases opened" if inspection.proposal.records == CASES else "Enquiries that came"
        yield from _wrapped(f"{told} in {span}{listed}.")
    yield from _wrapped(f"One row per {inspection.proposal.grain.one_row_per}: {inspection.proposal.grain.evidence}.")


def _details(inspection: Inspection) -> str:
    layout = inspection.layout
    if layout.format == "csv":
        return f" in {layout.encoding}, separated by {_DELIMITERS.get(layout.delimiter, repr(layout.delimiter))}"
    if layout.sheet:
        return f", sheet {layout.sheet}" + (f" of {len(inspection.sheets)}" if len(inspection.sheets) > 1 else "")
    return ""


def _trial(inspection: Inspection) -> Iterator[str]:
    trial = inspection.trial
    if trial.problem:
        yield from _wrapped(f"The proposed profile does not run yet: {trial.problem}")
        return
    yield from _wrapped(
        f"The proposed profile was tried on the file: {trial.records:,} records, {trial.ignored:,} rows ignored, "
        f"{trial.quarantined:,} set aside{_reasons(inspection)}."
    )


def _reasons(inspection: Inspection) -> str:
    reasons = ", ".join(f"{reason.replace('_', ' ')} {n:,}" for reason, n in inspection.trial.reasons.items())
    return f" ({reasons})" if reasons else ""


def _identifiers(inspection: Inspection) -> Iterator[str]:
    found = [column for column in inspection.columns if column.identifiers]
    if not found:
        yield "Personal identifiers: none found."
        return
    yield "Personal identifiers found. None of them would be stored:"
    for column in found:
        yield f'  "{column.heading}": {", ".join(column.identifiers)} – {_use(column)}'


def _questions(inspection: Inspection) -> Iterator[str]:
    if not inspection.questions:
        yield "Nothing needs an answer before the profile can be used."
        return
    yield "Please answer:"
    for number, question in enumerate(inspection.questions, start=1):
        yield from _wrapped(question, first=f"  {number}. ", indent="     ")


def _columns(inspection: Inspection) -> Iterator[str]:
    yield "Columns, with the confidence of each proposal:"
    order = {MAPPED: 0, USED: 1}
    told = [column for column in inspection.columns if column.use != DROPPED]
    for column in sorted(told, key=lambda it: order[it.use]):
        yield from _item(f'"{column.heading}" {_use(column)} ({_level(column)}): {column.evidence}.')
    reasons = dict.fromkeys(column.evidence for column in inspection.columns if column.use == DROPPED)
    for reason in reasons:
        dropped = [it for it in inspection.columns if it.use == DROPPED and it.evidence == reason]
        headings = ", ".join(f'"{column.heading}"' for column in dropped[:_NAMED])
        more = f" and {len(dropped) - _NAMED} more, which the profile lists" if len(dropped) > _NAMED else ""
        yield from _item(f"dropped ({_level(dropped[0])}): {headings}{more}: {reason}.")


def _item(text: str) -> Iterator[str]:
    return _wrapped(text, first="  ", indent="      ")


def _level(column: ColumnReport) -> str:
    return f"{column.level} {column.confidence:.2f}"


def _use(column: ColumnReport) -> str:
    return f"{_USES[column.use]} {column.field}".rstrip()


def _absent(inspection: Inspection) -> Iterator[str]:
    if inspection.proposal.not_collected:
        yield from _wrapped(f"Not found, so proposed as not collected: {', '.join(inspection.proposal.not_collected)}.")


def _words(inspection: Inspection) -> Iterator[str]:
    unknown = [words for words in inspection.proposal.words.values() if words.unknown]
    if not unknown:
        yield "Every word of the proposed columns could be read."
        return
    yield "Words that are in no list. They would be counted as not recognised until somebody explains them:"
    for words in unknown:
        yield from _item(_unknown(words))


def _unknown(words: FieldWords) -> str:
    shown = ", ".join(f'"{word}" ({n:,} rows)' for word, n in words.shown.items())
    hidden = words.unknown - len(words.shown)
    rows = ", ".join(map(str, words.unknown_rows[:5]))
    others = f"{hidden} {'word' if hidden == 1 else 'words'} in few rows, such as rows {rows}" if hidden > 0 else ""
    share = "under 1\u00a0%" if words.unknown_share < 0.01 else f"{words.unknown_share:.0%}".replace("%", "\u00a0%")
    return f"{words.field}, {share} of its filled rows: {' and '.join(part for part in (shown, others) if part)}."


def _wrapped(text: str, *, first: str = "", indent: str = "") -> Iterator[str]:
    for line in text.splitlines():
        yield from wrap(line, _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)


def as_json(inspection: Inspection) -> dict[str, object]:
    """Give an inspection as plain values: texts, numbers, lists and mappings."""
    layout, survey, trial = inspection.layout, inspection.survey, inspection.trial
    return {
        "file": inspection.path.name,
        "format": layout.format,
        "encoding": layout.encoding if layout.format in ("csv", "jsonl", "bulk-load") else None,
        "delimiter": layout.delimiter if layout.format == "csv" else None,
        "sheet": layout.sheet or None,
        "sheets": list(inspection.sheets),
        "evidence": list(inspection.evidence),
        "heading_rows": inspection.top.depth,
        "title_rows": inspection.top.titles,
        "rows": survey.n_rows,
        "blank_rows": survey.blank_rows,
        "quarters": {str(quarter): n for quarter, n in inspection.quarters.items()},
        "records": inspection.proposal.records,
        "one_row_per": inspection.proposal.grain.one_row_per,
        "columns": [_column(column) for column in inspection.columns],
        "not_collected": list(inspection.proposal.not_collected),
        "identifiers": {c.heading: list(c.identifiers) for c in inspection.columns if c.identifiers},
        "unmapped": {name: _unmapped(it) for name, it in inspection.proposal.words.items() if it.unknown},
        "questions": list(inspection.questions),
        "trial": {
            "runs": trial.runs,
            "problem": trial.problem or None,
            "records": trial.records,
            "ignored": trial.ignored,
            "quarantined": trial.quarantined,
            "reasons": dict(trial.reasons),
        },
    }


def _column(column: ColumnReport) -> dict[str, object]:
    return {
        "heading": column.heading,
        "use": column.use,
        "field": column.field or None,
        "confidence": column.confidence,
        "level": column.level,
        "evidence": column.evidence,
        "identifiers": list(column.identifiers),
        "filled": column.filled,
    }


def _unmapped(words: FieldWords) -> dict[str, object]:
    return {
        "words": words.unknown,
        "share": round(words.unknown_share, 4),
        "shown": dict(words.shown),
        "rows": _first(words.unknown_rows),
    }


def _first(rows: Sequence[int]) -> list[int]:
    return list(rows[:20])
