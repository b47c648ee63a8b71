"""The parts of a profile that say how files are laid out and what is done with their rows.

Answers "how many rows does a case take", "what happens to a word nobody explained" and "what is done when a file looks
different from the ones before it". Each part is read from one table of the profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.codelists import MISSING_KINDS
from pipelines.declarations import Section, read_toml
from pipelines.errors import ProfileError
from pipelines.ingest.ages import AgeScheme, load_age_scheme, read_age
from pipelines.ingest.fields import CASES, ENQUIRIES
from pipelines.ingest.reading.decoding import ENCODINGS
from pipelines.ingest.reading.rows import FORMATS, HIDDEN_ROWS, Layout
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file

FILE_PARTS = ("author", "comments", "pivot_cache", "other_sheets")
ROW_GRAINS = ("case", "issue", "event", "person")
TREATMENTS = ("stop", "quarantine", "keep")
SHORT_ROWS = ("quarantine", "pad")
EACH_FILE = ("adds", "replaces_its_name", "replaces_all")
REPORTED = ("stop", "report")


@dataclass(frozen=True)
class RowRules:
    """What rows are.

    `one_row_per` is one of `ROW_GRAINS`; where a row is an event, `last_of` names the fields whose last filled row
    decides, `first_of` those whose first one does. `records` says whether rows are cases or enquiries. `ignored_cells`
    maps a heading to the cells that make a row a total.
    `each_file` says what a new file of the source does to earlier ones; empty stands for the rule that fits: a source
    without references replaces by name.
    """

    one_row_per: str
    last_of: tuple[str, ...]
    first_of: tuple[str, ...]
    unknown_values: str
    unknown_values_for: Mapping[str, str]
    pads_short_rows: bool
    each_file: str
    ignored_beginnings: tuple[str, ...]
    ignored_cells: Mapping[str, tuple[str, ...]]
    fill_down: tuple[str, ...]
    records: str = CASES


@dataclass(frozen=True)
class DriftRules:
    """What stops a run when a file differs from the ones before it; everything else is reported.

    `completeness_fall` is the fall in a field's share of filled cells, from 0 to 1, that is told.
    """

    stops_on_new_column: bool
    stops_on_missing_column: bool
    stops_on_completeness: bool
    completeness_fall: float


def read_layout(file: Section, drop: Section) -> Layout:
    """Read `[file]` and the parts of a workbook that `[drop]` names."""
    parts = drop.texts("file_parts")
    for part in parts:
        one_of(drop, part, "file_parts", FILE_PARTS)
    delimiter, quote = file.text("delimiter", ","), file.text("quote", '"')
    if len(delimiter) != 1:
        file.problem('file.delimiter must be one character, such as ",", ";" or "\\t".')
    if len(quote) > 1:
        file.problem("file.quote must be one character, or empty where the source writes none.")
    return Layout(
        format=one_of(file, file.text("format", "csv"), "format", FORMATS),
        encoding=one_of(file, file.text("encoding", "utf-8").lower(), "encoding", tuple(ENCODINGS)),
        delimiter=delimiter,
        quote=quote,
        sheet=file.text("sheet", ""),
        hidden_rows=one_of(file, file.text("hidden_rows", "stop"), "hidden_rows", HIDDEN_ROWS),
        unread_parts=parts,
        record=file.text("record", "OUTCOME"),
    )


def read_rows(rows: Section) -> RowRules:
    """Read `[rows]`."""
    own = rows.section("unknown_values_for")
    return RowRules(
        one_row_per=one_of(rows, rows.text("one_row_per", "case"), "one_row_per", ROW_GRAINS),
        last_of=rows.texts("last_of"),
        first_of=rows.texts("first_of"),
        unknown_values=one_of(rows, rows.text("unknown_values", "stop"), "unknown_values", TREATMENTS),
        unknown_values_for={name: one_of(own, own.text(name), name, TREATMENTS) for name in list(own.values)},
        pads_short_rows=one_of(rows, rows.text("short_rows", "quarantine"), "short_rows", SHORT_ROWS) == "pad",
        each_file=one_of(rows, rows.text("each_file", ""), "each_file", ("", *EACH_FILE)),
        ignored_beginnings=rows.texts("ignore_starting_with"),
        ignored_cells=lists(rows.section("ignore")),
        fill_down=rows.texts("fill_down"),
        records=one_of(rows, rows.text("records", CASES), "records", (CASES, ENQUIRIES)),
    )


def read_drift(drift: Section) -> DriftRules:
    """Read `[drift]`."""
    fall = drift.number("completeness_fall", 0.25)
    if not 0 < fall <= 1:
        drift.problem("drift.completeness_fall is a share and must lie between 0 and 1.")
    rules = DriftRules(
        stops_on_new_column=_stops(drift, "new_column", "stop"),
        stops_on_missing_column=_stops(drift, "missing_column", "stop"),
        stops_on_completeness=_stops(drift, "completeness", "report"),
        completeness_fall=fall,
    )
    drift.close()
    return rules


def read_age_schemes(top: Section) -> tuple[AgeScheme, ...]:
    """Read every `[[age_schemes]]`: packaged ones by name, or bands of the source's own."""
    found = [_age_scheme(section) for section in top.sections("age_schemes")]
    return tuple(scheme for scheme in found if scheme)


def _age_scheme(section: Section) -> AgeScheme | None:
    name, bands = section.text("scheme", ""), section.mapping("bands")
    begins, ends = section.day("from"), section.day("to")
    section.close()
    packaged = read_toml(reference_file("age_schemes.toml"), ProfileError)
    if bool(name) == bool(bands):
        section.problem(f"{section.place}: name either a packaged scheme or bands of your own.")
        return None
    if name and name not in packaged:
        section.problem(f'{section.place}: "{name}" is not a packaged scheme. There are: {", ".join(packaged)}.')
        return None
    section.problems.extend(
        f'{section.place}.bands: "{band}" is not an age.'
        for band in bands.values()
        if band not in MISSING_KINDS and not read_age(normalised(band))
    )
    if name:
        return replace(load_age_scheme(name), valid_from=begins, valid_to=ends)
    return AgeScheme(begins, ends, {normalised(word): normalised(band) for word, band in bands.items()})


def one_of(section: Section, value: str, key: str, known: tuple[str, ...]) -> str:
    """Note a problem when a value is none of those that are known."""
    if value not in known:
        names = ", ".join(f'"{name}"' for name in known if name)
        section.problem(f"{section.place}.{key} must be one of {names}.")
    return value


def _stops(section: Section, key: str, default: str) -> bool:
    return one_of(section, section.text(key, default), key, REPORTED) == "stop"


def lists(section: Section) -> dict[str, tuple[str, ...]]:
    """Read a table whose every value is a list of texts, or one text."""
    return {name: section.texts(name) for name in list(section.values)}
