"""The files of a release beside each other: do they use the same words, labels and drawings?

Answers "would a word that was changed in one file be seen in another". A page is held against the PDF, the workbook,
the drawings, the manifest and the description of the data; what stands in one place alone against the wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pipelines.audit.descriptions import description_problems
from pipelines.audit.drawings import drawing_problems
from pipelines.audit.labels import Labels, label_problems
from pipelines.audit.markup import Element, Passage, passages, read_markup
from pipelines.audit.paper_words import PAGE, paper_problems, plain
from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.reading import Release
from pipelines.audit.workbook import XLSX, workbook_problems


def agreement_problems(release: Release) -> Iterator[str]:
    """Name every place where two files of a release say different things."""
    yield from map(release.problem, description_problems(release))
    pages, drawings = _trees(release, ".html"), _trees(release, ".svg")
    told = {path: list(passages(page, _is_drawing)) for path, page in pages.items()}
    labels, phrases = Labels(), Phrases([*_texts(release, told), *packaged()])
    if XLSX in release.files:
        yield from map(release.problem, workbook_problems(release, phrases, labels))
    for path, lines in told.items():
        yield from map(release.problem, label_problems(path, lines, labels, release.tables))
    yield from map(release.problem, dict.fromkeys([*labels.problems, *labels.twice()]))
    if PAGE in pages:
        yield from map(release.problem, _of_page(release, told[PAGE]))
        yield from map(release.problem, drawing_problems(pages, drawings))
    for path, page in pages.items():
        stem = path.removesuffix(".html")
        if (paper := release.files.get(f"{stem}.pdf")) is not None:
            told_of = (problem.replace("brief.", f"{stem}.") for problem in paper_problems(page, paper, phrases))
            yield from map(release.problem, told_of)


def _of_page(release: Release, told: list[Passage]) -> Iterator[str]:
    """What the manifest says of the edition and of each group stands in the page."""
    page = plain(" ".join(each.text for each in told))
    manifest = release.manifest
    facts = [manifest.get(name) for name in ("network", "title", "period_label", "centre_name")]
    facts += [manifest.get("disclosure", {}).get("statement"), _day(manifest.get("published_on"))]
    facts += [f"Edition {manifest.get('edition')}", manifest.get("product", {}).get("version")]
    if "title" in manifest and not all(plain(str(fact)) in page for fact in facts if fact):
        yield f"{PAGE} names another edition than manifest.json. Release the edition again."


def _day(published_on: object) -> str:
    try:
        day = date.fromisoformat(str(published_on))
    except ValueError:
        return ""
    return f"{day.day} {day:%B %Y}"


def _trees(release: Release, suffix: str) -> dict[str, Element]:
    found = {}
    for path, data in sorted(release.files.items()):
        if path.endswith(suffix):
            found[path] = read_markup(data.decode("utf-8", errors="replace"))
    return found


def _is_drawing(element: Element) -> bool:
    return element.tag == "svg"


def _texts(release: Release, told: Mapping[str, list[Passage]]) -> Iterator[str]:
    """Give every text that the pages and the manifest hold."""
    yield from (each.text for lines in told.values() for each in lines)
    yield from _strings(release.manifest)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(each)
