"""A brief in another language: its words where somebody approved them, its numbers and days, English where not."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from builders import make_brief, make_facts, one_way
from compared import compared_brief
from paper import content_text, squeezed
from rounded import rounded_brief
from translated import language, partly

from pipelines.audit import file_problems
from pipelines.errors import DisclosureError
from pipelines.publish import release
from pipelines.publish.brief import Brief
from pipelines.publish.charts import chart_for, charts_of
from pipelines.publish.drawing import draw
from pipelines.publish.html import brief_html
from pipelines.publish.languages import ENGLISH
from pipelines.publish.page import lay_out
from pipelines.publish.trace import trace
from pipelines.publish.translatable import sections
from pipelines.publish.wording import wording

BOTH = ("pl", "bg")


@cache
def files(tag: str) -> dict[str, bytes]:
    """Render the rounded brief with one further language."""
    return release.render(rounded_brief(other_languages=(language(tag),)), make_facts())


def page_of(tag: str) -> str:
    return files(tag)[f"brief.{tag}.html"].decode()


def told(page: str) -> str:
    """Give the text of a page without marks, styles and drawings, with single blanks."""
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<head>.*?</head>", "", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]*>", "", bare).split())


def in_polish(brief: Brief) -> str:
    """Render a brief in Polish and give what its page says."""
    other = replace(brief, other_languages=(language("pl"),))
    return told(release.render(other, make_facts())["brief.pl.html"].decode())


def of_clients(total: int) -> Brief:
    table = one_way("by_gender", "gender_code", {"F": total, "M": 0}, total=total)
    return make_brief(tables={"by_gender": table}, findings=(), not_collected=None)


@pytest.mark.parametrize("tag", BOTH)
def test_english_files_are_the_same_with_another_language_beside_them(tag):
    alone = release.render(rounded_brief(), make_facts())
    beside = files(tag)
    changed = {path for path, data in alone.items() if beside[path] != data}
    assert set(beside) - set(alone) == {f"brief.{tag}.html", f"brief.{tag}.pdf"}
    assert changed == {"brief.html", "summary.html", "manifest.json"}
    links = r'<nav class="languages".*?</nav>\n'
    for path in ("brief.html", "summary.html"):
        assert re.sub(links, "", beside[path].decode()) == alone[path].decode()


@pytest.mark.parametrize("tag", BOTH)
def test_the_languages_of_a_brief_lead_to_each_other_and_are_in_the_manifest(tag):
    name = language(tag).name
    assert f'<a href="brief.{tag}.html" hreflang="{tag}" lang="{tag}">{name}</a>' in files(tag)["brief.html"].decode()
    assert '<a href="brief.html" hreflang="en-GB" lang="en-GB">English</a>' in page_of(tag)
    manifest = json.loads(files(tag)["manifest.json"])
    assert manifest["languages"] == [{"tag": "en-GB", "name": "English"}, {"tag": tag, "name": name}]
    assert {f"brief.{tag}.html", f"brief.{tag}.pdf"} <= set(manifest["outputs"])


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("pl", ["Najważniejsze informacje", "Lipiec–wrzesień 2026. Wydanie 1, opublikowano 20 października 2026."]),
        ("pl", ["w okresie lipiec–wrzesień 2026 zapisano 4 810 klientów", "24,5%", "Mniej niż 10"]),
        ("bg", ["Най-важното", "Юли–септември 2026 г. Издание 1, публикувано на 20 октомври 2026 г."]),
        ("bg", ["са записани 4 810 клиенти", "24,5%", "Под 10"]),
    ],
)
def test_words_numbers_and_days_are_those_of_the_language(tag, said):
    page = told(page_of(tag))
    assert [text for text in said if text not in page] == []
    paper = squeezed(content_text(files(tag)[f"brief.{tag}.pdf"]))
    assert [text for text in said if squeezed(text) not in paper] == []


@pytest.mark.parametrize(
    ("n", "said"), [(1, "zapisano 1 klienta."), (3, "zapisano 3 klientów."), (1002, "zapisano 1 002 klientów.")]
)
def test_a_counted_noun_has_the_plural_of_its_figure(n, said):
    assert said in in_polish(of_clients(n))


@pytest.mark.parametrize(
    ("n", "form"), [(1, "klient"), (2, "klienci"), (4, "klienci"), (5, "klientów"), (12, "klientów"), (22, "klienci")]
)
def test_polish_has_three_plurals(n, form):
    assert language("pl").template(wording()["units"]["clients"], n) == form


def test_countries_are_called_and_ordered_as_in_the_language():
    page = page_of("pl")
    table = page[page.index('id="by_nationality-caption"') :]
    heads = re.findall(r'<th scope="row">(.*?)</th>', table[: table.index("</table>")])
    assert heads[:4] == ["Razem", "Austria", "Belgia", "Bułgaria"]
    assert heads.index("Litwa") < heads.index("Łotwa") < heads.index("Niemcy")
    assert heads[-2:] == ["Więcej niż jedno obywatelstwo", "Brak danych"]


@pytest.mark.parametrize("tag", BOTH)
def test_a_chart_is_in_one_language(tag):
    """Every word of the one is translated; a network's own name for a gender is not."""
    own = replace(rounded_brief(), language=language(tag))
    assert chart_for(own, "by_nationality").language == tag
    assert chart_for(own, "by_gender").language == ENGLISH.tag
    drawing = page_of(tag).split('aria-labelledby="by_gender"')[1].split("</section>")[0]
    assert '<div class="chart" lang="en-GB">' in drawing
    assert "2,460" in drawing


