"""The auditor: pages, drawings, findings, residue and damaged files."""

from __future__ import annotations

import struct
import zlib

import pytest
from released_files import CENTRE, PUBLIC, genders, page, problems, release, rows_of

from pipelines.audit import audit
from pipelines.audit.drawings import drawing_problems
from pipelines.audit.markup import read_markup
from pipelines.errors import DisclosureError, UsageError

# Pages, drawings, findings


def test_a_figure_on_the_page_must_be_that_of_the_data():
    tables = {"by_gender": genders(F=137_005, M=25)}
    shown = '<data value="137005" data-ref="by_gender.F.clients.n">137,005</data>'
    assert audit(release(tables, files=page(shown))).passed
    other = shown.replace("137,005", "137,010")
    assert "by_gender.F.clients.n differs from the data files" in problems(release(tables, files=page(other)))


def test_a_hidden_figure_on_the_page_is_found():
    rows = rows_of(genders(F=137, M=123, X=3, _U=8), M=None, X=None, _U=None)
    shown = page('<data value="3" data-ref="by_gender.X.clients.n">3</data>')
    assert "by_gender.X.clients.n differs from the data files" in problems(
        release({"by_gender": rows}, key=CENTRE, files=shown)
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<p>Of these, 4 were women.</p>", "shows digits that name no figure"),
        ("<p>Safe<!-- 4 --></p>", "a comment is left in it"),
        ('<p title="4 women">Safe</p>', "digits in an attribute that is read aloud"),
        ('<p data-n="4">Safe</p>', "something that a reader does not see"),
        ("<p hidden>Safe</p>", "something that a reader does not see"),
        ('<data value="4">few</data>', "holds a value that names no figure"),
        ('<table><tr><td>[c]</td><td class="second">[c]</td></tr></table>', "marked in several ways in <td>"),
    ],
)
def test_what_a_page_tells_beside_its_figures_is_found(body, problem):
    assert problem in problems(release({"by_gender": genders(F=100, M=100)}, files=page(body)))


def test_dates_labels_and_given_words_may_hold_digits():
    body = '<p class="date">July 2026</p><p class="label">Aged 55 and over</p><p class="given">1 of 2</p>'
    assert audit(release({"by_gender": genders(F=100, M=100)}, files=page(body))).passed


@pytest.mark.parametrize(("told", "is_alike"), [("Llanfairpwll", True), ("Llanfairpwlx", False), ("Llan", False)])
def test_a_long_name_may_be_broken_in_a_drawing_and_not_in_another(told, is_alike):
    drawing = '<svg><text><tspan data-ref="by_centre.a.clients.n">25</tspan></text>{}</svg>'
    broken = read_markup(drawing.format("<text>Llanfair</text><text>pwll</text>"))
    inside = read_markup(f"<main>{drawing.format(f'<text>{told}</text>')}</main>")
    found = [*drawing_problems({"brief.html": inside}, {"charts/by_centre.svg": broken})]
    assert not found if is_alike else any("says something else" in each for each in found)


def test_bars_of_hidden_figures_have_one_length():
    stub = '<path d="M 0 0 L {} 0 L {} 15 z" style="fill: url(#h)"/>'
    drawing = f"<svg>{stub.format(16, 16) + stub.format(19, 19)}</svg>"
    files = {"charts/by_gender.svg": drawing.encode()}
    assert "drawn in more than one length" in problems(release({"by_gender": genders(F=100, M=100)}, files=files))


def finding(**values):
    return {
        "finding_id": "f",
        "dimension": "gender_code",
        "group": "F",
        "unit": "clients",
        "state": "cannot_tell",
    } | values


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"n": 100, "base": 200, "not_known": 0, "observed": 0.5}, ""),
        ({"n": 101, "base": 200, "not_known": 0}, "does not rest on published counts"),
        ({"n": 100, "base": 197, "not_known": 0}, "does not rest on published counts"),
        ({"n": 100, "base": 200, "not_known": 0, "observed": 0.503}, "holds shares that do not follow"),
        ({"state": "withheld", "expected": 98.2}, "is withheld and still holds numbers"),
    ],
)
def test_findings_rest_on_published_counts(values, problem):
    found = problems(release({"by_gender": genders(F=100, M=100)}, findings=[finding(**values)]))
    assert problem in found
    assert bool(problem) == bool(found)


