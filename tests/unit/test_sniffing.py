"""How a text file is laid out, found from its beginning alone."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.reading.sniffing import sniff_text

HEADINGS = ["Case ref", "Opened", "Nationality", "Gender", "Notes"]
WORDS = {
    "western": ["Éire", "España", "Café, früh", "garçon", "Malmö"],
    "polish": ["Wałęsa", "Łódź", "Gdańsk", "częste", "źdźbło"],
    "czech": ["Česko", "Dvořák", "žluťoučký", "Plzeň", "šest"],
    "russian": ["Россия", "Москва", "да", "нет", "Киев"],
    "greek": ["Ελλάδα", "Αθήνα", "ναι", "όχι", "Κύπρος"],
    "typographic": ["O’Brien", "client’s", "“urgent”", "2019–2020", "£50"],
}


def table(words: list[str], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, quote: str = '"') -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, quotechar=quote)
    rows = [[f"R-{number}", "06/07/2026 12:30", word, "F", f"a note, {word}"] for number, word in enumerate(words * 4)]
    writer.writerows([HEADINGS, *rows])
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "encoding", "found"),
    [
        *[(words, "utf-8", "utf-8") for words in WORDS],
        *[(words, "utf-8-sig", "utf-8") for words in WORDS],
        *[(words, "utf-16", "utf-16") for words in WORDS],
        *[(words, "utf-16-le", "utf-16") for words in WORDS],
        *[(words, "utf-16-be", "utf-16") for words in WORDS],
        ("western", "utf-32", "utf-32"),
        ("western", "cp1252", "windows-1252"),
        ("western", "iso8859-1", "windows-1252"),
        ("western", "mac-roman", "macintosh"),
        ("western", "cp850", "cp850"),
        ("typographic", "cp1252", "windows-1252"),
        ("polish", "cp1250", "windows-1250"),
        ("polish", "iso8859-2", "iso-8859-2"),
        ("czech", "cp1250", "windows-1250"),
        ("czech", "iso8859-2", "iso-8859-2"),
        ("russian", "cp1251", "windows-1251"),
        ("greek", "cp1253", "windows-1253"),
    ],
)
def test_the_encoding_is_found(words: str, encoding: str, found: str) -> None:
    layout, evidence = sniff_text(table(WORDS[words]).encode(encoding))
    assert layout == Layout(encoding=found)
    assert not any(word in sentence for sentence in evidence for word in WORDS[words])


def test_a_character_cut_at_the_end_of_the_beginning_is_no_fault() -> None:
    head = (table(WORDS["polish"]) + "R-9,,Łó").encode()[:-1]
    assert sniff_text(head, is_whole=False)[0] == Layout()


def test_damaged_utf_8_is_told_from_another_encoding() -> None:
    layout, evidence = sniff_text(table(WORDS["polish"] * 5).encode() + b"R-9,,\xff,,\n")
    assert layout.encoding == "utf-8"
    assert "damaged" in evidence[0]


def test_characters_lost_before_the_export_are_no_fault_of_the_encoding() -> None:
    layout, evidence = sniff_text("Ref,Country\nR-1,T\ufffdrkiye\nR-2,C\ufffdte\n".encode())
    assert layout == Layout()
    assert "2 characters were lost" in evidence[0]


TEXT = table(WORDS["western"])
FORMS: dict[str, tuple[str, Layout]] = {
    **{f"divided by {mark!r}": (table(WORDS["western"], mark), Layout(delimiter=mark)) for mark in ",;\t|¦^~:"},
    "every cell in quotation marks": (table(WORDS["western"], ";", csv.QUOTE_ALL), Layout(delimiter=";")),
    "apostrophes as quotation marks": (table(WORDS["western"], ",", csv.QUOTE_ALL, "'"), Layout(quote="'")),
    "marks that open and never close": ('a,b,c\n"x,y,z\n"x,y,z\n', Layout(quote="")),
    "title rows above": ("Report run by the office\n\n03/02/2020, all cases\n" + TEXT, Layout()),
    "a total and a footer below": (TEXT + "\nTotal;20\nEnd of report\n", Layout()),
    "the line that names the delimiter": ("sep=;\nRef;Note\nR-1;a, b\nR-2;c, d\n", Layout(delimiter=";")),
    "old Macintosh line ends": (table(WORDS["western"], ";").replace("\r\n", "\r"), Layout(delimiter=";")),
    "semicolons inside cells": ("Ref,Advice\nR-1,Housing;Debt\nR-2,Debt\nR-3,Debt;Housing\n", Layout()),
    "commas inside cells": (
        "Ref;Opened;Name\nR-1;06/07/2026;Ford, A\nR-2;06/07/2026;Poe, B\n",
        Layout(delimiter=";"),
    ),
    "times in every row": ("Ref,Opened\n" + "R-1,06/07/2026 12:30:00\n" * 9, Layout()),
    "a cell over several lines": ('Ref,Note\nR-1,"a\nb; c;\nd"\nR-2,"e\nf"\n', Layout()),
    "one column": ("Ref\nR-1\nR-2\n", Layout()),
    "JSON lines": ('{"a": "x, y"}\n\n{"a": 1}\n', Layout(format="jsonl")),
    "a JSON array": ('\n[\n  {"a": "x"}\n]\n', Layout(format="jsonl")),
    "bulk load": (
        "OFFICE,account=1A,,,\nSCHEDULE,areaOfLaw=CRIME,,,\n,,,\nOUTCOME,UFN=1,a=b,c=d\n",
        Layout(format="bulk-load"),
    ),
    "a table of office records": ("OFFICE,Opened\nOFFICE,06/07/2026\nSCHEDULE,06/07/2026\n", Layout()),
    "nothing": ("", Layout()),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_layout_is_found(form: str) -> None:
    text, expected = FORMS[form]
    layout, evidence = sniff_text(text.encode())
    assert layout == expected
    assert all(sentence.endswith(".") for sentence in evidence)


@pytest.mark.parametrize("form", ["divided by ';'", "every cell in quotation marks", "JSON lines", "bulk load"])
def test_a_beginning_that_ends_within_a_row_is_enough(form: str) -> None:
    text, expected = FORMS[form]
    assert sniff_text(text[: len(text) * 3 // 4].encode(), is_whole=False)[0] == expected


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.text(st.sampled_from("ab,;\t|\"'\n {}[]=:\0"), max_size=100).map(str.encode))
def test_any_bytes_have_some_layout(head: bytes) -> None:
    layout, evidence = sniff_text(head, is_whole=False)
    json.dumps([layout.encoding, layout.delimiter, layout.quote, *evidence])
    assert evidence