@pytest.mark.parametrize("tag", BOTH)
def test_what_nobody_approved_is_in_english_and_marked(tag):
    page = page_of(tag)
    assert page.startswith(f'<!DOCTYPE html>\n<html lang="{tag}">')
    assert '<p class="note"><span lang="en-GB"><span class="given">Counts are rounded' in page
    assert '<span lang="en-GB">Case records tell who came.' in page
    with pikepdf.open(io.BytesIO(files(tag)[f"brief.{tag}.pdf"])) as pdf:
        marked = {
            str(each["/Lang"]) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Lang" in each
        }
    assert {tag, "en-GB"} <= marked


def test_a_sentence_in_english_has_nothing_of_another_language_in_it():
    page = page_of("pl")
    said = re.search(r'<span lang="en-GB">(Of all clients, the largest groups were.*?)</p>', page)
    assert told(said[1]).startswith("Of all clients, the largest groups were Romania (1,180 clients, 25%), Poland (")


def test_the_notice_names_what_is_in_english():
    page = told(page_of("pl"))
    assert page.index("nie jest jeszcze przetłumaczona") < page.index("Najważniejsze informacje 4 810")
    assert "data quality" in page
    assert "headings" not in page.split("przetłumaczona")[1].split(".")[0]


def test_only_approved_sections_are_used():
    brief = rounded_brief(other_languages=(partly("pl", ["sections"]),))
    page = told(release.render(brief, make_facts())["brief.pl.html"].decode())
    assert "Najważniejsze informacje" in page
    assert "Spis treści" not in page
    assert "4,810 clients" in page


@pytest.mark.parametrize("tag", BOTH)
def test_a_changed_number_is_caught_in_the_signs_of_each_language(tag):
    brief = replace(rounded_brief(), language=language(tag))
    page = page_of(tag)

    def problems(changed: str) -> list[str]:
        assert changed != page
        return trace(changed, brief.tables, findings=brief.findings, languages=(brief.language,))

    assert trace(page, brief.tables, findings=brief.findings, languages=(brief.language,)) == []
    assert problems(page.replace(">24,5%<", ">24,6%<", 1))
    assert problems(page.replace(">24,5%<", ">24.5%<", 1))
    assert problems(page.replace(f'<html lang="{tag}">', '<html lang="en-GB">', 1))
    assert problems(re.sub(r'(<span lang="en-GB">[^<]*<data[^>]*>)12%', r"\g<1>13%", page, count=1) + " 7")


def test_a_number_that_is_planted_in_a_translation_stops_the_release(monkeypatch):
    real = release.brief_html
    monkeypatch.setattr(release, "brief_html", lambda *args: real(*args).replace("Spis treści", "Spis treści 7"))
    with pytest.raises(DisclosureError):
        release.render(rounded_brief(other_languages=(language("pl"),)), make_facts())


def test_a_second_render_is_byte_identical():
    again = release.render(rounded_brief(other_languages=(partly("pl", sections()),)), make_facts())
    assert again == files("pl")


@pytest.mark.parametrize("section", [*sections(), ""])
def test_any_one_section_can_be_approved_alone(section):
    """Every kind of chart and block is laid out, in whichever language, and every figure is traced."""
    brief = replace(compared_brief(), language=partly("pl", [section]))
    drawings = {spec.chart_id: draw(spec) for spec in charts_of(brief)}
    page = brief_html(lay_out(brief, charted=drawings), drawings)
    problems = trace(page, brief.tables, findings=brief.findings, languages=(brief.language,))
    assert problems == []
    assert {spec.chart_id for spec in charts_of(brief)} == {spec.chart_id for spec in charts_of(compared_brief())}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (">24,5%<", ">24,6%<"),
        (">24,5%<", ">24.5%<"),
        (">1 180<", ">1,180<"),
        (">1 180<", ">1 185<"),
        (">Mniej niż 10<", ">Mniej niż 15<"),
    ],
)
def test_the_auditor_reads_each_page_in_its_language(before, after):
    page = files("pl")["brief.pl.html"].decode().replace("\u00a0", " ")
    assert before in page
    changed = {**files("pl"), "brief.pl.html": page.replace(before, after, 1).encode()}
    was, now = (set(file_problems("2026-Q3/1/network", each)) for each in (files("pl"), changed))
    assert not [problem for problem in was if "brief.pl.html" in problem]
    assert [problem for problem in now if "brief.pl.html" in problem and "differs from the data files" in problem]