def test_a_finding_about_a_hidden_count_is_withheld():
    rows = rows_of(genders(F=137, M=123, X=3, _U=8), M=None, X=None, _U=None)
    told_of = finding(group="X", n=3, base=271, not_known=8)
    assert "rests on a hidden count" in problems(release({"by_gender": rows}, key=CENTRE, findings=[told_of]))


# Residue


def picture(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), *chunks, (b"IEND", b"")]
    made = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"charts/a.png": picture((b"tEXt", b"Comment\0four"))}, "charts/a.png: it holds more than the picture"),
        ({"charts/a.png": picture() + b"x"}, "something follows the picture"),
        ({"tables.xlsx": b"PK"}, "tables.xlsx stands beside no page"),
        ({"brief.pdf": b"%PDF"}, "brief.pdf stands beside no page"),
        ({"notes.txt": b""}, "notes.txt is of a kind that nobody knows how to judge"),
        ({"more/by_gender.csv": b""}, "lies outside data"),
        ({"data/metadata.json": b'{"tables": [{"url": "secret.csv"}]}'}, "describes other files"),
    ],
)
def test_what_else_lies_in_a_release_is_found(files, problem):
    assert problem in problems(release({"by_gender": genders(F=100, M=100)}, files=files))


def test_files_that_the_manifest_does_not_list_are_found():
    files = release({"by_gender": genders(F=100, M=100)}, files=page(""))
    files[PUBLIC]["old.html"] = b"<p></p>"
    files[PUBLIC]["brief.html"] += b" "
    found = problems(files)
    assert "old.html is not listed in manifest.json" in found
    assert "brief.html was changed after its release" in found


def test_an_edition_on_the_shelf_can_be_judged_by_its_figures_alone():
    files = release({"by_gender": genders(F=100, M=100)}, files=page(""))
    del files[PUBLIC]["brief.html"]
    assert "brief.html is listed in manifest.json and missing" in problems(files)
    assert audit(files, figures_only=[PUBLIC]).passed


def test_numbers_of_rows_obey_the_rule():
    found = problems(release({"by_gender": genders(F=100, M=100)}, accounting={"accepted": 203, "duplicate": None}))
    assert 'tells the rows "accepted" more exactly than its rule allows' in found


# Damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"100", b"100.0", 1),
        lambda data: data.replace(b",A,", b",B,", 1),
        lambda data: data + b"2026-Q3,F\n",
        lambda data: data.replace(b",share,", b",share,size,", 1),
        lambda data: data.replace(b"2026-Q3,M", b"2026-Q2,M"),
        lambda data: b"\xff\xfe" + data,
        lambda _: b"",
    ],
)
def test_a_damaged_table_stops_the_audit(damage):
    files = release({"by_gender": genders(F=100, M=100)})
    files[PUBLIC]["data/by_gender.csv"] = damage(files[PUBLIC]["data/by_gender.csv"])
    with pytest.raises(DisclosureError, match=r"2026-Q3/1/public/data/by_gender\.csv"):
        audit(files)


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"\xff", b"{}", b'{"period": "2026-Q3", "edition": 1, "audience": "public"}']
)
def test_a_damaged_manifest_stops_the_audit(manifest):
    files = release({"by_gender": genders(F=100, M=100)})
    files[PUBLIC]["manifest.json"] = manifest
    with pytest.raises(DisclosureError, match=r"2026-Q3/1/public/manifest\.json"):
        audit(files)


def test_a_rule_of_another_audience_stops_the_audit():
    rule = {"name": "hiding", "base": None, "threshold": 5}
    with pytest.raises(DisclosureError, match="names no protection rule that public may have"):
        audit(release({"by_gender": genders(F=100, M=100)}, disclosure=rule))


def test_there_must_be_something_to_audit():
    with pytest.raises(UsageError):
        audit({})
