"""Catalogues: who approved what, what a translation may not do, and that English needs none of it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from babel import Locale
from translated import language, partly, write_catalogue

from pipelines.declarations import Section, read_toml
from pipelines.errors import CaseloadError, SettingsError
from pipelines.figures import fewer_than
from pipelines.publish.catalogues import read_language
from pipelines.publish.languages import ENGLISH, slots_of
from pipelines.publish.messages import written
from pipelines.publish.sentences import Label, joined, to_text
from pipelines.publish.translatable import sections, translatable
from pipelines.publish.wording import wording
from pipelines.resources import reference_file
from pipelines.translations import read_translations

APPROVED = '[{name}]\nstatus = "approved"\nby = "A speaker"\non = 2026-11-28\n'
TOTAL = '"{who} recorded {n} {clients} in {period}."'
PLURAL = f'msgctxt "points.total"\nmsgid {TOTAL}\nmsgid_plural {TOTAL}\n'


def message(context: str, source: str, said: str) -> str:
    return f'msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{said}"\n\n'


def problems_of(workspace, languages, status="", entries=None):
    entries = entries or message("sections.points", "Main points", "Najważniejsze")
    write_catalogue(workspace / "languages" / "pl", entries, status=status)
    brief = Section("brief", {"languages": languages})
    return read_translations(brief, workspace), brief.problems


def test_an_approved_section_of_the_workspace_goes_before_the_packaged_draft(tmp_path):
    (found,), problems = problems_of(tmp_path, ["en", "pl"], APPROVED.format(name="sections"))
    assert problems == []
    assert found.approved == {"sections"}
    assert read_language(found).template(wording()["sections"]["points"]) == "Najważniejsze"


@pytest.mark.parametrize(
    ("languages", "status", "said"),
    [
        (["en", "pl"], "", "nobody has approved"),
        (["en", "pl"], '[sections]\nstatus = "draft"\n', "nobody has approved"),
        (["en", "pl"], '[sections]\nstatus = "approved"\n', "needs a name (by) and a day (on)"),
        (["en", "pl"], '[sections]\nstatus = "approved"\nby = " "\non = 2026-11-28\n', "needs a name"),
        (["en", "pl"], '[sections]\nstatus = "good"\n', 'status must be "draft" or "approved"'),
        (["en", "pl"], APPROVED.format(name="sections") + 'note = "x"\n', "is not a setting"),
        (["en", "xx"], "", 'no catalogue of "xx"'),
        (["en", "../pl"], "", "no catalogue"),
        (["pl"], APPROVED.format(name="sections"), '"en" must be in it'),
    ],
)
def test_what_nobody_signed_for_is_refused(tmp_path, languages, status, said):
    _, problems = problems_of(tmp_path, languages, status)
    assert any(said in problem for problem in problems)


@pytest.mark.parametrize("tag", ["pl", "bg"])
def test_packaged_drafts_are_refused_as_they_are(tmp_path, tag):
    brief = Section("brief", {"languages": ["en", tag]})
    assert read_translations(brief, tmp_path) == ()
    assert "nobody has approved" in brief.problems[0]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (message("points.centre", "x {who}", "y"), "slots"),
        (message("sections.points", "Main points", "{n} points"), "slots"),
        (message("sections.points", "Main points", "{points"), "slots"),
        (message("sections.points", "Main points", "7 points"), "digit"),
        (PLURAL + 'msgstr[0] "{who} {n} {period}"\nmsgstr[1] "{who} {period}"\n', "slots"),
        (message("points.total", TOTAL.strip('"'), "{who} {n} {period}"), "plural"),
    ],
)
def test_a_translation_that_says_something_else_is_refused(tmp_path, entries, said):
    status = APPROVED.format(name="points") + APPROVED.format(name="sections")
    (found,), _ = problems_of(tmp_path, ["en", "pl"], status, entries)
    with pytest.raises(SettingsError, match=said):
        read_language(found)


@pytest.mark.parametrize("data", [b"msgid no quotes\n", b"\xff\xfe\x00", b'msgid "x"\nmsgstr "\xe9"\n'])
def test_a_damaged_catalogue_is_refused(tmp_path, data):
    (found,), _ = problems_of(tmp_path, ["en", "pl"], APPROVED.format(name="sections"))
    found.catalogue.write_bytes(data)
    with pytest.raises(CaseloadError):
        read_language(found)


@pytest.mark.parametrize(
    "entry",
    [
        message("sections.points", "Main points as they were", "Dawne"),
        "#, fuzzy\n" + message("sections.points", "Main points", "Niepewne"),
        message("sections.points", "Main points", ""),
        message("page.contents", "Contents", "Spis"),
    ],
)
def test_stale_uncertain_empty_and_unapproved_messages_are_not_used(tmp_path, entry):
    (found,), _ = problems_of(tmp_path, ["en", "pl"], APPROVED.format(name="sections"), entry)
    own = read_language(found)
    assert own.template(wording()["sections"]["points"]) is None
    assert own.template(wording()["page"]["contents"]) is None


def test_what_is_changed_in_english_is_changed_in_a_translation():
    from pipelines.publish.messages import changed

    gender = changed(written("wording.toml")["sections"]["points"], str.upper)
    assert language("pl").template(gender) == "NAJWAŻNIEJSZE INFORMACJE"


def test_small_words_are_those_that_english_says():
    assert fewer_than(10) == wording()["spoken"]["fewer_than"].replace("{n}", "10")
    assert to_text(joined([(Label("a"),), (Label("b"),), (Label("c"),)])) == "a, b and c"
    assert ENGLISH.below(10) == "fewer than 10"


def test_every_section_is_named_in_the_notice():
    assert set(sections()) <= set(wording()["translation"]["parts"])


def test_every_wording_and_label_is_in_the_template():
    text = reference_file("languages", "caseload.pot").read_text(encoding="utf-8")
    assert text.count("\nmsgctxt ") > 500
    assert 'msgctxt "labels.genders.F"\nmsgid "Female"' in text
    assert 'msgctxt "points.total"\nmsgid "{who} recorded {n} {clients} in {period}."\nmsgid_plural' in text


@pytest.mark.parametrize("tag", ["pl", "bg"])
def test_packaged_drafts_are_whole_where_they_begin(tag):
    """Every message in them is of today's English, and says its slots."""
    own, keys = language(tag), {message.key for message in translatable()}
    entries = re.findall(
        r'^msgctxt "(.*)"$', reference_file("languages", tag, "brief.po").read_text("utf-8"), flags=re.M
    )
    assert len(own.known) == len(entries) > 60
    assert own.known <= keys
    assert {name.partition(".")[0] for name in entries} == set(
        read_toml(reference_file("languages", tag, "status.toml"), SettingsError)
    )


