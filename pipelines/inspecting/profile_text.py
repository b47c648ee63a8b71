"""A proposal written down as a profile a person can read, correct and keep.

Answers "what does the TOML file say". The text depends on the proposal alone: the same file gives the same profile. No
word stands in it that `proposed_words.py` does not allow to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipelines.ingest.fields import CASES, fields
from pipelines.inspecting.proposal import Proposal
from pipelines.inspecting.proposed_words import FieldWords, shared_missing

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_WIDTH = 110


def write_profile_text(proposal: Proposal, questions: Sequence[str]) -> str:
    """Write a proposal as a commented profile.

    Args:
        proposal: what was found.
        questions: what a person must answer; they stand at the head, as comments.
    """
    parts = [
        _head(proposal, questions),
        _file(proposal),
        _rows(proposal),
        _columns(proposal),
        _drop(proposal),
        _absent(proposal),
        _formats(proposal),
        *(_values(words, _note(proposal, name)) for name, words in proposal.words.items()),
        _missing(proposal),
        _drift(proposal),
    ]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _head(proposal: Proposal, questions: Sequence[str]) -> Iterator[str]:
    yield from _comment(
        "Proposed by `caseload inspect` from one file. It runs as it is; what it could not know is asked below. Every "
        "column of the files must be named here, so that a new or renamed column is noticed."
    )
    for number, question in enumerate(questions, start=1):
        yield from _comment(f"{number}. {question}")
    yield from ("", "[profile]", f"name = {quoted(proposal.name)}", 'version = "1"')


def _file(proposal: Proposal) -> Iterator[str]:
    layout = proposal.layout
    yield "[file]"
    yield f"format = {quoted(layout.format)}"
    if layout.format == "csv":
        yield f"encoding = {quoted(layout.encoding)}"
        yield f"delimiter = {quoted(layout.delimiter)}"
        yield from [f"quote = {quoted(layout.quote)}"] if layout.quote != '"' else []
    elif layout.format in ("jsonl", "bulk-load") and layout.encoding != "utf-8":
        yield f"encoding = {quoted(layout.encoding)}"
    if layout.sheet:
        yield f"sheet = {quoted(layout.sheet)}"
    if layout.hidden_rows != "stop":
        yield f"hidden_rows = {quoted(layout.hidden_rows)}"
    if layout.format == "bulk-load":
        yield f"record = {quoted(layout.record)}"
    if proposal.names:
        origin = f"those of the {proposal.known_layout}" if proposal.known_layout else "made up, by position"
        yield f"heading_rows = 0              # the file has none; the names below are {origin}"
        yield f"names = {_list(proposal.names)}"
    elif proposal.heading_rows > 1:
        yield f"heading_rows = {proposal.heading_rows}              # an upper heading carries on to the right"


def _rows(proposal: Proposal) -> Iterator[str]:
    yield "[rows]"
    yield from _comment(proposal.grain.evidence[:1].upper() + proposal.grain.evidence[1:] + ".")
    yield from [f"records = {quoted(proposal.records)}"] if proposal.records != CASES else []
    yield f"one_row_per = {quoted(proposal.grain.one_row_per)}"
    if proposal.grain.last_of:
        yield f"last_of = {_list(proposal.grain.last_of)}"
    if proposal.grain.first_of:
        yield f"first_of = {_list(proposal.grain.first_of)}"
    yield "# What happens when a word is in no list below: the run stops, so that a new word is noticed."
    treatment = "quarantine" if proposal.has_unreadable_dates else "stop"
    yield f"unknown_values = {quoted(treatment)}" + ("     # some dates cannot be read" * proposal.has_unreadable_dates)
    if proposal.fill_down:
        yield f"fill_down = {_list(proposal.fill_down)}     # a blank cell means: as above"
    if proposal.pads_short_rows:
        yield 'short_rows = "pad"            # the source leaves empty cells out at the end of a row'
    if proposal.beginnings:
        yield f"ignore_starting_with = {_list(proposal.beginnings)}"
    if proposal.totals:
        yield from (
            "",
            "[rows.ignore]",
            *(f"{quoted(name)} = {_list(cells)}" for name, cells in proposal.totals.items()),
        )
    if proposal.kept:
        yield from ("", "[rows.unknown_values_for]")
        yield from _comment(
            "Words nobody knows yet are counted as not recognised. Explain them below, then take the line out."
        )
        yield from (
            f'{name} = "keep"' + " " * 14 + f"# {_share(share)} of its filled rows"
            for name, share in proposal.kept.items()
        )


def _columns(proposal: Proposal) -> Iterator[str]:
    yield "[columns]"
    yield from (f"{name} = {_one_or_list(headings)}" for name, headings in proposal.columns.items())


def _drop(proposal: Proposal) -> Iterator[str]:
    if proposal.dropped or proposal.layout.unread_parts:
        yield "[drop]"
        yield from _comment(
            "Read and thrown away: what names people, what no figure needs, and what was not understood."
        )
    if proposal.dropped:
        yield "columns = ["
        yield from (f"    {quoted(heading)},{_why(why)}" for heading, why in proposal.dropped)
        yield "]"
    if proposal.layout.unread_parts:
        yield f"file_parts = {_list(proposal.layout.unread_parts)}"
    if proposal.used:
        yield from ("",) if proposal.dropped else ()
        yield "[drop.used]"
        yield from _comment(
            "Read to derive an age, a district or a keyed hash, then thrown away before anything is stored."
        )
        yield from (f"{name} = {_one_or_list(headings)}" for name, headings in proposal.used.items())


def _why(why: str) -> str:
    return f"  # {why}"


def _absent(proposal: Proposal) -> Iterator[str]:
    if proposal.not_collected:
        yield "[not_collected]"
        yield f"fields = {_list(proposal.not_collected)}"


def _formats(proposal: Proposal) -> Iterator[str]:
    yield "[formats]"
    yield f"date = {_one_or_list(proposal.date_formats)}"
    if proposal.birth_formats:
        yield f"birth_date = {_one_or_list(proposal.birth_formats)}"
    if proposal.period_format:
        yield f"period = {quoted(proposal.period_format)}"
    if proposal.year_begins != 1:
        yield f"year_begins = {proposal.year_begins}"
    separators = {name: words.separators for name, words in proposal.words.items() if words.separators}
    if separators:
        yield from ("", "[formats.separators]            # between several values in one cell")
        yield from (f"{name} = {_list(signs)}" for name, signs in separators.items())
    if proposal.age_scheme:
        yield from ("", "[[age_schemes]]", f"scheme = {quoted(proposal.age_scheme)}")


def _note(proposal: Proposal, name: str) -> str:
    words = proposal.words[name]
    hidden = words.unknown - len(words.shown)
    if hidden <= 0:
        return ""
    rows = ", ".join(map(str, words.unknown_rows[:5]))
    return f"{hidden} more {'word is' if hidden == 1 else 'words are'} in no list; see rows {rows} of the file."


def _values(words: FieldWords, note: str) -> Iterator[str]:
    explains = fields()[words.field].kind in ("code", "age", "nationality")
    if not explains or not (words.values or words.shown or note):
        return
    yield f"[values.{words.field}]"
    yield from (f"{quoted(word)} = {quoted(code)}" for word, code in sorted(words.values.items(), key=_by_code))
    if words.shown or note:
        yield "# Not known yet; write the code and take the # away."
    yield from (f'# {quoted(word)} = ""     {n:,} rows' for word, n in words.shown.items())
    yield from _comment(note) if note else ()


def _by_code(item: tuple[str, str]) -> tuple[str, str]:
    return item[1], item[0]


def _missing(proposal: Proposal) -> Iterator[str]:
    shared, own = shared_missing(proposal.words)
    yield "# Words that mean a value is missing, by kind. A blank cell is not_recorded."
    yield "[missing]"
    yield from (f"{kind} = {_list(words)}" for kind, words in shared.items())
    for name, kinds in own.items():
        yield from ("", f"[missing_for.{name}]")
        yield from (f"{kind} = {_list(words)}" for kind, words in kinds.items())


def _drift(proposal: Proposal) -> Iterator[str]:
    if proposal.keys_come_and_go:
        yield "[drift]                         # keys without a value may be left out of a file"
        yield from ('new_column = "report"', 'missing_column = "report"')


def quoted(text: str) -> str:
    r"""Write a text as a TOML string.

    >>> print(quoted('5" disk'), quoted("a\tb"))
    "5\" disk" "a\tb"
    """
    return (
        '"' + "".join(_ESCAPES.get(sign, sign if sign.isprintable() else f"\\U{ord(sign):08x}") for sign in text) + '"'
    )


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(quoted, texts)) + "]"


def _one_or_list(texts: Sequence[str]) -> str:
    return quoted(texts[0]) if len(texts) == 1 else _list(texts)


def _share(share: float) -> str:
    return "under 1\u00a0%" if share < 0.01 else f"{share:.0%}".replace("%", "\u00a0%")


def _comment(text: str) -> Iterator[str]:
    """Write a text as comment lines of ordinary width; a line end in it would end the comment."""
    line = "#"
    for word in text.split():
        if len(line) + 1 + len(word) > _WIDTH and line != "#":
            yield line
            line = "#"
        line += f" {word}"
    yield line
