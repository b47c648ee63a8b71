"""The sheets of words of a workbook, written once more: which subject stands beside which explanation.

Answers "does each explanation stand beside what it explains". Every pair follows from the manifest, from the page or
from the packaged wording, so that a known subject beside the explanation of another one is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.audit.markup import Element
from pipelines.audit.own_wording import filled, wording
from pipelines.audit.paper_words import plain
from pipelines.audit.reading import NETWORK, PUBLIC, Release
from pipelines.audit.sheet_lines import CONTENTS, COVER, NOTES, marks_told
from pipelines.audit.sheets import Workbook
from pipelines.audit.written import day_text

# Lists of the manifest that the notes tell, by the section of the brief they belong to.
_TOLD = {"waiting": ("opening", "waiting"), "barriers": ("barriers",), "enquiries": ("enquiries",)}
Pair = tuple[str, str]
Facts = Mapping[str, Any]


def pair_problems(release: Release, book: Workbook, page: Element) -> Iterator[str]:
    """Name the sheets of words whose pairs are others than those of the release, as the end of a sentence.

    Args:
        release: a release whose words are those of this version.
        book: its workbook.
        page: its brief, which explains words and names what no source collects.
    """
    try:
        expected = {COVER: _counted(_cover(release, book)), NOTES: _counted(_notes(release, book, page))}
    except (KeyError, TypeError, ValueError, AttributeError):
        yield "cannot be held against manifest.json, which leaves out what the workbook tells"
        return
    for name, pairs in expected.items():
        rows = [row for sheet in book.sheets if sheet.table_name == name for row in sheet.rows]
        if _counted((str(row[0]), " ".join(map(str, row[1:]))) for row in rows) != pairs:
            yield f"has other subjects, or other words beside them, on its sheet “{_workbook()[name]}” than the release"


def explained(page: Element) -> dict[str, frozenset[str]]:
    """Give the meanings of each word that a brief explains."""
    found: dict[str, set[str]] = {}
    for word, meaning in _terms(page):
        found.setdefault(plain(word), set()).add(plain(meaning))
    return {word: frozenset(meanings) for word, meanings in found.items()}


def _terms(page: Element) -> Iterator[Pair]:
    for terms in page.all("dl"):
        yield from ((word.text, told.text) for word, told in zip(terms.all("dt"), terms.all("dd"), strict=False))


def _counted(pairs: Iterable[Pair]) -> Counter[Pair]:
    return Counter((plain(subject), plain(detail)) for subject, detail in pairs if plain(detail))


def _cover(release: Release, book: Workbook) -> Iterator[Pair]:
    told, heads = release.manifest, _workbook()["cover_rows"]
    state = "is_provisional" if told.get("provisional") else "is_final"
    reader = release.audience if release.audience in {NETWORK, PUBLIC} else "centre"
    texts = {name: filled(release, text) for name, text in _workbook()["cover_texts"].items()}
    yield heads["whose"], str(told.get("centre_name") or told.get("network"))
    yield heads["readers"], texts[reader]
    yield heads["edition"], _edition_line(release)
    yield heads["provisional"], texts[state]
    yield heads["protection"], str(told.get("disclosure", {}).get("statement"))
    yield heads["marks"], " ".join(_marks(release, book))
    yield from ((heads["about"], text) for text in str(told.get("about") or "").split("\n\n"))
    yield heads["published_by"], str(told.get("network"))
    yield heads["questions"], texts["questions"]


def _notes(release: Release, book: Workbook, page: Element) -> Iterator[Pair]:
    own, told = _workbook(), release.manifest
    yield from _terms(page)
    yield from ((own["cover_rows"]["marks"], text) for text in _marks(release, book))
    yield from ((own["data_quality"], str(note)) for note in told.get("notes") or ())
    for section, names in _TOLD.items():
        heading = filled(release, wording()["sections"][section])
        yield from ((heading, each["statement"]) for name in names for each in told.get(name) or ())
    yield from _gaps(release, page)
    yield from ((own["too_fine"], _title(release, str(name))) for name in told.get("too_fine") or ())
    yield from ((own["population"], text) for text in dict.fromkeys(map(_population, told.get("benchmarks") or ())))
    scores = (told.get("policy") or {}).get("scores") or ()
    yield from ((own["policy_source"], text) for text in dict.fromkeys(map(_source, scores)))


def _marks(release: Release, book: Workbook) -> list[str]:
    return marks_told(release, [sheet for sheet in book.sheets if sheet.table_name not in {COVER, CONTENTS, NOTES}])


def _gaps(release: Release, page: Element) -> Iterator[Pair]:
    """Give the fields that some sources do not collect, as the page tells them."""
    caption = plain(filled(release, wording()["quality"]["caption"]))
    for table in page.all("table"):
        if [plain(each.text) for each in table.all("caption")] == [caption]:
            for row in (row for body in table.all("tbody") for row in body.all("tr")):
                field, sources = (each.text for each in row.all("th", "td"))
                yield filled(release, _workbook()["not_collected"], field=field), sources


def _title(release: Release, table_id: str) -> str:
    found = wording()["tables"].get(table_id, {})
    return filled(release, found.get("title", table_id.replace("_", " ")))


def _population(benchmark: Facts) -> str:
    day, title = day_text(benchmark["reference_date"]), benchmark["title"]
    return f"{title[:1].upper()}{title[1:]}. Reference date {day}. {benchmark['caveat']} Source: {benchmark['source']}."


def _source(score: Facts) -> str:
    return f"{score['title']}. Read on {day_text(score['read_on'])} at {score['address']}"


def _edition_line(release: Release) -> str:
    told, words = release.manifest, wording()["page"]
    line = filled(release, words["edition"], number=told.get("edition"), day=day_text(told.get("published_on")))
    return f"{line} {filled(release, words['provisional' if told.get('provisional') else 'final'])}"


def _workbook() -> Facts:
    found: Facts = wording()["workbook"]
    return found