def test_a_language_has_what_nobody_translated_in_english():
    own = partly("pl", ["sections"])
    assert "sections" not in own.untranslated()
    assert {"page", "summary", "statements"} <= set(own.untranslated())


@pytest.mark.parametrize("tag", sorted(read_toml(reference_file("number_signs.toml"), SettingsError)["signs"]))
def test_the_auditor_knows_the_signs_of_each_language(tag, tmp_path):
    from pipelines.audit.signs import in_signs

    found = write_catalogue(
        tmp_path, message("sections.points", "Main points", "x"), status=APPROVED.format(name="sections")
    )
    numbers = read_language(type(found)(tag, found.folder, found.approved)).numbers
    assert Locale.parse(tag)
    for figure in ("1,180", "24.5%", "0.50", "1,234,567"):
        assert " ".join(numbers.rewrite(figure).split()) == in_signs(figure, tag)


def test_slots_of_the_english_wordings_are_filled_by_name():
    assert slots_of(wording()["points"]["total"]) == {"{who}", "{n}", "{clients}", "{period}"}


def test_a_brief_in_english_loads_no_catalogue():
    script = (
        "import sys; from builders import make_brief, make_facts; from pipelines.publish import release;"
        "import pipelines.briefing; release.render(make_brief(), make_facts()); print('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="tests")
    assert done.stdout.strip() == "False"
